import pytest
from tests.test_routes import World
from tests import make
def test_ids(app, client_for):
    world = World()
    clients = {v: client_for(world.people[v]) for v in ("member","leader","admin")}
    bad = []
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint == "static": continue
        for big in (2**31, 2**63, 10**30):
            for v, c in clients.items():
                with app.test_request_context():
                    try:
                        path = app.url_map.bind("localhost").build(rule.endpoint, {a: (big if rule._converters[a].__class__.__name__ != "UnicodeConverter" else "x\x00y") for a in rule.arguments}, method="GET" if "GET" in rule.methods else "POST")
                    except Exception as e:
                        continue
                m = c.get if "GET" in rule.methods else c.post
                a = m(path)
                if a.status_code >= 500: bad.append((rule.endpoint, big, v, a.status_code))
    assert bad == []
