"""What a record says of whether its article may be shown: a draft, a page of the site, behind a password; under an
embargo; or taken back by whoever sent it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import islice
from typing import Any

from rag.ingest.formats.parts.social import shown_to_all
from rag.ingest.formats.shapes import key_of
from rag.ingest.page import LOCKED, LeftOut, TakenBack, Withdrawal
from rag.text.timex.machine import parse_machine_stamp, parse_stamp_ahead, still_ahead
from rag.text.timex.stamps import earlier
from rag.types import When

_TRUE = (
    "true",
    "yes",
    "1",
    "x",
    *"ja oui si sí sì sim jah kyllä tak ano áno igen da evet да так ναι نعم はい 是".split(),
)
_FALSE = ("false", "no", *"nein non não nee nej nei nie ne ei nem nu hayır нет ні не όχι لا いいえ 否 아니오".split())
_DRAFT = (
    r"(?:auto-?)?drafts?|entwurf|entwürfe|brouillon|borrador|bozza|rascunho|concept|koncept|kladde?|utkast|luonnos"
    r"|szkic|wersja robocza|návrh|vázlat|piszkozat|ciornă|ciorna|osnutek|skica|nacrt|нацрт|черновик|чернетка|чернова"
    r"|чарнавік|πρόχειρο|taslak|konsep|draf|(?:bản )?nháp|esborrany|zirriborro|mustand|melnraksts|juodraštis"
    r"|مسودة|پیش‌نویس|טיוטה|ड्राफ़?्ट|草稿|下書き|초안|임시 ?저장"
)
_MORE_ON_IT = (
    "v|version|versione|versión|fassung|rev|in|for|to|of|by|von|für|da|di|de|du|à|pour|por|not|no|nicht|non|pas"
)
_UNPUBLISHED = re.compile(
    rf"(?:(?:{_DRAFT})(?!\w)(?:\s*[(:–,.;/#-].*|\s+v?\.?\s?\d.*|\s+(?:{_MORE_ON_IT})\b.*)?"
    r"|(?:not |un)(?:yet )?published|unveröffentlicht|nicht veröffentlicht|non publiée?|no publicad[oa]"
    r"|não publicad[oa]|non pubblicat[oa]|(?:on|niet )gepubliceerd|opublicera[dt]|upublisert"
    r"|ikke (?:publisert|udgivet|udgitt)|upubliceret|julkaisematon|nieopublikowan[yae]|nepublikován[oay]"
    r"|nepublikované|nem publikált|nepublicat"
    r"|не ?опубликован[оа]?|не опубліковано|αδημοσίευτο|yayınlanmadı|غير منشور|未发布|未發佈|未公開|非公開"
    r"|미발행|비공개"
    r"|da pubblicare|zu veröffentlichen|à publier|por publicar|a publicar|to be published"
    r"|(?:pending|in|needs?|under|awaiting|ready for|for)[ _-](?:editorial[ _-])?(?:review|approval)|unapproved"
    r"|spiked)",
    re.IGNORECASE,
)
"""States of a text that has not come out, as programs and newsrooms name them; what stands behind a draft ('draft 2',
'bozza - da verificare') is more on it."""
_KEPT_BACK = re.compile(
    r"private|pending|future|trash(?:ed)?|scheduled|planned|on[ _-]hold"
    r"|geplant|vorgemerkt|zurückgestellt|ausstehend|privat|papierkorb|planifiée?|programmée?|en attente|privée?"
    r"|corbeille|programad[oa]|pendiente|privad[oa]|papelera|en revisión|programmat[oa]|pianificat[oa]|in attesa"
    r"|in revisione|privat[oa]|cestino|agendad[oa]|pendente|em revisão|lixeira|gepland|in afwachting|prullenbak"
    r"|schemalag[dt]"
    r"|väntande|planlagt|afventer|ajastettu|odottaa|zaplanowan[yae]|oczekując[yae]|prywatn[yae]|naplánován[oay]"
    r"|čeká na schválení|ütemezett|în așteptare|запланирован[оа]?|на (?:утверждении|рассмотрении|модерации)|личное"
    r"|заплановано|planlandı|zamanlandı|beklemede|待审核?|待审|定时发布|予約(?:投稿)?|公開予約|예약",
    re.IGNORECASE,
)
"""The same, in words that other fields have too: of WordPress, Ghost and others."""
_OF_STRAPI = frozenset(("createdat", "updatedat", "publishedat"))
_FOR_SOME = ("private", "direct", "limited", "followers", "mutuals", "specified", "hidden")  # visibility
_COMING_OUT = (
    "publishdate", "publishat", "publishon", "publishfrom", "publishup", "publishafter", "scheduledat", "scheduledfor",
    "scheduledon", "scheduleddate", "scheduledtime", "scheduledpublish", "golive", "goliveat", "golivedate", "liveat",
)  # fmt: skip
"""Fields of programs that put out what they hold once a day has come; 'date' is that of any text, perhaps mistyped."""
_NO_ARTICLES = ("page", "attachment", "revision", "nav_menu_item", "wp_block", "wp_template")
_NO_NODE = re.compile(
    r"(?:node--)?(?:\w*_)?page|(?:media|file|user|block_content|taxonomy_term|menu_link_content|paragraph)--\w+"
)
"""Kinds of Drupal's: 'node--landing_page', 'media--image'."""
_OF_PLONE = frozenset("document image file folder collection link topic event easyform".split()) | {"plone site"}
_EMBARGO = re.compile(
    r"(?:is|has|under|press|media|news|release|publication)?embargo(?:ed)?"
    r"(?:until|till|ends?|enddate|to|date|datetime|time|at|on|lifts?|liftsat|expires?|expiry|release|utc|gmt)*"
    r"|sperrfrist(?:bis)?|gesperrtbis|hold(?:for|until|forreleaseuntil)"
    r"|notfor(?:release|publication|use)(?:before|until)|nottobe(?:published|used)before"
)
"""Names of fields that say that there is an embargo, or when it ends; 'embargoReason' says neither."""
_LIFTED = re.compile(r"(?:is)?embargo(?:ed)?(?:is)?(?:lifted|over|expired|ended)")
_INSIDE = frozenset(
    "until till end ends endsat enddate to date datetime time at lifts liftsat expires release value".split()
)
_SWITCHES = ("active", "enabled", "embargoed")
_YES = ("true", "yes", "y", "1", "active", "embargoed")
_NO = ("false", "no", "n", "0", "none", "null", "n/a", "-", "lifted", "over", "expired", "")
_STATUSES = (
    "status", "state", "pubstatus", "publicationstatus", "publishstatus", "publishingstatus", "articlestatus",
    "contentstatus", "itemstatus", "storystatus", "editorialstatus", "workflowstate", "workflowstatus",
    "managementstatus", "moderationstate", "moderationstatus", "poststatus", "documentstatus", "approvalstatus",
    "reviewstate",    "stage", "workflow", "statut", "état", "etat", "estado", "stato", "zustand", "tila", "stav",
    "stan", "durum",
    "állapot", "stare", "статус", "состояние", "стан", "κατάσταση", "الحالة", "状态", "狀態", "状態",
    "ステータス", "公開状態", "상태",
)  # fmt: skip
_LIKE_A_STATUS = re.compile(r"\w{0,20}(?:status|statut|статус)|(?:status|statut|stato|estado|état|stan)\w{1,15}")
"""Names of other fields that may say so: 'redaktionsstatus', 'stato_articolo'."""
_DRAFT_FLAG = re.compile(f"(?:is)?(?:{_DRAFT})", re.IGNORECASE)
_SWITCHED = ("ispublished", "islive", "isonline", "approve", "approved", "isapproved", "isvisible")
"""Of these a zero says no; 'published: 0' may be a day that is not known."""
_REMOVED = re.compile(r"(?:is)?(?:hidden|deleted|trashed)|(?:is)?in(?:the)?trash")
"""Of these a one says that readers do not see it: fields of TYPO3, MODX, Directus and others."""
_OF_TABLES = frozenset("nid catid introtext publishup publishedon pagetitle contentid iblockid".split())
"""Columns of publishing systems' own tables (Drupal, Joomla, MODX, Bitrix), in which a state is a number."""
_STATES = ("state", "status", "published", "active")
_OUT_FLAGS = (
    "status", "published", *_SWITCHED, "live", "online", "veröffentlicht", "publié",
    "publicado", "pubblicato", "gepubliceerd", "publicerad", "publisert", "udgivet", "julkaistu", "opublikowano",
    "publikováno", "опубликовано", "опубліковано", "yayınlandı", "已发布", "公開",
)  # fmt: skip
_TAKEN_BACK = {
    "canceled": "canceled", "cancelled": "canceled", "withheld": "withheld", "withdrawn": "withdrawn",
    "killed": "killed", "kill": "killed", "retracted": "retracted", "recalled": "recalled", "revoked": "revoked",
}  # fmt: skip
_SAYS_SO = re.compile(rf"(?:is|was)?(?P<how>{'|'.join(_TAKEN_BACK)})(?P<when>at|on|date|time)?")
_REASONS = ("killreason", "withdrawalreason", "retractionreason", "retractionnotice", "statusreason", "ednote")
_PLANNED = ("published", "publishedat", "publishdate", "publishat", "releasedate", "date")
_MOST_NOTICE = 300  # characters
_MOST_FIELDS = 500
_FIRST_SECOND = 100_000_000  # since 1970: smaller numbers are none


