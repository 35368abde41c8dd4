"""Bylines and outlet names: who wrote an article and for whom, where a line or a page's metadata says so."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.ingest.encoding import one_line
from rag.text.entities import PARTICLES
from rag.text.reading.countries import is_territory
from rag.text.timex.labels import PUBLISHED, UPDATED


@dataclass(frozen=True, slots=True)
class Byline:
    authors: tuple[str, ...] = ()
    source: str | None = None


_WRITTEN = (
    "written|posted|published|submitted|interview|interviewed|compiled|reported|report|story|words|text|article|analysis|opinion"
    "|reviewed|photographs?"
)
_OWN_POST = (
    r"(?:by|van|von|door|par|de|del(?:la)?|por|da(?:l|lla|i|lle)?|d[oa]s?|di|av|af|fra|från|od)\s+"
    r"(?:(?:il|la|el|i|gli)\s+)?(?:our|unser\w*|notre|nos|nuestr[oa]s?|nostr[oaie]|on[zs]e|vår\w?|vår[ae]|vores?"
    r"|noss[oa]s?"
    r"|nasz\w*)\s+(?:[\w-]+\s+){0,2}?(?:redact\w+|verslag\w+|[kc]orresponde?nt\w*|correspondant\w*|corrispondent\w+"
    r"|reporter\w*"
    r"|journalist\w*|redakt\w+|mitarbeiter\w*|envoyé\w*(?:\s+spécia\w+)?|enviad[oa]s?(?:\s+especial\w*)?"
    r"|corresponsal\w*"
    r"|inviat[oaie](?:\s+speciale)?|staff(?:\s+writers?)?|writers?|dziennikar\w+)\s*,?:?\s+"
    r"(?:(?:à|in|en|aus|a|te|i|em)\s+[A-ZÀ-Þ][\w'’-]+\s*[,:]?\s+)?"
)
"""'Door onze redacteuren ...', 'Von unserer Korrespondentin ...': who they are to the paper, before their names."""
_SHARED = (
    r"(?:with |and |mit |avec |con |com |met )?(?:(?:additional|further|more|other|extra) )?"
    r"(?:reporting|research|writing|files|mitarbeit|material) (?:by|from|of|von|de|di|per|door)\s+"
)
"""'With additional reporting by ...'."""
_FROM = r"(?:by|von|par|por|de|di|da|door|van|av|af|fra|från|przez|a cura di)"
_CREDIT = (
    rf"(?:propos|(?:proposto|parole) raccolt[eo]|recueillis?|entretien|interviews?|entrevistas?|intervist[ae]|intervju"
    r"|wywiad|reportagen?|reportaje|reportagem|protokoll|gespräch|aufgezeichnet|protokolliert|notiert|opgetekend"
    r"|enquête"
    r"|gespeichert|eingestellt|eingereicht|soumis|envoyé|proposé|enviado|inviato|ingediend|lagt inn|skickat|dodan[aey]?"
    r"|submetid[oa]|postad[oa]|indsendt|innsendt|oprettet|inskickat|geplaatst|ingezonden|wysłan[aey]|napisan[aey]"
    rf"|words?|textes?|textos?|testi?)(?:\s+(?:recueillis|réalisée?s?|menée?s?|realizada?s?"
    rf"|raccolt[eoi]))?\s+{_FROM}\s+"
    r"|a cura di\s+|as told to\s+"
    r"|(?:das (?:gespräch|interview) führten?|die fragen stellten?|rozmawiał[ai]?|rozmawiali)\s*:?\s+"
    r"|(?:interviews?|entrevista|intervista|entretien|intervju|wywiad|rozhovor|protokoll|gespräch|reportage|reportaje"
    r"|reportagem|bericht|words|tekst|texte?|texto|testo|story)\s*[:：]\s*"
)
"""What an interview, a report or a contribution is signed with: 'Propos recueillis par', 'Das Gespräch führte'."""
_PICTURES = (
    r"(?:photo(?:graph)?s?|photography|photographies?|photographer|pictures?|images?|fotos?|fotografi[ae]n?"
    r"|fotografías?"
    r"|foto's|bild(?:er)?|kuvat?|zdjęci[ae]|illustrations?|illustrationen|ilustraciones|video|videos|graphics?"
    r"|fotoğraf|kamera|фото)"
)
_BOTH = re.compile(
    rf"(?:words?|story|report|textes?|textos?|text|testo|tekst|haber)\s*(?:and|und|et|y|e|en|i|och|og|ve"
    rf"|[&/+–-])\s*{_PICTURES}\s*"
    rf"(?::|{_FROM}\b)\s*",
    re.IGNORECASE,
)
"""'Text und Fotos: ...'"""
_BETWEEN = r"(?:and|und|sowie|et|y|e|en|i|och|og|with|&)\s"
_OF_PICTURES = re.compile(
    rf"(?:\s*(?:[|·•;/,]|\s[-–—]\s|(?:^|\s){_BETWEEN})\s*|^|(?<=\w)\s+)"
    rf"(?:{_PICTURES}\s*(?::|(?:{_FROM}|courtesy of)\b)\s*[^|·•;/]{{3,60}}?(?=\s*(?:[|·•;/]|$))"
    rf"|(?:(?!\s{_BETWEEN})[^|·•;/,()]){{3,60}}?\s*\((?:[\w ]+ )?{_PICTURES}\))",
    re.IGNORECASE,
)
"""Who took the pictures: 'Photographs by ...', 'Arne Moe (Fotos)'."""
_OF_TEXT = re.compile(r"\s*\((?:text|texte|texto|testo|tekst|words|story)\)", re.IGNORECASE)
_POST_OF_NAME = re.compile(
    r",\s*(?:(?:our|unser\w*|notre|nos|nuestr[oa]s?|nostr[oaie]|on[zs]e|the|il|la|le|el)\s+)?(?:special\s+)?"
    r"(?:inviat[oaie]|envoyée?s?|enviad[oa]s?|corrisponden\w+|correspond[ae]nt\w*|corresponsal\w*|correspondente\w*"
    r"|[kc]orrespondent\w*|korresponden\w*|reporter\w*|verslaggever\w*|redact(?:eur|rice|or)\w*)"
    r"(?:\s+e?sp[eé]cia\w+)?(?:\s+(?:a|ad|à|au|en|in|aus|em|te|di|da|de"
    r"|i)\s+(?-i:[A-ZÀ-Þ])[\w'’-]+(?:\s(?-i:[A-ZÀ-Þ])[\w'’-]+)?)?"
    r"(?:\s*,(?=\s(?:and|und|et|en|e|y|och|og|i)\s)|(?=\s*(?:[,;|]|$)|\s(?:and|und|et|en|e|y|och|og|i)\s))",
    re.IGNORECASE,
)
"""What one of several writers is to the paper, behind the name: ', inviata a Roma', ', envoyé spécial à Lyon'."""
_ON_A_DAY = re.compile(
    r"\s+(?:on|am|le|el|il|op|den|em|dnia)\s+(?:[^\W\d]{2,12}[.,]{0,2}\s+)?\d{1,4}[-/. ].{0,40}$|"
    r"\s+on\s+(?:[^\W\d]{3,9}[.,]{0,2}\s+){1,2}\d.{0,40}$",
    re.IGNORECASE,
)
"""The day on which Drupal says that something was submitted."""
_POST_BEHIND = re.compile(r"(?<=[\u3400-\u9fff\uac00-\ud7a3])\s*(?:기자|특파원|[记記]者|編集委員)$")
_POST = (
    r"haber|muhabir|yazar|yazan|hazırlayan|haberi (?:yapan|hazırlayan)|dziennikar(?:z|ka)|autor(?:k[aiy]|zy|i|ři|ica)"
    r"|opracowa(?:nie|ł|ła)|oprac\.|pisze|napisała?|redaktor(?:ka)?|novinár(?:ka)?|novinář(?:ka)?|zpravodaj(?:ka)?"
    r"|napsala?|autor(?:ka)? textu|szerző|írta|tudósító|újságíró|avtor(?:ica)?|novinar(?:ka)?|piše|napisa(?:o|la)"
    r"|scris de|reporter(?:in|ka|ter)?|reporters|journalist(?:in|es?|ka)?|korrespondent(?:in)?|redakteur(?:in)?"
    r"|verfasser(?:in)?|correspondent|writers?|autora|autores|autoras|redactora?|periodista|reporter[oa]|corresponsal"
    r"|repórter|jornalista"
    r"|correspondente|autrice|giornalista|rédac(?:teur|trice)|correspondante?|redacteur|verslaggever|skribent"
    r"|kirjoittaja"
    r"|toimittaja|teksti|penulis|wartawan|laporan|tác giả|bài|συντάκτ(?:ης|ρια)|κείμενο|корреспондент|журналист|текст"
    r"|автор текста|журналістка?|кореспондент|новинар(?:ка)?|aŭtoro|egilea|autors?a?"
    r"|skrywer|outeur|mwandishi|awdur|höfundur|autorius|müəllif|muallif|հեղինակ|ავტორი|लेखक|লেখক|مصنف|ผู้เขียน"
)
"""What somebody is to a text, before a colon and the name: 'Haber: ...', 'Dziennikarz: ...', 'Penulis: ...'."""
POST_OF_WRITER = re.compile(_POST, re.IGNORECASE)
_SIGNS = (
    r"napsala?|napisała?|napisa(?:o|la)|pisze|piše|scris de|írta|szerző|autor(?:ka|in|ul)?|автор|penulis|ditulis oleh"
    r"|wartawan|tác giả|kirjoittanut|teksti|yazan|écrit par|hazırlayan"
)
"""Words that need no colon before a full name alone on its line: 'Napsala Jana Nová', 'Penulis Rina Sari'."""
_BY = re.compile(
    rf"(?:{_POST})\s*[:：]\s*(?=\w+[^\s,]*\s\w)|(?:{_SIGNS})\s+(?-i:(?=[^\W\d_a-z]\S*\s+[^\W\d_a-z]))"
    r"|(?-i:de)\s+(?-i:(?=(?:[^\W\d_a-z][\w'’-]+\s+){1,3}[^\W\d_a-z][\w'’-]+$))|"
    rf"(?:{_CREDIT})(?-i:(?=[A-ZÀ-Þ]))|{_OWN_POST}(?=[A-ZÀ-Þ])|(?:(?:{_WRITTEN}) )?by:?\s+(?=\S)"
    r"|(?:von|par|por|di|door|przez|av|af|från|od|από|от|від|bởi)\s+(?=[A-ZÀ-ÞΑ-ЯŁŚŻŹČŠŽ])"
    r"|(?:author|autor(?:in|en)?|auteur|autore|автор)s?\s*[:|]\s*(?=\S)"
    r"|(?:skrevet|skriven|geschreven|escrito|scritto|écrit|rédigé|verfasst|geschrieben)\s+(?:a[fv]|door|por|da|par|von)"
    r"\s*:?\s+(?=[A-ZÀ-Þ])"
    r"|(?:texte?|texto|tekst|testo|yazan|kirjoittaja|toimittaja|skribent|verslaggever|napisała?|napsala?)\s*:\s*"
    r"(?=[A-ZÀ-Þ])"
    r"|(?:كتبت?|بقلم|إعداد|تحرير)\s*[:：]?\s+|(?:מאת|נכתב על ידי)\s*[:：]?\s+"
    r"|(?:本报|本网|本報)?[记記]者\s*[:：]?\s*|(?:文|作者|撰文|執筆|文責)\s*[/／:：]\s*"
    r"|[\u3400-\u9fff]{1,5}部[\s\u3000:：・]+(?=\S{2,8}$)",
    re.IGNORECASE,
)
_SIGNED_BEHIND = re.compile(
    r"^(?:[\uac00-\ud7a3]{2,6}\s+)?(?P<name>[\u3400-\u9fff\uac00-\ud7a3]{2,6}?)\s*(?:기자|특파원|[记記]者)$"
)
"""'김민수 기자': the post behind the name."""
_BY_IN_METADATA = re.compile(
    rf"^\W*(?:{_POST})\s*[:：]\s*|^\W*(?:{_CREDIT})(?-i:(?=[A-ZÀ-Þ]))|^\W*{_OWN_POST}|^\W*{_SHARED}"
    r"|^\W*(?:(?:作者|撰文|文|投稿者|글쓴이)\s*[:：]|[记記]者\s*[:：]?)\s*"
    rf"|^\W*(?:(?:{_WRITTEN})\s+)?(?:by|von|par|por|di|da|door|af|av|fra|från|przez|od|από|от|від|автор|oleh|bởi"
    r"|كتبت?|بقلم|إعداد|מאת)\b[\s:]+"
    r"|^\W*(?:author|autor|auteur|autore|автор)s?\s*:\s*",
    re.IGNORECASE,
)
_SEPARATOR = r"\s*[|,/·•;、，\n]\s*"
SIGNED = re.compile(r"(?<!\w)by\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*[<(\[]?[^\s<>()\[\],;]+@[^\s<>()\[\],;]+[>)\]]?")
_IN_BRACKETS = re.compile(r"(^|[;,]\s*)\s*\(([^()]+)\)")
_AND = re.compile(r"\s+(?:and|und|et|en|och|og|ja|oraz|ve|with|и|та|і)\s+|\s*&\s*|\s+和\s*", re.IGNORECASE)
_AND_INSIDE = re.compile(r"\s+([yei])\s+")
"""'And' in languages in which it also joins the two family names of one person."""
_PARTICLES = frozenset(f"{PARTICLES}|abu|ben|das|e|las|los|ten|ter|y|'t|’t".split("|"))
_POSTS = (
    r"correspondent|editor|reporter|writer|staff|contributor|columnist|producer|bureau|chief|desk|analyst|journalist"
    r"|photographer|redakteur\w*|korrespondent\w*"
)
_ROLE = re.compile(rf"\b(?:{_POSTS}|in [A-Z]\w+)\b", re.IGNORECASE)
_ROLE_IN_METADATA = re.compile(
    rf"\b(?:{_POSTS}|contributing|\w*redaktion\w*|redacción|redação|redazione|rédaction|redactie|redakcja|redakce"
    rf"|newsroom|team|freelance|special to"
    r"|guest|admin|administrator|webmaster|editorial|agenc(?:y|ies)|news ?service|wire)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:gmbh|mbh|ag|kg|e\.\s?v|ltd|limited|inc|llc|llp|plc|corp|s\.\s?a|s\.?r\.?l|s\.p\.a|b\.v|a/s|oyj?"
    r"|sp\. z o\. ?o|s\.r\.o|ооо)\.?$",
    re.IGNORECASE,
)
_ROLE_LINE = re.compile(
    r"\b(?:correspondent|editor|reporter|writer|columnist|producer|journalist|redakteur(?:in)?)\b"
    r"(?:,? (?:in|at|for) [A-Z][\w ]+)?$",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(?:news|times|post|herald|tribune|gazette|chronicle|journal|wire|press|agency|daily|weekly|standard|observer"
    r"|guardian|mail|telegraph|courier|dispatch|register|sentinel|examiner|bulletin|broadcasting|radio|tv|media"
    r"|zeitung|nachrichten|tagblatt|anzeiger|rundschau|presse|kurier|bote|diario|giornale|gaceta|review|monitor"
    r"|reuters|associated|xinhua|network|report|star|sun|mirror|globe|ledger|echo|record|argus|advertiser|today)\b"
    r"|tidning(?:en)?|tidende|dagblad(?:et)?|folkeblad(?:et)?|nyheter|nyheder|sanomat|uutiset|noviny|listy|deník"
    r"|dziennik|gazeta|wiadomości|vijesti|hírlap|gazetesi|haberleri|courrier|dépêche|noticias|notícias|jornal|correio"
    r"|corriere|gazzetta|notizie|courant|nieuws(?:blad)?|газета|новости|вестник|ведомости|известия|новини|вісник"
    r"|(?:新闻|新聞|日报|日報|晚报|时报|通讯社|网|社)$|(?-i:^[A-Z]{3,5}$)",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"(?:press|news|media)[ -](?:releases?|statements?|notes?|information)|communiqué de presse"
    r"|nota (?:de prensa|stampa)|comunicado (?:de (?:prensa|imprensa)|à imprensa)|comunicato stampa"
    r"|(?:presse|medien)-?(?:mitteilung|information|meldung|notiz)|persbericht|press(?:meddelande|emelding"
    r"|emeddelelse)|tiedote|informacja prasowa|tisková zpráva|пресс-релиз"
    r"|basın bülteni",
    re.IGNORECASE,
)
"""What a release calls itself, which is nobody's name."""
_NOT_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december the a an this that these those all most many some any no our their edition
    morning evening night newsroom his her its land sea air law far then now contrast comparison""".split()
)
_AGENCY = re.compile(
    r"(?:the )?(?:reuters|associated press|ap|afp|agence france-presse|dpa|ansa|efe|tass|xinhua|kyodo|pti|ani|ians|upi"
    r"|bloomberg|press association|pa media|canadian press|lusa|apa|sda|ntb|tt|belga|antara|yonhap|staff|news|editor)",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*(?:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d.*|\(.*|\[.*|https?:.*|@.*|\S+@\S+.*"
    r"|\s[-–—]\s.*|\b(?:updated|published|posted|on|for|in|at|for the|of the) .*"
    r"|\b(?:e-?mail|contact|follow|view|see|more (?:by|from|posts|stories)|all posts|read more) .*"
    r"|\bis an? .*|\bfollow\b.*|\d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DAY = re.compile(
    r"\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:,\s*|\s+)\d{4}.*$",
    re.IGNORECASE | re.DOTALL,
)
_LABEL_BEHIND = re.compile(rf"\s+(?:{PUBLISHED.pattern}|{UPDATED.pattern})\W*$", re.IGNORECASE)
"""What is left of 'Jane Roe Posted 5 May' without its day."""


def looks_like_outlet(text: str) -> bool:
    """Whether the name has a word that papers, agencies and stations have in theirs."""
    named = len(text.split()) <= 5 and bool(_OUTLET.search(text)) and not text.endswith((".", "?", "!", ":"))
    return named and not _RELEASE.fullmatch(text.strip())


def looks_like_name(text: str) -> bool:
    """Two to four capitalised words (particles such as 'van' aside): a person, or an organisation."""
    words = text.replace(".", ". ").split()
    if not 1 <= len(words) <= 6 or any(c.isdigit() for c in text):
        return False
    strong = [w for w in words if w.lower() not in _PARTICLES]
    return (
        1 <= len(strong) <= 4
        and all(w[0].isupper() or not w[0].isascii() for w in strong)
        and all(re.fullmatch(r"[\w.'’\-]+", w) for w in words)
        and not any(w.lower() in _NOT_NAMES for w in words)
    )


def names_in(line: str, outlet: str | None = None) -> list[str]:
    """The names in a line such as 'By Jane Roe, Bo Lee and Ida Lund', 'desk@wire.example (Jane Roe)' or 'Jane Roe |
    Northway Wire'; 'Roe, Jane' is one."""
    bare = SIGNED.sub("", _BY_IN_METADATA.sub("", _without_addresses(_writers_alone(one_line(line)))))
    bare = _alone(bare.strip(" ,;") or one_line(line), outlet)
    if turned := _turned(bare):
        return turned
    parts = [part for part in re.split(r"\s*;\s*(?:and\s+)?|,?\s+(?:and|&)\s+", bare) if part]
    out: list[str] = []
    for part in parts:
        names = [name for name in re.split(r"\s*,\s*", part) if not _is_role(name)] or [part]
        as_in_libraries = len(names) == 2 and all(len(name.split()) == 1 for name in names)
        out += [part] if as_in_libraries else [one for name in names if name for one in names_joined(name)]
    return out


