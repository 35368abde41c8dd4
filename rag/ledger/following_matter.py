"""Whether a sentence of another article is about the very matter that a followed question is about.

News is full of neighbours: the same thing in another town, the team of the women, last year's prize. A sentence counts
only where its headline, its lead or the lines around it name all that the question names, where it speaks of what is
asked itself, and where its value is of the kind of the old one.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property

from rag.ledger.following_values import ANY_DAY, CALLED_OFF, NOBODY, fits_kind, is_rise_only, numbers_of
from rag.qa.attribution.clauses import clause_at
from rag.qa.attribution.factuality import base, unsure
from rag.qa.attribution.objections.endings import ended
from rag.qa.attribution.subjects import LIGHT, SOFT_NAMES, asked_names, joined_names, meant_in, named_in, offered
from rag.qa.conflicts.facets import corrects, events, fates, measures, mends, misplaced, times
from rag.qa.newest.totals import totals
from rag.text.answer_type import answer_type
from rag.text.entities import names, without_title
from rag.text.lexicon import STOPWORDS
from rag.text.quantities import Quantity, in_base_units, quantities
from rag.text.sentences import passage, sentence_spans
from rag.text.timex.expressions import printed_dates, timexes
from rag.text.tokens import among, content, tokens
from rag.types import Article, Evidence, day

SURE = 0.8
"""Score from which on a sentence need not repeat a word of the question: 'The next attempt will be on April 24.'"""
MAX_TIMES, MAX_RISE = 12.0, 12.0
"""Times that one value may be the other and still be of the same thing."""
MIN_HELD_OF_PERSON = 0.75
"""Share of the question's words that must stand beside a person where its own sentence has none of them."""
MAX_DAYS_FOLLOWED = 365
MIN_HELD_OF_ASKED = 0.5
"""Share of the question's words, names aside, that a sentence must hold with its headline, lead and the one before."""
_APART = re.compile(
    r"\b(?:wom[ae]n(?:['’]s)?|girls|ladies|under-?\d\d|u-?\d\d|youth|junior|juniors|reserves?|academy|veterans|seniors|"
    r"nearby|neighbou?ring|similar|elsewhere|theirs|rivals?|competitors?|deputy)\b",
    re.I,
)
_SAID_ON = re.compile(
    r"\b(?:said|says|told|announced|ruled|reported|confirmed|according to|wrote|decided|agreed|declared)\b"
    r"(?:(?! (?:will|would|is to|are to|moved|postponed|set|scheduled)\b)[^.;:]){0,60}$",
    re.I,
)
_MOVED = re.compile(
    r"\b(?:rescheduled|postponed|moved|delayed|put (?:off|back)|brought forward|pushed (?:back|to)|shifted|"
    r"extended|stay (?:shut|closed)|raised|increased|risen|rose|climbed|gone up|went up|lowered|cut|"
    r"reduced|fallen|fell|revised)\b",
    re.I,
)
"""Words for a change of plan or of a number, which stand for the verb of the question."""
_SINCE = re.compile(r"\bsince [^,;]*$", re.I)
_AHEAD = re.compile(r"^when (?:do|does|will|is|are)\b", re.I)
_WAS_TO = re.compile(
    r"\b(?:was|were|had been) (?:to have|due|supposed|meant|expected|scheduled|originally|planned)\b.{0,60}$"
)


@dataclass(frozen=True)
class Old:
    """What was answered: the question, its value, the sentence of the answer and the one that carries it."""

    question: str
    value: str
    claim: str
    cited: Evidence

    @cached_property
    def names(self) -> list[list[list[str]]]:
        return joined_names(self.question, [run for run in asked_names(self.question) if not run[0].isdigit()])

    @cached_property
    def keys(self) -> set[str]:
        """The words of the question that are no names and tell something."""
        named = {t for run in asked_names(self.question) for t in run}
        return {t for t in content(self.question) if t not in named | LIGHT | SOFT_NAMES and not t.isdigit()}

    @cached_property
    def last_word(self) -> str | None:
        """The verb that ends a question: 'How much more do the drivers demand?'"""
        found = re.search(r"\b(?:do|does|did|was|were|is|are|be|been|has|have|had)\b.* ([a-z]{4,})\W*$", self.question)
        return _base_of(found[1]) if found and tokens(found[1])[0] in self.keys else None

    @cached_property
    def fates(self) -> set[str]:
        return fates(self.question)


