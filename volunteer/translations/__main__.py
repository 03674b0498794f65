"""`python -m volunteer.translations update|check`: keep the catalogues complete.

The sentences in code and templates are the zh-Hans originals. `update`
collects them, derives zh-Hant (OpenCC `s2tw` and our own words; entries with
the translator's comment `reviewed` are left alone) and leaves new English ones
empty for a translator. `check` fails on anything missing, fuzzy, left over or
with other placeholders.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "volunteer" / "translations"
DERIVED, WRITTEN = "zh_Hant", "en"
METHODS = [("volunteer/**.py", "python"), ("demo/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "_lp": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Words that OpenCC's s2tw leaves in mainland usage or gets wrong, in the order they are replaced.
OWN_WORDS = {
    "“": "「",
    "”": "」",
    # accounts and devices
    "登錄": "登入",
    "退出登入": "登出",
    "設備": "裝置",
    "裝置上的登入都已退出": "裝置都已登出",
    "裝置上的登入會一起退出": "裝置會一起登出",
    "退出其他裝置": "登出其他裝置",
    "上登入著": "上登入",
    "注冊": "註冊",
    "手機號碼": "手機號",
    "手機號": "手機號碼",
    "身份證號碼": "身份證號",
    "身份證號": "身份證號碼",
    "郵箱": "電子信箱",
    "短信": "簡訊",
    "短訊": "簡訊",
    "消息": "訊息",
    "聯繫": "聯絡",
    "屏幕": "螢幕",
    "鼠標": "滑鼠",
    "打印": "列印",
    "默認": "預設",
    "刷新": "重新整理",
    "查找": "查詢",
    "導入": "匯入",
    "字符": "字元",
    "回車": " Enter 鍵",
    "二維碼": " QR 碼",
    "視頻": "影片",
    "攝像": "錄影",
    "服務器": "伺服器",
    "網絡": "網路",
    "移動端": "行動裝置",
    "系統正忙": "系統忙碌中",
    "數據": "資料",
    "信息系統": "資訊系統",
    "信息": "資料",
    "演示": "示範",
    # books and the counter
    "衝正": "沖正",
    "賬": "帳",
    "臺帳": "台帳",
    "櫃臺": "櫃檯",
    "服務檯": "服務台",
    "服務臺": "服務台",
    "工作臺": "工作台",
    "臺裝置": "台裝置",
    "加密保存": "加密儲存",
    "保存並通知": "儲存並通知",
    # plain words
    "公布": "公佈",
    "發布": "發佈",
    "籤": "簽",
    "s周": "s週",
    "工作日": "工作天",
    "早走": "早退",
    "紙質": "紙本",
    "渠道": "管道",
    "打分": "評分",
    "攢": "存",
    "掙": "賺",
    "念給": "唸給",
    "念出": "唸出",
    "念完": "唸完",
    "請 TA 來": "請這位志願者來",
}
_PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)s|%%")


def extract() -> Catalog:
    """All sentences of code and templates, in the order of files."""
    catalogue = Catalog(project="Linli", charset="utf-8")
    found = extract_from_dir(str(ROOT), METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("NOTE:",))
    for path, _line, ids, comments, context in found:
        catalogue.add(ids, "", [(path, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalogue


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Linli", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, catalogue: Catalog) -> None:
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = f"# Linli in {language}. Made by `python -m volunteer.translations update`."
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Linli"
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False)


def update() -> None:
    for language in (DERIVED, WRITTEN):
        catalogue = read(language)
        # The date would change the file even when no sentence did.
        catalogue.update(extract(), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.fuzzy = False
        if language == DERIVED:
            _derive(catalogue)
        write(language, catalogue)
        missing = sum(1 for message in catalogue if message.id and not _is_complete(message))
        print(f"{language}: {len(catalogue)} sentences, {missing} to translate")  # noqa: T201


def _derive(catalogue: Catalog) -> None:
    import opencc

    converter = opencc.OpenCC("s2tw")
    for message in catalogue:
        if message.id and "reviewed" not in message.user_comments:
            ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
            texts = [_own_words(converter.convert(text)) for text in ids]
            plural = isinstance(message.id, (tuple, list))
            message.flags.discard("fuzzy")
            message.string = tuple(texts[-1:] * catalogue.num_plurals) if plural else texts[0]


def _own_words(text: str) -> str:
    for theirs, ours in OWN_WORDS.items():
        text = text.replace(theirs, ours)
    return text.strip()


def _is_complete(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(texts) and not message.fuzzy


def faults() -> list[str]:
    """Everything that keeps a reader from whole pages in their language."""
    template = extract()
    wanted = {(message.id, message.context): message for message in template if message.id}
    found = []
    for language in (DERIVED, WRITTEN):
        catalogue = read(language)
        have = {(message.id, message.context): message for message in catalogue if message.id}
        found += [f"{language}: missing {key[0]!r}" for key in wanted if key not in have]
        found += [f"{language}: left over {key[0]!r}" for key in have if key not in wanted]
        for key, message in have.items():
            if not _is_complete(message):
                found.append(f"{language}: not translated {key[0]!r}")
            elif not _same_placeholders(message):
                found.append(f"{language}: other placeholders in {key[0]!r}")
    return found


def _same_placeholders(message: Message) -> bool:
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    allowed = set().union(*(_PLACEHOLDER.findall(text) for text in ids))
    for text in texts:
        used = set(_PLACEHOLDER.findall(text or ""))
        if not used <= allowed or (not isinstance(message.id, (tuple, list)) and used != allowed):
            return False
    return True


def main(word: str) -> int:
    if word == "update":
        update()
        return 0
    found = faults()
    for fault in found[:200]:
        print(fault, file=sys.stderr)  # noqa: T201
    print(f"catalogues: {len(found)} faults")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