def _without_addresses(text: str) -> str:
    """'Jane Roe' of 'desk@wire.example (Jane Roe)' and 'Jane Roe <desk@wire.example>'."""
    return _IN_BRACKETS.sub(r"\1\2", _ADDRESS.sub("", text).strip()) if "@" in text else text


def _alone(text: str, outlet: str | None) -> str:
    """Without the outlet that a bar or a dash sets apart from the names."""
    pieces = re.split(r"\s+[|•·/–—-]\s+|\s*[|•]\s*", text)
    known = letters(outlet or "")
    kept = [p for p in pieces if p and letters(p) != known and not (looks_like_outlet(p) or _ROLE_LINE.search(p))]
    return ", ".join(kept) if len(kept) > 0 and len(pieces) > 1 else text


def _turned(text: str) -> list[str]:
    """'Jane Roe' and 'Bo Lee' of 'Roe, Jane; Lee, Bo', as libraries write names; nothing where it is another list."""
    people = [re.split(r"\s*,\s*", part) for part in re.split(r"\s*;\s*", text) if part]
    both = len(people) > 1 and all(len(p) == 2 and all(map(looks_like_name, p)) for p in people)
    if not both or any(
        len(family.split()) > 3 or looks_like_outlet(given) or _is_role(given) for family, given in people
    ):
        return []
    return [f"{given} {family}" for family, given in people]


