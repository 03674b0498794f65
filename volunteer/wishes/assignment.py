"""The exact best assignment of wishes to volunteers, by successive shortest paths.

No solver is needed: plain Python is quicker than those that were measured as
long as each wish has a short list of candidates. Choosing greedily is no
substitute: where volunteers are scarce it leaves wishes unmet without need.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

Edge = tuple[int, int, int]  # wish id, person id, weight
_Lists = Mapping[int, list[tuple[int, int]]]


def assign(edges: Iterable[Edge], capacities: Mapping[int, int]) -> dict[int, int | None]:
    """One volunteer or None for each wish that has an edge.

    As many wishes as possible are matched, and among those assignments one of
    the greatest total weight is chosen: an unmet wish is worse than a weaker
    match. The same edges in any order give the same answer. Of several edges
    between the same two the heaviest counts; weights are whole numbers.
    """
    heaviest: dict[tuple[int, int], int] = {}
    for wish, person, weight in edges:
        heaviest[wish, person] = max(weight, heaviest.get((wish, person), weight))
    wishes = dict.fromkeys(sorted({wish for wish, _person in heaviest}), 1)
    usable = sorted((wish, person) for wish, person in heaviest if capacities[person] > 0)
    persons = {person: capacities[person] for person in sorted({person for _wish, person in usable})}
    # One more match is worth more than any sum of weights.
    bonus = (2 * len(wishes) + 1) * max(map(abs, heaviest.values()), default=0) + 1
    # From the smaller side: most searches then end at the first step, as the other side has room.
    persons_enter = sum(persons.values()) < len(wishes)
    lists: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for wish, person in usable:
        guest, place = (person, wish) if persons_enter else (wish, person)
        lists[guest].append((place, heaviest[wish, person] + bonus))
    if persons_enter:
        held = _Market(lists, wishes).fill(persons)
        found = {wish: holders[0] for wish, holders in held.items() if holders}
    else:
        held = _Market(lists, persons).fill(wishes)
        found = {wish: person for person, holders in held.items() for wish in holders}
    return {wish: found.get(wish) for wish in wishes}


class _Market:
    """Guests enter one by one and look for a place; each place has a price, each guest a gain.

    The loss of an edge, `gain + price - weight`, is never below zero, and zero
    where guest and place are matched.
    """

    def __init__(self, edges: _Lists, room: Mapping[int, int]) -> None:
        self.edges, self.room = edges, room
        self.gain: dict[int, int] = {}
        self.price = dict.fromkeys(room, 0)
        self.held: dict[int, list[int]] = {place: [] for place in room}

    def fill(self, units: Mapping[int, int]) -> dict[int, list[int]]:
        """Let every guest in as often as they have units; who stands in which place."""
        for guest, count in units.items():
            gains = (weight - self.price[place] for place, weight in self.edges.get(guest, ()))
            self.gain[guest] = max(gains, default=0)
            for _unit in range(count):
                if self.gain[guest] <= 0:
                    break
                _Search(self, guest).let_in()
        return self.held


class _Search:
    """The cheapest way to let one newcomer in.

    It is the shortest path by losses to a place with room, or to a guest who
    had better leave (perhaps the newcomer), which costs that guest's gain.
    """

    def __init__(self, market: _Market, newcomer: int) -> None:
        self.market, self.newcomer = market, newcomer
        self.guests, self.places = {newcomer: 0}, dict[int, int]()  # reached for good, and how far away
        self.seen, self.reached_by, self.left_from = dict[int, int](), dict[int, int](), dict[int, int]()
        self.waiting: list[tuple[int, int]] = []
        self.best = market.gain[newcomer]  # the cheapest end so far: a place, or else a guest who leaves
        self.end: int | None = None
        self.leaver = newcomer

    def let_in(self) -> None:
        self._look_around(self.newcomer)
        while self.waiting and self.waiting[0][0] < self.best:
            distance, place = heappop(self.waiting)
            if place not in self.places:
                self.places[place] = distance
                self._ask_guests_of(place, distance)
        for guest, distance in self.guests.items():
            self.market.gain[guest] -= self.best - distance
        for place, distance in self.places.items():
            self.market.price[place] += self.best - distance
        self._move()

    def _look_around(self, guest: int) -> None:
        price, held, room, seen = self.market.price, self.market.held, self.market.room, self.seen
        start = self.guests[guest] + self.market.gain[guest]
        for place, weight in self.market.edges[guest]:
            distance = start + price[place] - weight
            if distance < self.best and distance < seen.get(place, self.best):
                seen[place], self.reached_by[place] = distance, guest
                if len(held[place]) < room[place]:
                    self.best, self.end = distance, place
                else:
                    heappush(self.waiting, (distance, place))

    def _ask_guests_of(self, place: int, distance: int) -> None:
        for guest in self.market.held[place]:
            if guest in self.guests:
                continue
            self.guests[guest], self.left_from[guest] = distance, place
            if distance + self.market.gain[guest] < self.best:
                self.best, self.end, self.leaver = distance + self.market.gain[guest], None, guest
            self._look_around(guest)

    def _move(self) -> None:
        """Everybody on the path moves one place on, until the newcomer stands in one, too."""
        held, place = self.market.held, self.end
        if place is None:
            if self.leaver == self.newcomer:
                return
            place = self.left_from[self.leaver]
            held[place].remove(self.leaver)
        while (guest := self.reached_by[place]) != self.newcomer:
            held[place].append(guest)
            place = self.left_from[guest]
            held[place].remove(guest)
        held[place].append(self.newcomer)
