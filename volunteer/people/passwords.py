"""Which passwords are refused: short ones, the commonest, and what is known about the person."""

from __future__ import annotations

import datetime as dt
import itertools
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from flask_babel import lazy_gettext as _l

from volunteer.core import inputs
from volunteer.core.errors import Refused

SHORTEST = 8
LONGEST = 128


class WeakPassword(Refused):
    status = 422
    field = "password"


class PasswordTooShort(WeakPassword):
    sentence = _l("密码至少要 8 位。")


class PasswordTooLong(WeakPassword):
    sentence = _l("密码最多 128 位，而且不能有看不见的特殊字符。")


class PasswordTooCommon(WeakPassword):
    sentence = _l("这个密码太常见，别人容易猜到。可以用几个不相干的词连起来。")


class PasswordIsPersonal(WeakPassword):
    sentence = _l("请不要用自己的手机号、姓名、编号或生日做密码。")


def check(
    password: str,
    *,
    name: str = "",
    phone: str | None = None,
    number: str = "",
    born_on: dt.date | None = None,
) -> str:
    """The password itself, or a refusal that says what is wrong with it."""
    if len(password) < SHORTEST:
        raise PasswordTooShort
    if len(password) > LONGEST or inputs.is_strange(password):
        raise PasswordTooLong
    plain = _plain(password)
    if plain in common() or len(set(plain)) < 3 or _is_run(plain):
        raise PasswordTooCommon
    if plain in set(_personal(name, phone, number, born_on)):
        raise PasswordIsPersonal
    return password


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password).casefold()


def _is_run(text: str) -> bool:
    """'23456789' or 'hgfedcba': each character follows the one before."""
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(text)}
    return steps in ({1}, {-1})


def _personal(name: str, phone: str | None, number: str, born_on: dt.date | None) -> Iterator[str]:
    own = _plain(name).replace(" ", "")
    yield from (own, own * 2, own * 3, _plain(number))
    if phone:
        digits = phone.lstrip("+")
        yield from (digits, digits.removeprefix("86"), phone, f"a{digits.removeprefix('86')}")
        yield from (digits[-8:], digits[-9:], digits[-10:])
    if born_on:
        yield from (f"{born_on:%Y%m%d}", f"{born_on:%d%m%Y}", f"{born_on:%m%d%Y}", f"{own}{born_on:%Y}")
        yield f"{born_on:%Y-%m-%d}"


# The commonest passwords of the world and of Chinese sites follow few patterns: a word or keyboard walk
# and a tail, or digits that sound like a sentence. Made from these, the list stays short to read.
_WORDS = """
password passw0rd p@ssword p@ssw0rd pass admin administrator root user guest test temp default login
welcome hello master dragon monkey sunshine princess football baseball superman batman iloveyou love
lovely shadow letmein trustno1 whatever freedom secret summer winter spring flower butterfly computer
internet samsung iphone huawei xiaomi taobao alipay weixin wechat qq china beijing shanghai shenzhen
changsha hunan guangdong wuhan hello123 qwerty qwertyui qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm
qazwsx qazwsxedc 1qaz 1qaz2wsx q1w2e3r4 1q2w3e4r 1q2w3e asdf zxcv qwer abc abcd abcde abcdef aaa aaaa
a b q w z aa qq asd zxc qwe qaz wsx woaini woaiwojia woaini1314 woailaopo woailaogong woaibaba
woaimama woaizhongguo aini tamade nihao nihaoma laopo laogong baobao baobei xiaoming wangwei zhangwei
liwei wangfang lina zhang wang li liu chen yang huang zhao wu zhou mima mima123 wodemima mimashi
5201314 1314520 520 521 1314 zhiyuan zhiyuanzhe linli shequ volunteer community lugu
"""
_TAILS = """
_ 1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0 00 000 0000 01 007 1314 520 521 5201314
666 6666 888 8888 999 111 1111 123123 321 4321 654321 147 147258 159 789 2000 2008 2010 2012 2015 2018
2019 2020 2021 2022 2023 2024 2025 2026 2027 ! !! 1! 123! 1234! 123456! @123 @1234 @123456 #123 . 123. abc
"""
_DIGITS = """
1314520 5201314 13145200 52013140 1314521 0123456789 1234567890 12345678910 123456789a 123456789q
123456789. 1234567891 12345678900 123456789123 123456123456 147258369 147852369 159357456 159753 159753456
987654321 9876543210 0987654321 741852963 789456123 7894561230 321654987 123654789 963852741 456789123
11223344 1122334455 112233445566 12344321 1234554321 123321123 123123123 1231231234 121212121212
12121212 13131313 10101010 20202020 88886666 66668888 66666666 88888888 00001111 11112222 12341234 43214321
52052052 520520520 521521521 13141314 131452013 1314131413 31415926 314159265 3141592653 00000000 10203040
110110110 119119119 120120120 168168168 5845201314 584520 5845211314 7758521 7758258 77585210 2582587758
19491001 20080808 20200101 12312312 12345679 23456789 98765432 87654321 01234567 password1 1a2b3c4d
a1b2c3d4 a1234567 a12345678 a123456789 q1w2e3r4t5 1q2w3e4r5t 1q2w3e4r5t6y zaq12wsx zaq1xsw2 qwert12345
xsw2zaq1 !qaz2wsx 1qaz@wsx 1qazxsw2 qwer1234 asdf1234 zxcv1234 1234qwer 1234asdf 12345qwert abcd1234
abc123456 abc12345 abcd12345 1234abcd aa123456 aa12345678 asd123456 asdasdasd qweqweqwe qweasdzxc qwe123456
asdfghjkl; qwertyuiop[] 1qaz2wsx3edc qazwsx123 zxcvbnm123 asd123123 qq123456 qq123456789 w123456789 z123456789
5211314521 woaini520 woaini521 woaini1314520 woaini5201314 woaini123 iloveyou1314 iloveyou520 aini1314 aini520
xiaoxiao wangjing wangyang zhangjie zhanglei liuyang yangyang dearbook 12qwaszx 1234rewq passpass asdasd123
"""


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Some thousands of the commonest passwords, in small letters; shorter ones than allowed are left out."""
    words = _WORDS.split()
    made = {word + ("" if tail == "_" else tail) for word in words for tail in _TAILS.split()}
    made |= {tail + word for word in words for tail in ("123", "1234", "123456", "520", "1314")}
    made |= {word * 2 for word in words}
    made |= set(_DIGITS.split())
    made |= {str(number) * times for number in range(100) for times in (4, 5, 6)}
    return frozenset(password for password in made if len(password) >= SHORTEST)