def why_no_news(named: Mapping[str, Any], record: Mapping[str, Any]) -> str | None:
    """Why what a record holds is no article that is out: a draft, a page of the site, behind a password. ``named`` are
    its fields by their plain names, also of objects inside."""
    status = _status_before_it_is_out(named)
    if any(_is(value, _TRUE) and _DRAFT_FLAG.fullmatch(name) for name, value in named.items()) or any(
        _is(named.get(key), (*_FALSE, "0") if key in _SWITCHED else _FALSE) for key in _OUT_FLAGS
    ):
        status = "draft"
    if "draft" in named and _is(named.get("archived"), _TRUE):  # Webflow
        return "archived by its site; no news that is out"
    of_strapi = set(named) >= _OF_STRAPI and ("documentid" in named or "attributes" in record)
    if of_strapi and named["publishedat"] is None:
        status = "draft"
    states = (str(named.get(key)).strip() for key in _STATES if not _OF_TABLES.isdisjoint(named))
    if any(re.fullmatch(r"0|-\d|[Nn]", state) for state in states):
        status = status or "not published"
    if status:
        return f"its status is {status!r}; add it when it is out"
    if gone := next((name for name, value in named.items() if _REMOVED.fullmatch(name) and _is(value, _TRUE)), None):
        return f"{gone.removeprefix('is')} on its site; no news that is out"
    if str(named.get("visibility", "")).lower() in _FOR_SOME or not shown_to_all(named):
        return "shown only to some readers; no news that is out"
    if named.get("title") == "[Removed]" and str(named.get("url", "")).rstrip("/") == "https://removed.com":
        return "removed by its source"
    under_embargo = _status(named) == "embargoed"
    planned = (
        value
        for key in _COMING_OUT
        if not under_embargo and isinstance(value := named.get(key), str | int) and _much_ahead(str(value))
    )
    if coming := next(planned, None):
        return f"to be published on {coming}; add it when it is out"
    if "json-schema.org" in str(named.get("schema", "")):
        return "a schema of JSON, no article"
    if str(named.get("type", "")).startswith("sanity."):
        return f"{named['type']}, no article"
    kind, page = named.get("type"), named.get("page")
    if ("slug" in named or "link" in named) and (kind in _NO_ARTICLES or page is True or page == 1):
        return f"a {kind or 'page'} of the site, no article"
    if _NO_NODE.fullmatch(str(kind)) and "--" in str(kind):
        return f"{kind}, no article"
    if "reviewstate" in named and str(made := record.get("@type")).lower() in _OF_PLONE:
        return f"a {made} of the site, no article"
    shown: Mapping[str, Any] = next(
        (named[key] for key in ("content", "excerpt") if isinstance(named.get(key), Mapping)), {}
    )
    if shown.get("protected") is True or (named.get("postpassword") and isinstance(named["postpassword"], str)):
        return LOCKED
    return None


