"""The body of an HTML page is its article: all of it, and nothing that stands around it."""

from __future__ import annotations

import pytest
from lxml import html as lxml_html

from rag.ingest.html.blocks import blocks
from rag.ingest.html.body import choose_body
from rag.ingest.html.page import read
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment

LEAD = "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a long meeting."
PIANO = "It has carried people, sheep and one piano across the water since 1934, and never once on a Sunday morning."
BRIDGE = "A bridge will take its place. It cost 410 million crowns, and nobody on the island has asked for the sheep."
MAYOR = (
    "The mayor of Northway, who grew up beside the quay, said that she would keep the bell of the old boat in her hall."
)
CREW = "Eleven people work on the boat. Two of them retire this year, and the others were offered work on the bridge."
STORY = (LEAD, PIANO, BRIDGE, MAYOR, CREW)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts or STORY)


def wrapped(body: str, *, head: str = "<title>Ferry line to close</title>") -> bytes:
    menu = "<div class='top'><a href='/'>Home</a> <a href='/news'>News</a> <a href='/sport'>Sport</a></div>"
    foot = (
        "<footer><p>Northway Wire is printed on Thursdays. Write to the editor at the old customs house.</p></footer>"
    )
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{menu}{body}{foot}</body></html>".encode()


def text(body: str, **more: str) -> str:
    (page,) = read("a.html", wrapped(body, **more), url="https://wire.example/news/ferry")
    assert isinstance(page, Page), page
    return page.text


def stored(body: str) -> str:
    """The body of the article that is stored: what is around an article by its wording goes in segmentation."""
    (page,) = read("a.html", wrapped(body), url="https://wire.example/news/ferry")
    assert isinstance(page, Page), page
    (found,) = segment(page)
    return found.body


def lines(body: str, **more: str) -> list[str]:
    return text(body, **more).split("\n\n")


def article(inner: str, above: str = "", below: str = "") -> str:
    return f"<main>{above}<article><h1>Ferry line to close</h1>{inner}</article>{below}</main>"


def test_the_paragraphs_of_the_article_and_nothing_else() -> None:
    assert lines(article(paragraphs())) == list(STORY)


# --- how pages lay out their text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layout",
    [
        "<div class='story'>" + "<br><br>".join(STORY) + "</div>",
        "<div class='story'>" + "".join(f"<div>{t}</div>" for t in STORY) + "</div>",
        "".join(f"<div class='elementor-widget elementor-element-{i}'><p>{t}</p></div>" for i, t in enumerate(STORY)),
        "<section>" + "<br>".join(STORY) + "</section>",
        "<table><tr><td width=600>" + "<br><br>".join(STORY) + "</td><td><a href='/x'>Weather</a></td></tr></table>",
        "<form action='/all'>" + paragraphs() + "</form>",
    ],
    ids=["br", "div", "widgets", "one br", "layout table", "form around it all"],
)
def test_layouts(layout: str) -> None:
    assert lines(f"<div><h1>Ferry line to close</h1>{layout}</div>") == list(STORY)


def test_an_article_in_two_columns_of_one_kind_is_read_to_its_end() -> None:
    """trafilatura stops at the advertisement between them."""
    column = (
        "<div class='grid'><div class='body'>{}</div><div class='rail'><div class='ad'>Advertisement</div></div></div>"
    )
    halves = column.format(paragraphs(*STORY[:3])) + column.format(paragraphs(*STORY[3:]))
    assert lines(article(halves)) == list(STORY)


def test_text_that_stands_in_no_paragraph_is_read_with_the_others() -> None:
    assert lines(article(f"<div>{LEAD}<p>{PIANO}</p>{BRIDGE}<p>{MAYOR}</p>{CREW}</div>")) == list(STORY)


def test_a_line_break_inside_a_sentence_does_not_end_it() -> None:
    broken = LEAD.replace("of May", "<br>of May")
    assert lines(article(f"<p>{broken}</p>{paragraphs(*STORY[1:])}"))[0] == LEAD


