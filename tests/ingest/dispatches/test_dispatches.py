"""Wire text: messages of IPTC 7901, ANPA-1312 and telex, what they say to editors, and what they take back."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from rag.ingest.dispatches import marks
from rag.ingest.dispatches.frame import is_dispatch
from rag.ingest.dispatches.reader import read_dispatches
from rag.ingest.formats.files import find, read
from rag.ingest.page import Page, Withdrawal
from rag.types import ReportItem
from tests.conftest import OpenNews, Rag
from tests.support.wires import FERRY, anpa, iptc

AP_TEXT = (
    "ERLE, Norway (AP) — The last ferry on the Sund will sail on May 30, the company said Tuesday after a meeting in"
    " the town hall that took all of the morning.\n\n“It has carried people, sheep and one piano since 1934,” said Ann"
    " Poe, who runs the line.\n\nNobody asked the sheep. A bridge takes its place."
)


def items(text: str, encoding: str = "utf-8") -> list[Page | ReportItem | Withdrawal]:
    data = text.encode(encoding)
    assert is_dispatch(data)
    return list(read_dispatches("a.txt", data))


def pages(text: str, encoding: str = "utf-8") -> list[Page]:
    return [item for item in items(text, encoding) if isinstance(item, Page)]


def reasons(text: str) -> list[str]:
    return [item.reason or "" for item in items(text) if isinstance(item, ReportItem)]


def gone(text: str) -> list[tuple[str | None, str]]:
    return [(item.id, item.why) for item in items(text) if isinstance(item, Withdrawal)]


def test_a_message_of_anpa_1312() -> None:
    (page,) = pages(anpa("a0412", "Norway-Ferry", FERRY))
    assert (page.title, page.text) == ("Last Sund ferry to sail on May 30", AP_TEXT)
    assert (page.authors, page.source, page.section) == (("Jane Roe",), "AP", "International")
    assert page.published == datetime.fromisoformat("2024-05-07T15:22-04:00")
    assert (page.id, page.version, page.correction, page.embargo) == ("ap-2024-05-07-norway-ferry", None, None, None)


def test_a_message_of_iptc_7901_with_marks_of_its_version() -> None:
    text = """UPDATE 2-Last Sund ferry to sail on May 30 -company

(Adds quote from mayor, background; corrects date in paragraph 1)

By Jane Roe and Bo Wirth

    ERLE, May 7 (Reuters) - The last ferry on the Sund will sail
on May 30, the company said on Tuesday.
    It has carried people and sheep since 1934.

 (Reporting by Jane Roe; Editing by Ida Lund)
"""
    (page,) = pages(iptc("rtr0123 3 pol 250 NORWAY-FERRY/", text))
    assert page.title == "Last Sund ferry to sail on May 30 -company"
    assert page.text == (
        "ERLE, May 7 (Reuters) - The last ferry on the Sund will sail on May 30, the company said on Tuesday.\n\n"
        "It has carried people and sheep since 1934."
    )
    assert (page.authors, page.source, page.section, page.version) == (
        ("Jane Roe", "Bo Wirth"),
        "Reuters",
        "Politics",
        3,
    )
    assert page.correction and "corrects date" in page.correction
    assert page.published == datetime.fromisoformat("2024-05-07T15:22+00:00")


GERMAN = """Verkehr/Fähren/Norwegen/
(Berichtigung: Im 1. Absatz wurde das Datum korrigiert)
Letzte Fähre auf dem Sund fährt am 30. Mai
- Von Jane Roe, dpa =

Erle (dpa) - Die letzte Fähre auf dem Sund fährt am 30. Mai. Das teilte
die Reederei am Dienstag nach einer Sitzung im Rathaus mit.

«Sie hat Menschen und Schafe befördert», sagte Ann Poe.

# Notizblock

## Redaktionelle Hinweise
- Zusammenfassung bis 1700

* * * *
Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt

