"""Outlets and sections that a question names as where to look, and not as what it asks about.

'according to Reuters' is a source, 'Why did CNN fire its anchor?' and 'a CNN poll' are not: a name counts only within
words of reporting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_DOMAIN = re.compile(r"\.(?:com|org|net|co\.\w\w|com\.\w\w|gov|info|news|tv|\w\w)$", re.I)
_WORD = re.compile(r"[^\W_][\w&.'’-]*")
_SUBDOMAIN = re.compile(r"^(?:www|edition|m|amp|news)\.", re.I)
# Names that are also words: only with a capital, and after 'the' where it is theirs.
_WORDS = frozenset(
    (
        "week time times sun people hill mirror post star today now globe mail express independent guardian telegraph "
        "economist nation atlantic herald tribune standard observer metro record journal world us city money local "
        "science dispatch wire courier echo gazette ledger radio daily sport sports business politics"
    ).split()
)
_REPORTING = (
    r"(?:report|story|article|coverage|account|interview|investigation|analysis|live blog|review|headline|editorial|"
    r"column|reporting|newsletter|podcast|piece|scoop|obituary)s?"
)
_BEFORE = re.compile(
    r"(?:\baccording to|\bas reported (?:by|in)|\b(?:reported|published|quoted|revealed|made public|obtained|broken|"
    r"covered|written|"
    r"described|cited|claimed|seen|uncovered|said|printed|featured) (?:by|in)|\bper|\b(?:told|tells?|telling|told to)|"
    rf"\b{_REPORTING} (?:by|in|from|on|with|of)|\b(?:news|latest|updates?|headlines|something|anything|what is|"
    rf"what's|read|"
    r"new|reads?|look|search|only) (?:from|on|in|by|at)|\bsource:|\bfrom source|^(?:in|from|per|on)|"
    r"[\w”\"’)?,] (?:in))(?: the| an?)? $",
    re.I,
)
_SURE = re.compile(r"\b(?:the|according to|reported by|published by|told) $", re.I)
_NOT_BEFORE = re.compile(
    r"\b(?:stakes?|shares?|trust|invest(?:ed|s|ing|ment)?|jobs?|role|works?|working|worked|confidence|interest|faith|"
    r"staff|cuts|layoffs|editor|journalist|journalists|presenter|strike|strikes|position|posts?|employed|involved|"
    r"changes?) in (?:the )?$",
    re.I,
)
_ARTICLE_AN = re.compile(r"\b(?:to|by|per|from|in) an? $", re.I)
_ASKED = re.compile(r"\b(?:did|does|do|has|have|is|was|will)(?: the)? $", re.I)
_SAYS_PLAIN = re.compile(
    r" (?:just |recently |already |first |actually )?(?:report|say|write|publish|claim|reveal|describe|cover|quote|"
    r"estimate|predict|call|put|reported|reporting|said|saying|written|published|covered|covering|find|found|mention|"
    r"headline)\b(?! (?:about |of |on |that )?(?:its|their|it)\b)",
    re.I,
)
_SAYS = re.compile(
    r" (?:first |also )?(?:reports?|reported|says?|said|writes?|wrote|reveals|describes|claims|"
    r"quotes)\b(?! (?:about |of |on |that )?(?:its|their|it|a (?:loss|profit))\b)",
    re.I,
)
_SUBJECT = re.compile(
    r"\b(?:why|who|whom|when|how many times|where) (?:did|does|do|has|have|was|is|will)(?: the)? $", re.I
)
_OF_ITS = re.compile(rf"['’]s? (?:own |latest |recent |new |front-page |exclusive )?{_REPORTING}\b", re.I)
_NOUN = re.compile(rf" (?:latest |recent |exclusive )?{_REPORTING}\b", re.I)
_PART_OF_A_NAME = re.compile(
    r"[ /-](?:(?-i:[A-Z])[\w&]|& |poll|survey|anchor|host|presenter|star|journalist|reporter|chief|boss|ceo|executive|"
    r"spokes|correspondent|editor|owner|staff|employee|shares|stock)",
    re.I,
)
_ALSO = re.compile(r"(?:,| and| or|, and| as well as)(?: the)? $", re.I)
_CAPITAL = re.compile(r"(?:^|[^.?!:,\w]\s?)(?-i:[A-Z])[\w&.'’-]{0,30} $")


def _keys(outlet: str) -> set[str]:
    """What an outlet may be called, in small letters: 'bbc.co.uk' and 'BBC News' give 'bbc'."""
    name = " ".join(outlet.split())
    plain = _SUBDOMAIN.sub("", name)
    bare = _DOMAIN.sub("", plain)
    bare = bare if len(bare) > 1 else plain
    keys = {name.lower(), plain.lower(), bare.lower()}
    keys |= {key.removeprefix("the ") for key in keys}
    if "." in name and bare.lower().startswith("the") and len(bare) > 5:
        keys.add(bare.lower()[3:])  # theguardian.com
    keys |= {re.sub(r" ?(?:news|online)$| (?:newspaper|magazine)$", "", key) for key in keys}
    keys |= {key.replace(" ", "").replace("-", "") for key in keys if "." not in key}
    words = re.findall(r"[A-Z][^\W_]*", re.sub(r"^the ", "", name, flags=re.I))
    if len(words) >= 2 and " " in name:
        keys.add("=" + "".join(w[0] for w in words))  # initials, which only capitals may match
    return {k for k in keys if len(k) > 1 and k not in ("the", "news", "online")}


@lru_cache(maxsize=8)
def _table(outlets: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Key -> the outlets that it may mean."""
    table: dict[str, tuple[str, ...]] = {}
    for outlet in dict.fromkeys(outlets):
        for key in _keys(outlet):
            table[key] = (*table.get(key, ()), outlet)
    return table