def test_subheadings_lists_quotes_and_tables_stay() -> None:
    inner = (
        paragraphs(LEAD, PIANO)
        + "<h2>What comes next</h2><ul><li>A bridge</li><li>A bus to the bridge</li></ul>"
        + paragraphs(BRIDGE)
        + f"<blockquote><p>{MAYOR}</p></blockquote>"
        + "<table><tr><th>Year</th><th>Riders</th></tr><tr><td>2023</td><td>1,204</td></tr></table>"
        + paragraphs(CREW)
    )
    assert lines(article(inner)) == [
        LEAD, PIANO, "What comes next", "- A bridge", "- A bus to the bridge", BRIDGE, MAYOR, "Year | Riders",
        "2023 | 1,204", CREW,
    ]  # fmt: skip


def test_a_short_article_is_found_above_long_comments() -> None:
    """What readers write has more words than the article, and stands in better paragraphs."""
    said = "I have crossed with this boat every week of my life, and what I think of the bridge cannot be printed here."
    comments = "".join(f"<div class='item'><p>{said} {i}. {said}</p></div>" for i in range(12))
    short = paragraphs(LEAD, PIANO, BRIDGE)
    assert lines(f"<div><h1>Ferry line to close</h1>{short}</div><div class='comments'>{comments}</div>") == [
        LEAD, PIANO, BRIDGE,
    ]  # fmt: skip


def test_what_stands_under_the_article_element_is_about_it() -> None:
    said = "I have crossed with this boat every week of my life, and what I think of the bridge cannot be printed here."
    assert lines(article(paragraphs(), below=f"<div><p>{said}</p></div>")) == list(STORY)


def test_the_script_of_a_language_without_spaces() -> None:
    story = ["渡轮公司周二在会议后宣布，最后一班渡轮将于五月三十日启航，此后这条航线将永久关闭，居民表示遗憾。"] * 2
    story = [
        f"{s}第{i}段，桥梁将取代它，耗资四亿一千万克朗，岛上的居民没有人问起羊群的事情，市长也没有。"
        for i, s in enumerate(story)
    ]
    assert lines(f"<div><h1>渡轮航线将关闭</h1><div class='txt'>{paragraphs(*story)}</div></div>") == story


# --- what stands around an article ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "extra",
    [
        "<div class='related-articles'><h3>Bus line to open</h3><p>{}</p></div>",
        "<div id='jp-relatedposts'><p>{}</p></div>",
        "<aside><p>{}</p></aside>",
        "<div class='newsletter-signup'><h3>The morning post</h3><p>{}</p></div>",
        "<figure><img src=x.jpg><figcaption>{}</figcaption></figure>",
        "<div class='authorBio'><p>{}</p></div>",
        "<div class='shareBar'>{}</div>",
        "<div id='disqus_thread'><p>{}</p></div>",
        "<p><a href='/news/bus'>{}</a></p>",
        "<p>Read more: <a href='https://wire.example/news/bus'>{}</a></p>",
        "<p>Related: Sea and coast <a href='https://other.example/bus'>{}</a></p>",
        "<p><b>Advertisement</b></p><div class='ad'>{}</div>",
        "<ul><li><a href='/news/bus'>{}</a></li><li><a href='/news/bus2'>{}</a></li></ul>",
        "<nav><p>{}</p></nav>",
        "<p>[button link='http://wire.example' type='big']{}[/button]</p>",
        "<p>The <span class='tooltip'><b>boat</b><span class='tooltip-content'>{}</span></span> is old, and it was "
        "never painted in any colour that its owners could agree on.</p>",
    ],
)
def test_furniture_inside_the_article_is_left_out(extra: str) -> None:
    words = "A bus will run along the coast from June, and its driver has been chosen by the county already."
    found = stored(article(paragraphs(LEAD, PIANO) + extra.replace("{}", words) + paragraphs(BRIDGE, MAYOR, CREW)))
    assert "bus will run" not in found
    assert not any(word in found for word in ("Related", "Advertisement"))
    assert all(t in found for t in STORY)


