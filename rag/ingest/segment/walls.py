"""What a wall before an article says: subscriptions, accounts, consent, in the languages that have many papers.

Patterns are matched against a whole line, as :mod:`rag.ingest.segment.boilerplate` does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST_STUB, _LONGEST_WALL = 300, 400  # characters of a line
_BEHIND_A_WALL = 400  # characters behind the line at which readers have to stop: an offer, a login


def one_of(*patterns: str) -> re.Pattern[str]:
    """A pattern that any of these match."""
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE)


# What stands where a reader without a subscription has to stop: the text above is a beginning.
_STUB = one_of(
    r"(?:(?:to|please) )?(?:continue|keep|finish) reading(?:[,:]? (?:this|the (?:full|rest|whole|article"
    r"|story)|with|for (?:free|only|just)|please|choose|pick|select|start|try|subscribe|log"
    r"|sign|register|create|become|buy|you|your|now|below|and)\b.{0,160})?",
    r"(?:subscribe|sign ?up|sign ?in|log ?in|register|create an? (?:free )?account)\b.{0,40}\b(?:to|and)"
    r" (?:continue\b|keep reading|read (?:on|more|this|the (?:full|whole|rest))|finish|unlock|get full"
    r" access|access (?:this|the full)).{0,100}",
    r"(?:get|enjoy|unlock) (?:unlimited|full|complete|instant|all)\b.{0,30}\baccess\b.{0,120}",
    r"(?:thank you|thanks) for your patience while we (?:verify|check)\b.{0,200}",
    r"if you are in reader mode\b.{0,200}",
    r"(?:this|the (?:full|whole|rest of (?:this|the))) (?:article|story|content|page|post) is (?:\w+"
    r" ){0,4}(?:for|to) (?:our |paying |paid |registered |premium )*(?:subscribers|members|readers)\b.{0,100}",
    r"(?:this |the )?(?:article|story|content)?.{0,20}\breserved for (?:our |paying )?(?:subscribers"
    r"|members)\b.{0,40}",
    r"you(?:'ve| have) (?:reached|used|read)\b.{0,40}\b(?:limit of|monthly limit|article limit|free"
    r" (?:articles?|stories)|(?:articles?|stories) (?:left|remaining|this month))\b.{0,120}",
    r"you have (?:\d+|no|one|two|three) (?:more )?free (?:articles?|stories)\b.{0,80}",
    r"read (?:the )?(?:full|whole|rest of (?:the|this)) (?:article|story)\b.{0,80}",
    r"(?:jetzt )?weiterlesen mit\b.{0,80}",
    r"exklusiv für (?:unsere )?abonnent\w*.{0,40}",
    r"(?:dieser|der|die|das) (?:ganze )?(?:artikel|inhalt|beitrag|text)\b.{0,30}\bfür (?:unsere"
    r" )?(?:abonnent|mitglieder|leser mit|registrierte)\w*.{0,60}",
    r"(?:cet article|la suite|le contenu|ce contenu|article|contenu)\b.{0,40}\bréservée?s? (?:à nos|aux)"
    r" abonnés\b.{0,60}",
    r"il (?:vous )?reste .{1,20} de cet article à lire\b.{0,80}",
    r"pour lire la suite\b.{0,80}",
    r"(?:este )?(?:contenido|artículo)(?: es)? (?:exclusivo|reservado|solo)\b.{0,20}\bsuscriptores\b.{0,60}",
    r"(?:suscríbete )?para (?:seguir|continuar) leyendo\b.{0,60}",
    r"suscríbete (?:y|para) (?:lee|accede)\w*\b.{0,60}",
    r"(?:questo )?(?:contenuto|articolo)(?: è)? (?:riservato|esclusivo)\b.{0,20}\babbonati\b.{0,60}",
    r"(?:abbonati )?per continuare a leggere\b.{0,60}",
    r"(?:assine )?para continuar (?:a ler|lendo)\b.{0,60}",
    r"(?:este )?(?:conteúdo|artigo|matéria)(?: é)? (?:exclusiv|restrit)\w+\b.{0,20}\bassinantes\b.{0,60}",
    r"(?:dit artikel|deze inhoud) is (?:\w+ )?voor abonnees\b.{0,60}",
    r"lees verder(?: met\b.{0,60})?",
    r"verder lezen met\b.{0,60}",
    r"(?:den här |denna )?artikeln? .{0,30}\bprenumeranter\b.{0,60}",
    r"läs (?:vidare|hela artikeln)\b.{0,60}",
    r"denne (?:artikkelen|saken|artikel)\b.{0,30}\babonnenter\b.{0,40}",
    r"l(?:es|æs) videre(?: med)?\b.{0,60}",
    r"få adgang til hele artiklen\b.{0,60}",
    r"tilaa (?:lukeaksesi|ja lue)\b.{0,60}",
    r"tämä (?:artikkeli|juttu|sisältö)\b.{0,20}\btilaajille\b.{0,40}",
    r"(?:dalsza część|cały|ten|pełna treść)\b.{0,40}\b(?:prenumeratorów|subskrybentów)\b.{0,40}",
    r"czytaj dalej",
    r"(?:tento )?článek .{0,30}\bpředplatitele\b.{0,40}",
    r"(?:эта статья|материал|полный текст)\b.{0,40}\bподписчик\w*.{0,40}",
)
# What else a wall says, and what asks for consent.
_PAYWALL = one_of(
    r"(?:we and our|wir und unsere|nous et nos|nosotros y nuestros|noi e i nostri|wij en onze|nós e (?:os )?nossos)"
    r" (?:\d+ )?(?:partners?|partenaires|socios|parceiros)\b.{0,300}",
    r"(?:sign|log)[- ]?in(?: (?:to|and) (?:comment|save|join|continue|read|vote|share|follow)\b.{0,60})?",
    r"(?:register|sign up) or log ?in\b.{0,60}",
    r"subscribe(?: (?:now|today|here))?",
    r"(?:already|not) (?:a |an )?(?:\w+ )?(?:subscriber|subscribed|registered|member|have an?"
    r" account)\b\W{0,3}(?:(?:log|sign|click|join)\b.{0,40})?",
    r"(?:don'?t|do not) have an account\b.{0,60}",
    r"(?:.{0,80}[.!,;–-] ?)?cancel (?:at )?any ?time.{0,20}",
    r"no commitment.{0,20}",
    r"create (?:an?|your) (?:free )?account(?: (?:to|and|now|or)\b.{0,60})?",
    r"(?:want|like) to read (?:more|on)\?.{0,60}",
    r"(?:subscribe|try|start|become a member|(?:unlimited|digital|premium|full) (?:digital"
    r" )?access)\b.{0,40}\b(?:for|from) (?:just |only )?[£$€]?\d.{0,60}",
    r"(?:sie (?:sind|haben) )?(?:schon|bereits) (?:ein )?(?:abo|abonnent(?:in)?|registriert|kunde"
    r"|mitglied)\b\W{0,3}.{0,30}",
    r"jetzt (?:abonnieren|testen|registrieren|anmelden|freischalten|kostenlos)(?: und\b.{0,60})?",
    r"(?:.{0,100}[.!,] ?)?(?:monatlich|jederzeit) kündbar",
    r"déjà abonnée?\W{0,3}(?:se connecter|connectez|identifiez|je me)?.{0,30}",
    r"(?:.{0,80}, )?sans engagement",
    r"abonnez-vous(?: (?:pour|dès|à partir|maintenant)\b.{0,80})?",
    r"¿?ya eres suscriptor\w*\W{0,3}.{0,30}",
    r"sei già abbonato\W{0,3}.{0,30}",
    r"já é assinante\W{0,3}.{0,30}",
    r"(?:al|bent u|ben je)(?: al)? abonnee\W{0,3}.{0,30}",
    r"redan prenumerant\W{0,3}.{0,30}",
    r"allerede abonnent\W{0,3}.{0,30}",
    r"oletko jo tilaaja\W{0,3}.{0,30}",
    r"masz już (?:prenumeratę|konto)\W{0,3}.{0,30}",
    r"již (?:máte|jste) předpl\w*\W{0,3}.{0,30}",
    r"wir (?:und unsere (?:\d+ )?partner )?(?:verwenden|nutzen|speichern)\b.{0,60}\bcookies\b.{0,250}",
    r"nous (?:et nos (?:\d+ )?partenaires )?(?:utilisons|stockons|déposons)\b.{0,60}\bcookies\b.{0,250}",
    r"(?:nosotros y nuestros (?:\d+ )?socios |nós e (?:os )?nossos (?:\d+ )?parceiros )?(?:utilizamos"
    r"|usamos|almacenamos)\b.{0,60}\bcookies\b.{0,250}",
    r"(?:noi e i nostri (?:\d+ )?partner )?(?:utilizziamo|usiamo|archiviamo)\b.{0,60}\bcookies?\b.{0,250}",
    r"wij (?:en onze (?:\d+ )?partners )?gebruiken\b.{0,60}\bcookies\b.{0,250}",
)
_TRACKING = re.compile(
    r"\bcookies?\b|\btraceurs\b|\btracker\b|rastreadores|evästei|ciastecz|informasjonskaps|\bkakor\b|çerez|\bкуки|クッキー",
    re.IGNORECASE,
)
_CONSENTING = re.compile(
    r"\b(?:consent|consient|acept|aceit|accett|accept|akzept|agree|zustimm|einverstanden|verwend|nutz|utili[zsc]|usamos|usiamo"
    r"|speicher|gebrui|plaats|anvend|använd|bruker|käytä|hyväksy|używa|zgod|souhlas|používá|kullan"
    r"|hozzájárul|elfogad|согла|использу)\w*",
    re.IGNORECASE,
)
_BETWEEN_US = re.compile(
    r"\b(?:we|our|you|your|wir|unser\w*|sie|ihr\w*|nous|nos|vous|votre|nosotros|nuestr\w+|usted|su|tu|noi|nostr\w+"
    r"|terze parti"
    r"|você|seu|sua|nós|nosso\w*|wij|we|onze|jouw|je|uw|vi|våre?|vår[at]?|vore?s?|din|dit|du|me|sivusto\w*|nasz\w*|twoj\w*"
    r"|dbamy|prosimy|naše|váš\w*|sitemiz\w*|мы|ваш\w*|наш\w*)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"[,;”\"]\s+(?:[\w'’.-]+\s+){0,7}?(?:said|says|told|tells|asked|advise[ds]?|advises|warned|warns|urged"
    r"|urges|announced"
    r"|added"
    r"|wrote|ruled|ordered|promised|found|shouted|reported|riet|rät|sagt|sagte|teilte|meldet|conseille|dit"
    r"|a dit|a déclaré"
    r"|a indiqué|a annoncé|a reçu|dijo|dice|pidió|anunció|disse|diz|ha detto|zei|zegt|meldde|sa|sade|säger"
    r"|sagde|bekam)\b"
    r"|\b(?:said|told|warned|ruled)\b[^.]{0,60}[.”\"]$|: that was\b",
    re.IGNORECASE,
)


def stub(line: str) -> bool:
    """Whether the line tells a reader without a subscription or an account to stop here."""
    return len(line) <= _LONGEST_STUB and not told(line) and bool(_STUB.fullmatch(bare_line(line)))


def wall(line: str) -> bool:
    """Whether the line asks for a subscription, an account or consent."""
    bare = bare_line(line)
    return len(line) <= _LONGEST_WALL and not told(line) and bool(_PAYWALL.fullmatch(bare) or asks_consent(line))


def asks_consent(line: str) -> bool:
    """Whether a line that nobody says asks readers to agree to cookies, or says that they are set."""
    if len(line) > _LONGEST_WALL or not _TRACKING.search(line) or told(line):
        return False
    return bool(_CONSENTING.search(line) and _BETWEEN_US.search(line))


def bars(line: str, bare: str) -> bool:
    """Whether a line that nobody says, and that is ``bare``, is a stub or a wall."""
    stops = len(line) <= _LONGEST_STUB and _STUB.fullmatch(bare)
    return bool(stops or (len(line) <= _LONGEST_WALL and (_PAYWALL.fullmatch(bare) or asks_consent(line))))


def without_wall(lines: Sequence[str]) -> tuple[list[int], bool]:
    """The places of the lines that are no wall, and whether there is one at which readers have to stop; of what is
    behind that only what is long enough to be text."""
    stops = [i for i, line in enumerate(lines) if stub(line)]
    last = next((i for i in stops if sum(map(len, lines[i + 1 :])) <= _BEHIND_A_WALL), len(lines))
    kept = [i for i, line in enumerate(lines) if i < last and i not in stops and not wall(line)]
    return kept, bool(stops)


def bare_line(line: str) -> str:
    """Case-folded, without arrows and closing punctuation."""
    bare = " ".join(line.casefold().replace("’", "'").split())
    return bare.strip(" .…!*:：>»›→«‹←▶►|-–—[](){}+·•")


def told(line: str) -> bool:
    """Whether the line says that somebody says it, so that it is a sentence of an article after all."""
    return bool(_TOLD.search(line))
