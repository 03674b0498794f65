"""The love supermarket: items, stock, orders, the counter."""
