"""Who watches over the others."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, SUBDISTRICT_STAFF

Visitor = Actor | Anonymous


def log_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose acts the person may read: auditors and system administrators."""
    return actor.scope_paths(AUDITOR)


def breach_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees for which the person may list who is hit by a breach (R152)."""
    return actor.scope_paths(SUBDISTRICT_STAFF)


def suspicion_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose findings the person may look through (R156)."""
    return actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF, AUDITOR)


def checking_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose findings the person may mark as checked: auditors only read."""
    return actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF)
