"""The words by which agencies say what a message is: a new lead, a correction, a kill, an advisory; in the languages
of those that are known."""

from __future__ import annotations

import re

_CORRECTS = (
    r"corrections?|correct(?:ed|s|ing)|corrective|clarifications?|clarif(?:ied|ies)"
    r"|berichtigung(?:en)?|berichtigte?|korrektur(?:en)?|korrigier(?:t|te|en)|richtigstellung"
    r"|rectificatifs?|correctifs?|corrige|rectifie|rectification|errat(?:um|a)|version corrigée"
    r"|correcci[oó]n(?:es)?|corregid[oa]|rectificaci[oó]n|rectifica|fe de errat?as|fe de errores"
    r"|rettifica|correzione|errata corrige|corretto"
    r"|correç(?:ão|ões)|corrigid[oa]|retificação|rectificatie|correctie|gecorrigeerd|verbetering"
    r"|rättelse|rättad|rettelse|korrigering|korriger(?:t|et|ad)|oikaisu|korjaus|korjattu"
    r"|korekta|sprostowanie|oprava|helyesbítés|düzeltme|исправление|исправлен\w*|поправка|уточнение"
    r"|更正|订正|訂正|정정|تصحيح"
)
_KILLS = (
    r"kills?|killed|withdrawal|withdrawn|retract(?:ion|ed)|zurückgezogen|zurückziehung|annullierung|annulliert|storno"
    r"|storniert|rückzug|annulation|annulée?|anulaci[oó]n|anulad[oa]|annullamento|annullat[oa]|anulação"
    r"|ingetrokken|återkall(?:ad|as|else)|trukket(?: tilbake)?|trekkes(?: tilbake)?|tilbagekaldt|annulleret"
    r"|peruutettu|anulowan[oea]|wycofan[oea]|zrušeno|анулирован[оа]|аннулирован[оа]|отозван[оа]|iptal|撤稿|撤回|إلغاء"
)
_HOLDS = (
    r"withhold|withheld|do not (?:use|publish)|hold for now|nicht verwenden|ne pas (?:utiliser|diffuser)|no utilizar"
)
_ADVISES = (
    r"advisor(?:y|ies)|news advisory|note to editors|editors['’]? (?:note|advisory)|news digest|digest|daybook|budget"
    r"|coverage (?:note|plan)|schedule|test(?: message)?"
    r"|hinweis(?: an die redaktion(?:en)?)?|tagesvorschau|wochenvorschau|terminvorschau|vorschau|themenplanung"
    r"|redaktionshinweis|avis(?: aux (?:rédactions|redactions|abonnés))?|agenda(?: du jour)?|prévisions|menu"
    r"|aviso(?: a los (?:editores|abonados))?|previsiones|avviso|avviso agli abbonati|programmazione|anúncio"
    r"|servicemelding"
)
_HURRIES = (
    r"bulletin|urgent|flash|alert|newsalert|news alert|snap|breaking|eilmeldung|eil|blitz|vorrang|alerte|urgence"
    r"|urgente|alerta|última hora|ultim['’]?ora|spoed|hastar|haster|срочно|молния|快讯|速報|عاجل"
)
_NUMBER = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
}  # fmt: skip
_COUNT = r"(?P<{0}>\d{{1,2}})\s*(?:st|nd|rd|th|e|è?me|er|º|ª|\.)?\s*[ -]?"
_LEAD = re.compile(
    r"(?:" + _COUNT.format("before") + r"|(?P<word>" + "|".join(_NUMBER) + r")[ -])?"
    r"(?:ld|lead|writethr[ou]+|write-?thr[ou]+|wrap(?:-?up)?|sub|nl|newlead|update|recast|zf|zusammenfassung"
    r"|neuf(?:assung)?"
    r"|actualisation|papier g[ée]n[ée]ral|actualizaci[oó]n|aggiornamento|riepilogo)\b"
    r"(?:[ -]?(?P<behind>\d{1,2})(?!\d))?",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"\b(?:\d{1,2}\s*(?:st|nd|rd|th)\s*-?\s*add|add(?:s|ition)?\s*-?\s*\d{1,2}|(?:first|second|third|fourth"
    r"|fifth) add"
    r"|take\s*-?\s*[2-9]|page\s*-?\s*[2-9]|pt\s*[2-9]|teil\s*[2-9]|[2-9]\.\s*teil|suite\s*[1-9]?|seguito|(?:dos"
    r"|segunda) parte"
    r"|[2-9]\s*(?:of|de|di|von)\s*[2-9])\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(rf"\b(?:{_CORRECTS})(?!\w)", re.IGNORECASE)
_KILL = re.compile(rf"(?:{_KILLS})", re.IGNORECASE)
_ADVISORY = re.compile(rf"(?:(?:ap|afp|reuters|dpa|efe|ansa|apa|sda)\b[ :-]*)?(?:{_ADVISES})", re.IGNORECASE)
_KILL_NOTICE = re.compile(
    rf"(?:(?:bulletin|mandatory|advisory|urgent|achtung|attention|atención|attenzione)[ !:,-]+)*(?:{_KILLS})"
    r"(?:\s+(?:advisory|notice|bulletin|order|mandatory))?\W*"
    r"|(?:bulletin|mandatory)[ -]+(?:kill|withdrawal)\b.{0,200}"
    r"|(?:editors|eds)\b.{0,40}?\b(?:kill|withdraw)\b.{0,200}"
    r"|(?:kill|please kill|withdraw)\s+(?:bc|am|pm)-.{1,200}"
    r"|.{0,200}\b(?:(?:story|item|article|dispatch|take)\s+(?:has been |is |was )?(?:withdrawn|killed)"
    r"|kill is mandatory)\b.{0,200}"
    r"|(?:achtung|hinweis|wichtig)\b.{0,120}\b(?:zurückgezogen|zurückzuziehen|annulliert"
    r"|nicht (?:zu )?verwenden|gestrichen)\b.{0,200}"
    r"|.{0,120}\bmeldung\b.{0,120}\b(?:wird|ist|bitte)\b.{0,80}\b(?:zurückgezogen|annulliert"
    r"|nicht (?:zu )?verwenden)\b.{0,200}"
    r"|.{0,120}\b(?:d[ée]p[êe]che|information|papier)\b.{0,120}\b(?:annul[ée]e?|est annul|à annuler)\b.{0,200}"
    r"|(?:merci|pri[èe]re|veuillez)\b.{0,60}\bannuler\b.{0,200}"
    r"|.{0,120}\b(?:noticia|despacho|informaci[óo]n)\b.{0,120}\b(?:anulad[oa]|queda anulad[oa]|an[úu]lese)\b.{0,200}"
    r"|.{0,120}\b(?:notizia|lancio)\b.{0,120}\b(?:annullat[oa]|da annullare)\b.{0,200}",
    re.IGNORECASE | re.DOTALL,
)
_HELD = re.compile(rf"(?:{_HOLDS})\b.{{0,120}}", re.IGNORECASE)
_HURRY = re.compile(rf"\W*(?:{_HURRIES})\W*", re.IGNORECASE)
_TITLE_MARKS = re.compile(
    r"^(?:(?:(?:update|wrapup|wrap|snapshot|newsmaker)\s+\d{1,2}|rpt|repeat|refile|corrected|correction"
    r"|clarified|recast"
    r"|update|exclusive update|adv|korr|ber|neu|eil|urgent|bulletin|flash|alerte?|alerta|urgente?)"
    r"(?:-(?=\S)|\s+[-–—]\s+|\s*:\s+(?=\S)))+"
    r"|^(?:\(|\[)(?:[^()\[\]]{1,30}[ /-])?(?:" + _CORRECTS + r"|lead|update|neu|actualisation"
    r"|rpt)(?:[ /:-][^()\[\]]{0,80})?(?:\)|\])\s*"
    r"|\s*=?\s*(?:\(|\[)(?:(?:\d\.?\s*)?(?:lead|update|neu|rpt|actualisation|photo|foto|vidéo|mit foto"
    r"|" + _CORRECTS + r"))"
    r"(?:[ /:+,-][^()\[\]]{0,80})?(?:\)|\])\s*=?$",
    re.IGNORECASE,
)  # fmt: skip
_NOTICE_LENGTH = 400  # characters in which a notice says that it is one
_TITLE_VERSION = re.compile(r"^(?:corrected-)?(?:update|wrapup|wrap)\s+(\d{1,2})\b", re.IGNORECASE)


def version_in(slug: str, title: str = "") -> int | None:
    """The number of the version that a slug or a headline names: 1 for what was first, 2 for its first new lead. None
    where none is named."""
    if found := _TITLE_VERSION.match(title):
        return int(found[1]) + 1
    found = _LEAD.search(slug)
    if found is None:
        return None
    word = found["word"]
    count = found["before"] or found["behind"] or (str(_NUMBER[word.lower()]) if word else None)
    return int(count or 1) + 1


def is_added(slug: str) -> bool:
    """Whether a message goes on where another one ended: '1st Add', 'take 2'."""
    return _ADDED.search(slug) is not None


def names_version(words: str) -> bool:
    """Whether a part of a slug names a version, a take, a correction or a kill."""
    return bool(
        _LEAD.search(words) or _ADDED.search(words) or _CORRECTION.search(words) or _KILL.fullmatch(words.strip())
        or _ADVISORY.fullmatch(words.strip()) or hurries(words)
    )  # fmt: skip


def says_corrected(words: str) -> bool:
    """Whether a slug, a note or the beginning of a headline says that something was put right."""
    return _CORRECTION.search(words) is not None


def headline_corrects(title: str) -> bool:
    """The same of a headline, in which such a word may also be news: only at its beginning or in brackets."""
    return bool(
        re.match(rf"\W*(?:{_CORRECTS})\s*(?:[-–—:/]|\()", title, re.IGNORECASE)
        or re.search(rf"[(\[]\s*(?:{_CORRECTS})\b[^()\[\]]{{0,80}}[)\]]\W*$", title, re.IGNORECASE)
        or re.match(rf"[(\[]\s*(?:{_CORRECTS})\b", title, re.IGNORECASE)
    )


def headline_kills(title: str, text: str) -> bool:
    """Whether an item takes an earlier version of itself back, though its status does not say so: a mark in capitals
    before its headline, and a text that says it in words."""
    mark = re.match(r"\W*(?P<word>[A-ZÀ-Þ]{4,}(?: [A-ZÀ-Þ]{4,})?)\s*[-–—:]\s*\S", title)
    return bool(mark and is_kill_notice(mark["word"]) and _KILL.search(text[:_NOTICE_LENGTH]))


def kills(slug_part: str) -> bool:
    """Whether a part of a slug is the word for a kill."""
    return _KILL.fullmatch(slug_part.strip(" .!:-")) is not None


def is_kill_notice(line: str) -> bool:
    """Whether a line at the head of a message takes another message back."""
    return _KILL_NOTICE.fullmatch(line.strip()) is not None


def is_hold(line: str) -> bool:
    """Whether a line at the head of a message forbids to use it."""
    return _HELD.fullmatch(line.strip(" .!:-")) is not None


def advises(slug_part: str) -> bool:
    """Whether a part of a slug, or a line at the head of a message, is the word for what only editors are to read."""
    return _ADVISORY.fullmatch(slug_part.strip(" .!:=-")) is not None


def hurries(line: str) -> bool:
    """Whether a line says how urgent a message is, and nothing else."""
    return _HURRY.fullmatch(line) is not None


def bare_title(title: str) -> str:
    """A headline without the marks of its version."""
    while title != (bare := _TITLE_MARKS.sub("", title).strip()) and bare:
        title = bare
    return title