def _is_role(text: str) -> bool:
    return _ROLE.search(text) is not None and not looks_like_outlet(text)


def names_joined(text: str, *, persons: bool = False) -> list[str]:
    """The names that a word for 'and' joins, in any of several languages; else the text as it is.

    Each must be a full name, or, where the text is known to name ``persons``, anything. 'y', 'e' and 'i' between a full
    name and a single one are inside of one name, and so is what begins with a particle.

    >>> names_joined("Ida Lund et Bo Wirth"), names_joined("José Ortega y Gasset", persons=True)
    (['Ida Lund', 'Bo Wirth'], ['José Ortega y Gasset'])
    """
    parts = _AND.split(text)
    names: list[str] = []
    for part in parts if persons or all(_is_full(_inside(one)[0]) for one in parts) else [text]:
        names += _inside(part)
    return names


def _inside(text: str) -> list[str]:
    first, *others = _AND_INSIDE.split(text)
    names = [first]
    for word, name in zip(others[::2], others[1::2], strict=True):
        if (_is_full(names[-1]) or _is_no_person(names[-1])) and (_is_full(name) or _is_no_person(name)):
            names.append(name)
        else:
            names[-1] += f" {word} {name}"
    return names


def _is_full(name: str) -> bool:
    bare = _CUT.sub("", name).strip()
    return len(bare.split()) > 1 and not bare[0].islower() and looks_like_name(bare)