def _much_ahead(text: str) -> bool:
    """Whether a day lies ahead by more than clocks go wrong."""
    return parse_machine_stamp(text) is None and still_ahead(text)


def embargo_in(named: Mapping[str, Any]) -> tuple[When, str | None]:
    """(until when a record may not be told, what it says of an embargo whose end nobody understands). ``named`` are its
    fields by their plain names; an object inside one may hold those of the embargo."""
    if any(_LIFTED.fullmatch(name) and _is(value, _YES) for name, value in named.items()):
        return None, None
    under = _status(named) == "embargoed"
    ends: list[When] = []
    for value in _about_embargo(named):
        if _is(value, _YES):
            under = True
        elif isinstance(value, str) or (isinstance(value, int | float) and value > _FIRST_SECOND):
            stated = value if isinstance(value, str) else f"{value:.0f}"
            if (when := parse_stamp_ahead(stated)) is None:
                return None, stated
            ends.append(when)
    if under and not ends:
        planned = (stated for key in _PLANNED if still_ahead(stated := str(named.get(key, ""))))
        ends = [parse_stamp_ahead(next(planned, ""))]
    until = reduce(lambda last, when: when if earlier(last, when) else last, ends) if ends else None
    return until, "no time given" if under and until is None else None


def _about_embargo(named: Mapping[str, Any]) -> Iterator[Any]:
    """The values of the fields of an embargo that hold one, also one level down."""
    for name, value in islice(named.items(), _MOST_FIELDS):
        about = _EMBARGO.fullmatch(name) is not None
        if not isinstance(value, Mapping):
            found = {name: value} if about else {}
        else:
            found = {key_of(str(key)): one for key, one in islice(value.items(), _MOST_FIELDS)}
            off = about and any(_is(found.get(key), _NO) for key in _SWITCHES)
            found = {
                key: one for key, one in found.items()
                if not off and (_EMBARGO.fullmatch(key) or (about and key in (*_INSIDE, *_SWITCHES)))
            }  # fmt: skip
        yield from (one for one in found.values() if one is not None and not _is(one, _NO))


