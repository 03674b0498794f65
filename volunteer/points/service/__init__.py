"""What can be done in the love supermarket, one file per verb."""

from volunteer.points.service.counter import (
    OwnErrand,
    OwnOrder,
    TooEarly,
    UnknownCode,
    find_by_code,
    hand_over,
)
from volunteer.points.service.ending import AlreadyCollected, Returned
from volunteer.points.service.holding import NotEnoughPoints
from volunteer.points.service.ordering import NotOffered, PinNeeded, order
from volunteer.points.service.returning import NotHeld, cancel_order, due_order_ids, expire
from volunteer.points.service.shelf import SoldOut
from volunteer.points.service.stock import CodeTaken, TooMuchStock, add_item, own_item, set_offered, stock_in

__all__ = [
    "AlreadyCollected",
    "CodeTaken",
    "NotEnoughPoints",
    "NotHeld",
    "NotOffered",
    "OwnErrand",
    "OwnOrder",
    "PinNeeded",
    "Returned",
    "SoldOut",
    "TooEarly",
    "TooMuchStock",
    "UnknownCode",
    "add_item",
    "cancel_order",
    "due_order_ids",
    "expire",
    "find_by_code",
    "hand_over",
    "order",
    "own_item",
    "set_offered",
    "stock_in",
]
