"""Pages that hold no article say so in few words; articles about such pages are articles."""

from __future__ import annotations

import pytest

from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.ingest.segment.no_article import why_no_article
from rag.types import ReportItem


def page(title: str, *paragraphs: str, head: str = "") -> Page | ReportItem:
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    html = f"<html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{text}</main></body></html>"
    [found] = read("a.html", html.encode())
    return found


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("Page not found", "Sorry, the page you want is not here. It may have been moved or deleted.", "no page at"),
        ("404 - Orrin Post", "It looks like nothing was found at this location. Maybe try our search?", "no page at"),
        ("Oops! That page can’t be found.", "Please go back to our front page, and look for it there.", "no page at"),
        ("Story no longer available", "This story was removed from our site after a month.", "no page at"),
        ("Orrin Bote", "Die Seite, die Sie suchen, wurde leider von uns gelöscht.", "no page at"),
        ("Page introuvable", "La page que vous cherchez est introuvable ou déplacée.", "no page at"),
        ("Página no encontrada", "Lo sentimos, la página que busca no existe o fue movida a otro lugar.", "no page at"),
        ("Pagina non trovata", "La pagina che cerchi non esiste, o è stata spostata da un'altra parte.", "no page at"),
        ("Pagina niet gevonden", "De pagina die u zoekt bestaat niet, of wij hebben haar verplaatst.", "no page at"),
        ("Just a moment...", "orrin.example must look at the security of your connection before it goes on.", "robot"),
        ("Orrin Wire", "To go on, please show us in the box below that you are not a robot, thank you.", "robot"),
        ("Access denied", "You have no permission to access http://orrin.example/mill on this server.", "robot"),
        ("Orrin Post", "We and our 412 partners store cookies on your device and process personal data.", "consent"),
        ("Bevor es weitergeht", "Wir nutzen Cookies und Tracking. Bitte akzeptieren Sie, oder gehen Sie.", "consent"),
        ("503 Service Unavailable", "The server is temporarily unable to service your request.", "server"),
        ("Log in", "Please log in with your e-mail address and your password to read this page.", "log in"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_told(title: str, text: str, reason: str) -> None:
    item = page(title, text)
    assert isinstance(item, ReportItem) and item.reason
    assert item.reason.startswith("no article: the page ") and reason in item.reason


@pytest.mark.parametrize(
    ("title", "paragraphs", "head"),
    [
        ("404 homes in Orrin get power back",
         ("Power is back in 404 homes in Orrin, the works said. Some 50 homes are still without it.",), ""),
        ("“Page not found”: ministry loses its archive",
         ("Who looks for a report reads “page not found” since Monday. The ministry does not know why.",), ""),
        ("Court bans walls of cookies",
         ("A court in Orrin said that papers may not store cookies before their readers consent to it.",
          "The judge gave them a year to change their pages. The papers want to appeal."), ""),
        ("Are you a robot? School tests a new teacher",
         ("A school in Orrin has had a robot for a teacher since Monday. It speaks twelve languages.",), ""),
        ("Page not found", ("You will not find the page that Ida Lund wrote; her novel ends without it.",),
         '<meta property="article:published_time" content="2024-11-04T09:00:00Z">'),
        ("Mill race drained", ("We and our partners store cookies on your device, as you have agreed to that.",
                               "The mill race at Orrin was drained on Monday, and the divers went down.",
                               "They look for the sluice gate that has been missing since the flood."), ""),
    ],
)  # fmt: skip
def test_articles_about_such_pages_are_articles(title: str, paragraphs: tuple[str, ...], head: str) -> None:
    assert isinstance(page(title, *paragraphs, head=head), Page)


def test_a_long_page_is_looked_at_no_further() -> None:
    assert why_no_article(["Page not found"], ["The page you look for is not here. " * 200], dated=False) is None
    assert why_no_article(["Mill race drained"], [], dated=False) is None