dpa jr yyon n1 bl"""


def test_a_german_message_ends_before_its_notes() -> None:
    (page,) = pages(iptc("bdt0456 4 wi 250 dpa 0912", GERMAN, "071530 Mai 24"), "latin-1")
    assert page.title == "Letzte Fähre auf dem Sund fährt am 30. Mai"
    assert page.text.endswith("«Sie hat Menschen und Schafe befördert», sagte Ann Poe.")
    assert (page.source, page.authors, page.published) == ("dpa", ("Jane Roe",), datetime(2024, 5, 7, 15, 30))
    assert page.correction == "Berichtigung: Im 1. Absatz wurde das Datum korrigiert"
    assert page.id == "dpa-2024-05-07-verkehr-fähren-norwegen"


def test_a_french_message_has_a_note_that_is_no_text() -> None:
    text = """Norvège-transports-mer, LEAD

Norvège: le dernier ferry du Sund partira le 30 mai (compagnie)

ATTENTION - AJOUTE réaction du maire ///

   ERLE (Norvège), 7 mai 2024 (AFP) - Le dernier ferry du Sund partira le
30 mai, a annoncé mardi la compagnie.

   jr/bl/ida"""
    (page,) = pages(iptc("afp0789 4 eco 0250 FRA /AFP-XY01", text, "AFP 071522 GMT MAI 24"), "latin-1")
    assert page.title == "Norvège: le dernier ferry du Sund partira le 30 mai (compagnie)"
    assert page.text == (
        "ERLE (Norvège), 7 mai 2024 (AFP) - Le dernier ferry du Sund partira le 30 mai, a annoncé mardi la compagnie."
    )
    assert (page.source, page.version, page.section) == ("AFP", 2, "Business")


def test_telex_between_its_marks() -> None:
    text = """ZCZC ANS0123/SXA
R CRO S0A QBXB
Traghetto: ultima corsa il 30 maggio
   (ANSA) - ERLE, 7 MAG - L'ultimo traghetto del Sund partirà il 30
maggio, ha detto martedì la compagnia dopo una riunione.

     ROE/BL
