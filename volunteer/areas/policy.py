"""Questions about scope: what lies within the areas that somebody works for."""

from __future__ import annotations

from typing import Protocol

from volunteer.areas.models import Area
from volunteer.areas.rules import is_within


class HasScopes(Protocol):
    """Somebody with roles over areas; `people.identity.Actor` is one."""

    def has_role_over(self, area_path: str, *names: str) -> bool: ...

    def scope_paths(self, *names: str) -> tuple[str, ...]: ...


def may_act_in(actor: HasScopes, area: Area, *roles: str) -> bool:
    """Whether one of the roles is held over the area or above it."""
    return actor.has_role_over(area.path, *roles)


def has_scope_inside(actor: HasScopes, area: Area, *roles: str) -> bool:
    """Whether one of the roles is held somewhere below the area (a grid worker asked about the community)."""
    return any(is_within(path, area.path) for path in actor.scope_paths(*roles))
