"""What the leader types after a roll call on paper: the exceptions alone, '3 7 缺席; 5 早走 30; 9 迟到 15'.

A pure parser of one line of text. Who: row codes of the printed list, ranges of
them, or volunteer numbers of walk-ins. Then a word for the attendance, and the
minutes for those late or leaving early. Chinese and ASCII signs, full-width
digits, Traditional characters and English words are all understood; what is not understood is pointed
at, by its place in the text, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.hours.models import ABSENT, EXCUSED, LATE, LEFT_EARLY, PRESENT

LONGEST = 2000
MOST_ROWS = 1000  # of one range
_LONGEST_ROW = 4  # digits

WORDS: dict[str, tuple[str, ...]] = {
    ABSENT: ("缺席", "没来", "没到", "未到", "未来", "缺勤", "旷", "absent", "no show", "no-show", "missing"),
    EXCUSED: ("请假", "请了假", "事假", "病假", "没轮到", "excused", "leave"),
    LATE: ("迟到", "晚到", "来晚", "late"),
    LEFT_EARLY: ("早走", "早退", "提前走", "提前离开", "先走", "left early", "early"),
    PRESENT: ("来了", "到场", "在场", "全程", "present", "here"),
}
_OF_WORD = {word: attendance for attendance, words in WORDS.items() for word in words}
# One sign for one sign, so that every place in the text stays where it is.
_SIGNS = dict(zip("，；：．－—–～〜　（）＃", ",;:.----- ()#", strict=True))
_DIGITS = {chr(ord("０") + digit): str(digit) for digit in range(10)}
# Traditional characters of these words; whoever reads the pages in them writes in them.
_TRADITIONAL = dict(zip("沒來請輪遲場離開鐘鍾個時號與曠", "没来请轮迟场离开钟钟个时号与旷", strict=True))
_PLAIN = str.maketrans(_SIGNS | _DIGITS | _TRADITIONAL)
_WORD = "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(_OF_WORD, key=len, reverse=True))
_TOKENS = re.compile(
    r"(?P<number>v[0-9]{6,10}\b)"
    r"|(?P<half>半个?小时|half\san\shour)"
    r"|(?P<quarter>一刻钟)"
    r"|(?P<row>[0-9]+)"
    rf"|(?P<word>{_WORD})"
    r"|(?P<minutes>分钟|分|minutes?|mins?|m\b)"
    r"|(?P<hours>个?小时|hours?|h\b)"
    r"|(?P<range>-|至|到|to\b)"
    r"|(?P<end>[;。\n|])"
    r"|(?P<comma>[,、:]|和|与|及|跟|and\b|&)"
    r"|(?P<filler>[^\S\n]+|[().#]+|第|号|行|都|了|的|no\.?)"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What was not understood: from where to where in the text, and what to do about it."""

    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """How one person attended; `minutes` only for those late or leaving early."""

    attendance: str
    minutes: int = 0


@dataclass(slots=True)
class Parsed:
    """By row code or volunteer number, each at most once."""

    marks: dict[str, Deviation] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse(
    text: str, *, known: Collection[str], most_minutes: int, gone: Mapping[str, str] | None = None
) -> Parsed:
    """The exceptions, and everything that could not be taken.

    `known` are the codes that exist; `gone` those that stood on the paper and do no more, with what to do.
    """
    if len(text) > LONGEST:
        return Parsed(problems=[Problem(LONGEST, len(text), _("太长了，请只写例外。"))])
    reader = _Reader(text, {code.upper() for code in known}, most_minutes, gone or {})
    for clause in _clauses(list(_tokens(text))):
        reader.read(clause)
    reader.parsed.problems.sort(key=lambda problem: problem.start)
    return reader.parsed


def _tokens(text: str) -> Iterator[_Token]:
    """Pieces of the text; signs that belong to nothing come as 'strange', in one piece."""
    plain = text.translate(_PLAIN).lower()
    if len(plain) != len(text):  # a letter that grows when made small: every place would be wrong
        plain = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text.translate(_PLAIN))
    place = strange = 0
    while place < len(plain):
        found = _TOKENS.match(plain, place)
        if found is None:
            place += 1
            continue
        if strange < place:
            yield _Token("strange", text[strange:place], strange, place)
        place = strange = found.end()
        if found.lastgroup != "filler":
            yield _Token(str(found.lastgroup), found.group(), found.start(), found.end())
    if strange < len(plain):
        yield _Token("strange", text[strange:], strange, len(text))


def _clauses(tokens: list[_Token]) -> Iterator[list[_Token]]:
    """'3 7 缺席' each: cut at a full stop of any kind, and where the next people begin after a word."""
    clause: list[_Token] = []
    for place, token in enumerate(tokens):
        begins = token.kind in ("row", "number") and _is_complete(clause, token, tokens[place + 1 :])
        if token.kind == "end" or begins:
            if clause:
                yield clause
            clause = []
        if token.kind != "end":
            clause.append(token)
    if clause:
        yield clause


def _is_complete(clause: list[_Token], token: _Token, rest: list[_Token]) -> bool:
    """Whether what follows begins with other people: there is a word, and it has its minutes or needs none."""
    kinds = [one.kind for one in clause]
    if "word" not in kinds:
        return False
    if kinds[-1] == "hours" and rest and rest[0].kind == "minutes":  # '1小时30分'
        return False
    after = clause[kinds.index("word") + 1 :]
    if _OF_WORD[_squeezed(clause[kinds.index("word")].text)] not in (LATE, LEFT_EARLY):
        return True
    if any(one.kind in ("row", "half", "quarter") for one in after):
        return True
    return token.kind == "number" or any(one.kind == "comma" for one in after)


def _squeezed(word: str) -> str:
    return re.sub(r"\s", " ", word)


