from flask import Blueprint

pages = Blueprint("hours", __name__)