@pytest.mark.parametrize(
    "end", ["Comments", "12 comments", "Related stories", "More from Northway", "Ähnliche Artikel"]
)
def test_the_line_that_ends_an_article_ends_it_where_nothing_has_a_name(end: str) -> None:
    remarks = "".join(
        f"<div><div><span>Jo {i}</span><p>I shall miss the boat, the piano, and sheep number {i} most of all.</p>"
        "</div></div>"
        for i in range(3)
    )
    body = f"<div><h1>Ferry line to close</h1><div>{paragraphs()}</div><div><b>{end}</b></div>{remarks}</div>"
    assert lines(body) == list(STORY)
    between = paragraphs(LEAD, PIANO, BRIDGE) + f"<p>{end}</p>" + paragraphs(MAYOR, CREW)
    assert lines(article(between))[-1] == CREW


@pytest.mark.parametrize(
    "note",
    [
        "(Reporting by Jane Roe; editing by John Doe)",
        "<em>Jane Roe writes about ships and what becomes of them.</em>",
        "Follow us on Facebook, Twitter and Instagram.",
        "Sign up for our newsletter and never miss a boat.",
        "© 2024 Northway Wire. All rights reserved.",
        "Published 7 May 2024 10:15",
        "Tags: ferries, bridges, sheep",
        "You may also like...",
    ],
)
def test_the_newsrooms_notes_behind_the_article_are_left_out(note: str) -> None:
    assert lines(article(paragraphs() + f"<p>{note}</p>")) == list(STORY)


def test_an_article_in_italics_keeps_its_end() -> None:
    assert lines(article("".join(f"<p><em>{t}</em></p>" for t in STORY))) == list(STORY)


def test_the_headline_and_its_deck_are_no_text_of_the_body() -> None:
    deck = "<header><h1>Ferry line to close</h1><h2>Nobody has asked for the sheep</h2></header>"
    assert lines(f"<main><article>{deck}<div>{paragraphs()}</div></article></main>") == list(STORY)


DECK = "The company knew for two years that the ferry would not be asked for again"


@pytest.mark.parametrize(
    "deck",
    [
        f"<h2>{DECK}.</h2>",
        f"<h3 class='sub-headline'>{DECK}.</h3>",
        f"<div class='dek'>{DECK}.</div>",
        f"<h2>{DECK}</h2><meta name='description' content='{DECK}'>",
    ],
)
def test_a_standfirst_is_text(deck: str) -> None:
    found = lines(
        f"<main><article><header><h1>Ferry line to close</h1>{deck}</header><div>{paragraphs()}</div></article></main>"
    )
    assert [line.rstrip(".") for line in found[:1]] == [DECK]
    assert found[1:] == list(STORY)


def test_a_subheading_that_opens_the_body_stays() -> None:
    found = lines(article("<div><h2>What we know</h2>" + paragraphs() + "</div>"))
    assert found[:2] == ["What we know", LEAD]


def test_a_paragraph_that_stands_twice_is_read_once() -> None:
    assert lines(article(paragraphs(LEAD, PIANO, BRIDGE, LEAD, MAYOR, CREW))) == list(STORY)


def test_a_question_of_an_interview_may_come_again() -> None:
    asked = "What did you think when you heard for the first time that the ferry to the island would not sail any more?"
    found = lines(article(paragraphs(asked, LEAD, asked, PIANO, BRIDGE, MAYOR)))
    assert found.count(asked) == 2


def test_links_that_lead_away_are_content() -> None:
    offers = "".join(
        f"<p>{i}) A model of the boat, number {i}, in wood and brass, for the shelf.</p>"
        f"<p><a href='https://shop.example/{i}'>https://shop.example/{i}</a></p>"
        for i in range(6)
    )
    found = text(article(paragraphs(LEAD, PIANO) + offers + paragraphs(BRIDGE)))
    assert all(f"https://shop.example/{i}" in found for i in range(6))


def test_a_name_that_means_furniture_does_not_take_the_article_away() -> None:
    """'page-with-sidebar' holds the whole page, 'post ad-free' the article."""
    inner = (
        f"<div class='page with-sidebar'><div class='post ad'><h1>Ferry line to close</h1>{paragraphs()}</div></div>"
    )
    assert lines(inner) == list(STORY)
    tree = lxml_html.document_fromstring(f"<html><body>{inner}</body></html>")
    assert not any(b.apart for b in blocks(tree) if b.prose)


