"""How many places a date and its positions have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities.planning import plans
from volunteer.activities.signing.place import Post
from volunteer.core.forms import Form, WholeNumber, required


class CapacityForm(Form):
    capacity = WholeNumber(
        _l("这一场一共多少个名额"), least=1, most=plans.MOST_PLACES, validators=[required()]
    )

    @classmethod
    def with_positions(cls, posts: Sequence[Post], **how: Any) -> CapacityForm:
        """With a field for each position."""

        class WithPositions(cls):  # type: ignore[misc, valid-type]
            pass

        for post in posts:
            field = WholeNumber(
                _l("岗位“%(name)s”", name=post.label),
                least=0,
                most=plans.MOST_PLACES,
                validators=[required()],
            )
            setattr(WithPositions, f"position_{post.id}", field)
        form: CapacityForm = WithPositions(**how)
        return form

    @classmethod
    def of(cls, row: Any, posts: Sequence[Post]) -> CapacityForm:
        data = {"capacity": row.capacity} | {f"position_{post.id}": post.capacity for post in posts}
        return cls.with_positions(posts, formdata=None, data=data)

    def positions(self, posts: Sequence[Post]) -> dict[int, int]:
        """Those that change, by id."""
        typed = {post.id: self[f"position_{post.id}"].data for post in posts}
        return {post.id: typed[post.id] for post in posts if typed[post.id] != post.capacity}

    def of_position(self, post: Post) -> Any:
        return self[f"position_{post.id}"]
