"""A file of any sort -> its text, or a clear word why it is none.

The limits keep time and memory bounded whatever the file is: it is never read beyond them.
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass
from pathlib import Path

from sandbox_kg.problems import Problem, ProblemsFoundError

MOST_BYTES = 2_000_000
MOST_CHARACTERS = 500_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff\ud800-\udfff\ue000-\uf8ff]")
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
# Each Chinese text of a few lines has several of these; bytes of another encoding read as GB18030 have next to none.
_COMMON = re.compile("[的一是在有和为服务用银行金融新应申请机构業務為銀創應請機構]")
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,9})(?:\s[^<>]{0,2000})?/?>|<!--|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
)
_LABEL = re.compile("\\s*[\u4e00-\u9fff]{2,10}[::]")
_CLAUSES = re.compile("[,,。;;]")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f]")
_NEW_LINE = re.compile(r"\s*(?:[0-9一二三四五六七八九十]{1,3}[、..)）]|[(（][0-9一二三四五六七八九十]{1,3}[)）]|[①-⑳])")
_LOOKS_LIKE_HTML = re.compile(
    r"<(?:p|div|br|span|td|tr|table|li|h[1-6]|html|body)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE
)
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"html", "body", "head", "title", "section", "article", "header", "footer"}
)
_HIDDEN = ("script", "style")


@dataclass(frozen=True)
class Reading:
    """What a file says.

    Attributes:
        text: its characters; markup of web pages is left out, and its blocks end lines.
        offsets: for each character of `text` where it stands in the decoded file.
        raw: the decoded file.
        encoding: how it was decoded.
        data: its bytes.
        is_page: whether it had the markup of a web page.
    """

    text: str
    offsets: list[int]
    raw: str
    encoding: str
    data: bytes
    is_page: bool = False


def read_text(path: Path) -> Reading:
    """Reads a text file.

    Args:
        path: UTF-8, GB18030 (which GBK and GB2312 are part of), or UTF-16 and UTF-32 with a byte order mark.

    Returns:
        Its text.

    Raises:
        ProblemsFoundError: it is no file, is empty, too long, no text, or in another encoding.
        OSError: it cannot be read.
    """
    name = str(path)
    if not path.exists():
        raise _refusal(name, "draft-no-file")
    if not path.is_file():
        raise _refusal(name, "draft-not-a-file")
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _refusal(name, "draft-too-large", limit=f"{MOST_BYTES:,}")
    raw, encoding = decode(data, name)
    if len(raw) > MOST_CHARACTERS:
        raise _refusal(name, "draft-too-long", count=f"{len(raw):,}", limit=f"{MOST_CHARACTERS:,}")
    if not raw.strip():
        raise _refusal(name, "draft-empty")
    if not _CHINESE.search(raw):
        raise _refusal(name, "draft-no-chinese")
    plain, places = without_markup(raw)
    text, offsets = unwrapped(plain, places)
    return Reading(text, offsets, raw, encoding, data, is_page=plain != raw)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of bytes and the name of their encoding.

    Raises:
        ProblemsFoundError: they are no text in a known encoding.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return _new_lines(data.decode(encoding)), encoding
            except UnicodeDecodeError as error:
                raise _refusal(name, "draft-encoding-broken", encoding=encoding, position=str(error.start)) from None
    if b"\x00" in data:
        raise _refusal(name, "draft-binary")
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        try:
            text, encoding = data.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            raise _refusal(name, "draft-encoding-unknown") from None
    if encoding == "gb18030" and len(_CHINESE.findall(text)) > 20 and not _COMMON.search(text):
        raise _refusal(name, "draft-encoding-unknown")
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise _refusal(name, "draft-binary")
    return _new_lines(text), encoding


def _new_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_markup(raw: str) -> tuple[str, list[int]]:
    """A text without the tags and entities of HTML, and where each of its characters stands.

    Tags that end a block end a line, cells become tab stops. A text without tags of a page stays as it is, so that a
    `<` in prose is not taken for one.
    """
    if not _LOOKS_LIKE_HTML.search(raw) and "&nbsp;" not in raw:
        return raw, list(range(len(raw)))
    pieces: list[str] = []
    offsets: list[int] = []

    def put(text: str, at: int, single: bool) -> None:
        pieces.append(text)
        offsets.extend([at] * len(text) if single else range(at, at + len(text)))

    position, lowered = 0, raw.lower()
    while match := _TAG.search(raw, position):
        put(raw[position : match.start()], position, single=False)
        position = match.end()
        tag = (match.group(2) or "").lower()
        if match.group() == "<!--":
            end = raw.find("-->", position)
            position = len(raw) if end < 0 else end + 3
        elif not tag:
            put(html.unescape(match.group()), match.start(), single=True)
        elif tag in _HIDDEN and not match.group(1):
            end = lowered.find(f"</{tag}", position)
            position = len(raw) if end < 0 else end
        elif tag in _BLOCKS:
            put("\n", match.start(), single=True)
        elif tag in ("td", "th") and match.group(1):
            put("\t", match.start(), single=True)
    put(raw[position:], position, single=False)
    return "".join(pieces), offsets


def unwrapped(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """A text without the line ends that a narrow page put into its paragraphs, and the offsets that are left.

    A line end goes where the line is prose, full (within two characters as wide as the widest, and one of several so
    wide) and ends no sentence, or where a bracket that it opens is closed on the next line.
    """
    lines = text.split("\n")
    joined = [False] * len(lines)
    page = _page_width([_width(line.strip()) for line in lines])
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and lines[end].strip():
            end += 1
        _mark_wrapped(lines, joined, start, end, page)
        start = max(end, start + 1)
    pieces: list[str] = []
    kept: list[int] = []
    position = 0
    for number, line in enumerate(lines):
        stop = position + len(line) + (number + 1 < len(lines))
        end = stop - 1 if joined[number] else stop
        pieces.append(text[position:end])
        kept += offsets[position:end]
        position = stop
    return "".join(pieces), kept


def _mark_wrapped(lines: list[str], joined: list[bool], start: int, end: int, page: int) -> None:
    """Marks the lines of a paragraph whose end is only that of the page's width."""
    widths = [_width(line.rstrip()) for line in lines[start:end]]
    longest = page or _page_width(widths, least=2)
    for number in range(start, end - 1):
        line, following = lines[number].rstrip(), lines[number + 1]
        if "\t" in line or "|" in line or line[-1] in "。!?;:!?;:":
            continue
        is_open = _depth(line) > 0 and len(line) <= 200 and _closes(following)
        is_full = longest > 0 and _width(line) >= longest - 4 and line[-1] not in ")）”"
        is_prose = _CLAUSES.search(line) is not None or (number > start and joined[number - 1])
        starts_anew = _NEW_LINE.match(following) or _LABEL.match(following) or _LABEL.match(line)
        joined[number] = is_open or (is_full and is_prose and _depth(line) <= 0 and not starts_anew)


def _page_width(widths: list[int], least: int = 3) -> int:
    """The width that lines were broken at, where several lines come near the widest; else 0."""
    longest = max(widths, default=0)
    near = sum(width >= longest - 4 for width in widths)
    return longest if 30 <= longest <= 120 and near >= least else 0  # one full line may be a heading


def _width(line: str) -> int:
    """The width of a line where Chinese characters take two columns."""
    return len(line) + len(_WIDE.findall(line))


def _depth(line: str) -> int:
    return line.count("(") + line.count("（") - line.count(")") - line.count("）")


def _closes(line: str) -> bool:
    """Whether a line closes a bracket that an earlier one opened."""
    closed = min((at for at in (line.find(")"), line.find("）")) if at >= 0), default=-1)
    opened = min((at for at in (line.find("("), line.find("（")) if at >= 0), default=len(line))
    return 0 <= closed < opened


def _refusal(name: str, key: str, /, **values: str) -> ProblemsFoundError:
    return ProblemsFoundError([Problem(name, 0, "", key, tuple(sorted(values.items())))])