def about_the_matter(old: Old, item: Evidence) -> bool:
    """Whether a sentence speaks of what is asked, of the names that are asked about."""
    article = item.article
    ours, theirs = day(old.cited.article.published), day(article.published)
    if ours and theirs and abs((theirs - ours).days) > MAX_DAYS_FOLLOWED:
        return False
    near = f"{lead(article)} {passage(item)}"
    bag = set(tokens(near))
    here = [any(_named_here(run, near, bag) for run in group) for group in old.names]
    whole = set(tokens(f"{article.title} {article.body}")) if item.score >= SURE and any(here) else set()
    if not all(
        there or any(all(among(t, whole) for t in run) for run in group)
        for there, group in zip(here, old.names, strict=True)
    ):
        return False
    if _of_another_year(old, item) or _of_another_owner(old, item):
        return False
    if not old.names and not _share_a_name(old, article):
        return False
    both = f"{old.question} {old.cited.article.title} {old.cited.quote} {lead(old.cited.article)}"
    strange = {m[0].lower() for m in _APART.finditer(f"{article.title} {passage(item)}")}
    return not strange - {m[0].lower() for m in _APART.finditer(both)}


CLASS_WORDS = frozenset(
    content(
        "prize award cup league line river ridge creek bay county city town village street park lake mount "
        "valley island islands mine bridge tunnel school hospital university college airport port station air airlines "
        "airways "
        "company group bank party club united athletic summit festival fire storm hurricane north "
        "south east west new old "
        "minister president mayor court council department police union foods motors lines"
    )
)
"""Words that many names end with."""


def _named_here(run: list[str], near: str, bag: set[str]) -> bool:
    """Whether a text names what ``run`` names, and not its neighbour: 'Juniper Ridge' is not 'Juniper Creek'."""
    telling = [t for t in run if t not in CLASS_WORDS] or run
    if not named_in(telling, bag):
        return False
    if len(run) == 1 or all(among(t, bag) for t in run):
        return True
    alike = (set(content(without_title(name))) for name in names(near))
    neighbours = [own for own in alike if own & {*telling, run[-1]} and own - set(run) and not own >= set(run)]
    return not neighbours  # 'Red Tower' beside 'Blue Tower', 'Ida Strand' beside 'Milo Strand'


def _of_another_year(old: Old, item: Evidence) -> bool:
    """Whether a sentence tells of a year that is neither that of the question nor those of the two reports."""
    if answer_type(old.question) == "date":
        return False
    theirs, ours = day(item.article.published), day(old.cited.article.published)
    said = times(item.quote, theirs)["year"]
    known = {d.year for d in (theirs, ours) if d} | times(f"{old.question} {old.cited.quote}", ours)["year"]
    return bool(said) and not said & known


_OF = re.compile(r"\b(?P<what>[a-z]+) (?:of|in|at|for) (?:the )?(?P<whose>[A-Z][\w’'-]+)")


def _of_another_owner(old: Old, item: Evidence) -> bool:
    """Whether a sentence speaks of the same of somebody else: 'the mayor of Brook', asked about the mayor of Pell."""
    asked = {m["what"]: set(content(old.question[m.start("whose") :])) for m in _OF.finditer(old.question)}
    own = [(m["what"], content(m["whose"])) for m in _OF.finditer(item.quote)]
    told = [all(among(t, asked[what]) for t in whose) for what, whose in own if what in asked and whose]
    return bool(told) and not any(told)


