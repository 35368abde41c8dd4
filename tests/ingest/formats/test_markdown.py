"""Markdown: title blocks, titles with an outlet behind them, and texts of records that are written in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from rag.ingest.formats.files import find, read
from rag.ingest.formats.parts.marked import is_markdown
from rag.ingest.page import Page
from rag.types import ReportItem

TEXT = "The lido at Senn stays shut this summer. A crack was found under the deep end."


def page(path: Path, content: str) -> Page:
    path.write_text(content, "utf-8")
    [found] = read(path)
    assert isinstance(found, Page), found
    return found


@pytest.mark.parametrize(
    ("block", "title", "authors", "day"),
    [
        ("% Lido stays shut\n% Ida Lund; Bo Wirth\n% 4 November 2024", "Lido stays shut", ("Ida Lund", "Bo Wirth"),
         "2024-11-04"),
        ("% Lido stays shut\n  for the summer\n% Ida Lund\n  Bo Wirth\n% 2024-11-04", "Lido stays shut for the summer",
         ("Ida Lund", "Bo Wirth"), "2024-11-04"),
        ("% Lido stays shut\n%\n% November 4, 2024", "Lido stays shut", (), "2024-11-04"),
        ("% Lido stays shut\n% Ida Lund and Bo Wirth", "Lido stays shut", ("Ida Lund", "Bo Wirth"), "None"),
        ("% Lido stays shut", "Lido stays shut", (), "None"),
    ],
)  # fmt: skip
def test_the_title_block_of_pandoc(block: str, title: str, authors: tuple[str, ...], day: str, tmp_path: Path) -> None:
    found = page(tmp_path / "a.md", f"{block}\n\n{TEXT}\n")
    assert (found.title, found.authors, str(found.published), found.text) == (title, authors, day, TEXT)


@pytest.mark.parametrize(
    ("title", "heading", "headline", "source"),
    [
        ("Lido stays shut | Senn Valley Post", "# Lido stays shut", "Lido stays shut", "Senn Valley Post"),
        (
            "The Senn Valley Post: Lido stays shut",
            "",
            "The Senn Valley Post: Lido stays shut",
            "sennvalleypost.example",
        ),
        ("Lido stays shut all summer - Senn Valley Post", "", "Lido stays shut all summer", "Senn Valley Post"),
        ("Lido stays shut - Sport", "# Lido stays shut", "Lido stays shut", "sennvalleypost.example"),
        (
            "Lido - pool of the year - shut",
            "# Another line",
            "Lido - pool of the year - shut",
            "sennvalleypost.example",
        ),
    ],
)
def test_an_outlet_beside_the_title(title: str, heading: str, headline: str, source: str, tmp_path: Path) -> None:
    front = f"---\ntitle: '{title}'\nsource: https://sennvalleypost.example/lido\n---\n\n{heading}\n\n{TEXT}\n"
    found = page(tmp_path / "a.md", front)
    assert (found.title, found.source) == (headline, source)


def test_a_text_in_markdown_inside_a_record(tmp_path: Path) -> None:
    written = (
        "# Lido stays shut\n\nThe lido at [Senn](https://senn.example) stays **shut**.\n\n### The crack\n\n- It is new."
    )
    found = page(tmp_path / "a.json", json.dumps({"title": "Lido stays shut", "content": written}))
    assert found.text == "The lido at Senn stays shut.\n\nThe crack\n\n- It is new."


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Seat no. #4 went to * Bo Wirth * in row 2.\n- He left.",
        "Rated ** by critics, *** by viewers.",
        "He wrote [sic] (see page 4) and 2 * 3 * 4.",
        "#lido #senn\n\nShut again.",
        "1. Senn\n2. Orrin",
    ],
)
def test_a_text_that_is_not_clearly_markdown_stays(text: str, tmp_path: Path) -> None:
    assert not is_markdown(text)
    assert page(tmp_path / "a.json", json.dumps({"title": "Lido", "content": text})).text == text


LINKS = (
    "[Weir holds](https://sund.example/weir)",
    "[Road shut](https://sund.example/road)",
    "https://senn.example/lido",
)


@pytest.mark.parametrize("mark", ["- ", "1. ", "- [ ] ", "\n\n", "\n\n### Water\n\n"])
@pytest.mark.parametrize("front", ["# To read\n\n", "---\ntitle: To read\n---\n"])
def test_a_note_of_links_alone_is_no_article(front: str, mark: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(front + "".join(f"{mark}{link}\n" for link in LINKS))
    [found] = read(tmp_path / "a.md")
    assert isinstance(found, ReportItem) and found.status == "failed"
    assert "a list of 3 links" in str(found.reason) and "save their addresses" in str(found.reason)


def test_links_among_prose_are_text(tmp_path: Path) -> None:
    listed = "".join(f"- {link}\n" for link in LINKS)
    found = page(tmp_path / "a.md", f"# The week at Senn\n\n{TEXT} Three readings:\n\n{listed}\n{TEXT}\n")
    assert "- Weir holds\n\n- Road shut" in found.text
    assert page(tmp_path / "b.md", f"# Weir\n\n{LINKS[0]}\n").text == "Weir holds"  # one is no list


MARKED = """\
# Toll rises

