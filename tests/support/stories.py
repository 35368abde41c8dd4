"""Made-up news in any number: agency stories, their reprints in other outlets, and other news of the same shape."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from rag.types import Article

OUTLETS = ("Northway Wire", "The Meridian Post", "The Harbour Echo", "Lowland Courier", "City Ledger", "Valley Voice")

_PLACES = (
    "Ashford Bridge,Lower Wexcombe,Port Aldane,Kessel,Vantaa Heights,Mirova,Sainte-Claire,Dunmore,Tarrow,Old Quay,"
    "Brackwater,Holmsund,Pell Valley,Corvane,Ister,Marlow Sands,Greyfell,Nantes-le-Vieux,Ostrava Hill,Lindmark"
).split(",")
_PEOPLE = (
    "Ada Krol,Benno Varga,Clara Osei,Dimitri Halloran,Elif Santos,Femi Adler,Greta Moreau,Hugo Lind,Ines Takala,"
    "Jonas Petrov,Kira Banerjee,Luca Ferreira,Mona Haddad,Nils Okafor,Olga Brandt,Paul Nakamura,Rosa Weiss,Sami Dube"
).split(",")
_BODIES = (
    "the harbour authority,the water board,the teachers' union,the rail operator,the city court,the health ministry,"
    "the regional parliament,the fire service,the university,the national bank,the electoral office,the port police"
).split(",")
_ACTS = (
    "will close the northern line for repairs,has withdrawn the plan for a second bridge,"
    "asked for more time to count the ballots,raised the price of a day ticket,found traces of lead in the water,"
    "called a strike over night shifts,opened an inquiry into the collapse of a crane,"
    "cut the number of inspectors,signed a contract for electric ferries,will move its archive to the old mill,"
    "rejected an appeal by two landlords,ordered the recall of a batch of heaters"
).split(",")
_REASONS = (
    "the tunnel is older than its plans say,nobody had expected so many visitors,the money was meant for schools,"
    "a storm had damaged the roof in spring,experts had warned of it for years,the supplier went out of business,"
    "the law changes at the end of the year,residents complained about noise at night,tests showed weak joints"
).split(",")
_DETAILS = (
    "The work is to take {n} weeks and to cost {m} million.|People who live nearby were told by letter on {d}.|"
    "{p} said that {n} of {m} households had answered.|A second meeting is planned for {d} in {t}.|"
    "Shops in {t} expect to lose {n} per cent of their trade.|The last time this happened was {m} years ago.|"
    "{p}, who led the review, called the result a warning.|An engineer from {t} counted {n} cracks in {m} metres.|"
    "Volunteers handed out {m} meals and {n} blankets.|The opposition wants {p} to explain it before {d}.|"
    "Buses will run every {n} minutes between {t} and the centre.|A report of {m} pages will be published on {d}.|"
    "{p} declined to say who would pay for it.|Insurers put the damage at {m} million, {n} more than first thought.|"
    "Pupils from {t} planted {n} trees along the road.|The minister thanked {p} and left without taking questions."
).split("|")
_DAYS = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday".split(",")


def article(seed: int, sentences: int = 16) -> Article:
    """One piece of news; another seed gives another one, of the same shape and in part of the same words."""
    rng = random.Random(f"news {seed}")
    place, person, body, act, reason = (rng.choice(x) for x in (_PLACES, _PEOPLE, _BODIES, _ACTS, _REASONS))
    parts = [
        f"{place.upper()} — {body.capitalize()} {act}, {person} said on {rng.choice(_DAYS)}.",
        f"The decision surprised many in {place}, because {reason}.",
    ]
    parts += [
        detail.format(
            n=rng.randint(3, 98),
            m=rng.randint(101, 990),
            d=rng.choice(_DAYS),
            p=rng.choice(_PEOPLE),
            t=rng.choice(_PLACES),
        )
        for detail in rng.sample(_DETAILS, min(sentences - 2, len(_DETAILS)))
    ]
    text = "\n\n".join(" ".join(parts[i : i + 3]) for i in range(0, len(parts), 3))
    return Article(
        id="",
        title=f"{place}: {body} {act}",
        body=text,
        published=date(2024, 9, 1) + timedelta(days=rng.randint(0, 27)),
        source=OUTLETS[seed % len(OUTLETS)],
        url=f"https://{OUTLETS[seed % len(OUTLETS)].lower().replace(' ', '')}.example/{seed}",
    )


STORIES = [replace(article(n), source="Northway Wire") for n in range(10)]
"""Agency stories."""

NEWS = [article(n) for n in range(1000, 1500)]
"""Other news."""

_SYNONYMS = {
    "said": "told reporters", "will": "is going to", "because": "since", "many": "a lot of people", "plan": "project",
    "found": "discovered", "asked": "called", "expect": "think that they are going", "planned": "scheduled",
    "called": "named", "explain": "account for", "cost": "require", "told": "informed", "every": "each",
    "between": "from", "last": "most recent", "before": "ahead of", "wants": "would like",
}  # fmt: skip


KINDS = ("whole", "cut", "led", "edited", "cut and edited")


def reprint(story: Article, kind: str, rng: random.Random) -> Article:
    """The story as another outlet prints it: ``whole``, ``cut`` from the end, ``led`` by a paragraph of its own,
    ``edited`` in some words, or ``cut and edited``; each kind by an outlet of its own."""
    outlet = OUTLETS[1:][KINDS.index(kind)]
    body = story.body
    if "cut" in kind:
        paragraphs = body.split("\n\n")
        body = "\n\n".join(paragraphs[: max(round(len(paragraphs) * 0.6), 1)])
    if "edited" in kind:
        words = body.split(" ")
        body = " ".join(_SYNONYMS.get(w, w) if rng.random() < 0.7 else w for w in words if rng.random() > 0.01)
    if kind == "led":
        body = f"What follows was first reported by an agency; {outlet} has added nothing to it.\n\n{body}"
    title = story.title if rng.random() < 0.5 else f"{story.title.split(':')[0]}: what is known"
    return replace(
        story,
        id="",
        title=title,
        body=body,
        source=outlet,
        url=f"https://{outlet.lower().replace(' ', '')}.example/{rng.randrange(10**9)}",
        published=story.published + timedelta(days=rng.randint(0, 2)) if story.published else None,
    )