def test_json_ld_bears_witness_only_to_what_the_page_shows() -> None:
    secret = "Every reader knows that the ferry sails for ever, and that this was never said on the page itself."
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "' + LEAD + secret + '"}</script>'
    )
    found = text(article(paragraphs()), head=head)
    assert found.split("\n\n") == list(STORY)


# --- the choice by itself ---------------------------------------------------------------------------------------


def test_paragraphs_that_the_witness_left_out_are_read_with_those_around_them() -> None:
    teaser = "A bus will run along the coast from June, and its driver has been chosen by the county already."
    tree = lxml_html.document_fromstring(
        f"<html><body><div><h1>Ferry line to close</h1>{paragraphs()}</div>"
        f"<div><a href='/1'>More from the coast and its roads, every day</a></div><div class='y'><p>{teaser}</p></div>"
    )
    found = blocks(tree)
    for witness in ("", "\n".join((LEAD, PIANO, CREW)), "\n".join(STORY[2:])):
        assert [b.text for b in choose_body(found, witness, ["Ferry line to close"], frozenset())] == list(STORY)
    misled = [b.text for b in choose_body(found, teaser, ["Ferry line to close"], frozenset())]
    assert misled[:4] == list(STORY[:4])
    assert teaser not in misled


LINKED = "The auditors found that the company had left out the cost of a quay for the bridge, 6.3 million crowns."


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        (f"<p><a href='/report'>{LINKED}</a></p>", [LINKED]),
        (
            "<p>Three towns have sent advisers to the company:</p><ul>"
            "<li><a href='/a'>Ashcombe</a></li><li><a href='/b'>Bellhaven</a></li>"
            "<li><a href='/c'>Corran</a></li></ul>",
            ["- Ashcombe", "- Bellhaven", "- Corran"],
        ),
        (
            "<p><a href='/report'>Auditors found a hole in its books. Nobody was charged; the chairman left.</a></p>",
            ["Auditors found a hole in its books. Nobody was charged; the chairman left."],
        ),
        ("<p><a href='/other'>Auditors found a hole. Will anybody be charged in the end for what is gone?</a></p>", []),
        ("<p><a href='/other'>Another ferry line to close in autumn, company says</a></p>", []),
        (
            "<p><a href='/tags/pier'>More than 300 children drew pictures of whales and gulls for a wall.</a></p>",
            ["More than 300 children drew pictures of whales and gulls for a wall."],
        ),
        ("<p><a href='/app'>Download our app, and no piano, bridge or ferry will ever escape you again.</a></p>", []),
        (
            "<blockquote><p><a href='/letter.pdf'>"
            "“Give me my goat back, whoever has it; she is blind and eats from my hand.”</a></p>"
            "</blockquote>",
            ["“Give me my goat back, whoever has it; she is blind and eats from my hand.”"],
        ),
        (
            "<table><tr><td><a href='/t/1'>Sund</a></td><td>14</td></tr><tr><td><a href='/t/2'>Holm</a></td><td>9</td>"
            "</tr></table>",
            ["Sund | 14", "Holm | 9"],
        ),
        (
            "<table><tr><th>Town</th><th>Sheep</th></tr><tr><td><a href='/t/1'>Sund</a></td>"
            "<td><a href='/r/1'>14</a></td></tr>"
            "<tr><td><a href='/t/2'>Holm</a></td><td><a href='/r/2'>9</a></td></tr></table>",
            ["Town | Sheep", "Sund | 14", "Holm | 9"],
        ),
        (
            "<table><tr><td><a href='/1'>Bus to run</a></td><td><a href='/2'>Choir sings</a></td></tr><tr><td>"
            "<a href='/3'>Mill burns</a></td><td><a href='/4'>Geese return</a></td></tr></table>",
            [],
        ),
        (
            "<dl><dt><a href='/p/1'>Ada Quist</a></dt><dd>Captain since 1999; wants to keep the boat.</dd>"
            "<dt><a href='/p/2'>Ole Brun</a></dt><dd><a href='/p/2'>Cook; would rather retire.</a></dd></dl>",
            ["Ada Quist", "Captain since 1999; wants to keep the boat.", "Ole Brun", "Cook; would rather retire."],
        ),
        (
            "<dl><div><dt><a href='/p/1'>Ada Quist</a></dt><dd><a href='/1'>She wants to keep the boat.</a></dd></div>"
            "<div><dt><a href='/p/2'>Ole Brun</a></dt><dd><a href='/p/2'>He would rather retire.</a></dd></div></dl>",
            ["Ada Quist", "She wants to keep the boat.", "Ole Brun", "He would rather retire."],
        ),
        (
            "<dl><dt><a href='/1'>Sport</a></dt><dd><a href='/1'>Sund United sign a keeper</a></dd>"
            "<dt><a href='/2'>Weather</a></dt><dd><a href='/2'>Snow on the high roads by Friday</a></dd></dl>",
            [],
        ),
        (
            "<ul><li><a href='/p/1'>Ada Quist</a>, captain since 1999</li>"
            "<li><a href='/p/2'>Ole Brun</a>, cook</li></ul>",
            ["- Ada Quist, captain since 1999", "- Ole Brun, cook"],
        ),
        (f"<p><a href='/other'>Read more: {LINKED}</a></p>", []),
        ("<ul><li><a href='/other'>Bridge to open in autumn</a></li><li><a href='/two'>Bus to run</a></li></ul>", []),
        ("<p>Read more:</p><ul><li><a href='/other'>Bridge to open</a></li><li><a href='/two'>Bus</a></li></ul>", []),
    ],
)
def test_what_is_all_link_inside_the_prose(inside: str, kept: list[str]) -> None:
    texts = [
        "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a meeting.",
        "It has carried people, sheep and one piano across the water since 1934, and never once on a Sunday.",
        "A bridge will take its place. It cost 410 million crowns, and nobody has asked for the sheep.",
    ]
    one, two, three = (f"<p>{text}</p>" for text in texts)
    head = "<html><head><title>Ferry line to close</title></head><body><main><article><h1>Ferry line to close</h1>"
    [page] = read("a.html", f"{head}{one}{inside}{two}{three}</article></main></body></html>".encode())
    assert isinstance(page, Page)
    lines = page.text.split("\n\n")
    assert [line for line in lines if line not in texts and not line.startswith(("Three", "Read more:"))] == kept


