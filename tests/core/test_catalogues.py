"""The catalogues are whole, and readers of English and zh-Hant get their own words."""

from __future__ import annotations

import ast
import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import flask_babel
import pytest
from babel.messages.mofile import write_mo
from babel.support import Translations

from volunteer.activities import cards
from volunteer.activities.repeating import recurrence
from volunteer.activities.repeating.recurrence import Rule
from volunteer.core import formats, i18n
from volunteer.core.i18n import gettext, pgettext
from volunteer.translations import __main__ as catalogues

pytestmark = pytest.mark.portable

LANGUAGES = ("en", "zh_Hant")


@pytest.fixture
def as_written(app) -> Iterator[Callable[[str], object]]:
    """Speak from the .po files as they are, whether or not they have been compiled."""
    known = flask_babel.get_domain().cache
    before = dict(known)
    for language in LANGUAGES:
        file = io.BytesIO()
        write_mo(file, catalogues.read(language))
        known[language, "messages"] = Translations(io.BytesIO(file.getvalue()))
    yield i18n.speaking
    known.clear()
    known.update(before)


def test_no_sentence_is_missing_left_over_or_without_its_placeholders():
    assert catalogues.faults() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy_and_every_plural_has_all_its_forms(language):
    catalogue = catalogues.read(language)
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    plurals = [message for message in catalogue if isinstance(message.id, tuple)]
    assert plurals
    assert [message.id for message in plurals if len(message.string) != catalogue.num_plurals] == []


def test_every_name_under_which_gettext_is_imported_is_collected():
    names = set()
    for path in Path(catalogues.ROOT, "volunteer").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names |= {alias.asname or alias.name for alias in node.names if "gettext" in alias.name}
    assert sorted(names - set(catalogues.KEYWORDS)) == []


def test_english_counts_one_and_many(as_written):
    with as_written("en"):
        assert [cards.places_left(count) for count in (1, 2)] == ["1 place left", "2 places left"]
        assert [formats.points(amount) for amount in (1, -48)] == ["1 point", "−48 points"]
        assert [formats.minutes(amount) for amount in (45, 60, 150)] == ["45 min", "1 hour", "2 hours 30 min"]


def test_one_word_may_need_two_in_english(as_written):
    with as_written("en"):
        assert (gettext("报名"), pgettext("navigation", "报名")) == ("Sign-ups", "Activities")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE", "Every Monday and Wednesday at 8:30"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every Monday to Friday at 8:30"),
        ("FREQ=MONTHLY;BYDAY=1SA", "Every month on the first Saturday at 8:30"),
        ("FREQ=MONTHLY;BYMONTHDAY=3,21,-1", "Every month on the 3rd, the 21st and the last day at 8:30"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5", "Every year on 5 March at 8:30"),
    ],
)
def test_english_says_how_a_series_repeats(as_written, rule, words):
    with as_written("en"):
        told = recurrence.words(Rule(dt.date(2026, 11, 28), dt.time(8, 30), 60, rrule=rule))
    assert told == words


def test_english_says_a_lunar_day(as_written):
    with as_written("en"):
        told = recurrence.words(Rule(dt.date(2026, 10, 19), dt.time(9), 60, lunar="9-10"))
    assert told == "Every year on the 10th day of the 9th lunar month at 9:00"


@pytest.mark.parametrize(
    ("sentence", "derived"),
    [
        ("退出登录", "登出"),
        ("邮箱", "電子信箱"),
        ("理发", "理髮"),
        ("冲正这份记录", "沖正這份記錄"),
        ("查验这张证明的二维码", "查驗這張證明的 QR 碼"),
        ("到工作台办理", "到工作台辦理"),
        ("都在“消息”里。填了邮箱，提醒也会发过去。", "都在「訊息」裡。填了電子信箱，提醒也會發過去。"),
    ],
)
def test_zh_hant_reads_as_in_taiwan_and_hong_kong(as_written, sentence, derived):
    with as_written("zh_Hant"):
        assert gettext(sentence) == derived


def test_no_mainland_words_are_left_in_zh_hant():
    leftovers = [
        message.id
        for message in catalogues.read("zh_Hant")
        if any(
            word in str(message.string) for word in ("賬", "衝正", "籤", "“", "登錄", "打印", "短信", "網絡")
        )
    ]
    assert leftovers == []


def test_a_reviewed_sentence_is_not_derived_again():
    assert catalogues.read("zh_Hant").get("保存").string == "儲存"
