"""What a question is about: the names that it asks of, and the texts that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.qa.attribution.clauses import without
from rag.text.entities import names
from rag.text.lexicon import US_STATES
from rag.text.quantities import Quantity
from rag.text.synonyms import groups, means_some
from rag.text.timex.expressions import timexes
from rag.text.timex.names import FULL_MONTHS, WEEKDAYS
from rag.text.tokens import among, content, related, tokens, unify
from rag.types import Article, Evidence, day

MAX_FRAGMENT = 4  # words; a claim that short is no sentence, and its first capital tells a name

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CAPITAL = re.compile(r"[A-Z](?!-[a-z]+$)")  # 'U-turn' and 'X-ray' are no names
_TERM = re.compile(r"[\w$€£¥%][\w$€£¥%.,'’:-]*[\w%]|[\w$€£¥%]")

LIGHT = frozenset(
    content(
        "people person man woman thing place country city town company year month week day time kind type way name "
        "part number want wanted ask asked plan planned try tried seek sought expect expected think thought believe "
        "decide need latest newest current currently first last new many much get got take took do did done make made "
        "go going come came have give gave happen happened say said call called know known use used become became look "
        "today yet still end percent"
    )
)
"""Words of a question that an article need not hold."""


def alike(term: str, bag: set[str]) -> bool:
    """Whether a text has another form of a word: the first five letters are the same."""
    return len(term) >= 5 and any(other[:5] == term[:5] for other in bag)


_PEOPLES = {
    tokens(people)[0]: tokens(country)[0]
    for country, peoples in {
        "Spain": "Spanish Spaniard", "France": "French", "Netherlands": "Dutch", "Greece": "Greek", "Ireland": "Irish",
        "Wales": "Welsh", "Scotland": "Scottish Scots", "Denmark": "Danish", "Turkey": "Turkish", "Poland": "Polish",
        "Sweden": "Swedish", "Finland": "Finnish", "Switzerland": "Swiss", "Philippines": "Filipino",
        "Thailand": "Thai", "Iceland": "Icelandic", "England": "English", "Norway": "Norwegian",
        "Portugal": "Portuguese", "Czechia": "Czech",
    }.items()
    for people in peoples.split()
}  # fmt: skip


def held(term: str, bag: set[str]) -> bool:
    """Whether a text has a word, in any form of it; a people and its country are one."""
    if term in bag:
        return True
    country = _PEOPLES.get(term)
    return not term[0].isdigit() and any(
        related(term, other) or _PEOPLES.get(other) == term or (country and country in (other, _PEOPLES.get(other)))
        for other in bag
    )


def meant_in(term: str, bag: set[str]) -> bool:
    """Whether a text has a word, in any form of it or in one that says the same."""
    return among(term, bag) or means_some(term, groups(bag))


_SINCE = re.compile(r"\b(?:since|until|till|before|after) (?:the (?:end|start|beginning) of )?\Z")


_OPENS_A_SENTENCE = re.compile(
    r"[.!?:;][”\"’')]?\s+(?P<word>(?:Approximat|Rough|Recent|Current|Previous|Original|Reported|Exact|Near|Final|Global|"
    r"National|Official|Alleged|Sad|Apparent|Additional|Historical|Traditional|Typical|General|Usual|Unfortunate|Surprising)"
    r"e?ly|Follow|Accord|Includ|Consider|Start|Beginn|Based|Compared|Amid|About|Around|Scientists|Researchers|Officials|"
    r"Police|Experts|People|Fans|Voters|Doctors|Lawmakers|Authorities|Students|Workers|Residents|Protesters|"
    r"Investigators|Prosecutors)(?:ing)?\b(?= [a-z])"
)
"""'... this week. Approximately how many people': no name, though a capital opens it."""
_SMALL_IN_HEADLINES = frozenset("a an the of in on at to for and or by with from as but nor after before over".split())


def asked_names(question: str) -> list[list[str]]:
    """The names and years that a question is about, each as its tokens: [['hassan', 'nasrallah'], ['2024']].

    Runs of capitalised words but for the question's first and for what only opens a sentence of it; none where all
    words but the smallest are capitalised, verbs too (a headline).
    """
    question = unify(question).strip()
    words = list(_TERM.finditer(question))
    openings = {m.start("word") for m in _OPENS_A_SENTENCE.finditer(question)}
    capital = [m for m in words if _CAPITAL.match(m.group()) and m.start() not in openings]
    small = {m[0] for m in words if m[0].islower()} - _SMALL_IN_HEADLINES
    if len(words) > 3 and len(capital) > 0.5 * len(words) and not small:
        capital = []
    found: list[list[str]] = []
    end, after_year = -1, False
    for match in words:
        word = match.group()
        year = re.fullmatch(r"(?:19|20)\d\d", word)
        if year and _SINCE.search(question, 0, match.start()):
            continue  # articles from after 2020 need not say 'since 2020'
        if year or (match in capital and match.start() > 0):
            parts = content(word)
            if found and not (year or after_year) and question[end : match.start()] == " ":
                found[-1] += parts
            else:
                found.append(parts)
            end, after_year = match.end(), bool(year)
    return [run for run in found if run]


CALENDAR_WORDS = frozenset(content(" ".join((*WEEKDAYS, *FULL_MONTHS))))
SOFT_NAMES = CALENDAR_WORDS | frozenset(content("Earth World President Ms Mr Mrs Dr Christmas Easter"))
"""Names that an article on the matter need not hold."""


_ALTERNATIVES = re.compile(
    r"^(?:who|whom|whose|which|what|where|when)\b.*(?:, |: | [-–—] )(?:either )?(?:the |an? )?(?P<a>[^,:]{2,60}),? "
    r"or (?:the |an? )?"
    r"(?P<b>[^,:]{2,60}?)\?*$",
    re.I,
)
_ACCORDING_TO = re.compile(
    r"\b(?:according to|as reported (?:by|in)|reported (?:by|in)|in (?:a|the) (?:report|story|article) (?:of|by|in|"
    r"from)) "
    r"(?:the )?(?P<who>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)"
)


def offered(question: str) -> set[str]:
    """The tokens of a question that can be its answer all the same: of the alternatives that it offers ('A or B?'), and
    of the outlet that it names as its source."""
    found = _ALTERNATIVES.match(" ".join(question.split()))
    names = [found["a"], found["b"]] if found else []
    if source := _ACCORDING_TO.search(question):
        names.append(source["who"])
    rest = question
    for name in names:
        rest = rest.replace(name, " ", 1)
    return {t for name in names for t in content(name)} - set(content(rest))


def in_full_names(question: str, text: str) -> set[str]:
    """The tokens of the names of ``text`` that end with a name of ``question``: 'Hassan Nasrallah', asked about
    Nasrallah."""
    surnames = [run for run in asked_names(question) if not run[-1].isdigit()]
    said = [content(name) for name in names(text)]
    return {t for own in said for run in surnames if len(own) > len(run) and own[-len(run) :] == run for t in own}


def known_tokens(question: str, text: str) -> set[str]:
    """The tokens that are no answer in ``text``: those of the question and of its names in full, but for what it
    offers to choose from."""
    return (set(tokens(question)) | in_full_names(question, text)) - offered(question)


_PARTS = {
    tokens("United Kingdom")[0]: frozenset(content("England Scotland Wales Ulster English Scottish Welsh London")),
    tokens("United States")[0]: frozenset(t for s in US_STATES if len(found := content(s)) == 1 for t in found),
}
"""Of countries whose own news names a part and not the whole."""


def has_part_of(country: str, bag: set[str]) -> bool:
    """Whether a text names a part of a country (its token): 'England', of the United Kingdom."""
    return bool(_PARTS.get(country, frozenset()) & bag)


_WRITTEN_OUT = {
    tokens(name)[0]: name for name in ("United Kingdom", "United States", "European Union", "United Nations")
}


def ids_about(question: str, articles: Iterable[Article]) -> tuple[set[str], str]:
    """(ids of the articles that a question can be about, the names that no article holds).

    An article must hold every name of the question that tells, or one of those that 'and' joins; where none holds all
    though each stands somewhere, those that hold most of them. A question of several sentences may name in one what
    an article leaves out: half of its names is enough then.
    """
    told = joined_names(question, asked_names(question))
    several = re.search(r"[.!?]\s+[A-Z]", question)
    holding = {
        article.id: {i for i, g in enumerate(told) if any(_held_by(run, bag, article) for run in g)}
        for article, bag in {article.id: (article, article_tokens(article)) for article in articles}.values()
    }
    anywhere = set().union(*holding.values()) if holding else set()
    absent = [g for i, g in enumerate(told) if i not in anywhere]
    if absent and (not several or 2 * len(absent) > len(told)):
        return set(), ", ".join(_printed(question, run) for g in absent for run in g)
    most = max((len(found) for found in holding.values()), default=0)
    return {key for key, found in holding.items() if len(found) == most}, ""


def _held_by(run: Sequence[str], bag: set[str], article: Article) -> bool:
    """Whether an article holds a name; a year also in the words 'last year', a country also by a part of it."""
    if named_in(run, bag) or (len(run) == 1 and has_part_of(run[0], bag)):
        return True
    published = day(article.published)
    if not published or len(run) != 1 or not re.fullmatch(r"(?:19|20)\d\d", run[0]):
        return False
    found = timexes(f"{article.title}. {article.body}", published)
    return any(t.unit != "decade" and t.first.year <= int(run[0]) <= t.last.year for t in found)


def without_asides(question: str, item: Evidence, left: str = " ") -> str:
    """A quote without what it says in brackets and has nothing to do with the question: no place for an answer."""
    asked = set(tokens(question))

    def kept(aside: re.Match[str]) -> str:
        start, end = item.start + aside.start(), item.start + aside.end()
        answers = item.span is not None and item.span[0] < end and start < item.span[1]
        bears = any(held(t, asked) for t in content(aside[0]))
        return aside[0] if answers or bears or len(aside[0].split()) < MAX_FRAGMENT else left

    return _ASIDE.sub(kept, item.quote)


def about_ids(question: str, articles: Sequence[Article]) -> set[str]:
    """The ids of those articles that ``question`` can be about: they hold the names that it asks of."""
    return ids_about(question, articles)[0]


def about_names(question: str, articles: Sequence[Article]) -> str:
    """The names of ``question`` that none of ``articles`` holds, as it writes them; '' where each stands somewhere."""
    return ids_about(question, articles)[1]


def joined_names(question: str, names: Sequence[list[str]]) -> list[list[list[str]]]:
    """The names of a question that tell, those together that 'and' or 'or' joins directly: 'the UK and Ireland'."""
    joined: list[list[list[str]]] = []
    flat = tokens(question)
    at = 0
    for run in names:
        start = next((i for i in range(at, len(flat)) if flat[i] == run[0]), at)
        between = flat[at:start]
        if joined and at and 1 <= len(between) <= 2 and between[0] in ("and", "or") and set(between[1:]) <= {"the"}:
            joined[-1].append(run)
        else:
            joined.append([run])
        at = start + len(run)
    telling = ([run for run in group if not set(run) <= SOFT_NAMES] for group in joined)
    return [group for group in telling if group]


def _printed(question: str, run: Sequence[str]) -> str:
    """A name as the question writes it."""
    words = [m[0] for m in _TERM.finditer(question) if set(content(m[0])) & set(run)]
    printed = " ".join(dict.fromkeys(w for w in words if w[:1].isupper() or w[:1].isdigit()))
    return re.sub(r"['’]s$", "", printed) or " ".join(_WRITTEN_OUT.get(t, t.title()) for t in run)


_GENERIC = frozenset(
    content("new north south east west united saint lake mount university president minister mr mrs dr city county")
)


def named_in(run: Sequence[str], bag: set[str]) -> bool:
    """Whether a text names what ``run`` names: half of its words that tell one name from another stand there."""
    telling = [t for t in run if t not in _GENERIC] or list(run)
    return 2 * sum(held(t, bag) for t in telling) >= len(telling)


def surrounding_tokens(item: Evidence) -> set[str]:
    """Tokens of the headline, the day and the text up to 300 characters before and after a quote."""
    article = item.article
    near = article.body[max(0, item.start - 300) : item.end + 300]
    return set(tokens(f"{article.title} {near}")) | _date_tokens(article)


def article_tokens(article: Article) -> set[str]:
    text = f"{article.title} {article.body} {article.source or ''} {article.section or ''}"
    return set(tokens(text)) | _date_tokens(article)


def _date_tokens(article: Article) -> set[str]:
    published = day(article.published)
    return set(tokens(f"{published:%A %d %B %Y}")) | {str(published.day)} if published else set()


def named_terms(claim: str, found: Sequence[Quantity]) -> set[str]:
    """The tokens of capitalised words but the first of a sentence, which is capitalised anyway, and the digits that are
    part of no quantity ('F-16')."""
    left = without(found, claim)
    hard = {t for m in re.finditer(r"\d[\d,.:]*", left) for t in tokens(m.group()) if t[0].isdigit()}
    left = unify(left)
    for match in _TERM.finditer(left):
        named = match.start() > 0 or (len(claim.split()) <= MAX_FRAGMENT and bool(found))
        if _CAPITAL.match(match.group()) and named and match.group().lower() not in _TITLES:
            hard |= set(content(match.group()))
    return hard


_TITLES = frozenset("president minister prime senator sen rep mr mrs ms dr sir former chief mayor governor".split())
