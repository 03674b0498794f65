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
    where guest and place are matched. So the best change after a newcomer is
    the shortest path by losses to a place with room, or to a guest who had
    better leave (perhaps the newcomer), which costs that guest's gain.
    """

    def __init__(self, edges: _Lists, room: Mapping[int, int]) -> None:
        self.edges, self.room = edges, room
        self.gain: dict[int, int] = {}
        self.price = dict.fromkeys(room, 0)
        self.held: dict[int, list[int]] = {place: [] for place in room}

    def fill(self, units: Mapping[int, int]) -> dict[int, list[int]]:
        """Let every guest in as often as they have units; who stands in which place."""
        for guest, count in units.items():
            self.gain[guest] = max(
                (weight - self.price[place] for place, weight in self.edges.get(guest, ())), default=0
            )
            for _unit in range(count):
                if self.gain[guest] <= 0:
                    break
                self._let_in(guest)
        return self.held

    def _let_in(self, newcomer: int) -> None:
        guests, places = {newcomer: 0}, dict[int, int]()  # reached for good, and how far away
        seen, reached_by, left_from = dict[int, int](), dict[int, int](), dict[int, int]()
        best, end, leaver = self.gain[newcomer], None, newcomer  # the cheapest end so far: a place or a guest
        heap: list[tuple[int, int]] = []
        front = [newcomer]
        while True:
            for guest in front:
                start = guests[guest] + self.gain[guest]
                for place, weight in self.edges[guest]:
                    distance = start + self.price[place] - weight
                    if distance < best and distance < seen.get(place, best):
                        seen[place], reached_by[place] = distance, guest
                        if len(self.held[place]) < self.room[place]:
                            best, end = distance, place
                        else:
                            heappush(heap, (distance, place))
            while heap and heap[0][1] in places:
                heappop(heap)
            if not heap or heap[0][0] >= best:
                break
            distance, place = heappop(heap)
            places[place] = distance
            front = [guest for guest in self.held[place] if guest not in guests]
            for guest in front:
                guests[guest], left_from[guest] = distance, place
                if distance + self.gain[guest] < best:
                    best, end, leaver = distance + self.gain[guest], None, guest
        for guest, distance in guests.items():
            self.gain[guest] -= best - distance
        for place, distance in places.items():
            self.price[place] += best - distance
        if end is not None:
            self._move_into(end, newcomer, reached_by, left_from)
        elif leaver != newcomer:
            self.held[left_from[leaver]].remove(leaver)
            self._move_into(left_from[leaver], newcomer, reached_by, left_from)

    def _move_into(
        self, place: int, newcomer: int, reached_by: Mapping[int, int], left_from: Mapping[int, int]
    ) -> None:
        """Everybody on the path moves one place on, until the newcomer stands in one, too."""
        while (guest := reached_by[place]) != newcomer:
            self.held[place].append(guest)
            place = left_from[guest]
            self.held[place].remove(guest)
        self.held[place].append(newcomer)