def test_a_linked_sentence_among_short_ones() -> None:
    linked = "The company sold its other boat in 2019, and eleven of its crew have been at home ever since."
    inside = f"<p>{LEAD}</p><p>It leaves at nine.</p><p><a href='/sold'>{linked}</a></p><p>Sheep go free.</p>"
    assert lines(article(inside)) == [LEAD, "It leaves at nine.", linked, "Sheep go free."]


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        ("<div class='kg-callout-card'><div class='kg-callout-text'>Sheep on board in 2019: 5,300.</div></div>", True),
        ("<div class='callout-block'><p>Sheep on board in 2019: 5,300, says the company.</p></div>", True),
        ("<div class='callout'><p>Seen a sheep? On board in 2019: 5,300. <a href='/tell'>Tell us</a></p></div>",
         False),
    ],
)  # fmt: skip
def test_a_box_that_a_newsroom_sets_apart_is_text_unless_it_calls(box: str, kept: bool) -> None:
    assert ("5,300" in text(article(paragraphs(LEAD, PIANO, BRIDGE) + box + paragraphs(MAYOR, CREW)))) is kept


@pytest.mark.parametrize(
    ("quoted", "kept"),
    [
        ("<figure><blockquote>{}</blockquote><figcaption>— Ada Quist</figcaption></figure>", ["{}", "— Ada Quist"]),
        ("<div class='zitat-box'><blockquote>„{}“</blockquote></div>", ["„{}“"]),
        (
            "<div class='box'><blockquote>{}</blockquote><div>Ada Quist, captain</div></div>",
            ["{}", "Ada Quist, captain"],
        ),
        ("<div><blockquote><p>{}</p></blockquote><p>— Ole van der Berg</p></div>", ["{}", "— Ole van der Berg"]),
        ("<div><blockquote>{}</blockquote><div>12 shares</div></div>", ["{}"]),
        ("<figure class='wp-block-quote'><blockquote><p>{}</p></blockquote></figure>", ["{}"]),
        ("<div class='embed'><blockquote class='twitter-tweet'>{}</blockquote></div>", []),
        ("<aside class='pullquote'><blockquote>{}</blockquote></aside>", []),
    ],
)
def test_a_quotation_between_paragraphs_is_text_where_the_text_does_not_have_it(quoted: str, kept: list[str]) -> None:
    said = "It was heavier than it looked, and nobody helped"
    found = lines(article(paragraphs(LEAD, PIANO) + quoted.format(said) + paragraphs(BRIDGE, MAYOR)))
    assert found == [LEAD, PIANO, *(line.format(said) for line in kept), BRIDGE, MAYOR]