def _is_no_person(name: str) -> bool:
    return bool(_AGENCY.fullmatch(name) or _ROLE_IN_METADATA.search(name)) or looks_like_outlet(name)


def byline(line: str) -> Byline | None:
    """Authors and outlet of a line that is a byline and nothing else.

    >>> byline("By Jane Roe and John Doe, Northway Wire")
    Byline(authors=('Jane Roe', 'John Doe'), source='Northway Wire')
    """
    if re.fullmatch(r"From [\w .&'’-]{3,60} (?:reports?|services|staff|wires?)", line):
        return Byline()  # 'From staff and wire reports'
    line = re.sub(r"^[A-Z][a-z]+\s*[|•·]\s*(?=By\s)", "", line)  # 'Analysis | By Jane Roe'
    line = _SIGNED_BEHIND.sub(r"记者 \g<name>", _ON_A_DAY.sub("", _writers_alone(line)))
    line = re.sub(r"\s*\([^()]{2,60}\)$", "", line)  # '(mit Material der APA)'
    match = _BY.match(line)
    if not match or len(line) > 160 or re.search(r"[.!?:;]\s*$", re.sub(r"\b[A-Z]\.$", "", line)):
        return None
    rest = line[match.end() :].strip(" \t|,")
    people, _, place = rest.partition(" for ")
    parts = [p.strip() for p in re.split(rf"{_SEPARATOR}|\s+[-–—]\s+", people) if p.strip()]
    parts += [place] if place else []
    authors: list[str] = []
    source: str | None = None
    barred = bool(re.search(r"\s[|·•/–—-]\s", people))
    for i, whole in enumerate(parts):
        part = re.sub(r"\s+(?:in|aus|à)\s+[A-ZÀ-Þ][\w .'’-]*$", "", whole)  # where it was written
        part = re.sub(_SHARED, "", part, flags=re.IGNORECASE)
        names = names_joined(part, persons=True)
        if looks_like_outlet(part) and not _ROLE.search(part):
            source = source or part
        elif _ROLE.search(part) and (i or looks_like_outlet(part)):
            named = _OUTLET.search(part)
            if named and not source and len(part[: named.end()].split()) >= 2:
                source = part[: named.end()].strip()  # 'Northway Wire Transport Correspondent'
        elif _ROLE.search(part):
            continue
        elif i and barred and authors and len(parts) == 2 and len(names) == 1 and looks_like_name(part):
            source = source or part  # what a bar sets apart from the names is their paper
        elif all(looks_like_name(n) for n in names):
            if i and len(parts[0].split()) >= 2 and len(names) == 1 and len(part.split()) == 1:
                continue  # 'By Jane Roe, Beirut'
            authors += [cased(n) for n in names]
        elif i == 0:
            return None
    if not authors and not source:
        return Byline() if _ROLE.search(rest) and len(rest.split()) <= 5 else None
    return Byline(tuple(dict.fromkeys(authors)), source)