def speaks_of(old: Old, item: Evidence) -> bool:
    """Whether a sentence itself has a word of what is asked, and with what stands around it half of them."""
    if not old.keys:
        return True
    bag = set(tokens(f"{lead(item.article)} {passage(item)}"))
    own = set(tokens(item.quote))
    person = answer_type(old.question) == "person"  # 'head coach' is no captain
    fated = bool(old.fates & fates(item.quote))
    if old.fates and not fated:
        return False
    if _modified_otherwise(old, bag, passage(item)):
        return False
    has = among if person else meant_in
    itself = fated or any(has(t, own) for t in old.keys)
    if person and not itself:  # 'A restorer has confessed', after the sentence on what was stolen
        around = set(tokens(passage(item)))
        itself = sum(among(t, around) for t in old.keys) >= MIN_HELD_OF_PERSON * len(old.keys)
    moved = bool(CALLED_OFF.search(item.quote) or _MOVED.search(item.quote))
    itself = itself or (item.score >= SURE and not person) or moved
    bases = bag | {_base_of(word) for word in re.findall(r"[a-z]+", passage(item).lower())}
    last = old.last_word
    if last and item.score < SURE and not (meant_in(last, bases) or fated or moved):
        return False
    held = sum(meant_in(t, bases) or (fated and bool(fates(t))) or (moved and t == last) for t in old.keys)
    return itself and held >= (MIN_HELD_OF_ASKED if item.score < SURE else MIN_HELD_OF_ASKED / 2) * len(old.keys)