07-MAG-24 15:22 NNNN
NNNN
"""
    (page,) = pages(text)
    assert (page.title, page.source) == ("Traghetto: ultima corsa il 30 maggio", "ANSA")
    assert page.text.startswith("(ANSA) - ERLE") and page.text.endswith("dopo una riunione.")
    assert page.published == datetime(2024, 5, 7, 15, 22)


def test_takes_of_one_story_are_joined() -> None:
    add = "\tERLE, Norway: takes its place.\n\tThe bridge cost 410 million crowns, twice what was planned."
    text = anpa("a0412", "Norway-Ferry", f"{FERRY}\n(more)") + anpa("a0413", "Norway-Ferry, 1st Add", add)
    (page,) = pages(text)
    assert page.text == f"{AP_TEXT}\n\nThe bridge cost 410 million crowns, twice what was planned."
    (alone,) = pages(anpa("a0413", "Norway-Ferry, 1st Add", add))
    assert alone.note and "whose beginning is in another file" in alone.note


def test_a_new_lead_has_the_name_of_the_first_and_a_higher_number() -> None:
    eds = "^Eds: UPDATES with quote from mayor in graf 3. CORRECTS spelling of\nPoe's name.<\n"
    text = anpa("a0412", "Norway-Ferry", FERRY) + anpa("a0420", "Norway-Ferry, 1st Ld-Writethru", eds + FERRY)
    first, second = pages(text)
    assert first.id == second.id
    assert (first.version, second.version) == (None, 2)
    assert second.correction == "CORRECTS spelling of Poe's name."
    assert second.text == AP_TEXT


KILL = """^BULLETIN KILL<
^EDITORS:<
	Kill BC-Norway-Ferry, a0412. The company has denied the plan. A kill is mandatory."""
KILLS = {
    "with the slug of what it kills": anpa("a0450", "Norway-Ferry, KILL", KILL),
    "by number": anpa("a0450", "Bulletin", KILL),
    "in words": anpa("a0450", "Norway-Ferry", "^EDITORS:<\n\tThe story has been withdrawn. It will not be replaced."),
    "to be held": anpa("a0450", "Norway-Ferry, Withhold", "\tDo not use the story."),
}


@pytest.mark.parametrize("notice", KILLS.values(), ids=KILLS)
def test_a_kill_takes_back_the_story_that_it_names(notice: str) -> None:
    text = anpa("a0412", "Norway-Ferry", FERRY) + notice
    ((name, why),) = gone(text)
    assert name == "ap-2024-05-07-norway-ferry"
    assert why in ("killed", "withheld")
    assert len(pages(text)) == 1


def test_a_kill_in_a_file_of_its_own_names_the_same_story() -> None:
    (killed,) = (item for item in items(KILLS["with the slug of what it kills"]) if isinstance(item, Withdrawal))
    assert killed.id == "ap-2024-05-07-norway-ferry"
    assert killed.or_earlier[:2] == ("ap-2024-05-06-norway-ferry", "ap-2024-05-05-norway-ferry")


@pytest.mark.parametrize(
    "line",
    ["BULLETIN KILL", "MANDATORY KILL", "KILL", "WITHDRAWAL", "Eds: Please kill the story, it is wrong.", "ANNULATION",
     "La dépêche sur le ferry est annulée.", "Achtung Redaktionen: Meldung wird zurückgezogen", "ANULACIÓN", "STORNO",
     "Die Meldung bdt0456 ist bitte nicht zu verwenden.", "ANNULLAMENTO", "Queda anulada la noticia", "撤稿"],
)  # fmt: skip
def test_words_of_a_kill(line: str) -> None:
    assert marks.is_kill_notice(line) is not line.startswith("Queda")


@pytest.mark.parametrize(
    "line",
    ["Bombs kill three in market", "Killing of wolves goes on", "Mayor withdrawn from race, party says",
     "Ferry line withdrawn after storm", "Retraction of the glaciers is faster than thought"],
)  # fmt: skip
def test_news_of_killing_is_no_kill(line: str) -> None:
    assert not marks.is_kill_notice(line)


def test_advisories_are_no_articles() -> None:
    digest = anpa("a0400", "AP News Digest", "\tHere are the stories that are planned for Tuesday.")
    avis = iptc("afp0001 4 eco 0050", "AVIS AUX REDACTIONS\n\n  La dépêche sera complétée plus tard.\n")
    assert reasons(digest) == reasons(avis) == ["an advisory to editors, no article"]


def test_an_embargo_is_told_and_one_that_is_not_understood_keeps_the_story_out() -> None:
    (page,) = pages(anpa("a0412", "Norway-Ferry", f"^Embargoed until 7 May 2030, 06:00 GMT<\n{FERRY}"))
    assert page.embargo == datetime.fromisoformat("2030-05-07T06:00+00:00")
    assert (page.title, page.text) == ("Last Sund ferry to sail on May 30", AP_TEXT)
    (page,) = pages(iptc("bdt1 4 wi 250 dpa 0912", f"Sperrfrist: 7. Mai 2030, 06.00 Uhr\n\n{GERMAN}"))
    assert page.embargo == datetime(2030, 5, 7, 6)
    (reason,) = reasons(anpa("a0412", "Norway-Ferry", f"^Hold for release when the mayor speaks<\n{FERRY}"))
    assert "under an embargo whose end is not understood" in reason and "ferry" not in reason.lower()


def test_a_notice_of_correction_stands_beside_the_story() -> None:
    notice = (
        "^Correction: Norway-Ferry story<\n\tERLE, Norway (AP) _ In a story May 7 about a ferry, The Associated"
        " Press reported\nerroneously that it has carried a piano. It was an organ."
    )
    first, second = pages(anpa("a0412", "Norway-Ferry", FERRY) + anpa("a0431", "Norway-Ferry, Correction", notice))
    assert second.id == f"{first.id}-correction"
    assert second.correction == "Correction"
    assert second.text.startswith("ERLE, Norway (AP) — In a story May 7")


def test_two_stories_under_one_slug_stay_two() -> None:
    other = FERRY.replace("Last Sund ferry to sail on May 30", "Goats at large in Erle")
    first, second = pages(anpa("a0412", "Norway", FERRY) + anpa("a0413", "Norway", other))
    assert (first.id, second.id) == ("ap-2024-05-07-norway", "ap-2024-05-07-norway-0413")


def test_messages_without_bytes_of_control_are_known_by_their_headers() -> None:
    bare = anpa("a0412", "Norway-Ferry", FERRY) + anpa("a0413", "Goats", FERRY.replace("ferry", "goat"))
    for code in "\x01\x02\x03\x04\x1f\x13\r":
        bare = bare.replace(code, "\n" if code in "\x01\x02\x03" else " " if code == "\x1f" else "")
    first, second = pages(bare)
    assert (first.title, second.title) == ("Last Sund ferry to sail on May 30", "Last Sund goat to sail on May 30")
    assert first.text == AP_TEXT


@pytest.mark.parametrize(
    "header",
    ["a0412 xx-d\nr i BC-Norway-Ferry   05-07 0250\n^BC-Norway-Ferry,250", "a0412\nd i pm-Norway-Ferry 05-07 0250",
     "r i BC-Norway-Ferry 05-07 0250", "^AM-Norway-Ferry, 1st Ld-Writethru,0250<"],
)  # fmt: skip
def test_headers_over_two_lines_or_without_the_line_of_the_service(header: str) -> None:
    data = f"{header}\n{FERRY}\nAP-NY-05-07-24 1522EDT\n".encode()
    assert is_dispatch(data)
    (page,) = pages(data.decode())
    assert (page.title, page.authors) == ("Last Sund ferry to sail on May 30", ("Jane Roe",))
    assert (page.text, str(page.published)) == (AP_TEXT, "2024-05-07 15:22:00-04:00")


@pytest.mark.parametrize(
    "text",
    ["a0412 is the number of the road.\n\nIt was closed on Tuesday.\n", "The ferry\nBy Jane Roe\n\nIt sailed.\n",
     "\x01\x02\x03\x04", "Hello \x01 world", "ZCZC\n\nno end", "rtr0123 3 pol 250\n\nA text without an end.\n"],
)  # fmt: skip
def test_other_texts_are_no_messages(text: str) -> None:
    assert not is_dispatch(text.encode())


def test_files_of_messages_are_known_by_their_content(tmp_path: Path, rag: Rag) -> None:
    for name in ("20240507.0001", "message", "a.ansi", "b.txt", "c.dat"):
        (tmp_path / name).write_text(anpa("a0412", f"Ferry-{name}", FERRY), encoding="latin-1")
    (tmp_path / "notes").write_text("Nothing of a wire.\n", encoding="utf-8")
    passed_over: list[Path] = []
    found = [Path(str(path)).name for path in find([tmp_path], passed_over.append)]
    assert found == ["20240507.0001", "a.ansi", "b.txt", "c.dat", "message"]
    assert [path.name for path in passed_over] == ["notes"]
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.write(tmp_path / "message", "wire/message")
        archive.write(tmp_path / "notes", "wire/notes")
    (page,) = [item for item in read(tmp_path / "d.zip") if isinstance(item, Page)]
    assert (page.title, page.origin) == ("Last Sund ferry to sail on May 30", f"{tmp_path / 'd.zip'}#wire/message")
    assert rag("add", str(tmp_path / "message")).status == 0
    (row,) = rag("list", "--json").json
    assert (row["id"], row["published"]) == ("ap-2024-05-07-ferry-message", "2024-05-07T15:22:00-04:00")


def test_the_day_of_a_header_without_a_year_is_told() -> None:
    (page,) = pages(anpa("a0412", "Norway-Ferry", FERRY, sent=""))
    assert page.published is None
    assert page.note == "its header names the day 05-07 without a year"


WRAPPED = """SWB0317 4 REG 0096 BC-Sund-Ferry, 1st Ld-Writethru
^Sund ferry runs aground, nobody hurt<
^Eds: UPDATES with quote from the captain.<
^By IDA LUND=
^Sund News Agency=
   ERLE, June 3, 2024 (SNA) -- The ferry on the Sund ran onto a sandbank on