def people(printed: Iterable[str | None], outlets: Iterable[str] = ()) -> tuple[str, ...]:
    """The persons that lines such as 'By Jane Roe, Staff Writer and John Doe' name; no outlets, posts or addresses."""
    known = {letters(o) for o in outlets} - {""}
    labels = {k for k in known if len(k) >= 6}
    names: list[str] = []
    agency = False
    for raw in printed:
        text = one_line(html.unescape((raw or "")[:500]))
        if re.match(r"(?:https?:)?//|www\.", text):
            continue
        text = _DAY.sub("", _ON_A_DAY.sub("", _writers_alone(text)))
        pieces = re.split(rf"{_SEPARATOR}|(?<=[^\W\d_]{{3}})\.\s+", _BY_IN_METADATA.sub("", text))
        pieces = _without_places(pieces, known)
        for part in (name for piece in pieces for name in names_joined(piece, persons=True)):
            name = _CUT.sub("", _BY_IN_METADATA.sub("", part)).strip(" .,:;-–—|\"'“”")
            name = _POST_BEHIND.sub("", _LABEL_BEHIND.sub("", name))
            bare = letters(name)
            if not bare or any(bare.startswith(k) or k.startswith(bare) for k in known if min(len(k), len(bare)) > 3):
                continue
            if _AGENCY.fullmatch(name):
                agency = True
                continue
            opening = letters(name.split()[0])
            others = (
                bare in known
                or (len(opening) >= 6 and any(k.startswith(opening) for k in labels))
                or _ROLE_IN_METADATA.search(name)
                or _COMPANY.search(name)
                or any(c.isdigit() for c in name)
                or "." in name.split(" ")[0][2:]
            )
            if not others and 2 <= len(name) <= 60 and len(name.split()) <= 6 and name[0].isalpha():
                names.append(name)
    unique = {name.casefold(): name for name in reversed(names)}
    full = [name for name in reversed(unique.values()) if " " in name or not name.isascii()]
    # A single word beside full names is an outlet or a nickname; alone it is how a blogger signs.
    alone = () if agency else reversed(unique.values())  # 'Reuters, Washington'
    return tuple(full or alone)[:10]