The toll on the bridge rises to 5 crowns.[^1] The ferry stays free [^note].

{{% notice warning %}}
The bridge is closed on Sunday.
{{% /notice %}}

{{< figure src="/a.jpg" caption="The bridge" >}}

{{% notice info %}}The council {{< param x >}} meets in May.{{% /notice %}}

:::note Remember
The ferry runs at night.
:::

!!! warning "Beware"
    Ice is on the ramp.

    Take care.

{% raw %}Mowers wait.{% endraw %} The index is `a[^2]`.

[^1]: By the council's minutes.

    A second paragraph of the note.

[^note]: For all
who live there.

The last paragraph stays.
"""


def test_footnotes_shortcodes_and_boxes_leave_the_text(tmp_path: Path) -> None:
    assert page(tmp_path / "a.md", MARKED).text.split("\n\n") == [
        "The toll on the bridge rises to 5 crowns. The ferry stays free.",
        "The bridge is closed on Sunday.",
        "The council meets in May.",
        "The ferry runs at night.",
        "Ice is on the ramp.",
        "Take care.",
        "Mowers wait. The index is a[^2].",
        "The last paragraph stays.",
    ]


@pytest.mark.parametrize(
    "marks",
    [
        "![The bolt]({{ site.baseurl }}/img/bolt.jpg)", '![Bolt]({{ .Site.BaseURL }}bolt.jpg "The bolt"){width=50%}',
        "![the new weir](img/the new weir (2).jpg)", "{{ '/x' | url }}", '{: .lead}', '![b](b.jpg){: width="300"}',
    ],
)  # fmt: skip
def test_what_only_programs_read_leaves_the_text(marks: str, tmp_path: Path) -> None:
    found = page(tmp_path / "a.md", f"# Weir gone\n\nThe weir gave way.\n\n{marks}\n\nNobody was hurt.\n")
    assert found.text == "The weir gave way.\n\nNobody was hurt."


READWISE = """\
# Goats stop train

