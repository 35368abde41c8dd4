"""What another article says of the same: a change, a disagreement of outlets, or nothing that is worth telling."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.qa.conflicts.values import ValueChange, value_change
from rag.types import Article, Evidence

TODAY = date(2024, 9, 28)


def quote(
    text: str, ago: int = 0, source: str = "Reuters", *, title: str = "News", story: str | None = None
) -> Evidence:
    """A one-sentence article, so many days before TODAY."""
    key = f"{source}{ago}{text}"
    article = Article(
        id=key, title=title, body=text, published=TODAY - timedelta(days=ago), source=source, story=story or key
    )
    return Evidence(article, 0, len(text), text, 0.7)


def found(question: str, short: str, cited: Evidence, *others: Evidence) -> ValueChange | None:
    change = value_change(question, cited.quote, short, cited, [cited, *others])
    if change is not None:
        assert change.other in others
        assert change.other_value.split()[-1] in change.other.quote
        assert change.text.endswith(".")
        assert change.other_value in change.text
    return change


MISSION = "When does the mission in Syria end?"
TOLL = "How many people died in the Oldport fire?"
RATE = "What is the key rate of the Harbour Bank?"


@pytest.mark.parametrize(
    ("question", "short", "cited", "older"),
    [
        (
            MISSION,
            "September 2026",
            "The mission in Syria will end in September 2026.",
            "The mission in Syria will end in September 2025.",
        ),
        (MISSION, "2026", "The Syria mission ends in 2026, officials said.", "The mission in Syria is to end in 2025."),
        (TOLL, "15", "The fire in Oldport killed 15 people.", "The fire in Oldport killed 12 people."),
        (TOLL, "15", "The toll of the Oldport fire rose to 15.", "At least 12 people died in the Oldport fire."),
        (TOLL, "15", "The toll of the Oldport fire rose from 12 to 15.", "In the Oldport fire 12 people died."),
        (RATE, "4.5%", "The key rate of the Harbour Bank is 4.5%.", "The key rate of the Harbour Bank is 4%."),
        (
            "What does the Oldport bridge cost?",
            "$5 billion",
            "The Oldport bridge costs $5 billion.",
            "The Oldport bridge costs $4 billion.",
        ),
        (
            "How long is the Oldport tunnel?",
            "9 km",
            "The Oldport tunnel is 9 km long.",
            "The Oldport tunnel is 4 miles long.",
        ),
        (
            "How many men serve in Syria?",
            "900",
            "Roughly 900 soldiers serve in Syria.",
            "Some 2,000 soldiers serve in Syria.",
        ),
        (
            "Who was shot in Oldport?",
            "John Smyth",
            "The man shot in Oldport was named as John Smyth.",
            "The man shot in Oldport was named as John Smith.",
        ),
    ],
)
def test_an_older_value_is_told_with_its_day(question: str, short: str, cited: str, older: str) -> None:
    change = found(question, short, quote(cited), quote(older, ago=5, source="BBC"))
    assert change is not None
    assert change.kind == "older"
    assert change.text.startswith("Earlier reports gave ")
    assert "(23 September 2024)" in change.text
    newer = found(question, short, quote(cited, ago=5), quote(older, source="BBC"))
    if "from 12" not in cited:
        assert newer is not None
        assert newer.kind == "newer"
        assert "28 September 2024" in newer.text


def test_a_newer_value_says_that_it_replaces_the_answer() -> None:
    cited = quote("The fire in Oldport killed 12 people.", ago=3)
    change = found(TOLL, "12", cited, quote("The toll of the Oldport fire rose from 12 to 15.", source="BBC"))
    assert change is not None
    assert (change.kind, change.cited_value, change.other_value) == ("newer", "12", "15")
    assert change.text == "A later report gives 15 (28 September 2024)."


def test_outlets_of_one_day_are_both_named() -> None:
    cited = quote("The fire in Oldport killed 12 people.")
    change = found(TOLL, "12", cited, quote("The Oldport fire killed 15 people.", ago=1, source="BBC"))
    assert change is not None
    assert change.kind == "outlets"
    assert change.text == "Reuters gives 12, the BBC gives 15."


def test_a_month_at_the_beginning_of_a_sentence_keeps_its_capital() -> None:
    cited = quote("Cars can use the Oldport bridge from September 2026, when it will open.", ago=4)
    newer = quote("October 2026 is when the Oldport bridge is to open.", source="BBC")
    change = found("When will the Oldport bridge open?", "September 2026", cited, newer)
    assert change and change.other_value == "October 2026"


@pytest.mark.parametrize(("months", "is_told"), [("October to December", True), ("July to September", False)])
def test_a_quarter_may_be_told_by_its_months(months: str, is_told: bool) -> None:
    cited = quote("Oldport Steel earned $5 billion in the fourth quarter.", ago=4)
    other = quote(f"Oldport Steel earned $6 billion from {months}.", source="BBC")
    change = found("What did Oldport Steel earn in the fourth quarter?", "$5 billion", cited, other)
    assert (change is not None) is is_told


def test_the_newest_of_several_is_told() -> None:
    cited = quote("The fire in Oldport killed 12 people.", ago=9)
    others = [
        quote(f"The fire in Oldport killed {n} people.", ago=a, source="BBC") for n, a in ((13, 6), (15, 2), (14, 4))
    ]
    change = found(TOLL, "12", cited, *others)
    assert change is not None
    assert change.other_value == "15"


@pytest.mark.parametrize("ago", [0, 1, 5])
@pytest.mark.parametrize(
    ("question", "short", "cited", "other"),
    [
        # the same value in other words
        (TOLL, "12", "The fire in Oldport killed 12 people.", "Twelve people died in the Oldport fire."),
        (TOLL, "12", "The fire in Oldport killed a dozen people.", "12 people died in the Oldport fire."),
        (
            "How long is the Oldport tunnel?",
            "48 km",
            "The Oldport tunnel is 48 km long.",
            "The Oldport tunnel is 30 miles long.",
        ),
        (
            "How many live in Oldport?",
            "2.5 million",
            "In Oldport live 2.5 million people.",
            "In Oldport live 2,512,345 people.",
        ),
        ("How many guests came to Oldport?", "512", "To Oldport came 512 guests.", "To Oldport came about 500 guests."),
        (
            MISSION,
            "September 2026",
            "The mission in Syria will end in September 2026.",
            "The mission in Syria will end in 2026.",
        ),
        # another thing
        (
            MISSION,
            "September 2026",
            "The mission in Syria will end in September 2026.",
            "The mission in Iraq will end in September 2025.",
        ),
        (MISSION, "2026", "The mission in Syria ends in 2026.", "The mission in Iraq, next to Syria, ends in 2025."),
        (TOLL, "12", "The fire in Oldport killed 12 people.", "The crash in Oldport killed 15 people."),
        (TOLL, "12", "The fire in Oldport killed 12 people.", "The fire in Newhaven killed 15 people."),
        (TOLL, "12", "The fire in Oldport killed 12 people.", "The fire in Oldport injured 30 people."),
        (TOLL, "12", "The fire in Oldport killed 12 people.", "The fire in Oldport drew 200 firefighters."),
        (TOLL, "12", "The fire in Oldport killed 12 people.", "The fire in Oldport killed three children."),
        (
            TOLL,
            "12",
            "The fire in Oldport killed 12 people.",
            "The fire in Oldport killed many people, including 3 guests.",
        ),
        (TOLL, "12", "The fire in Oldport killed 12 people.", "Another 3 people died in the Oldport fire."),
        (TOLL, "12", "The fire in Oldport killed 12 people.", "The Oldport fire burned 40 acres."),
        (
            "What does the Oldport bridge cost?",
            "$5 billion",
            "The Oldport bridge costs $5 billion.",
            "The Oldport bridge costs 4 billion euros.",
        ),
        (
            "What is the rate in Oldport?",
            "4.5%",
            "The jobless rate in Oldport is 4.5%.",
            "The jobless rate in Oldport rose 0.3 percentage points.",
        ),
        (
            "What was the rate in May 2024?",
            "4.5%",
            "The Oldport rate was 4.5% in May 2024.",
            "The Oldport rate was 4.3% in April 2024.",
        ),
        # not a fact
        (
            TOLL,
            "12",
            "The fire in Oldport killed 12 people.",
            "Officials denied that the fire in Oldport killed 15 people.",
        ),
        (
            TOLL,
            "12",
            "The fire in Oldport killed 12 people.",
            "The post falsely claimed that the fire in Oldport killed 90 people.",
        ),
        (
            RATE,
            "4.5%",
            "The Harbour Bank raised its key rate to 4.5%.",
            "The Harbour Bank is expected to raise its key rate to 5%.",
        ),
        # names
        (
            "Who leads the Harbour Bank?",
            "Maria Lopez",
            "Maria Lopez leads the Harbour Bank.",
            "Lopez leads the Harbour Bank.",
        ),
        (
            "Who leads the Harbour Bank?",
            "Maria Lopez",
            "Maria Lopez leads the Harbour Bank.",
            "Jon Park praised the Harbour Bank.",
        ),
        (
            "Who won the Oldport race?",
            "Maria Lopez",
            "Maria Lopez won the Oldport race.",
            "Jon Park is expected to win the Oldport race.",
        ),
    ],
)
def test_what_is_no_disagreement(question: str, short: str, cited: str, other: str, ago: int) -> None:
    assert found(question, short, quote(cited), quote(other, ago=ago, source="BBC")) is None


def test_a_plan_for_an_end_does_not_replace_a_year_of_history() -> None:
    def evidence(body: str, quoted: str, published: date, title: str) -> Evidence:
        article = Article(id=title, title=title, body=body, published=published, source=title, story=title)
        start = body.index(quoted)
        return Evidence(article, start, start + len(quoted), quoted, 0.7)

    lasts = "By the plan agreed in September the coalition's military mission in Syria goes on until September 2026."
    plan = evidence(
        f"The coalition will end its operations in Iraq. {lasts}", lasts, TODAY, "Coalition to close a mission"
    )
    formed = "The coalition was formed in 2014 after fighters took a third of Iraq and large parts of Syria."
    around = "Iraq has put off a date for the end of the military coalition. {} About 900 soldiers are in Syria."
    past = evidence(around.format(formed), formed, date(2024, 8, 16), "Iraq puts off the end of the coalition mission")
    question = "When does the coalition mission in Syria end?"
    assert (
        value_change(question, "The coalition mission in Syria ends by September 2026.", "September 2026", plan, [past])
        is None
    )
    planned = formed.replace("was formed in 2014", "is to leave in 2025")
    past = evidence(
        around.format(planned), planned, date(2024, 8, 16), "Iraq puts off the end of the coalition mission"
    )
    change = value_change(
        question, "The coalition mission in Syria ends by September 2026.", "September 2026", plan, [past]
    )
    assert change and (change.kind, change.other_value) == ("older", "2025")


def test_of_two_missions_the_other_ones_end_is_no_earlier_report() -> None:
    def evidence(before: str, text: str, published: date, title: str) -> Evidence:
        body = f"{before} {text} Nobody said how many soldiers will go home."
        article = Article(id=title, title=title, body=body, published=published, source=title, story=title)
        start = len(before) + 1
        return Evidence(article, start, start + len(text), text, 0.7)

    plan = (
        "It raises questions about the plan, by which the coalition is to end its mission in Syria in September 2026."
    )
    syria = evidence("About 2,500 are in Iraq.", plan, date(2024, 12, 19), "2,000 troops in Syria")
    before = "The coalition will finish its mission in Iraq within a year and its mission in Syria a year after that."
    ends = "The military mission in Iraq is to conclude by the end of September 2025."
    iraq = evidence(before, ends, TODAY, "Coalition sets two dates")
    question, said = (
        "When does the coalition mission in Syria end?",
        "The coalition mission in Syria ends in September 2026.",
    )
    assert value_change(question, said, "September 2026", syria, [iraq]) is None
    earlier = evidence(before, ends.replace("Iraq", "Syria"), TODAY, "Coalition sets two dates")
    change = value_change(question, said, "September 2026", syria, [earlier])
    assert change and change.other_value == "September 2025"


def test_a_forecast_gives_way_to_the_outcome() -> None:
    forecast = quote("The Harbour Bank is expected to raise its key rate to 5%.", ago=4)
    outcome = quote("The Harbour Bank raised its key rate to 4.5%.", source="BBC")
    change = found(RATE, "5%", forecast, outcome)
    assert change is not None
    assert change.kind == "newer"
    assert found(RATE, "4.5%", outcome, forecast) is None


def test_a_bound_of_the_same_day_is_no_disagreement() -> None:
    cited = quote("The fire in Oldport killed 15 people.")
    assert found(TOLL, "15", cited, quote("The fire in Oldport killed at least 12 people.", source="BBC")) is None


def test_reprints_are_one_source() -> None:
    cited = quote("The fire in Oldport killed 12 people.", story="s")
    assert found(TOLL, "12", cited, quote("The fire in Oldport killed 15 people.", 5, "BBC", story="s")) is None


def test_a_correction_replaces_what_it_corrects_on_the_same_day() -> None:
    wrong = quote("The fire in Oldport killed 12 people.")
    right = quote("Correction: the fire in Oldport killed 15 people.", source="BBC")
    change = found(TOLL, "12", wrong, right)
    assert change is not None
    assert change.kind == "newer"
    change = found(TOLL, "15", right, wrong)
    assert change is not None
    assert change.kind == "older"


def test_a_corrected_name_is_a_change() -> None:
    wrong = quote("The pilot of the Oldport ferry was Ann Marsh.", ago=2)
    right = quote("Corrected: the pilot of the Oldport ferry was Ann Marlow.", source="BBC")
    change = found("Who was the pilot of the Oldport ferry?", "Ann Marsh", wrong, right)
    assert change is not None
    assert (change.kind, change.other_value) == ("newer", "Ann Marlow")


def test_a_value_that_a_still_newer_article_repeats_stands() -> None:
    cited = quote("The fire in Oldport killed 15 people.", ago=6)
    stray = quote("The fire in Oldport killed 12 people.", ago=3, source="BBC")
    again = quote("The Oldport fire killed 15 people.", source="AP")
    assert found(TOLL, "15", cited, stray, again) is None


def test_another_years_event_is_not_set_against_this_one() -> None:
    cited = quote("The fire in Oldport killed 12 people.")
    assert found(TOLL, "12", cited, quote("The fire in Oldport killed 15 people.", ago=700, source="BBC")) is None


def test_results_of_two_matches_are_no_change() -> None:
    question = "How did Oldport play against Newhaven?"
    cited = quote("Oldport beat Newhaven 3-1.")
    assert found(question, "3-1", cited, quote("Oldport beat Newhaven 2-0.", ago=30, source="BBC")) is None
    change = found(question, "3-1", cited, quote("Oldport beat Newhaven 3-2.", source="BBC"))
    assert change is not None
    assert change.kind == "outlets"


def test_one_outlet_on_one_day_goes_by_the_clock() -> None:
    def at(hour: int, text: str) -> Evidence:
        article = Article(id=str(hour), title="Live", body=text, published=datetime(2024, 9, 28, hour), source="BBC")
        return Evidence(article, 0, len(text), text, 0.7)

    first, second = at(9, "The fire in Oldport killed 12 people."), at(15, "The fire in Oldport killed 15 people.")
    later = found(TOLL, "12", first, second)
    assert later is not None
    assert later.kind == "newer"


def test_without_days_nothing_is_told() -> None:
    texts = ["The fire in Oldport killed 12 people.", "The fire in Oldport killed 15 people."]
    first, second = (
        Evidence(Article(id=str(i), title="News", body=t, source=str(i)), 0, len(t), t, 0.7)
        for i, t in enumerate(texts)
    )
    assert found(TOLL, "12", first, second) is None


@given(st.text(), st.text(), st.text(min_size=1), st.text(min_size=1), st.one_of(st.none(), st.text()))
def test_any_text_is_survived(question: str, claim: str, cited: str, other: str, short: str | None) -> None:
    first, second = quote(cited), quote(other, ago=3, source="BBC")
    change = value_change(question, claim, short, first, [first, second])
    assert change is None or change.other == second
