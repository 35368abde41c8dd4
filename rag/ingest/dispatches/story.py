"""A message of a wire as a story: what of its lines is for editors, what is its headline, its byline and its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rag.ingest.dispatches import marks
from rag.ingest.dispatches.embargo import embargo_end
from rag.ingest.dispatches.frame import WireFrame
from rag.ingest.dispatches.lines import WireLine, wire_lines, wire_paragraphs
from rag.ingest.encoding import one_line
from rag.ingest.segment.bylines import byline, is_role, looks_like_outlet, people
from rag.text.reading.datelines import DATELINE
from rag.text.timex.machine import parse_machine_stamp
from rag.types import When

_MOST_HEAD = 24  # lines above the text
_LONGEST_TITLE = 300
_AGENCIES = {
    "ap": "AP", "reuters": "Reuters", "rtr": "Reuters", "afp": "AFP", "dpa": "dpa", "efe": "EFE", "ansa": "ANSA",
    "apa": "APA", "sda": "SDA", "ats": "ATS", "tass": "TASS", "itar-tass": "TASS", "xinhua": "Xinhua",
    "upi": "UPI", "kyodo": "Kyodo", "pti": "PTI", "lusa": "Lusa", "ntb": "NTB", "tt": "TT", "ritzau": "Ritzau",
    "belga": "Belga", "anp": "ANP", "pap": "PAP", "ctk": "ČTK", "čtk": "ČTK", "mti": "MTI", "stt": "STT",
    "cp": "CP", "the canadian press": "CP", "aap": "AAP", "pa": "PA", "afx": "AFX", "ddp": "ddp", "dapd": "dapd",
    "kna": "KNA", "epd": "epd", "sid": "SID", "bloomberg": "Bloomberg", "ria novosti": "RIA Novosti",
    "interfax": "Interfax", "yonhap": "Yonhap", "anadolu": "Anadolu", "aa": "Anadolu", "associated press": "AP",
    "the associated press": "AP", "agence france-presse": "AFP", "notimex": "Notimex",
}  # fmt: skip
_DAY = r"(?:\d{1,2}\.?\s+[A-Za-zÀ-ÿ]{3,12}\.?|[A-Za-zÀ-ÿ]{3,12}\.?\s+\d{1,2})(?:,?\s+\d{4})?"
_DATELINE = re.compile(
    rf"(?P<place>[A-ZÀ-Þ][^()\n]{{1,60}}?)(?:\s*\([^()]{{2,30}}\))?(?:,\s*(?P<day>{_DAY}))?,?\s*"
    rf"\((?P<agency>[A-Za-zČč][\w .&/+’'-]{{1,40}})\)\s*(?:\.\s*)?(?:=\s*)?(?:--?|[–—:])\s*(?=\S)"
)
"""'ERLE, Norway (AP) —', 'Erle (dpa) -', 'ERLE (Norvège), 7 mai 2024 (AFP) -'."""
_DATELINE_TURNED = re.compile(
    rf"\((?P<agency>[A-Za-z][\w .&/+’'-]{{1,40}})\)\s*[-–—]\s*(?P<place>[A-ZÀ-Þ][^()\n]{{1,60}}?)"
    rf"(?:,\s*(?P<day>{_DAY}))?\s*(?:[-–—.]|$)"
)
"""'(ANSA) - ERLE, 7 MAG -'."""
_VERSION_LINE = re.compile(r"[(\[](?P<words>[^()\[\]]{2,80})[)\]]")
_NOTE = re.compile(
    r"\(?\s*(?:eds?\b\s*[:.]|editors?\s*[:,]|editors['’]?\s+notes?\b|notes? to editors?"
    r"|attention,?\s+(?:editors|news)"
    r"|an die redaktion(?:en)?|achtung\b|redaktion(?:en)?\s*:|hinweis\s*:|attention\b[ ,:!-]|avis aux|note (?:à|aux) "
    r"|nota (?:a los|del|ai|para)\b|atenci[óo]n,?\s+(?:editores|redacci)|attenzione\b|att\.?\s+(?:redazioni|editors)"
    r"|\((?:adds?|recasts?|corrects?|corrected|updates?|refiles?|clarifies|removes?|changes?|fixes|trims"
    r"|rewrites|writes?)\b"
    r"|(?:adds|updates|corrects|recasts|subs|inserts|trims|deletes|leads with|with|moving on|for use"
    r"|will be led|stands for)\b"
    r"(?=.{0,160}(?:graf|graph|para(?:graph)?\b|photo|sted|byline|quote|detail|background|lead|minor edit"
    r"|dateline|reaction|ap photo))"
    r"|(?:rectificatif|corrige|actualise|ajoute|précise|reprise)\b(?=.{0,200}(?:///|§|paragraphe|titre))"
    r"|\((?:neu|berichtig\w+|korrig\w+|aktualisiert|ergänzt|mit|wiederholung)\s*[:)])",
    re.IGNORECASE,
)
_SAID_TO_EDITORS = re.compile(r"(?:eds?|editors?|redaktion(?:en)?|att(?:ention)?|achtung)\b[.:,!\s-]*", re.IGNORECASE)
_CREDIT = re.compile(
    r"\(?\s*(?:(?:additional )?(?:reporting|writing|editing|compiled|report(?:ed)?)\s+by|(?:bearbeitet"
    r"|redigiert|geschrieben) von"
    r"|(?:rédigé|édité) par|(?:editado|redacci[óo]n|escrito) (?:por|de)|con información de)\b.{0,300}\)?",
    re.IGNORECASE | re.DOTALL,
)
_REPORTING = re.compile(
    r"(?:reporting|writing|report) by\s+(?P<names>[^;()]{3,120}?)"
    r"(?=\s*[,;.]?\s*(?:additional|writing|editing)\b|[;()]|\.?$)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\W*(?:-?\s*30\s*-?|#{2,}|(?-i:INDEX)\s*:[\s\w,]{3,60}|ends?|\(end\)|ende|fin|fine|slut|nnnn|zczc|\(?mf\)?"
    r"|[_*=~. -]{3,}|x\s+x\s+x"
    r"|(?:reuters|dpa|afp|ap|efe|ansa|apa|sda|ats)(?:[ /]+[A-Za-zÄÖÜäöü]{1,5}\d{0,2}){0,6}(?:\s+\d{6}.{0,24})?"
    r"|[a-zäöü]{2,4}(?:[/-][a-zäöü]{2,5}){1,4}(?:/[a-z]{2,4})*"
    r"|[a-z]{2,5}-(?:[a-z]{2}-)?\d\d-\d\d-\d\d.{0,24}|(?:\w{2,5} )?\d{6}\s*(?:gmt|utc|\w{3,4})?\s+\w{3,9}\.?\s+\d{2,4}"
    r"|\d{1,2}\.\d{1,2}\.\d{4},? \d\d[:.]\d\d"
    r"|\d{1,2}-\w{3}-\d\d(?:\d\d)? \d\d:\d\d.{0,10}|copyright\b.{0,200}|©.{0,200}|\(c\) .{0,200}"
    r"|(?:the associated press|reuters|agence france-presse)(?: contributed to this report)?\.?)\W*",
    re.IGNORECASE | re.DOTALL,
)
_SIGNED_OFF = re.compile(
    r"(?<=[.!?”\"“»])\s+(?:dpa|sda|apa|afp|ansa|efe|ap)(?:[ /]+[a-zäöü]{1,5}\d{0,2}){1,6}\s*$", re.IGNORECASE
)
"""Who wrote and edited it, by their letters, behind the last sentence: 'dpa ah yyby n1 hu'."""
_RULE = re.compile(r"[-_*=~. ]{3,}")
_OWN_PROMOTION = re.compile(r"https?://|(?<!\S)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?\W*$|@\w", re.IGNORECASE)
"""What an agency says of itself under a rule has an address in it."""
_MORE = re.compile(
    r"\W*(?:more|mehr folgt|folgt|suite|à suivre|m[áa]s|sigue|segue|continues?|til later|meer volgt)\W*", re.IGNORECASE
)
_INLINE_MORE = re.compile(
    r"\s*\((?i:more|mehr folgt|folgt|suite|segue|sigue)\)\s*$|\s+\((?i:mf)\)\s*$|(?<=[.!?”\"])\s+MORE\s*$"
)
_NOTEBOOK = re.compile(
    r"\W*#?\s*(?:notizblock|redaktionelle hinweise"
    r"|die folgenden informationen sind nicht zur ver[öo]ffentlichung bestimmt"
    r"|the following information is not for publication|not for publication)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SLUG = re.compile(r"[\w.&’'-]+(?:/[\w .&’'()-]*)+|[\w’'.]+(?:-+[\w’'.]+){1,6}", re.IGNORECASE)
_WRITER = re.compile(r"(?:associated press|ap|reuters|afp|dpa)(?: \w+){0,3} writers?", re.IGNORECASE)
_LABELLED = re.compile(r"(?:keywords?|stichw[oö]rt(?:er)?|mots-cl[ée]s|slug|subject)\s*:\s*", re.IGNORECASE)
_UNPARTED = re.compile(r"[ -]((?:\d(?:st|nd|rd|th)?[ -]?(?:ld|lead|add)\b.*|writethru|kill|advisory))$", re.IGNORECASE)
_EMBARGO = re.compile(
    r"\W*(?:embargo(?:ed)?(?:\s+(?:until|till|to|jusqu['’]\w+|hasta|fino|bis|au))?|(?:hold )?for release"
    r"|not for (?:release|publication|use)"
    r" (?:before|until)|hold until|sperrfrist(?:\s+bis)?|gesperrt bis|sous embargo(?: jusqu\S+)?"
    r"|embargo jusqu\S+|spärrtid)\b[\s:,.-]*"
    r"(?P<when>.{0,80}?)[\s<=]*",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?<!\d)(?P<d>[0-3]\d)(?P<h>[0-2]\d)(?P<m>[0-5]\d)\s*(?P<zone>GMT|UTC|Z|[A-Z]{3,4})?\s+"
    r"(?P<month>[A-Za-zÀ-ÿ]{3,9})\.?\s+(?P<y>\d{4}|\d\d)(?!\d)"
)
_AP_GROUP = re.compile(r"(?P<month>\d\d)-(?P<d>\d\d)-(?P<y>\d\d)\s+(?P<h>\d\d)(?P<m>\d\d)(?P<zone>[A-Z]{3,4})?")
_DASHED_GROUP = re.compile(
    r"(?<!\d)(?P<d>\d\d?)-(?P<month>[A-Za-zÀ-ÿ]{3})-(?P<y>\d{4}|\d\d) (?P<h>\d\d)[:.](?P<m>\d\d)"
)
_DOTTED_GROUP = re.compile(
    r"^\s*(?P<d>\d\d?)\.(?P<month>\d\d?)\.(?P<y>\d{4}),? (?P<h>\d\d)[:.](?P<m>\d\d)\s*$", re.MULTILINE
)
_REFERS = re.compile(r"\b(?:BC|AM|PM)-\s?([A-Z][^\s,;:]*(?:\s[A-Z][^\s,;:]*){0,2})|\b([A-Za-z]{1,3}\d{3,5})\b")


@dataclass(slots=True)
class WireStory:
    """What a message holds."""

    slug: str = ""  # its keywords, without the parts that name a version
    parts: list[str] = field(default_factory=list)  # the parts of its slug behind a comma
    title: str = ""
    body: list[str] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    agency: str = ""
    sent: When = None
    embargo: str | None = None  # as it is stated; '' where only that there is one
    notes: list[str] = field(default_factory=list)  # to editors
    killing: bool = False
    held: bool = False
    advisory: bool = False
    more: bool = False  # it goes on in another message
    refers: list[str] = field(default_factory=list)  # slugs and numbers that a kill names

    @property
    def added(self) -> bool:
        return any(map(marks.is_added, self.parts))

    @property
    def version(self) -> int | None:
        return marks.version_in(", ".join(self.parts), self.title)

    @property
    def correction(self) -> str | None:
        """What was corrected, in the words of its note; else the mark that says so."""
        said = (_SAID_TO_EDITORS.sub("", note).strip("() /") for note in self.notes if marks.says_corrected(note))
        sentences = (part for note in said for part in re.split(r"(?<=[^\W\d][.;])\s+|(?<=[.;])\s+(?=[A-Z]{4,})", note))
        noted = next((part for part in sentences if marks.says_corrected(part)), None)
        marked = next((part for part in self.parts if marks.says_corrected(part)), None)
        return noted or marked or (self.title if marks.headline_corrects(self.title) else None)


def story_of(frame: WireFrame) -> WireStory:
    """The story of a message."""
    story = WireStory()
    _take_slug(story, frame.slug)
    story.sent = _sent(frame)
    found = wire_lines(frame.text)
    while found and (_END.fullmatch(found[-1].text) or _MORE.fullmatch(found[-1].text)):
        story.more = story.more or bool(_MORE.fullmatch(found[-1].text))
        found.pop()
    begins = _begin(found)
    _head(story, found[:begins])
    _body(story, wire_paragraphs(found[begins:]))
    if story.killing:
        text = " ".join(row.text for row in found)
        story.refers = [match[1] or match[2] for match in _REFERS.finditer(text)]
    if dated := dateline_of(story.body[0] if story.body else ""):
        story.agency = agency_named(dated["agency"])
        story.sent = story.sent or parse_machine_stamp(dated["day"] or "")
    story.agency = story.agency or agency_named(frame.service, known=True)
    story.agency = story.agency or agency_named(re.split(r"\W", frame.trailer.strip(), maxsplit=1)[0], known=True)
    return story


def dateline_of(line: str) -> re.Match[str] | None:
    """The dateline with an agency at the beginning of a text."""
    return _DATELINE.match(line) or _DATELINE_TURNED.match(line)


def agency_named(words: str, *, known: bool = False) -> str:
    """The name of an agency in a dateline: 'dpa' of 'dpa/lno'; with ``known`` '' for one that is not known."""
    bare = one_line(words)
    for name in (bare, *re.split(r"[/+]| - ", bare)):
        if found := _AGENCIES.get(name.strip().lower()):
            return found
    return "" if known else bare


def _take_slug(story: WireStory, words: str) -> None:
    """Takes a slug apart: its keywords, and the parts that name a version, a correction or a kill."""
    words = re.sub(r"^(?:bc|am|pm|bi)-+\s*", "", one_line(words), flags=re.IGNORECASE).strip(" <=,")
    first, *parts = [part for part in map(str.strip, re.split(r",\s*|\s+-\s+|\s?\(|\)", words)) if part] or [""]
    if not parts and (found := _UNPARTED.search(first)):
        first, parts = first[: found.start()], [found[1]]
    story.slug = first
    story.parts += [part for part in parts if part not in story.parts and not part.isdigit()]
    whole = [first, *parts]
    story.killing = story.killing or any(map(marks.kills, parts)) or marks.is_kill_notice(first)
    story.held = story.held or any(map(marks.is_hold, whole))
    story.advisory = story.advisory or any(map(marks.advises, whole))


def _slug_in(line: str) -> str:
    """The keywords that a line above the headline holds and nothing else; '' for any other line."""
    labelled = _LABELLED.match(line)
    if labelled:
        return line[labelled.end() :]
    first, *parts = re.split(r",\s*|\s\(", line.rstrip(" ,)"))
    marked = all(part.isdigit() or marks.names_version(part) for part in parts)
    if line.lower().startswith(("bc-", "am-", "pm-", "bi-")) and marked:
        return line
    compact = _SLUG.fullmatch(first) and (" " not in first.strip("/") or first.endswith("/"))
    return line if compact and marked else ""


def _begin(found: list[WireLine]) -> int:
    """The line at which the text begins: that of the dateline, else the first of a paragraph."""
    for at, row in enumerate(found[:_MOST_HEAD]):
        if (dateline_of(row.text) or DATELINE.match(row.text)) and not _is_head(row.text):
            return at
    for at, row in enumerate(found[:_MOST_HEAD]):
        following = found[at + 1] if at + 1 < len(found) else None
        wrapped = (
            following is not None and not following.after_blank and following.indent <= row.indent and not row.ended
        )
        sentence = row.text.endswith((".", "!", "?", "”", '."')) and len(row.text) > 40
        if not _is_head(row.text) and (sentence or (wrapped and len(row.text) >= 60)):
            return at
    return min(len(found), 1)


def _is_head(line: str) -> bool:
    """Whether a line above a text is none of it: a note, a byline, a mark."""
    return bool(
        _NOTE.match(line) or marks.hurries(line) or marks.is_kill_notice(line) or _EMBARGO.fullmatch(line)
        or byline(line) or _END.fullmatch(line) or marks.advises(line) or marks.is_hold(line)
    )  # fmt: skip


def _head(story: WireStory, found: list[WireLine]) -> None:
    """Reads what is above the text: keywords, notes, marks, the headline, the byline."""
    titles: list[str] = []
    for block in _blocks(found):
        line = one_line(" ".join(row.text for row in block))
        signed = byline(re.sub(r"^[-–—]\s+", "", line))
        if embargo := _EMBARGO.fullmatch(line):
            story.embargo = embargo["when"].strip(" .")
        elif marks.is_kill_notice(line):
            story.killing = True
            story.notes.append(line)
        elif marks.is_hold(line):
            story.held = True
        elif marks.advises(line):
            story.advisory = True
        elif _NOTE.match(line):
            story.notes.append(line)
        elif (version := _VERSION_LINE.fullmatch(line)) and marks.names_version(version["words"]):
            story.parts.append(version["words"])
        elif signed is not None:
            story.authors = story.authors or signed.authors or people([line], ())
        elif slug := "" if titles else _slug_in(line):
            _take_slug(story, slug)
        elif titles and (agency_named(line, known=True) or (story.authors and looks_like_outlet(line))):
            story.agency = agency_named(line)  # under the byline
        elif not _is_furniture(line):
            titles.append(line)
    if len(titles) > 1 and titles[0].isupper() and not titles[1].isupper() and len(titles[0].split()) <= 5:
        _take_slug(story, titles.pop(0))
    story.title = titles[0][:_LONGEST_TITLE] if titles else ""
    story.body += titles[1:]


def _is_furniture(line: str) -> bool:
    """Whether a line above the text says nothing of it: how urgent it is, a post, a day, codes of routing, what
    comes with it in brackets."""
    codes = re.fullmatch(r"(?:[A-Z0-9]{1,5}\s+){2,8}[A-Z0-9]{1,5}", line) and not re.search(r"[A-Z]{5}", line)
    beside = re.fullmatch(r"\([^()]{2,40}\)|\[[^\[\]]{2,40}\]", line)  # '(Tabelle)', '[with photo]'
    return bool(
        marks.hurries(line) or _END.fullmatch(line) or _MORE.fullmatch(line) or is_role(line) or _WRITER.fullmatch(line)
        or codes or beside or parse_machine_stamp(line)
    )  # fmt: skip


def _signs(line: str) -> bool:
    """Whether a line above a text says in so many words who wrote it."""
    return re.match(r"\W*(?:by|von|par|por)\s", line, re.IGNORECASE) is not None and byline(line) is not None


def _blocks(found: list[WireLine]) -> list[list[WireLine]]:
    """Lines of a head that belong together: a headline over two lines, a note over several."""
    out: list[list[WireLine]] = []
    for row in found:
        last = out[-1] if out else None
        note = last is not None and _NOTE.match(last[0].text) and not re.search(r"(?:///|\))\s*$", last[-1].text)
        goes_on = (
            last is not None and not row.after_blank and not last[-1].ended and not _signs(row.text)
            and (note or (not _is_head(last[0].text) and not _is_head(row.text) and row.indent == last[-1].indent
                 and len(last[-1].text) >= 30 and not _slug_in(last[0].text) and not row.text.startswith("- ")))
        )  # fmt: skip
        if goes_on and last is not None:
            last.append(row)
        else:
            out.append([row])
    return out


def story_in_prose(title: str, text: str) -> WireStory:
    """The story in a text that markup holds: without the notes, credits and marks that agencies write into it."""
    story = WireStory(title=title)
    _body(story, text.split("\n\n"))
    return story


def _body(story: WireStory, paragraphs: Iterable[str]) -> None:
    """Reads the text: its paragraphs without notes, credits and what only ends it."""
    ruled = False
    for text in paragraphs:
        if ruled and _OWN_PROMOTION.search(text) and len(text) < _LONGEST_TITLE:
            continue
        ruled = ruled or _RULE.fullmatch(text) is not None
        if _NOTEBOOK.fullmatch(text):
            break
        if credit := _CREDIT.fullmatch(text):
            named = _REPORTING.search(credit[0])
            if named and not story.authors:
                story.authors = people([re.sub(r"\s+in\s+[A-ZÀ-Þ][\w ]*", "", named["names"])], ())
        elif _MORE.fullmatch(text):
            story.more = True
        elif _NOTE.match(text) and (len(text) < 400 or text.endswith("///")):
            story.notes.append(text)
        elif marks.is_kill_notice(text) and not story.title:
            story.killing = True
            story.notes.append(text)
        elif not _END.fullmatch(text):
            bare = _INLINE_MORE.sub("", text)
            story.more = story.more or bare != text
            story.body.append(bare)
    if story.body:
        story.body[-1] = _SIGNED_OFF.sub("", story.body[-1])


def _sent(frame: WireFrame) -> When:
    """When a message was sent, by the last line of it or what follows; the day of its header has no year."""
    for text in (frame.trailer[:400], "\n".join(frame.text.rstrip().split("\n")[-6:])):
        for pattern in (_AP_GROUP, _GROUP, _DASHED_GROUP, _DOTTED_GROUP):
            for found in reversed(list(pattern.finditer(text))):
                year = found["y"] if len(found["y"]) == 4 else f"{19 if int(found['y']) > 68 else 20}{found['y']}"
                zone = found.groupdict().get("zone") or ""
                month = found["month"]
                stated = f"{year}-{month}-{found['d']}" if month.isdigit() else f"{found['d']} {month} {year}"
                if when := parse_machine_stamp(f"{stated} {found['h']}:{found['m']} {zone}".strip()):
                    return when
    return None


def embargo_of_story(story: WireStory) -> datetime | None:
    """When the embargo is over; None where that cannot be understood."""
    return embargo_end(story.embargo, story.sent) if story.embargo else None
