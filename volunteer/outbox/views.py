from flask import Blueprint

pages = Blueprint("outbox", __name__)
