"""Pages that hold no article: there is none at the address, a check for robots, a request for consent, a login.

What they say is short, and speaks to the reader. A page that declares or prints a day is none of them, unless its
headline is one of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.ingest.segment.walls import bare_line, one_of, told

_LONGEST, _LONGEST_BARE = 3000, 300  # characters of such a page; of one whose headline alone says what it is
_MOST = 0.6  # share of its text that says so, where the headline does not
_THING = (
    r"(?:page|article|story|content|file|url|link|document|seite|artikel|beitrag|inhalt|página|artículo"
    r"|contenido|artigo"
    r"|conteúdo|pagina|articolo|contenuto|contenu|sidan|artikeln|siden|artikkelen|artiklen|sivua?|strona|strony|stránka"
    r"|страница|страницы)"
)
_LACKS = (
    r"(?:not|no longer|can(?:'t|not)|could ?n(?:ot|'t)|does ?n(?:ot|'t)|nicht|non|no|não|niet|inte|ikke|ei|nie|ne|n'|не"
    r"|introuvable|(?:re)?moved|deleted|unavailable|expired|gone|verschoben|gelöscht|entfernt|déplacée?"
    r"|supprimée?|movid[oa]"
    r"|eliminad[oa]|removid[oa]|spostat[oa]|rimoss[oa]|verplaatst|verwijderd|neexistuje|nebyla)"
)
_SPEAKS = re.compile(
    r"\b(?:you|your|we|our|please|sorry|sie|ihre?[nm]?|wir|unsere?|bitte|leider|vous|votre|vos|nous|nos|tu|su|usted"
    r"|nosotros|nuestr\w+|busca\w*|sentimos|você|nossos?|procura\w*|siamo|stai|cerchi|tuo|noi|nostri|u|uw"
    r"|wij|onze|je|du"
    r"|din|vi|våra?|vores|våre|hakemaasi|szukan\w+|вы|ваш\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Kind:
    headline: re.Pattern[str]  # a whole one, or a part of the page's title
    line: re.Pattern[str]  # found in a line
    reason: str
    by_lines: bool = True  # whether its lines alone tell it


_KINDS = (
    _Kind(
        one_of(
            r"(?:(?:error|fehler|erreur|errore|fout|http(?: error)?|status|code)[ :-]*)?(?:404|410)"
            r"(?:\s*[:–—|-].{0,60}|\s+(?:error|not|page|seite|fehler|gone|nothing)\b.{0,40})?",
            rf"(?:(?:oops|sorry|uh[ -]oh|ups|hoppla|lo sentimos|désolée?|whoops)\W+)?(?:\w+ ){{0,2}}{_THING}\b.{{0,12}}"
            rf"(?:\b{_LACKS}\b|n').{{0,40}}",
            r"(?:file )?not found|nothing (?:was )?found|gone|nicht gefunden|niet gevonden|introuvable"
            r"|no encontrad[oa]",
        ),
        re.compile(
            rf"\b{_THING}\b.{{0,60}}(?:\b{_LACKS}\b|you(?:'re| are| were)?(?: have)? (?:looking|request|trying|search))"
            r"|(?:could ?n(?:o|')t|can(?:no|')t|unable to) (?:find|locate)\b|nothing (?:was|has been|is) found"
            r"|(?:this|the|your) link\b.{0,30}\bbroken",
            re.IGNORECASE,
        ),
        "says that there is no page at its address",
    ),
    _Kind(
        one_of(
            r"just a moment|attention required.{0,30}|pardon our interruption|one more step|you have been blocked",
            r"(?:sorry, )?you have been blocked|.{0,30}\bare you (?:a )?(?:robot|human)",
            r"(?:please )?(?:verify|confirm)(?:ing)? (?:that )?you(?:'re| are) (?:not )?(?:a )?(?:human|robot).{0,20}",
            r"press & hold.{0,60}|checking (?:your browser|if the site).{0,60}",
            r"access (?:to this page )?(?:has been )?denied|(?:robot|bot|security|human) (?:check|verification)|captcha"
            r"|ddos-guard|(?:bestätigen sie|sind sie).{0,20}\b(?:mensch|roboter)",
        ),
        re.compile(
            r"not a (?:ro)?bot|are (?:a )?human|unusual (?:activity|traffic)|security of your connection|captcha"
            r"|\bray id\b"
            r"|(?:enable|support|disabled?|turn on|block\w*).{0,40}\b(?:javascript|cookies)|automation tools"
            r"|\bautomated\b"
            r"|javascript (?:and cookies )?(?:is|are)\b.{0,20}\b(?:dis|en)abled"
            r"|security (?:service|solution)|(?:were|have been|are) blocked|permission to access|^reference #"
            r"|kein roboter"
            r"|browser .{0,20}\bsupport",
            re.IGNORECASE,
        ),
        "only checks whether you are a robot; open it in a browser and save it",
    ),
    _Kind(
        one_of(
            r"before you continue.{0,40}|we (?:value|respect|care about) your privacy"
            r"|(?:your )?privacy (?:settings|choices"
            r"|options|notice)|cookie (?:consent|settings|notice|wall)|consent|zustimmung.{0,40}"
            r"|weiterlesen mit .{0,30}"
            r"|.{0,40}part of the yahoo family.{0,30}|(?:nous )?respect(?:ons)? (?:de )?votre vie privée"
            r"|.{0,20}(?:su|tu|sua) privacidade?|la tua privacy.{0,20}|uw privacy.{0,20}",
        ),
        re.compile(
            r"\bcookies?\b|\bpartners?\b.{0,80}\b(?:store|process|access|personal data)|personali[sz]ed ads|\bconsent\b"
            r"|geolocation data|privacy|accept all|tracking|datenschutz|einwillig|akzeptier|vie privée|consentement"
            r"|privacidade?|consent(?:imiento|imento|o)\b|toestemming|samtyck|samtykk|\bsites and apps\b"
            r"|advertising service",
            re.IGNORECASE,
        ),
        "only asks for your consent; open it in a browser, choose, and save it",
    ),
    _Kind(
        one_of(
            r"(?:40[0-3]|429|451|50[0-4])\b[\s:–—-]*(?:forbidden|unauthori[sz]ed|bad|internal|service|gateway|too many"
            r"|unavailable|error|access)?.{0,40}?(?:forbidden|denied|unavailable|error|gateway|time-?out|requests"
            r"|reasons)",
            r"forbidden|access denied|service (?:temporarily )?unavailable|bad gateway|gateway time-?out"
            r"|too many requests"
            r"|internal server error|unavailable (?:due to|for) legal reasons|(?:down for|under|site) maintenance",
        ),
        re.compile(
            r"temporarily unable|unable to service|capacity problems|legal reasons|general data protection regulation"
            r"|access cannot be granted|try again later|permission to access|^reference #|under maintenance",
            re.IGNORECASE,
        ),
        "is the error of a server; try again later",
    ),
    _Kind(
        one_of(
            r"(?:please )?(?:log|sign) ?in(?: to .{2,40})?|anmelden|einloggen|(?:se )?connexion|iniciar sesión|accedi"
            r"|inloggen|logga in|logg inn|log ind|entrar|login",
        ),
        re.compile(
            r"\b(?:log|sign) ?in\b|password|create an account|\b(?:passwort|anmelden|registrier|mot de passe|contraseña"
            r"|senha|wachtwoord|lösenord|passord)\b",
            re.IGNORECASE,
        ),
        "only asks to log in",
        by_lines=False,
    ),
)


def why_no_article(headlines: Iterable[str], lines: Sequence[str], *, dated: bool) -> str | None:
    """What a page of these ``lines`` is if it is no article, else ``None``. ``headlines`` are its title and headings;
    ``dated`` says that it has a day of publication."""
    size = sum(map(len, lines))
    if size > _LONGEST:
        return None
    titles = {bare_line(part) for text in headlines for part in (text, *re.split(r"\s+[|–—-]\s+", text))}
    spoken = [line.replace("’", "'") for line in lines if not told(line)]
    for kind in _KINDS:
        said = sum(len(line) for line in spoken if kind.line.search(line) and _SPEAKS.search(line))
        named = any(kind.headline.fullmatch(title) for title in titles)
        if named and (said or (size <= _LONGEST_BARE and not dated)):
            return kind.reason
        if kind.by_lines and said >= _MOST * size > 0 and not dated:
            return kind.reason
    return None