def _without_places(pieces: list[str], known: set[str]) -> list[str]:
    """The pieces of a line without where its outlet is: 'Northway Wire, Lohmen, Germany'."""
    if len(pieces) < 2 or letters(pieces[0]) not in known:
        return pieces
    return [one for one in pieces[1:] if " " in one.strip() and not is_territory(one)]


def _writers_alone(line: str) -> str:
    """A byline without posts behind names and without those who took the pictures, unless it names nobody else."""
    line = _POST_OF_NAME.sub("", line)
    if "(" not in line and ":" not in line and not re.search(rf"\b{_PICTURES}\b", line, re.IGNORECASE):
        return line
    line = _OF_TEXT.sub("", _BOTH.sub("By ", line, count=1))
    rest = _OF_PICTURES.sub("", line).strip(" |·•;/,-–—")
    return rest if len(rest) > 3 and not re.fullmatch(r"(?:by|von|par|por|di|door)", rest, re.IGNORECASE) else line


def is_role(line: str) -> bool:
    """Whether the line is what stands under a name: 'Health editor', 'BBC correspondent in Erle'."""
    return len(line.split()) <= 6 and bool(_ROLE_LINE.search(line))


def copyright_holder(line: str) -> str | None:
    """The outlet that a copyright line names."""
    match = re.match(
        r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?,?\s*(?:by\s+)?"
        r"(?P<name>[^.,|·•©\d]{2,50}?)(?:[.,|·•]|\s+\d{4}|\s*[-–—]\s|\s+all rights|\s*$)",
        line.strip(),
        re.IGNORECASE,
    )
    if not match or not re.search(r"\d{4}|all rights|copyright", line, re.IGNORECASE):
        return None  # '© Reuters' alone is the credit of a picture
    name = match["name"].strip(" -–—")
    return name if name[:1].isupper() and not re.match(r"all rights", name, re.IGNORECASE) else None


def cased(name: str) -> str:
    """'JANE ROE' as 'Jane Roe'; anything else as printed."""
    return name.title() if name.isupper() and len(name) > 4 and name.isascii() else name


def letters(text: str) -> str:
    """The letters and digits of a name, by which it is compared."""
    return re.sub(r"\W", "", text.lower())