def test_the_paragraphs_of_a_page_of_divs_and_the_headings_of_its_chapters_may_be_links() -> None:
    story = [
        "The ferry on the Sund will sail for the last time in May, the company said on Tuesday after a meeting.",
        "The boat was built in 1934 and has carried people, sheep and one piano across the water since then.",
        "A bridge will take the place of the ferry. It cost 410 million crowns, and the sheep are not asked.",
    ]
    one, two, three = (f"<div class='par'>{text}</div>" for text in story)
    linked = "The company had promised in 1999 that the ferry would outlive every bridge on the Sund."
    inside = f"<div class='par'><a href='/archive/1999'>{linked}</a></div>"
    head = "<head><title>Ferry line to close</title></head>"
    [page] = read("a.html", f"<html>{head}<body><h1>Ferry line to close</h1>{one}{inside}{two}{three}".encode())
    assert isinstance(page, Page) and page.text.split("\n\n") == [story[0], linked, *story[1:]]


def test_a_last_sentence_with_links_in_it() -> None:
    last = "About <a href='/1'>eighty</a> people from <a href='/2'>Northway</a> wept on the <a href='/3'>quay</a> then."
    found = lines(article(paragraphs() + f"<p>{last}</p>"))
    assert found[-1] == "About eighty people from Northway wept on the quay then."


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("Correction, 5 May: an earlier version of this article gave the wrong price of the bridge.", True),
        ("Clarification: the boat sails on Sundays in June.", True),
        ("This story has been amended to correct the name of the mayor.", True),
        ("Editor's note: an earlier version misstated how many people work on the boat.", True),
        ("Berichtigung: Das Boot fährt seit 1934, nicht seit 1943.", True),
        ("Dieser Artikel wurde am 3. Mai geändert, um den Preis der Brücke zu berichtigen.", True),
        ("Cet article a été modifié le 3 mai pour corriger le prix.", True),
        ("訂正：橋の費用を改めました。", True),
        ("Ida Lund writes about boats.", False),
    ],
)
def test_a_note_that_corrects_is_of_the_article(note: str, kept: bool) -> None:
    foot = text(f"<article><h1>Ferry line to close</h1>{paragraphs()}<footer><p>{note}</p></footer></article>")
    assert (note in foot) is kept
    found = text(f"<article><h1>Ferry line to close</h1>{paragraphs()}<p><em>{note}</em></p></article>")
    assert (note in found) is kept


@pytest.mark.parametrize(
    ("line", "kept"),
    [("<p>Ida Lund</p>", False), ("<p>(Ida Lund)</p>", False), ("<p>– Ida Lund</p>", False), ("<p>Ole Brun</p>", True)],
)
def test_a_last_line_that_repeats_the_author_is_no_text(line: str, kept: bool) -> None:
    found = lines(article("<div class='byline'>By Ida Lund</div>" + paragraphs() + line))
    assert (len(found) > len(STORY)) is kept


def test_a_paragraph_whose_words_are_links_is_text() -> None:
    def woven(text: str) -> str:
        words = text.rstrip(".").split()
        parts = [" ".join(words[i : i + 5]) for i in range(0, len(words), 5)]
        return "<p>" + " and ".join(f"<a href='/tag/{i}'>{part}</a>" for i, part in enumerate(parts)) + ".</p>"

    found = lines(article("".join(map(woven, STORY))))
    assert len(found) == len(STORY)
    listed = "".join(f"<p><a href='/news/{i}'>{text}</a></p>" for i, text in enumerate(STORY))
    assert not any(block.woven for block in blocks(lxml_html.document_fromstring(wrapped(listed))))
