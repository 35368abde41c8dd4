"""Text from outside as plain words: what a model wrote, or an article, without what acts, links or cannot be seen."""

from __future__ import annotations

import re

INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
"""Characters that a model sees and a reader does not, as ranges of a pattern's class: control, zero-width,
bidirectional, shorthand, music, tag and private-use characters; line breaks are none of them."""
UNSEEN = re.compile(f"[{INVISIBLE}\ufe00-\ufe0f]")
"""The same, and what says only how the sign before it is drawn."""

MAX_DRAFT = 8_000
"""Characters of a draft that are read; an answer has some hundred, also after much thought."""

_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)|^[^<]{0,10000}</think>", re.S)
"""What a reasoning model says to itself, where its server leaves that in the reply."""
_NUMBERED = re.compile(r"\s*[\[(【](?:quotes?\s*)?\d+(?:\s*[,;–-]\s*\d+)*[\])】]|(?<!m)[⁰¹²³⁴-⁹]+", re.I)
_LEAD = re.compile(r"^\s*(?:(?:short |final )?answer|response|a)\s*[:：]\s*", re.I)
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\((?:[^()\n]|\([^()\n]{0,300}\)){0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{0,300})\](?:\((?:[^()\n]|\([^()\n]{0,300}\)){0,2000}\)|\[[^\]\n]{0,300}\])")
_TAG = re.compile(r"</?[a-z][^<>\n]{0,300}>|</?[a-z][\w-]*(?: [\w-]+=[^<>\s]*)*(?=\s|$)", re.I)
_MARKUP = re.compile(r"[*_`#>]{1,3}")
_PATH = r"(?:[^\s<>\"'()\]]|\([^\s()]{0,300}\))"
_SCHEME = rf"(?:\b[a-z][a-z0-9+.-]{{0,20}}\s?)?(?:\[:\]|:)\s?//{_PATH}*|(?<![\w:])//[\w-]+[.。．｡]{_PATH}+"
_LINKING = re.compile(rf"<?(?:{_SCHEME}|\bwww[.。．｡]{_PATH}+|\b(?:javascript|data|mailto):\S+)>?", re.I)
_ENDS = (
    "com|org|net|io|gov|edu|info|biz|app|dev|xyz|shop|site|online|example|test|invalid|top|club|live|news|co|me|uk|de|fr|"
    "ru|cn|eu|us|tv|ly|ai|to|cc|gg|link|click"
)
_DOMAIN = re.compile(
    rf"(?:[\w.+-]{{1,60}}@)?\b[\w-]{{2,60}}(?:(?:[.。．｡]|\[\.\]|\(\.\))[\w-]{{1,60}}){{0,8}}(?:[.。．｡]|\[\.\]|\(\.\))(?:{_ENDS})\b"
    rf"(?:[/?:]{_PATH}*)?",
    re.I,
)
"""A domain, mail addresses and paths on it among them, also where its dots are in brackets or of another script."""


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit_for_xml(text: str) -> str:
    """A text without the characters that XML 1.0 cannot hold, escaped or not (section 2.2)."""
    return _NOT_XML.sub("", text)


def plain_draft(draft: str) -> str:
    """What a model wrote, without its citation numbers, markup, images, and 'Answer:'; of links their words stay."""
    text = " ".join(_THOUGHT.sub("", draft[:MAX_DRAFT]).split())
    text = _LINK.sub(_words, _IMAGE.sub("", UNSEEN.sub("", text)))
    text = _LEAD.sub("", _MARKUP.sub("", _TAG.sub("", _NUMBERED.sub("", text))))
    text = re.sub(r"\b([A-Z])\. (?=[A-Z]\.)", r"\1.", " ".join(text.split()))  # "U. S.", as small models write it
    return _tidy(text)


def _words(link: re.Match[str]) -> str:
    """The words of a link; '[1](...)' is a citation."""
    return "" if link[1].isdigit() and len(link[1]) < 3 else link[1]


def without_addresses(text: str, quote: str, asked: bool) -> str:
    """A claim without web and mail addresses, but those of ``quote`` where an address was ``asked`` for, and names with
    a dot that stand there: 'Booking.com'."""

    def keep(found: re.Match[str]) -> str:
        end = re.search(r"[.,;!?]*$", found[0])
        return found[0] if asked and found[0].strip("<>.,;") in quote else end[0] if end else ""

    def name(found: re.Match[str]) -> str:
        bare = not re.search(r"[@/?:]", found[0]) and found[0].lower() in quote.lower()
        return found[0] if bare else keep(found)

    cut = _DOMAIN.sub(name, _LINKING.sub(keep, text))
    if cut == text:
        return text
    # What led up to an address would hang in the air: '... at', '... (see )'.
    return _tidy(re.sub(r"\(\s*(?:see|at|via)?\s*\)|\b(?:at|on|via|see|to)(?=\s*[.,;!?]?$)", " ", cut))


_ASKS_ADDRESS = re.compile(
    r"\b(?:web ?sites?|web page|urls?|links?|(?:web |e-?mail |mail )?address|e-?mails?|domain)\b|"
    r"\b(?:where|how) (?:can|could|do|does|should|may|must|to)\b.{0,60}?\b(?:apply|register|sign|enroll?|buy|book|"
    r"donate|report|watch|download|find|read|contact|vote|complain|claim)\b",
    re.I,
)


def asks_address(question: str) -> bool:
    """Whether a web or mail address may be the answer."""
    return bool(_ASKS_ADDRESS.search(question))


def shown_quote(quote: str, asked: bool = False) -> str:
    """A sentence of an article as part of an answer: on one line, with nothing that links, loads, marks or hides."""
    text = _LINK.sub(lambda found: found[1], _IMAGE.sub("…", UNSEEN.sub("", quote)))
    if not asked:
        text = _LINKING.sub("…", text)
        text = _DOMAIN.sub(lambda found: "…" if re.search(r"[@/?]", found[0]) else found[0], text)
    return " ".join(re.sub(r"\[(\d{1,3})\]", r"(\1)", text).split())


def _tidy(text: str) -> str:
    text = re.sub(r"\s+(?=[.,;!?])", "", " ".join(text.split()))
    return re.sub(r"[\s,;]+(?=[.!?]?$)", "", text).strip(" \"'“”")
