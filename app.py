"""Builds the application; `python app.py` serves pages and scheduler in one process tree."""

from __future__ import annotations

from volunteer import create_app

app = create_app()

if __name__ == "__main__":
    from volunteer.serve import serve

    serve(app)