def _modified_otherwise(old: Old, bag: set[str], text: str) -> bool:
    """Whether a text speaks of another kind of the same thing: a handball club, asked about a football club."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    pairs = list(itertools.pairwise(words))
    asked = re.findall(r"[^\W\d_]+", old.question)
    for kind, thing in itertools.pairwise(asked):
        if not (kind.islower() and thing.islower()) or {kind, thing} & STOPWORDS or thing.endswith(("ing", "ed")):
            continue
        own, head = content(kind), content(thing)
        if not own or not head or own[0] in LIGHT or meant_in(own[0], bag):
            continue
        others = {first for first, second in pairs if content(second) == head and content(first)}
        if others and not any(f in STOPWORDS for f, s in pairs if content(s) == head):
            return True
    return False


def _share_a_name(old: Old, article: Article) -> bool:
    """Where the question names nothing, the two articles must have a name in common."""
    cited = old.cited.article
    ours, theirs = (
        {t for name in names(f"{a.title}. {a.body}") for t in content(name) if t not in LIGHT | SOFT_NAMES}
        - set(content(a.source or ""))
        for a in (cited, article)
    )
    return not ours or any(among(t, theirs) for t in ours)


def lead(article: Article) -> str:
    spans = sentence_spans(article.body[:600], article.language)
    return f"{article.title}. {article.body[slice(*spans[0])] if spans else ''}"


_POSSIBLE = re.compile(r"\b(?:allows?|could|may|might|can|faces?|maximum|at most)\b")


def is_possible(old: Old, item: Evidence, value: str) -> bool:
    """Whether a sentence says only that a value is possible: 'The law allows up to twenty years.'"""
    clause = item.quote[slice(*clause_at(item.quote, max(item.quote.find(value), 0)))]
    return bool(_POSSIBLE.search(clause)) and not _POSSIBLE.search(old.question)


def plan_ended(old: Old, item: Evidence) -> str | None:
    """The words that say that what was asked for a day of will not be."""
    if answer_type(old.question) != "date":
        return None
    found = CALLED_OFF.search(item.quote)
    return found[0] if found and not re.search(r"\bnot (?:be|been|be)? ?$", item.quote[: found.start()]) else None


def of_its_kind(old: Old, item: Evidence, value: str) -> bool:
    """Whether a value is of the kind of the old one, and nothing shows that it is of another event, part or measure."""
    kind, quote = answer_type(old.question), item.quote
    if CALLED_OFF.fullmatch(value):
        return kind == "date"
    if NOBODY.fullmatch(value):
        return kind == "amount"
    at = quote.find(value)
    if at >= 0 and unsure(quote, (at, at + len(value))) in ("not", "denied", "false"):
        return False
    if _of_another_subject(old, item, at):
        return False
    if _WILL.search(old.question) and at >= 0 and _WAS.search(quote[:at]) and not _MOVED.search(quote):
        return False
    if is_possible(old, item, value) and not is_possible(old, old.cited, old.value):
        return False
    both = f"{old.question} {old.claim} {old.cited.quote}"
    asked, told = events(both), events(f"{item.article.title}. {quote}")
    if asked and told and not asked & told:
        return False
    if kind == "amount":
        return _amount_of_its_kind(old, item, value)
    if kind == "date":
        said = at >= 0 and (_SAID_ON.search(quote[:at]) or _WAS_TO.search(quote[:at]))
        return not said and not (at >= 0 and _SINCE.search(quote[:at] + value) and _AHEAD.search(old.question))
    if kind in ("person", "place", "name") and set(content(value)) <= set(tokens(old.question)) - offered(old.question):
        return False
    if kind in ("person", "place", "name") or old.value[:1].isupper():
        return _name_of_its_kind(item, value)
    return not numbers_of(value) or bool(numbers_of(old.value))


def taken_back(quote: str, value: str) -> bool:
    """Whether a sentence names a value only to say that it is no longer, or was never, right: 'to $34 from $31',
    'and not in Lindau Falls', 'took over from Petra Voss'."""
    numbers = numbers_of(value)
    if _MOVED.search(quote) and not numbers:
        return True
    plain = bool(numbers) and not value[:1].isupper()
    words = re.escape((value.split(maxsplit=1)[0] if plain else value.rsplit(maxsplit=1)[-1]).strip(".,$£€"))
    if re.search(
        rf"\b(?:not|never|rather than|instead of|no longer|from|replac\w+|succeed\w*|before|until|earlier|than the)\b"
        rf"(?: [\w$£€.,'’-]+){{0,4}}? [$£€]?{words}",
        quote,
        re.I,
    ):
        return True
    return bool(re.match(r"[A-Z]", value)) and ended(value, quote)


def answers_itself(question: str, item: Evidence, value: str) -> bool:
    """Whether the first value of a question is likely one: of the kind asked for, in a sentence on the matter."""
    old = Old(question, value, item.quote, item)
    near = f"{lead(item.article)} {passage(item)}"
    bag = set(tokens(near))
    own = set(content(value))
    if not own or own <= set(tokens(question)):
        return False
    kind = answer_type(question)
    if kind in ("person", "place", "name") and not _name_of_its_kind(item, value):
        return False
    if kind == "amount" and ((main := main_quantity(item.quote, value)) is None or not fits_kind(question, main)):
        return False
    if kind == "date" and not (printed_dates(value) or timexes(value, ANY_DAY)):
        return False
    if kind == "date" and (at := item.quote.find(value)) >= 0 and _SAID_ON.search(item.quote[:at]):
        return False  # 'the ministry said on Wednesday'
    whole = set(tokens(f"{item.article.title} {item.article.body}"))
    if not all(any(named_in(run, whole) for run in group) for group in old.names):
        return False
    verb = _ASKED_VERB.search(question.strip(" ?"))
    if verb and not meant_in(_base_of(verb[1]), {*bag, *(_base_of(w) for w in re.findall(r"[a-z]+", near))}):
        return False
    fated = bool(old.fates & fates(item.quote))
    money = kind == "amount" and any(q.kind == "money" for q in quantities(value))
    held = sum(meant_in(t, bag) or (fated and bool(fates(t))) or (money and t in _MONEY_WORDS) for t in old.keys)
    return held >= MIN_HELD_OF_ASKED * len(old.keys)


_MONEY_WORDS = frozenset(content("money cost price pay worth value sum prize award offer"))


_ASKED_VERB = re.compile(r"^where\b.* (?:was|were|is|are|been|be) (?:the )?(?:[\w’'-]+ )+?([a-z]{4,})$", re.I)


def _base_of(word: str) -> str:
    form = (tokens(word) or [word])[0]
    return base(word, form)


_WILL = re.compile(r"\b(?:will|is to|are to|going to)\b", re.I)
_WAS = re.compile(
    r"\b(?:had|has|have|was|were)\b (?!(?:been |now )?(?:announced|decided|agreed|set|named|chosen|to))[^.;]{0,25}$"
)
_SUBJECT = re.compile(
    r"^(?:the |its |their |in [\w ]+, )?(?P<noun>[a-z]+)\b(?: (?:of|in|at|for) [^,.;]{1,50}?| on [^,.;]{1,30}?)?"
    r"(?: \w+)? (?:was|is|were|are|stood at|stands at|came to|comes to|fell to|rose to|slowed to|reached) $",
    re.I,
)


def _of_another_subject(old: Old, item: Evidence, at: int) -> bool:
    """Whether a value is that of something else: 'Turnout was 61 percent', asked who backed the law."""
    before = re.sub(r"\b(?:about|around|over|just|only|now|at least|nearly|almost)\b ?$", "", item.quote[: max(at, 0)])
    found = _SUBJECT.match(before)
    if found is None or (found["noun"][0].isupper() and found["noun"].lower() not in _PLAIN_SUBJECTS):
        return False
    known = set(tokens(f"{old.question} {old.claim} {old.cited.quote} {old.cited.article.title}"))
    nouns = content(found["noun"])
    return bool(nouns) and nouns[0] not in _WHOLES and not meant_in(nouns[0], known)


_WHOLES = frozenset(content("number toll total count tally figure rest sum amount price cost it they there that this"))
_PLAIN_SUBJECTS = frozenset(
    "turnout inflation unemployment attendance revenue revenues sales profit profits rent rents output growth".split()
)


def _name_of_its_kind(item: Evidence, value: str) -> bool:
    named = names(value)
    outlet = {*tokens(item.article.source or "")}
    if not named or printed_dates(value) or (quantities(value) and len(value.split()) < 3):
        return False
    dateline = re.match(r"^[^a-z]{0,40}?\(?" + re.escape(value) + r"\)?(?: \([\w ]+\))? [-–—] ", item.quote)
    return not dateline and not set(tokens(value)) <= outlet and f"({value}) -" not in item.quote


def _amount_of_its_kind(old: Old, item: Evidence, value: str) -> bool:
    ours, theirs = main_quantity(old.cited.quote, old.value), main_quantity(item.quote, value)
    if ours is None or theirs is None or plain_kind(ours) != plain_kind(theirs):
        return False
    several = {q.value for q in numbers_of(value)}
    if len(several) > 1 and len({q.value for q in numbers_of(old.value)}) == 1:
        return False  # 'between 33 and 37 dollars' is a guess
    if not fits_kind(old.question, theirs) or _counts_others(old, theirs, item.quote):
        return False
    named = {t for run in asked_names(old.question) for t in run}
    whole = any(t.value.value == theirs.value for t in totals(item.quote, passage(item)))
    if named and not whole and misplaced(item.quote, named, set(tokens(f"{old.question} {old.cited.quote}"))):
        return False  # of one place of several
    if re.match(r"\s*(?:later|earlier|ago|before|after|from now)\b", item.quote[theirs.end : theirs.end + 12]):
        return False
    strange = measures(item.quote) - measures(f"{old.question} {old.claim} {old.cited.quote}")
    if strange and measures(f"{old.question} {old.claim}") - measures(item.quote):
        return False
    a, b = in_base_units(ours), in_base_units(theirs)
    if b < a and is_rise_only(old.question) and not (mends(item) or corrects(item.article.correction or "")):
        return False
    smaller, larger = sorted((abs(a), abs(b)))
    most = MAX_RISE if is_rise_only(old.question) else MAX_TIMES
    return smaller > 0 and larger <= most * smaller


_COUNTED = re.compile(
    r"\b(?:how many|by how many) (?P<what>(?:[\w’'-]+ ){0,3}?[\w’'-]+)(?= (?:is|are|was|were|do|does|did|has|have|had|"
    r"will|would|can|in|of|at|there|the)\b|\?|$)",
    re.I,
)
_PEOPLE = frozenset(content("people person persons patients residents children men women"))


def _counts_others(old: Old, q: Quantity, quote: str) -> bool:
    """Whether a number counts something else than what is asked: guests, asked about cases."""
    counted_words = _COUNTED.search(old.question)
    if counted_words is None or not q.nouns or old.fates:
        return False
    if re.match(r"\s*(?:is|are|was|were|has|have|had|still|remain\w*|now|of)\b", quote[q.end : q.end + 10]):
        return False  # 'Eight are still trapped'
    head = content(counted_words["what"])[-1:]
    nouns = set(content(" ".join(q.nouns))) | set(q.nouns)
    return bool(head) and not meant_in(head[0], nouns) and not nouns & _PEOPLE


def main_quantity(quote: str, value: str) -> Quantity | None:
    """The quantity of a value as its quote prints it, which tells its unit."""
    numbers = numbers_of(value)
    if not numbers:
        return None
    said = numbers[0]
    at = quote.find(value)
    shown = (q for q in quantities(quote) if at >= 0 and q.start < at + len(value) and at < q.end)
    return next(shown, None) or next((q for q in quantities(quote) if q.value == said.value), said)


def plain_kind(q: Quantity) -> str:
    return "number" if q.kind in ("number", "count") else q.kind
