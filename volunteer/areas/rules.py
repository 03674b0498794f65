"""Paths of areas, such as '/1/5/22/': ids from the sub-district down to the grid."""

from __future__ import annotations


def community_path(path: str) -> str:
    """The path of the community that an area belongs to; of a sub-district its own."""
    return "/" + "".join(f"{part}/" for part in path.strip("/").split("/")[:2])