![](https://x.example/a.jpg)

## Metadata
- Author: [[Ola Berg]]
- Full Title: Goats stop train
- URL: https://railpost.example/goats

## Full Document

The train waited for two hours, since 46 goats stood on the line.

## Highlights
- 46 goats stood on the line ([View Highlight](https://read.example/1))
"""


def test_an_export_of_a_readers_program(tmp_path: Path) -> None:
    found = page(tmp_path / "a.md", READWISE)
    assert (found.title, found.authors, found.url) == (
        "Goats stop train", ("Ola Berg",), "https://railpost.example/goats",
    )  # fmt: skip
    assert found.text == "The train waited for two hours, since 46 goats stood on the line."
    clipped = f"[Read on Omnivore](https://x.example/1)\n#omnivore #trains\n\n{TEXT}\n\n## Highlights\n\n> {TEXT} ^c1\n"
    assert page(tmp_path / "b.md", f"# Lido\n{clipped}").text == TEXT


def told(folder: Path) -> list[tuple[str, str]]:
    """The files of a folder that are no news, each with why."""
    found = [item for path in find([folder]) for item in (read(path) if isinstance(path, Path) else [path])]
    left = (item for item in found if isinstance(item, ReportItem))
    return [(Path(str(item.source)).name, item.reason or "") for item in left if item.status == "left_out"]


def test_what_a_site_has_not_put_out_is_no_news(tmp_path: Path) -> None:
    posts = {
        "_posts/2024-05-04-lido.md": "title: Lido shut",
        "_drafts/crack.md": "title: Who knew of the crack",
        "content/_index.md": "title: News",
        "content/_index.fr.md": "title: Nouvelles",
        "content/fair.md": "title: Fair\ndate: 2024-05-04\npublishDate: 2099-05-04T08:00:00Z",
        "_layouts/post.html": "layout: default",
    }
    for name, front in posts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"---\n{front}\n---\n{TEXT}\n", "utf-8")
    assert told(tmp_path) == [
        ("crack.md", "in a folder of drafts; add it by its own name if it is out"),
        ("post.html", "of the program that makes the site, no article"),
        ("_index.fr.md", "the page of a section of the site, no article"),
        ("_index.md", "the page of a section of the site, no article"),
        ("fair.md", "to be published on 2099-05-04T08:00:00Z; add it when it is out"),
    ]
    (draft,) = find([tmp_path / "_drafts" / "crack.md"])  # whoever names it means it
    assert draft == tmp_path / "_drafts" / "crack.md"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("site/_drafts/crack.md", TEXT)
        archive.writestr("site/_posts/lido.md", f"# Lido shut\n\n{TEXT}")
    kinds = [type(item).__name__ for item in read(tmp_path / "a.zip")]
    assert kinds == ["ReportItem", "Page"]


@pytest.mark.parametrize(
    ("front", "day"),
    [
        ("date: 2024-04-01\npublishDate: 2024-04-03\nlastmod: 2024-05-01", "2024-04-03"),
        ("publishDate: 2024-04-03\ndate: 2024-04-01", "2024-04-03"),
        ("date: 2024-04-01", "2024-04-01"),
    ],
)
def test_the_day_of_publication_goes_before_that_of_writing(front: str, day: str, tmp_path: Path) -> None:
    assert str(page(tmp_path / "a.md", f"---\ntitle: Lido\n{front}\n---\n{TEXT}\n").published) == day


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("The lido at [[Senn]] is shut.", "The lido at Senn is shut."),
        ("The lido at [[Senn (town)|Senn]] is shut, says [[Senn#Council]].", "The lido at Senn is shut, says Senn."),
        ("The lido is shut. ^p1", "The lido is shut."),
        ("The lido is shut. %% ask the council %%", "The lido is shut."),
        ("It is shut.\n\n%%\ntwo lines\nof notes\n%%\n\nIt was cold.", "It is shut.\n\nIt was cold."),
        ("Water fell by 5%% and then by 6%% more.", "Water fell by 5%% and then by 6%% more."),
        ("> [!quote] Keeper Ida Lund\n> It was cold.\n\nIt is shut.", "Keeper Ida Lund\n\nIt was cold.\n\nIt is shut."),
        ("It is shut. {{< note >}}Since May.{{< /note >}}", "It is shut. Since May."),
    ],
)
def test_marks_of_notes_are_no_text(written: str, shown: str, tmp_path: Path) -> None:
    assert page(tmp_path / "a.md", f"# Lido\n\n{written}\n").text == shown
