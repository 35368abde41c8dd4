"""A table's row brings the names and units of its columns; the row that names them says nothing itself."""

import pytest

from rag.text.reading.tables import row_at, rows

BODY = """The harbour gave its sums on Monday.

Quay | Length (metres) | Cost in million crowns | Share (%) | 2023
North | 140 | 3.1 | 12.5 | 40
South | 96 | 9.8 | 87.5 | 38

It opens in May."""


def words(label: str) -> str:
    start = BODY.index(label)
    row = row_at(BODY, start, start + len(label))
    assert row is not None
    return row.in_words()


def test_a_row_is_told_with_the_names_and_units_of_its_columns() -> None:
    assert words("North | 140 | 3.1 | 12.5 | 40") == (
        "North: Length 140 metres; Cost 3.1 million crowns; Share 12.5%; 2023: 40"
    )


def test_the_first_row_names_the_columns_where_numbers_stand_below_it() -> None:
    header, *others = rows(BODY)
    assert header.names_columns and not header.header
    assert [row.cells[0] for row in others] == ["North", "South"]
    assert not any(row.names_columns for row in others)


@pytest.mark.parametrize(
    "body",
    [
        "Ann Marsh | Corwen | mayor\n\nRuth Okoro | Kelda | judge",
        "1 | 20 | 30\n2 | 25 | 31",
        "2019 | 12\n2020 | 14",
        "One line | with a bar",
    ],
)
def test_where_no_row_names_the_columns_each_is_told_as_it_is(body: str) -> None:
    assert not any(row.names_columns for row in rows(body))
    assert all(row.in_words() == " | ".join(row.cells) for row in rows(body))


def test_a_sentence_is_no_row() -> None:
    assert row_at(BODY, 0, 20) is None


@pytest.mark.parametrize(
    ("header", "cell", "told"),
    [
        ("Price ($)", "12", "Price $12"),
        ("Price ($ million)", "12", "Price $12 million"),
        ("Weight in kg", "7.5", "Weight 7.5 kg"),
        ("Held in", "Corwen", "Held in Corwen"),
    ],
)
def test_a_unit_goes_after_the_number_and_a_sign_before_it(header: str, cell: str, told: str) -> None:
    body = f"What | {header} | No\nOne | {cell} | 1\nTwo | {cell} | 2"
    assert rows(body)[1].in_words().startswith(f"One: {told};")
