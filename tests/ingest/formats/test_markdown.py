"""Markdown: title blocks, titles with an outlet behind them, and texts of records that are written in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.ingest.formats.files import read
from rag.ingest.formats.parts.marked import is_markdown
from rag.ingest.page import Page

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