Monday with 41 people aboard, and came off it with the tide.
   "We had coffee," said her captain, Bo Wirth.
   The bank is not on any chart.
   ---
   Follow us everywhere: sna.example/all
SNA-WF-06-03-24 1905GMT<
"""


def test_a_message_of_any_agency_between_its_header_and_the_time_of_sending() -> None:
    (page,) = pages(WRAPPED)
    assert page.title == "Sund ferry runs aground, nobody hurt"
    assert page.published == datetime.fromisoformat("2024-06-03T19:05Z")
    assert (page.authors, page.source, page.version) == (("Ida Lund",), "SNA", 2)
    assert page.text.split("\n\n") == [
        "ERLE, June 3, 2024 (SNA) -- The ferry on the Sund ran onto a sandbank on Monday with 41 people aboard, and"
        " came off it with the tide.",
        '"We had coffee," said her captain, Bo Wirth.',
        "The bank is not on any chart.",
    ]


def test_the_day_of_a_dateline_where_no_time_of_sending_is_given() -> None:
    (page,) = pages(WRAPPED.replace("SNA-WF-06-03-24 1905GMT<", "NNNN"))
    assert str(page.published) == "2024-06-03"


def test_a_kill_of_the_next_day_reaches_the_story(open_news: OpenNews, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(anpa("a0412", "Norway-Ferry", FERRY), encoding="utf-8")
    (tmp_path / "b.txt").write_text(
        anpa("a0033", "Norway-Ferry, KILL", KILL, sent="AP-NY-05-09-24 0810EDT"), encoding="utf-8"
    )
    news = open_news()
    news.add(tmp_path / "a.txt")
    assert [a.id for a in news.articles()] == ["ap-2024-05-07-norway-ferry"]
    (item,) = news.add(tmp_path / "b.txt").items
    assert (item.status, item.article_id) == ("withdrawn", "ap-2024-05-07-norway-ferry")
    assert not news.articles()


def test_keywords_and_a_headline_above_the_text_of_iptc_7901() -> None:
    head = "bas0231 4 pl 187  dpa 0455\n\nWetter/Hochwasser/Bayern/\n(Zusammenfassung 1100 - neu: Pegel)\n"
    text = "Passau (dpa) - Die Stadt hat am Montag den Katastrophenfall\nausgerufen, der Pegel stieg auf 9,72 Meter."
    (page,) = pages(iptc(f"{head}Passau ruft Katastrophenfall aus =", f"{text} dpa ah yyby n1 hu", "031105 Jun 24"))
    assert page.title == "Passau ruft Katastrophenfall aus"
    assert page.text.endswith("auf 9,72 Meter.")


def test_a_byline_under_a_note_to_editors() -> None:
    (page,) = pages(anpa("a0412", "Norway-Ferry", "Eds: UPDATES with quote, number of sheep.\r\n" + FERRY))
    assert page.authors == ("Jane Roe",)


@pytest.mark.parametrize("beside", ["(Tabelle)", "(Mit Grafik und Foto)", "[Wiederholung vom Montag]"])
def test_what_comes_with_a_message_is_not_its_headline(beside: str) -> None:
    title = "Letzte Fähre auf dem Sund fährt am 30. Mai"
    text = GERMAN.replace(title, f"{beside}\n{title}", 1)
    (page,) = pages(iptc("bdt0456 4 wi 250 dpa 0912", text, "071530 Mai 24"), "latin-1")
    assert page.title == title and beside not in page.text


def test_a_credit_in_brackets_and_the_name_of_the_agency_are_no_text() -> None:
    text = FERRY.replace("(mf)", "(Reporting by Ida Lund)").replace("^Associated Press Writer=", "^THE CANADIAN PRESS")
    (page,) = pages(anpa("c0412", "Norway-Ferry", text.replace("^By JANE ROE=\n", "")))
    assert (page.text, page.authors) == (AP_TEXT, ("Ida Lund",))
