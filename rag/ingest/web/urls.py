"""Addresses of pages: one form for equal ones, the site that they belong to, relative ones made whole."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from rag.ingest.web.archives import original_address
from rag.ingest.web.guard import MAX_LENGTH

_USUAL_PORT = re.compile(r":(?:80|443)?$")
_WEB = re.compile(r"https?://[^\s<>\"\x00-\x1f\x7f]+$", re.IGNORECASE)
_SURELY_TRACKS = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|vero|oly|mkt|itm|ns|at|ml|mc|ga|gs|trk|wt|sc)_\w+|_hs\w+"
    r"|(?:dc|fbc|gc|twc|yc|ysc|ttc)lid|msclkid|igsh(?:id)?|[gw]braid|_g[al]|gclsrc|cmp(?:id)?|[oni]cid|smid|smtyp|xtor|ito"
    r"|sref|wtmc|spm|ref_(?:src|url)|guccounter|guce_\w+|__twitter_impression|s_(?:cid|kwcid)|echobox|mibextid|soc_(?:src|trk)"
    r"|ftag|_branch_\w+|referr?er",
    re.IGNORECASE,
)
"""Parameters that name no page on any site that is known: neither stored nor part of what an article is known by."""
_MAY_TRACK = re.compile(r"ref|source|src|from|via|partner|medium|campaign|channel", re.IGNORECASE)
_FROM_WHERE = re.compile(
    r"(?:rss|feed|atom|news-?letter|e?-?mail|twitter|x|facebook|fb|whatsapp|telegram|linkedin|reddit|social|google|push"
    r"|home(?:page)?|front-?page|share|app|mobile|flipboard|apple-?news)(?:[-_.\d].{0,40})?",
    re.IGNORECASE,
)
"""What such a parameter says where it does not name a page."""
_PLACE_ON_PAGE = re.compile(
    r"(?:view-?|post-?|user-?|leave-?a?-?|add-?|all-?|disqus[_-]?|fb-?)?"
    r"(?:comments?|comment-?\d+|respond|reply|replies|thread|reactions?|kommentare?|kommentarer|kommentit|comentarios"
    r"|comentários|commentaires|commenti|reacties|komentarze|komentari|yorumlar)(?:[-_](?:section|area|form|list|wrapper"
    r"|container|link|anchor|\d+))?|top|content|main|main-content|maincontent|skip\w*|share|social",
    re.IGNORECASE,
)
"""Fragments that lead to a part that every page has: its readers' comments, its beginning."""
_NAMES_PAGES = frozenset("cid clid eid uid keyword session".split())
"""Parameters that courlan takes for trackers, that name the article on some sites."""


def canonical_url(url: str) -> str:
    """The URL without what does not change the page: fragment, tracking parameters, case of the host, last slash.

    A copy in an archive has the address of the page. Ids of stored articles are hashes of it, so it may change for
    addresses with tracking parameters and of archives only.
    """
    parts = urlsplit(original_address(url.strip()))
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(k.lower())]
    query = urlencode(kept, errors="surrogatepass")
    host = _USUAL_PORT.sub("", parts.netloc.lower()).removeprefix("www.")
    scheme = "https" if parts.scheme == "http" else parts.scheme.lower()
    return urlunsplit((scheme, host, parts.path.rstrip("/"), query, ""))


def without_tracking(url: str) -> str:
    """The address as it is, but for the parameters that only say how readers came to it: what is stored and shown."""
    head, mark, fragment = url.partition("#")
    tracks = _SURELY_TRACKS.match(fragment) and "=" in fragment
    if tracks or fragment.startswith(":~:text=") or _PLACE_ON_PAGE.fullmatch(fragment):
        mark = fragment = ""
    address, _, query = head.partition("?")
    kept = [pair for pair in re.split(r"&(?:amp;)?", query) if pair and not _came_by(pair)]
    if len(kept) == query.count("&") + 1 or not query:
        return f"{head}{mark}{fragment}"
    return f"{address}{'?' if kept else ''}{'&'.join(kept)}{mark}{fragment}"


def _came_by(pair: str) -> bool:
    name, _, value = pair.partition("=")
    ambiguous = _MAY_TRACK.fullmatch(name) and _FROM_WHERE.fullmatch(value)
    return bool(ambiguous or _SURELY_TRACKS.fullmatch(name))


def _tracks(name: str) -> bool:
    """Whether a parameter only says how readers came to the page."""
    from courlan.clean import TRACKERS_RE

    if _SURELY_TRACKS.fullmatch(name):
        return True
    found = TRACKERS_RE.search(name)
    if found is None:
        return False
    if found[0].endswith("_"):
        return True  # a family: 'utm_source'
    # To the end of the name: courlan takes 'gallery' for a 'ga', and 'ref_no' for a 'ref'.
    return found.end() == len(name) and found[0].strip("_") not in _NAMES_PAGES


@lru_cache(maxsize=1024)
def site_of(url: str) -> str:
    """The registered domain: 'example.co.uk' of 'https://news.example.co.uk/a'; empty for what is no address.

    By the public suffix list that comes with tld; nothing is fetched. A host under no public suffix is taken by its
    last two names, an IP address whole.
    """
    from tld import get_fld

    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    if not host or ":" in host or host[-1].isdigit():
        return host
    return get_fld(f"https://{host}", fail_silently=True) or ".".join(host.split(".")[-2:])


def is_web(address: str) -> bool:
    """Whether it is an http(s) address with a host."""
    try:
        return bool(_WEB.match(address) and urlsplit(address).hostname)
    except ValueError:
        return False


def absolute(raw: str | None, base: str | None) -> str | None:
    """``raw`` as an http(s) address, a relative one beside ``base``, that of an archive as the page's own; ``None`` for
    what is none."""
    raw = (raw or "").strip()
    if not raw or len(raw) > MAX_LENGTH:
        return None
    try:
        address = urljoin(base, raw) if base else raw
    except ValueError:
        return None
    address = f"https:{address}" if address.startswith("//") else address
    address = original_address(address)
    return address if is_web(address) else None


_COUNTER = re.compile(
    r"https?://(?:[^/?#]*\.)?(?:list-manage\d?\.com|sendgrid\.net|mailchi\.mp|mandrillapp\.com|hubspotlinks\.com"
    r"|cmail\d+\.com|createsend\d?\.com|sparkpostmail\d?\.com|rs6\.net|substack\.com/redirect|beehiiv\.com/(?:ss|v1)/c"
    r"|safelinks\.protection\.outlook\.com|urldefense\.com|urldefense\.proofpoint\.com)(?=[/?:]|$)"
    r"|https?://(?:links?|click|clicks|track|tracking|trk|ablink|email|e|r)\d?\.[^/?#]+/"
    r"(?:ls/click|track(?:ing)?/click|wf/click|click|ss/c|c|f/a|u/click|\?qs=)"
    r"|https?://[^/?#]+/(?:ls/click|track(?:ing)?/click|wf/click)\b",
    re.IGNORECASE,
)
"""Addresses in mails that count a click before they lead on."""
_COUNTED = re.compile(r"(?:url|u|redirect|redirect_url|target|to|link|r|dest|destination|p)", re.IGNORECASE)


def behind_counter(address: str) -> str | None:
    """The page that a link in a mail leads to; ``None`` where it only counts the clicks of one reader."""
    if not _COUNTER.match(address):
        return address or None
    for name, value in parse_qsl(urlsplit(address).query):
        if _COUNTED.fullmatch(name) and is_web(value):
            return value
    return None