def outlets_named(text: str, outlets: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Those of ``outlets`` that ``text`` names as a source, each once, and notes of (words, 'outlet NAME').

    Case, 'the', '.com', 'News' and initials do not matter. ``text`` has single spaces.
    """
    table = _table(tuple(outlets))
    longest = min(8, max((key.count(" ") + 1 for key in table), default=-2) + 2)
    found: dict[str, str] = {}  # outlet -> what it is called
    waiting: tuple[int, str, tuple[str, ...]] | None = None  # 'Reuters' in 'What did Reuters and the BBC report?'
    last = -1  # where the last source ended, for 'according to Reuters and the BBC'
    tokens = [(m.start(), m.start() + len(m[0].rstrip(".'’-"))) for m in _WORD.finditer(text)]
    i = 0
    while i < len(tokens):
        for length in range(min(longest, len(tokens) - i), 0, -1):
            start, end = tokens[i][0], tokens[i + length - 1][1]
            known = _known(text[start:end], table)
            if not known:
                continue
            before, after = text[max(0, start - 60) : start], text[end : end + 40]
            chained = 0 <= last <= start and bool(_ALSO.fullmatch(text[last:start]))
            if _is_source(text[start:end], before, after, chained):
                last = end
                if waiting and _ALSO.fullmatch(text[waiting[0] : start]):
                    for outlet in waiting[2]:
                        found.setdefault(outlet, waiting[1])
                for outlet in known:
                    found.setdefault(outlet, text[start:end])
            waiting = (end, text[start:end], known)
            i += length - 1
            break
        i += 1
    return tuple(found), tuple((called.removeprefix("the "), f"outlet {outlet}") for outlet, called in found.items())


_TELLING = re.compile(
    r"\b(?:on|about|give[sn]?|gave|says?|said|reports?|reported|puts?|figures?|numbers?|differs?|agrees?|disagrees?|same|"
    r"different|versions?|according|writes?|wrote|claims?|estimates?|names?|prints?|counts?|ha(?:s|ve|d)|tells?|told|"
    r"cover(?:s|ed)?|stor(?:y|ies)|accounts?|coverage|report(?:s|ing)|right)\b",
    re.I,
)


_VERSUS = re.compile(r" (?:vs\.?|versus|against)(?= )", re.I)
_BEFORE_SHORT = re.compile(r"\b(?:the|(?:vs\.?|versus|against)(?: the)?) $", re.I)


def outlets_set_against(text: str, outlets: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Two or more of ``outlets`` whose words are held against each other ('the Post and the Wire on the price', 'How
    many does the Post give, and how many the Wire?'), each with what it is called there; none where one is named.

    Part of a name is enough where it is of one outlet alone: 'the Wire', 'ledger versus wire'.
    """
    table = _table(tuple(outlets))
    parts: dict[str, set[str]] = {}
    for outlet in outlets:
        parts.setdefault(outlet.rsplit(" ", 1)[-1].lower(), set()).add(outlet)
    found: dict[str, str] = {}
    tokens = [(m.start(), m.start() + len(m[0].rstrip(".'’-"))) for m in _WORD.finditer(text)]
    longest = max((key.count(" ") + 1 for key in table), default=0)
    i = 0
    while i < len(tokens):
        for length in range(min(longest, len(tokens) - i), 0, -1):
            start, end = tokens[i][0], tokens[i + length - 1][1]
            words = re.sub(r"['’]s$", "", text[start:end])
            known: Iterable[str] = table.get(words.lower(), ()) if words[:1].isupper() or " " in words else ()
            in_short = length == 1 and words.lower() in _WORDS
            if not known and in_short and (_BEFORE_SHORT.search(text[:start]) or _VERSUS.match(text[end:])):
                known = parts.get(words.lower(), ())
            if known := list(known):
                if len(known) == 1:
                    found.setdefault(known[0], words)
                i += length - 1
                break
        i += 1
    rest = text
    for called in found.values():
        rest = rest.replace(called, " ")
    return tuple(found.items()) if len(found) > 1 and (_TELLING.search(rest) or _VERSUS.search(rest)) else ()


def _known(words: str, table: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if len(words) > 80:
        return ()
    if words.isupper() and (known := table.get("=" + words.replace(".", ""))):
        return known
    key = re.sub(r"['’]s$", "", words.lower())
    bare = re.sub(r"^the ", "", key)
    for form in (key, bare, re.sub(r" (?:news|newspaper|magazine|online)$", "", bare), _DOMAIN.sub("", bare)):
        if form in table:
            if form in _WORDS and not ((words[0].isupper() and words[:4] != "The ") or words[4:5].isupper()):
                return ()
            return table[form]
    if key != bare and words[4:5].isupper() and (known := table.get(key.replace(" ", ""))):
        return known  # 'The Week' of theweek.co.uk
    joined = bare.replace(" ", "").replace("-", "")
    return table.get(joined, ()) if " " in bare and joined not in _WORDS and words[0].isupper() else ()


def _is_source(words: str, before: str, after: str, chained: bool) -> bool:
    if words.lower().endswith(("'s", "’s")):
        after, words = "'s" + after, words[:-2]
    owned = bool(_OF_ITS.match(after))
    if not owned and (after[:2] in ("'s", "’s") or (_PART_OF_A_NAME.match(after) and not _NOUN.match(after))):
        return False
    # 'the New York Times' where only 'The Times' is known
    ahead = re.sub(r"\b(?:the|The) $", "", before)
    if ahead == before and _CAPITAL.search(before) and not _BEFORE.search(before) and not _ASKED.search(before):
        return False
    if words.lower() in _WORDS and not _SURE.search(before):
        return False
    if chained:
        return True
    if _NOT_BEFORE.search(before) or _SUBJECT.search(before):
        return False
    if owned:
        return True
    if _BEFORE.search(before):
        return not _ARTICLE_AN.search(before) or bool(_NOUN.match(after))
    told = _SAYS.match(after) or (_ASKED.search(before) and _SAYS_PLAIN.match(after))
    return bool(told or (_NOUN.match(after) and re.search(r"\b(?:the|in an?|from an?) $", before, re.I)))


_PLACE = r"(?:sections?|pages?|supplement|category|desk|coverage|headlines)"
_NEWS_OF = re.compile(
    r"(?:^|\b(?:the|any|some|in|latest|recent|today['’]s|this week['’]s|from|what|more|top|read) )$", re.I
)
_NOT_NEWS = re.compile(
    r" (?:news|coverage|headlines|stories) (?:station|channel|anchor|outlet|site|organi|network|presenter|conference|"
    r"agency|paper|& )",
    re.I,
)


def sections_named(text: str, sections: Iterable[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Those of ``sections`` that ``text`` names: 'in the sports section', 'business news about'."""
    found: dict[str, str] = {}  # section -> what it is called
    for section in filter(str.strip, sections):
        for match in _section_form(section).finditer(text):
            before, after = text[max(0, match.start() - 30) : match.start()], text[match.end(1) : match.end(1) + 40]
            placed = bool(re.match(rf" {_PLACE}\b", after, re.I)) and not re.match(
                r" (?:headlines|coverage)", after, re.I
            )
            told = None if _NOT_NEWS.match(after) else re.match(r" (?:news|headlines|stories|coverage)\b", after, re.I)
            under = re.search(r"\b(?:section|under|filed under|category)(?: on| for|:)? $", before, re.I)
            opens = match.start() == 0 or _NEWS_OF.search(before) is not None
            if told and told[0].lower() in (" headlines", " coverage") and before.lower().endswith("the "):
                opens = False  # 'dominated the entertainment headlines'
            if placed or under or (told and opens):
                found.setdefault(section, match[1])
    return tuple(found), tuple((called, f"section {section}") for section, called in found.items())


@lru_cache(maxsize=256)
def _section_form(section: str) -> re.Pattern[str]:
    name = " ".join(section.split())
    stem = re.escape(name[:-1] if name.lower().endswith("s") and len(name) > 3 else name)
    return re.compile(rf"(?<!\w)({stem}s?)(?!\w)", re.I)
