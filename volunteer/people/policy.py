"""Questions about who may do what with people's records."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    REGISTER,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
)

Visitor = Actor | Anonymous
AreaPathsOfTeams = Callable[[Sequence[int]], Sequence[str]]
_REGISTRARS = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)
_READERS = (*_REGISTRARS, AUDITOR)
# Who may hand out a role over an area; a system administrator may hand out every one.
_GRANTERS = {
    COUNTER_CLERK: (COMMUNITY_STAFF, SUBDISTRICT_STAFF),
    COMMUNITY_STAFF: (SUBDISTRICT_STAFF,),
    SUBDISTRICT_STAFF: (),
    AUDITOR: (),
    SYSTEM_ADMIN: (),
}


def _no_teams(team_ids: Sequence[int]) -> Sequence[str]:
    return ()


_area_paths_of_teams: AreaPathsOfTeams = _no_teams


def know_area_paths_of_teams(find: AreaPathsOfTeams) -> None:
    """Teams stand above people: that slice says at start-up where its teams are at work."""
    global _area_paths_of_teams
    _area_paths_of_teams = find


def _nobody(actor_id: int, person_id: int) -> bool:
    return False


_is_helper: Callable[[int, int], bool] = _nobody


def know_who_helps(is_helper: Callable[[int, int], bool]) -> None:
    """Acting for others stands above people: that slice says whether (actor, person) are helper and ward."""
    global _is_helper
    _is_helper = is_helper


def helps(actor: Visitor, person_id: int) -> bool:
    """Whether the person lets the actor act in the own name, in whatever: then the entry is as good as the own."""
    return actor.id is not None and _is_helper(actor.id, person_id)


def registrar_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees in which the person may register others at the counter (R018).

    Staff in their areas; a leader with the single right REGISTER where the team is.
    """
    team_ids = [
        role.scope_id for role in actor.roles if role.scope_kind == "team" and REGISTER in role.rights
    ]
    of_teams = _area_paths_of_teams(team_ids) if team_ids else ()
    return tuple(sorted({*actor.scope_paths(*_REGISTRARS), *of_teams}))


def may_register_others(actor: Visitor) -> bool:
    return bool(registrar_paths(actor))


def may_register_in(actor: Visitor, area_path: str) -> bool:
    return any(area_path.startswith(path) for path in registrar_paths(actor))


def may_check_identity(actor: Visitor, person_id: int, area_path: str) -> bool:
    """Compare a document with the person, write down a guardian, give a new PIN: staff, never for themselves."""
    return actor.id != person_id and actor.has_role_over(area_path, *_REGISTRARS)


def confirming_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose waiting registrations the person may confirm or reject."""
    return actor.scope_paths(*_REGISTRARS)


def directory_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose residents the person may look up."""
    return actor.scope_paths(*_READERS)


def working_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose people the person works with: staff alone, no auditors and no leaders."""
    return actor.scope_paths(*_REGISTRARS)


def may_see_directory(actor: Visitor) -> bool:
    return bool(directory_paths(actor))


def may_see_record(actor: Visitor, area_path: str) -> bool:
    """Whose masked record staff may open; a minor's needs an approval besides (service/access.py)."""
    return actor.has_role_over(area_path, *_READERS)


def may_reveal(actor: Visitor, area_path: str) -> bool:
    """Full values are for those who work with people, not for auditors and clerks (R142)."""
    return actor.has_role_over(area_path, *_REGISTRARS)


def may_move(actor: Visitor, from_path: str, to_path: str) -> bool:
    """Nobody sends a person out of the own scope, nobody fetches one from elsewhere."""
    return actor.has_role_over(from_path, *_REGISTRARS) and actor.has_role_over(to_path, *_REGISTRARS)


def may_decide_access(actor: Visitor, area_path: str, *, asked_by_id: int, person_id: int) -> bool:
    """Another of the staff with scope; nobody approves an own entry (R150)."""
    return actor.id not in (asked_by_id, person_id) and actor.has_role_over(area_path, *_REGISTRARS)


def may_print_slip(actor: Visitor, area_path: str, registered_by_id: int | None) -> bool:
    """Staff of the area; a leader only for those whom the leader registered."""
    is_own_work = registered_by_id is not None and registered_by_id == actor.id
    return actor.has_role_over(area_path, *_REGISTRARS) or (is_own_work and may_register_in(actor, area_path))


def may_disable(
    actor: Visitor, person_id: int, area_path: str, staff_roles: Sequence[tuple[str, str]]
) -> bool:
    """Staff of the area may, but not for themselves; a colleague only by a system administrator.

    One who stands above each of the colleague's roles (`staff_roles`, with the paths of their areas),
    wherever the colleague lives.
    """
    if staff_roles:
        paths = [area_path, *(path for _role, path in staff_roles)]
        return actor.id != person_id and all(actor.has_role_over(path, SYSTEM_ADMIN) for path in paths)
    return actor.id != person_id and actor.has_role_over(area_path, *_REGISTRARS)


def may_grant(actor: Visitor, role: str, area_path: str, person_id: int) -> bool:
    """Nobody gives a role to oneself (R150)."""
    return role in _GRANTERS and actor.id != person_id and actor.has_role_over(area_path, *_GRANTERS[role])


def grantable(actor: Visitor) -> tuple[str, ...]:
    """The roles that the person may give somewhere, weakest first."""
    return tuple(role for role in _GRANTERS if grant_paths(actor, role))


def grant_paths(actor: Visitor, role: str) -> tuple[str, ...]:
    """The subtrees over which the person may give the role."""
    return actor.scope_paths(*_GRANTERS[role]) if role in _GRANTERS else ()


def staff_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose roles the person may read."""
    return actor.scope_paths(*_READERS)


def tree_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees in which the person may add and rename communities and grids."""
    return actor.scope_paths(SUBDISTRICT_STAFF)


def may_change_tree(actor: Visitor, area_path: str) -> bool:
    return actor.has_role_over(area_path, SUBDISTRICT_STAFF)
