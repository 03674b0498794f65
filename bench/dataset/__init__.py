"""The data that the product is measured with, put straight into the tables of a fresh SQLite file.

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.dataset [--small]

Everything is computed from row numbers, so that two runs measure the same thing. Every second person
reads English: a translated page costs more than one in the source language. Nobody is real.
"""