def how_taken_back(named: Mapping[str, Any]) -> str | None:
    """How a record's provider took it back: 'killed', 'retracted'; None where it did not."""
    if why := _TAKEN_BACK.get(_status(named)):
        return why
    for name, value in named.items():
        said = _SAYS_SO.fullmatch(name)
        dated = said and said["when"] and isinstance(value, str) and parse_machine_stamp(value)
        plainly = isinstance(value, str | bool) and _is(value, ("true", "yes"))  # 'killed: 1' counts the dead
        if said and (dated or plainly):
            return _TAKEN_BACK[said["how"]]
    return None


def refuse_not_out(origin: str, record: Mapping[str, Any]) -> None:
    """Raises ``LeftOut`` for a plain record of what is no news that is out, ``TakenBack`` where it takes its article
    back."""
    if why := record.get("no_news"):
        raise LeftOut(why)
    how = record.get("taken_back")
    if not how:
        return
    name, url = record.get("id"), record.get("url")
    if name is None and not url:
        raise LeftOut(f"was {how} by its provider, and has no identifier; remove it by its id: rag list, rag remove")
    at = parse_machine_stamp(str(record.get("updated") or ""))
    name = None if name is None else str(name)
    raise TakenBack(Withdrawal(origin, name, how, record.get("version"), at, url, record.get("notice")))


def notice_in(named: Mapping[str, Any]) -> str | None:
    """The public words on why an article was taken back, one line."""
    said = next((value for key in _REASONS if isinstance(value := named.get(key), str) and value.strip()), None)
    return " ".join(said.split())[:_MOST_NOTICE] if said else None


def _status_before_it_is_out(named: Mapping[str, Any]) -> str | None:
    """What a record says of its state, where it says that it is not out."""
    said = ((name, _word(named.get(name)).strip()) for name in named if name in _STATUSES)
    stated = next((word for _, word in said if _UNPUBLISHED.fullmatch(word) or _KEPT_BACK.fullmatch(word)), None)
    others = (_word(value).strip() for name, value in named.items() if _LIKE_A_STATUS.fullmatch(name))
    return stated or next((word for word in others if _UNPUBLISHED.fullmatch(word)), None)


def _word(value: Any) -> str:
    """A word, also where an object stands for it."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("name", "value", "code", "label") if key in value), None)
    return value if isinstance(value, str) else ""


def _status(named: Mapping[str, Any]) -> str:
    """The editorial status of a record in one word; objects that stand for one are read by their name."""
    for name in _STATUSES:
        bare = _word(named.get(name)).strip().lower().rpartition(":")[2]
        if bare in _TAKEN_BACK or bare == "embargoed":
            return bare
    return ""


def _is(value: Any, words: tuple[str, ...]) -> bool:
    return isinstance(value, bool | str | int) and str(value).strip().lower() in words
