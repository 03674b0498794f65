"""The house stands: databases, transactions, form keys."""

from tests import make


def test_builders_reach_the_database(db):
    made = make.occurrence()
    assert made.taken == 0


def test_unknown_page_is_a_404_page(client):
    assert client.get("/nowhere").status_code == 404
