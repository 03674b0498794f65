from flask import Blueprint

pages = Blueprint("points", __name__)
