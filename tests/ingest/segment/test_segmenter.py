"""Pages become articles: the right ones, whole, and without what stood around them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ReadError
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment
from rag.types import Article
from tests.support.paths import DATA, SHARED

PAGES = DATA / "pages"
EXPECTED: dict[str, Any] = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
SEED = SHARED / "seed-page.txt"


def facts(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "section": article.section,
        "published": article.published.isoformat() if article.published else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "source": article.source,
        "authors": list(article.authors),
        "url": article.url,
        "begins": article.body[:40],
        "ends": article.body[-40:],
        "paragraphs": len(article.body.split("\n\n")),
    }


def page(text: str, **fields: Any) -> Page:
    return Page("page.txt", text, **fields)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_page(name: str) -> None:
    articles = segment(page((PAGES / f"{name}.txt").read_text(encoding="utf-8")))
    assert [facts(a) for a in articles] == EXPECTED[name]["articles"]
    for words in EXPECTED[name]["never"]:
        assert not any(words in a.body for a in articles), words


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_line_ends_and_trailing_blanks_change_nothing(name: str) -> None:
    text = (PAGES / f"{name}.txt").read_text(encoding="utf-8")
    plain = segment(page(text))
    assert segment(page(text.replace("\n", "\r\n"))) == plain
    assert segment(page("\n\n" + text.replace("\n", "  \n") + "\n\n")) == plain


def test_every_page_has_an_expectation() -> None:
    assert {p.stem for p in PAGES.glob("*.txt")} == set(EXPECTED)


@pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is not on this machine")
def test_seed_page() -> None:
    first, second = segment(page(SEED.read_text(encoding="utf-8")))
    assert first.title == "U.S.-led coalition mission in Iraq drawing to end by September 2025"
    assert second.title == "Israel claims killing Hezbollah leader in Beirut airstrikes"
    assert (first.section, second.section) == ("China", "China")
    assert (first.published, first.updated) == (datetime(2024, 9, 28, 20), datetime(2024, 9, 28, 20, 37))
    assert (second.published, second.updated) == (datetime(2024, 9, 28, 19, 29), datetime(2024, 9, 28, 20, 7))
    assert len(first.body.split("\n\n")) == 7
    assert len(second.body.split("\n\n")) == 6
    for article in (first, second):
        lines = article.body.split("\n\n")
        assert not {"China", "Next Article", "Recommended Articles", first.title, second.title} & set(lines)
        assert "Skip to Content" not in article.body


def test_what_the_format_states_goes_before_the_text() -> None:
    (article,) = segment(
        page("A headline\n\n2020-01-01\n\nA sentence of the text.", whole=True, title="Told", source="Wire", id="x")
    )
    assert (article.id, article.title, article.source) == ("x", "Told", "Wire")
    assert article.published is not None


def test_a_whole_page_is_one_article_whatever_it_holds() -> None:
    text = "\n\n".join((PAGES / f"{n}.txt").read_text(encoding="utf-8") for n in ("five", "labelled"))
    assert len(segment(page(text, whole=True))) == 1
    (note,) = segment(page("no sentence here", whole=True, title="A note"))
    assert note.body == "no sentence here"


def test_a_whole_page_keeps_questions_that_come_again() -> None:
    text = "Who are you?\n\nA baker from Erle.\n\nWho are you?\n\nA smith from Lorne."
    (article,) = segment(page(text, whole=True, title="Two neighbours"))
    assert article.body == text


@pytest.mark.parametrize("text", ["", "   \n \n", "Advertisement\n\nShare\n", "-----\n", "2024-01-01"])
def test_a_page_without_an_article_says_so(text: str) -> None:
    with pytest.raises(ReadError, match=r"page\.txt: no article text"):
        segment(page(text))


def test_the_day_in_a_file_name_is_the_last_resort() -> None:
    text = "A headline of some words\n\nThe first sentence says something. So does the second."
    (dated,) = segment(Page("news/2024-10-10 han kang.txt", text))
    assert str(dated.published) == "2024-10-10"
    (stamped,) = segment(Page("2024-10-10.txt", text.replace("\n\n", "\n\n2024-09-01\n\n")))
    assert str(stamped.published) == "2024-09-01"
    (linked,) = segment(page(text, whole=True, title="T", url="https://a.example/2024/09/05/x.html"))
    assert str(linked.published) == "2024-09-05"


WORDS = "harbour council bread winter north river clock train market stone seven crowns island paper school".split()
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=8, max_size=22).map(
    lambda words: " ".join(words).capitalize() + "."
)
HEADLINE = st.lists(st.sampled_from(WORDS), min_size=4, max_size=10).map(lambda words: " ".join(words).capitalize())
OTHER = st.one_of(
    HEADLINE,
    st.sampled_from(
        [
            "China", "Share", "Next Article", "Related stories", "2024-05-07 10:00", "By Jane Roe", "---", "",
            "© 2024 Northway Wire", "Photo: Jane Roe", "- item", "Updated 11:30", "Why?", "Home > World", "“",
        ]
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(SENTENCE, OTHER), max_size=30), st.sampled_from(["\n", "\n\n"]))
def test_prose_is_never_lost_nor_reordered(lines: list[str], gap: str) -> None:
    others = {line for line in lines if not line.endswith(".")}
    # A sentence that says what a headline says is the headline's echo.
    prose = [line for line in dict.fromkeys(lines) if line.endswith(".") and line[:-1] not in others]
    text = gap.join(lines)
    try:
        articles = segment(page(text))
    except ReadError:
        assert not prose
        return
    found = "\n\n".join(a.body for a in articles).split("\n\n")
    titles = {a.title for a in articles}
    for sentence in prose:
        assert sentence in found or sentence in titles
    kept = [line for line in found if line in prose]
    first = list(dict.fromkeys(kept))
    assert first == [s for s in prose if s in kept]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=600), st.booleans())
def test_no_text_crashes_the_segmenter(text: str, whole: bool) -> None:
    try:
        articles = segment(page(text, whole=whole))
    except ReadError:
        return
    assert articles
    for article in articles:
        assert article.title.strip()
        assert article.body.strip()
        assert "\n\n\n" not in article.body


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(SENTENCE, OTHER), max_size=20))
def test_a_body_that_comes_back_is_unchanged(lines: list[str]) -> None:
    """What ``rag show --json`` prints can be added again and is the same article."""
    try:
        (article,) = segment(page("\n\n".join(lines), whole=True, title="Harbour news of the day"))
    except ReadError:
        return
    known = {name: getattr(article, name) for name in ("title", "published", "updated", "authors", "section", "source")}
    (again,) = segment(page(article.body, whole=True, **known))
    assert again == replace(article, url=again.url)


@pytest.mark.volume
def test_many_lines_take_little_time() -> None:
    text = "\n\n".join(f"Headline number {i} of the page\n\nA sentence that says {i} things." for i in range(2000))
    assert re.search(r"\S", segment(page(text))[0].body)


SERVICE = [
    "Read more", "Sign up for our newsletter", "Share this article", "Follow us on X", "Follow the Post on Facebook",
    "Join our WhatsApp channel", "Comments are closed.", "Stay informed with our free newsletter.",
    "This article was first published by the Orrin Post.", "You can also follow us on Telegram.",
    "Mehr lesen", "Lesen Sie auch: Wehr gebrochen", "Abonnieren Sie unseren Newsletter.", "Artikel teilen",
    "Folgen Sie uns auf Facebook", "Laden Sie unsere App herunter.", "Lire la suite", "Lire aussi : Le barrage",
    "Abonnez-vous à notre newsletter", "Partagez cet article", "Suivez-nous sur X", "La suite après cette publicité",
    "Leer más", "Suscríbete a nuestra newsletter", "Comparte esta noticia", "Síguenos en Facebook", "Publicidad",
    "Leggi anche: Il mulino", "Iscriviti alla nostra newsletter", "Condividi questo articolo", "Seguici su X",
    "Leia também: A represa", "Assine nossa newsletter", "Compartilhe esta notícia", "Siga-nos no Facebook",
    "Lees ook: Stuw gebroken", "Meld je aan voor onze nieuwsbrief.", "Deel dit artikel", "Volg ons op X",
    "Läs också: Dammen", "Prenumerera på vårt nyhetsbrev", "Læs mere", "Følg os på Facebook", "Les også: Demningen",
    "Meld deg på vårt nyhetsbrev", "Lue myös: Pato", "Tilaa uutiskirjeemme", "Czytaj też: Tama",
    "Zapisz się do naszego newslettera", "Udostępnij ten artykuł", "Čtěte také: Jez", "Sdílejte článek",
    "Читайте также: Плотина", "Подпишитесь на нашу рассылку", "Поделиться", "Citește și: Barajul", "Annons",
]  # fmt: skip
SHORT = [
    "It was.", "No one was hurt.", "He said no.", "“Never again.”", "Why?", "Follow the money, he said.",
    "Share prices fell.", "Read the letter, she told him.", "The newsletter is read by 4,000 people.",
    "Follow these steps shared on Twitter to find a seat on the train.", "Join us or fight us, he wrote to them.",
    "Download speeds fell by half.", "Es war still.", "Teilen wollte er nicht.", "Jetzt schickt sie einen Newsletter.",
    "Il a dit non.", "Partager le pain est un art.", "No hubo heridos.", "Publicidad engañosa, dijo el juez.",
    "Del resto non disse nulla.", "Reklama kosztowała dwa miliony.", "Deel twee volgt morgen.",
]  # fmt: skip


def test_service_lines_between_paragraphs_are_no_text_and_short_paragraphs_are() -> None:
    prose = [f"The mill race at Orrin was drained on day {n}, and the divers went down to look." for n in range(80)]

    def body(lines: list[str], *, whole: bool) -> list[str]:
        mixed = [line for pair in zip(prose, lines, strict=False) for line in pair] + [prose[-1]]
        text = "\n\n".join(mixed if whole else ["Mill race drained", "4 November 2024", *mixed])
        [article] = segment(Page("a.txt", text, whole=whole, title="Mill race drained" if whole else None))
        return article.body.split("\n\n")

    for whole in (True, False):
        assert body(SERVICE, whole=whole) == [*prose[: len(SERVICE)], prose[-1]]
        assert set(SHORT) <= set(body(SHORT, whole=whole))


def test_who_provided_a_press_release_is_its_outlet_and_no_headline() -> None:
    text = (
        "Corran Ferries Orders Two Ships\n\nNEWS PROVIDED BY\nCorran Ferries plc\nMar 05, 2024, 09:00 ET\n\n"
        "CORRAN, March 5, 2024 -- Corran Ferries plc said that it had ordered two ships for 90 million crowns.\n\n"
        '"They will halve the fuel that we burn," said Ida Lund, who heads the company.\n'
    )
    (found,) = segment(Page("a.txt", text))
    assert (found.title, found.source) == ("Corran Ferries Orders Two Ships", "Corran Ferries plc")
    assert "provided by" not in found.body.lower()


RELEASE = (
    "TALBROOK ORDERS A NEW WEIR\n\nTALBROOK, 14 January 2025 - The county has ordered a new weir. It will be built of "
    "stone from the quarry at Erle, and it will be ready in the autumn of next year.\n\nThe old one gave way in "
    "November after a week of rain. Nobody was hurt, but the low meadows were under water for nine days.\n"
)
CONTACTS = (
    "{}\nJane Roe, press office\nTelephone: +31 10 000 0000\nroe@talbrook.example\n\nAbout Talbrook\nIt has a weir."
)


@pytest.mark.parametrize(
    "foot",
    [
        "###\n\n" + CONTACTS.format("Media contact:"),
        "-ENDS-\n\nNotes to editors\n\nThe weir is old.",
        CONTACTS.format("Press contact:"),
    ],
)
def test_whom_to_call_is_no_text_of_a_release(foot: str) -> None:
    (found,) = segment(Page("a.txt", f"{RELEASE}\n{foot}\n"))
    assert found.body.endswith("under water for nine days.")
    assert found.title == "TALBROOK ORDERS A NEW WEIR"


def test_what_comes_behind_a_mark_without_contacts_stays() -> None:
    text = f"{RELEASE}\n###\n\nAbout half of the cows are back, their owner said. The others stay in Erle until May."
    assert "stay in Erle until May" in " ".join(found.body for found in segment(Page("a.txt", text)))


@pytest.mark.parametrize("label", ["Źródło", "Fuente", "Källa", "Источник", "出典"])
def test_who_is_named_as_the_source_in_another_language(label: str) -> None:
    text = (
        f"Weir gone\n\n{label}: Northway Wire\n\nThe weir gave way on Sunday night. Nobody was hurt, the county said."
    )
    (found,) = segment(Page("a.txt", text))
    assert (found.source, found.body) == ("Northway Wire", text.rsplit("\n\n", maxsplit=1)[-1])


@pytest.mark.parametrize("label", ["Media contact:", "For more information:", "Pressekontakt:"])
def test_contacts_above_the_headline_of_a_release_part_it_from_no_day(label: str) -> None:
    text = (
        f"FOR IMMEDIATE RELEASE\nMay 6, 2024\n\n{label}\nIda Lund, Sund Ferries\n+47 555 0199\n\n"
        "SUND FERRIES TO BUILD A FASTER BOAT\n\n"
        "ERLE -- Sund Ferries will build a faster boat, the company said today.\n\nIt has done so since March 1, 1934."
    )
    (article,) = segment(Page("a.txt", text))
    assert (article.title, article.published) == ("SUND FERRIES TO BUILD A FASTER BOAT", date(2024, 5, 6))
    assert "Ida Lund" not in article.body


@pytest.mark.parametrize(
    "opening",
    [
        "TALBROOK, May 6, 2024 -- ", "BERLIN, 6. Mai 2024 /PRNewswire/ -- ", "PARIS, le 6 mai 2024 – ",
        "Hamburg, den 6. Mai 2024 – ", "Helsinki 6.5.2024 – ", "London – 6 May 2024 – ",
        "Berlin, Montag, 6. Mai 2024 – ",
        "ST. LOUIS, May 6, 2024 (GLOBE NEWSWIRE) -- ", "Madrid, 6 de mayo de 2024.- ", "(Milano, 6 maggio 2024) - ",
        "WARSZAWA, 6 maja 2024 r. – ", "Praha 6. května 2024 – ", "6 May 2024, Talbrook – ",
        "Talbrook, Norland – May 6, 2024 – ",
    ],
)  # fmt: skip
def test_the_day_of_a_dateline_is_that_of_the_release(opening: str) -> None:
    text = RELEASE.replace("TALBROOK, 14 January 2025 - ", opening).replace(
        "TALBROOK ORDERS", "PRESS RELEASE\n\nTALBROOK ORDERS"
    )
    (found,) = segment(Page("a.txt", text))
    assert (found.title, found.published, found.source) == (
        "TALBROOK ORDERS A NEW WEIR", date(2024, 5, 6), "GLOBE NEWSWIRE" if "GLOBE" in opening else None,
    )  # fmt: skip


@pytest.mark.parametrize("opening", ["On May 6, 2019 the weir fell: ", "Seit 6. Mai 2019 – ", "Updated 6 May 2019 is "])
def test_a_sentence_that_begins_with_a_day_dates_no_release(opening: str) -> None:
    (found,) = segment(Page("a.txt", RELEASE.replace("TALBROOK, 14 January 2025 - ", opening)))
    assert found.published is None


def test_a_clipping_of_a_live_report_keeps_the_times_over_its_entries() -> None:
    entries = ("07.30\nStrömmen gick i hela Velm strax före frukost. Ingen vet varför, säger bolaget.",
               "08.55\nSkolan skickar hem barnen. Äldreboendet har bränsle så att det räcker till kvällen.",
               "10.20\nStrömmen är tillbaka nu. Felet satt i en gammal kabel under torget.")  # fmt: skip
    head = "Direkt: Strömmen borta i Velm\n\nVelms Tidning\nPublicerad 12 mars 2024\nAv Ida Lund\n\n"
    (found,) = segment(Page("a.txt", head + "\n\n".join(entries)))
    assert (found.source, found.authors, found.published) == ("Velms Tidning", ("Ida Lund",), date(2024, 3, 12))
    assert found.body == "\n\n".join(entries).replace("\n\n", "\n").replace("\n", "\n\n")