class _Reader:
    """Takes clause after clause; what is wrong in one does not keep the others from being read."""

    def __init__(self, text: str, known: set[str], most_minutes: int, gone: Mapping[str, str]) -> None:
        self.text, self.known, self.most, self.gone = text, known, most_minutes, gone
        self.parsed = Parsed()

    def read(self, clause: list[_Token]) -> None:
        strange = [token for token in clause if token.kind == "strange"]
        for token in strange:
            self._refuse(token, token, _("看不懂“%(piece)s”。", piece=self._piece(token, token)))
        words = [token for token in clause if token.kind == "word"]
        if strange or all(token.kind == "comma" for token in clause):
            return
        if not words:
            piece = self._piece(clause[0], clause[-1])
            words_wanted = _("“%(piece)s”后面请写：缺席、请假、迟到还是早走。", piece=piece)
            self._refuse(clause[0], clause[-1], words_wanted)
            return
        if len(words) > 1:
            self._refuse(words[1], words[1], _("这里有两个说法，请用分号隔开。"))
            return
        place = clause.index(words[0])
        who = self._who(clause[:place], words[0])
        minutes = self._minutes(clause[place + 1 :], words[0])
        if who is not None and minutes is not None:
            attendance = _OF_WORD[_squeezed(words[0].text)]
            for code, token in who:
                self._mark(code, token, Deviation(attendance, minutes))

    def _who(self, tokens: list[_Token], word: _Token) -> list[tuple[str, _Token]] | None:
        """Codes with the token that named them; None after a refusal."""
        found: list[tuple[str, _Token]] = []
        tokens = [token for token in tokens if token.kind != "comma"]
        if not tokens:
            self._refuse(word, word, _("“%(piece)s”前面请写是第几行。", piece=self._piece(word, word)))
            return None
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if token.kind not in ("row", "number"):
                self._refuse(token, token, _("看不懂“%(piece)s”。", piece=self._piece(token, token)))
                return None
            if (
                place + 2 < len(tokens)
                and tokens[place + 1].kind == "range"
                and tokens[place + 2].kind == "row"
            ):
                codes = self._range(token, tokens[place + 2])
                if codes is None:
                    return None
                found += [(code, token) for code in codes]
                place += 3
                continue
            found.append((_code(token), token))
            place += 1
        return found

    def _range(self, first: _Token, last: _Token) -> list[str] | None:
        begin, end = _code(first), _code(last)
        is_fine = first.kind == "row" and int(begin) < int(end) < int(begin) + MOST_ROWS
        if not is_fine:
            self._refuse(
                first, last, _("“%(piece)s”请从小写到大，例如 3-6。", piece=self._piece(first, last))
            )
            return None
        return [
            str(row)
            for row in range(int(begin), int(end) + 1)
            if str(row) in self.known or row in (int(begin), int(end))
        ]

    def _minutes(self, tokens: list[_Token], word: _Token) -> int | None:
        """Minutes behind the word: wanted of those late or leaving early, out of place for everybody else."""
        tokens = [token for token in tokens if token.kind != "comma"]
        if _OF_WORD[_squeezed(word.text)] not in (LATE, LEFT_EARLY):
            if not tokens:
                return 0
            self._refuse(
                tokens[0], tokens[-1], _("“%(piece)s”后面不用写分钟。", piece=self._piece(word, word))
            )
            return None
        amount = _amount(tokens)
        if amount is None:
            self._refuse(
                word,
                tokens[-1] if tokens else word,
                _("请写明“%(piece)s”了多少分钟，例如 30。", piece=self._piece(word, word)),
            )
            return None
        if not 1 <= amount <= self.most:
            self._refuse(tokens[0], tokens[-1], _("分钟请写 1 到 %(most)s 之间的数。", most=self.most))
            return None
        return amount

    def _mark(self, code: str, token: _Token, mark: Deviation) -> None:
        if code not in self.known:
            self._refuse(token, token, self.gone.get(code) or _not_there(code))
        elif code in self.parsed.marks:
            self._refuse(token, token, _("%(code)s 写了两次，请留一个。", code=code))
        else:
            self.parsed.marks[code] = mark

    def _piece(self, first: _Token, last: _Token) -> str:
        piece = self.text[first.start : last.end].strip()
        return piece if len(piece) <= 20 else piece[:20] + pgettext("cut", "…")

    def _refuse(self, first: _Token, last: _Token, message: str) -> None:
        self.parsed.problems.append(Problem(first.start, last.end, message))


def _code(token: _Token) -> str:
    """'007' and '7' are one row."""
    return str(int(token.text)) if token.kind == "row" else token.text.upper()


def _not_there(code: str) -> str:
    """A row that is none; longer than any row is the number of somebody who came without signing up."""
    if len(code) <= _LONGEST_ROW:
        return _("表上没有 %(code)s。", code=code)
    return _("表上没有 %(code)s。没报名就来的人，请先写在下面“没报名就来的人”里。", code=code[:20])


def _amount(tokens: list[_Token]) -> int | None:
    """'30', '30分钟', '1小时', '半小时', '1小时30分'; None for anything else."""
    total, place = 0, 0
    while place < len(tokens):
        token = tokens[place]
        unit = tokens[place + 1].kind if place + 1 < len(tokens) else ""
        if token.kind == "half":
            total, place = total + 30, place + 1
        elif token.kind == "quarter":
            total, place = total + 15, place + 1
        elif token.kind == "row" and unit == "hours":
            total, place = total + 60 * int(token.text[:4]), place + 2
        elif token.kind == "row":
            total, place = total + int(token.text[:6]), place + (2 if unit == "minutes" else 1)
        else:
            return None
    return total if tokens else None
