"""Where news misleads: units, dates, denials, forecasts, false claims, two subjects in one sentence."""

from collections.abc import Sequence
from datetime import date

import pytest

from rag.qa.attribution import claims
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.objections.in_kind import wrong_measure
from rag.qa.attribution.objections.other_referent import namesake, not_together
from rag.qa.attribution.objections.which_place import not_such_a_place
from rag.qa.attribution.subjects import about_names, asked_names
from rag.qa.question.request import request
from rag.types import Article, Evidence


def verify(question: str, draft: str, evidence: Sequence[Evidence]) -> Verdict:
    return claims.verify(question, draft, evidence, time=request(question).time)


PUBLISHED = date(2024, 9, 28)  # a Saturday


def quote(
    text: str, *, title: str = "Notes of the day", article_id: str = "a", published: date = PUBLISHED
) -> Evidence:
    article = Article(id=article_id, title=title, body=text, published=published)
    return Evidence(article, 0, len(text), text, 0.7)


def carried(question: str, claim: str, text: str) -> bool:
    return bool(verify(question, claim, [quote(text)]).claims)


@pytest.mark.parametrize(
    ("question", "claim", "text"),
    [
        ("How many people live in Oldport?", "Oldport has 2.5 million people.", "Oldport counts 2,500,000 people."),
        ("How far is Oldport from Newhaven?", "It is 48 km from Newhaven.", "Oldport lies 30 miles from Newhaven."),
        ("How hot was it in Oldport?", "It was 38 degrees Celsius.", "It was 100F in Oldport on Friday."),
        (
            "What did the bridge in Oldport cost?",
            "It cost $5 billion.",
            "The bridge in Oldport cost 5 billion dollars.",
        ),
        ("How many died in Oldport?", "Twelve people died.", "The fire in Oldport killed 12 residents."),
        ("How long did the strike in Oldport last?", "Six weeks", "The Oldport strike lasted six full weeks."),
        ("What share of Oldport voted?", "About 20% of Oldport voted.", "One in five voters of Oldport voted."),
        ("What share of Oldport voted?", "Some 40% of Oldport voted.", "In Oldport 40.3 percent voted."),
    ],
)
def test_a_quantity_in_other_words_is_carried(question: str, claim: str, text: str) -> None:
    assert carried(question, claim, text)


@pytest.mark.parametrize(
    ("question", "claim", "text"),
    [
        ("How far did the fire in Oldport spread?", "It spread 30 miles.", "The fire in Oldport left 30 killed."),
        ("What share of Oldport is ill?", "In Oldport 5% are ill.", "In Oldport 5 people are ill."),
        ("What did the bridge in Oldport cost?", "It cost $5 million.", "The bridge in Oldport cost 5 million euros."),
        ("How many were hurt in Oldport?", "In Oldport 12 people were hurt.", "In Oldport 12 people were killed."),
        ("By how much did rates in Oldport rise?", "By 3 percent", "Oldport's rate rose 3 percentage points."),
        ("How many people live in Oldport?", "Oldport has 2,512,345 people.", "Oldport has about 2.5 million people."),
    ],
)
def test_a_number_of_something_else_is_not(question: str, claim: str, text: str) -> None:
    assert not carried(question, claim, text)


@pytest.mark.parametrize(
    ("claim", "text", "holds"),
    [
        ("The dam broke on 27 September 2024.", "The dam broke on Friday.", True),
        ("The dam broke on Friday.", "The dam broke on Sept. 27.", True),
        ("The dam broke on 27 September.", "The dam broke yesterday.", True),
        ("The dam broke in 2023.", "The dam broke last year.", True),
        ("The dam broke in August 2024.", "The dam broke last month.", True),
        ("The dam broke on 5 May 2024.", "The dam broke on 5 May.", True),
        ("The dam broke on 28 September 2024.", "The dam broke on Friday.", False),
        ("The dam broke on 5 May 2023.", "The dam broke on 5 May.", False),
        ("The dam broke in May 2025.", "The dam broke in May 2024, three years after June 2025 was named.", False),
        ("The dam broke in 2024.", "The dam broke.", False),
    ],
)
def test_a_date_stands_in_the_quote_or_follows_from_the_articles_day(claim: str, text: str, holds: bool) -> None:
    assert carried("When did the dam break?", claim, text) is holds


@pytest.mark.parametrize(
    ("question", "claim", "text"),
    [
        ("How many soldiers were killed?", "40 soldiers were killed.", "The army denied that 40 soldiers were killed."),
        (
            "What will the bank do?",
            "The bank will close 12 branches.",
            "The bank will no longer close its 12 branches.",
        ),
        ("What did Mayor Ruiz do?", "Mayor Ruiz resigned.", "Mayor Ruiz refused to resign."),
        ("Did Mayor Ruiz resign?", "Yes, Mayor Ruiz resigned.", "Mayor Ruiz never resigned."),
        ("What will happen to the plant?", "The plant will close.", "There is no plan to close the plant."),
        ("Which city hosts the games?", "London hosts the games.", "Paris, not London, hosts the games."),
        ("How many were hurt in the fire?", "No one was hurt in the fire.", "Thirty people were hurt in the fire."),
        ("What did the firm do?", "The firm sold its ships.", "The firm ruled out selling its ships."),
    ],
)
def test_what_the_quote_denies_does_not_pass(question: str, claim: str, text: str) -> None:
    assert not carried(question, claim, text)


@pytest.mark.parametrize(
    ("question", "claim", "text"),
    [
        ("When does the mission end?", "The mission ends in September 2026.", "It will not end until September 2026."),
        ("Who won the prize?", "Smith won the prize.", "Smith, who did not attend the ceremony, won the prize."),
        ("How many jobs go?", "300 jobs go.", "The firm did not say how many jobs go, but a union put it at 300."),
        ("Was anyone hurt in the fire?", "Nobody was hurt in the fire.", "Nobody was hurt in the fire, police said."),
        ("Did Mayor Ruiz resign?", "No, Mayor Ruiz refused to resign.", "Mayor Ruiz refused to resign."),
        ("By how much did sales rise?", "Sales rose 5%.", "Not only did sales rise 5%, profits doubled."),
        ("Which dye was banned?", "Red No. 3 was banned.", "Red No. 3 was banned this week."),
    ],
)
def test_a_denial_of_something_else_is_no_hindrance(question: str, claim: str, text: str) -> None:
    assert carried(question, claim, text)


@pytest.mark.parametrize(
    ("question", "claim", "text", "holds"),
    [
        (
            "Who won the election?",
            "Maria Lopez won the election.",
            "Maria Lopez is expected to win the election.",
            False,
        ),
        ("Who won the election?", "Maria Lopez", "Maria Lopez is expected to win the election.", False),
        ("By how much did sales rise?", "Sales rose 5%.", "Sales could rise 5%, analysts said.", False),
        ("When did the plant close?", "In 2026", "The plant would close in 2026, the firm said.", False),
        ("What did the firm do?", "The firm cut 300 jobs.", "The firm plans to cut 300 jobs.", False),
        ("When will the plant close?", "The plant closes in 2026.", "The plant is expected to close in 2026.", True),
        ("Who is expected to win?", "Maria Lopez", "Maria Lopez is expected to win the election.", True),
        ("Who won the election?", "Lopez won the election.", "Lopez won the election and may win again.", True),
        ("Who pledged to invest?", "Harbour Bank pledged to invest.", "Harbour Bank will invest $5 billion.", True),
    ],
)
def test_a_forecast_is_no_outcome(question: str, claim: str, text: str, holds: bool) -> None:
    assert carried(question, claim, text) is holds


@pytest.mark.parametrize(
    ("question", "claim", "text", "holds"),
    [
        ("What cures colds?", "Garlic cures colds.", "The post falsely claimed that garlic cures colds.", False),
        ("What cures colds?", "Garlic cures colds.", "There is no evidence that garlic cures colds.", False),
        ("Who was shot?", "Omar Aziz was shot.", "Reports that Omar Aziz was shot were false.", False),
        ("How many died?", "12 people died.", "An earlier version said 12 people died; it was 15 people.", False),
        ("How many died?", "15 people died.", "An earlier version said 12 people died; it was 15 people.", True),
        (
            "What did the post claim?",
            "It claimed that garlic cures colds.",
            "It falsely claimed that garlic cures colds.",
            True,
        ),
        ("Who was deported?", "Juan Perez was deported.", "Juan Perez was wrongly deported on Friday.", True),
    ],
)
def test_a_false_claim_that_is_told_is_no_fact(question: str, claim: str, text: str, holds: bool) -> None:
    assert carried(question, claim, text) is holds


MISSIONS = "The Syria mission ends in September 2026, while the Iraq mission ends in September 2025."
PRICES = "Adults pay 12 euros, children pay 6 euros."


@pytest.mark.parametrize(
    ("question", "claim", "text", "holds"),
    [
        ("When does the Syria mission end?", "The Syria mission ends in September 2026.", MISSIONS, True),
        ("When does the Syria mission end?", "The Syria mission ends in September 2025.", MISSIONS, False),
        ("When does the Iraq mission end?", "In September 2026", MISSIONS, False),
        ("How much do children pay?", "Children pay 6 euros.", PRICES, True),
        ("How much do children pay?", "Children pay 12 euros.", PRICES, False),
        (
            "How many troops are in Syria?",
            "There are 2,500 troops in Syria.",
            "Some 2,500 are in Iraq and 900 in Syria.",
            False,
        ),
        ("How many troops are in Syria?", "900", "Some 2,500 troops are in Iraq and 900 in Syria.", True),
        ("How many died in the flood?", "15", "Twelve died in the flood at first, and the toll rose to 15.", True),
        (
            "How many men serve in the Syria force?",
            "900",
            "The Syria force, which had 2,000 men in 2019, now has 900.",
            True,
        ),
        (
            "When does Syria's mission end?",
            "In 2026",
            "Missions in Iraq and Syria end in 2025 and 2026 respectively.",
            True,
        ),
    ],
)
def test_a_value_belongs_to_the_subject_of_its_clause(question: str, claim: str, text: str, holds: bool) -> None:
    assert carried(question, claim, text) is holds


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which country is the happiest on Earth?", "Finland is again the happiest country."),
        ("Whose cloud service failed on Monday?", "The cloud service of Harbour Bank failed for hours."),
        ("How many years do students in the UK and Ireland lose?", "Students in the UK lose 25 years, Finland says."),
        ("Brown University mourns. Where is the Ivy League school?", "Brown University, a school in Finland, mourns."),
        ("What did President Donald Trump sign?", "Trump did sign a pact with Finland."),
    ],
)
def test_a_name_that_tells_nothing_need_not_stand_in_the_article(question: str, text: str) -> None:
    verdict = verify(question, text, [quote(text)])
    assert verdict.claims, verdict.reason


def test_a_name_that_no_article_holds_is_told_as_it_was_asked() -> None:
    verdict = verify("How many U.S. troops are in Atlantis?", "900", [quote("Some 900 U.S. troops are in Syria.")])
    assert verdict.reason == "no article is about Atlantis"


def test_of_articles_that_each_hold_half_of_the_names_both_are_read() -> None:
    texts = ["Ann Marlow leads the Harbour Bank since May.", "The Oldport tram was paid by Ann Marlow."]
    both = [quote(t, article_id=str(i)) for i, t in enumerate(texts)]
    assert verify("Does Marlow of the Harbour Bank pay the Oldport tram?", "Ann Marlow paid the tram.", both).claims


def test_people_and_country_are_one_name() -> None:
    question = "Which country ordered the flats closed?"
    assert carried(question, "Spain", "The Spanish government ordered the flats closed.")
    assert not carried(question, "Spain", "The Swedish government ordered the flats closed.")


def test_another_person_of_the_same_surname_is_news() -> None:
    claim = "Mary Shaw testified."
    assert carried("Who testified against Robert Shaw?", claim, "Mary Shaw testified against Robert Shaw.")


def test_how_well_a_claim_is_carried_is_graded() -> None:
    question = "When does the ferry to Oldport stop?"
    near = verify(question, "The ferry stops on 4 May.", [quote("The ferry to Oldport stops on 4 May.")])
    far = verify(question, "The ferry stops on 4 May.", [quote("The ferry to Oldport rests on 4 May.")])
    assert 1 >= near.carried > far.carried > 0
    assert verify(question, "NOT FOUND", [quote("The ferry to Oldport stops on 4 May.")]).carried == 0


def test_the_reason_says_what_is_wrong_with_the_quote() -> None:
    verdict = verify("Who won the vote?", "Lopez won the vote.", [quote("Lopez is expected to win the vote.")])
    assert "only expects" in (verdict.reason or "")


def test_names_and_years_of_a_question() -> None:
    assert asked_names("When did Hassan Nasrallah die in 2024?") == [["hassan", "nasrallah"], ["2024"]]


@pytest.mark.parametrize(
    ("question", "title", "text", "expected"),
    [
        ("How many troops are in Corwen?", "Notes of the day", "About 2,000 troops are in Fenwray.", False),
        ("How many troops are in Corwen?", "Notes of the day", "About 2,000 troops are in Corwen.", True),
        ("How many troops are in Corwen?", "Troops in Corwen", "About 2,000 troops are in barracks there.", True),
        ("How many troops are in Corwen?", "Troops leave Corwen", "About 2,000 troops in Fenwray await them.", True),
        ("How many troops are in Corwen?", "Notes of the day", "In September about 2,000 troops were there.", True),
        ("How many troops are in Corwen?", "Notes of the day", "About 2,000 troops came from Fenwray.", True),
    ],
)
def test_what_a_quote_says_of_another_place_is_not_said_of_the_one_asked_about(
    question: str, title: str, text: str, expected: bool
) -> None:
    # Only the article says what it is about; no sentence near the quote does.
    body = f"{text}\n\n{'They have been away for long. ' * 20}\n\nCorwen waits."
    article = Article("a", title, body, PUBLISHED)
    verdict = verify(question, "2,000 troops are in Corwen.", [Evidence(article, 0, len(text), text, 0.7)])
    assert bool(verdict.claims) is expected
    if not expected:
        assert verdict.reason == "the quote says it of Fenwray"


def test_a_people_is_nobodys_surname() -> None:
    text = "The coin will show Ada Wong, the first Danish American film star. She was the first Asian American in it."
    star = text[: text.index(" She")]
    assert namesake("Who is the first Asian American on a coin?", star, text, 0) is None
    assert namesake("Who is the wife of Robert Shaw?", "The wife of Mary Shaw wept.", "", 0) == "Mary Shaw"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who sued Marsh Quarries?", [["marsh", "quarri"]]),
        ("Who is Ann Lee?", [["ann", "lee"]]),
        ("When Does the Syria Mission End?", []),
        ("Who Won the Cup Final in Oldport?", []),
    ],
)
def test_a_short_question_about_a_name_is_no_headline(question: str, found: list[list[str]]) -> None:
    assert asked_names(question) == found


def test_a_letter_before_a_hyphen_makes_no_name() -> None:
    assert asked_names("Which channel is saved by the U-turn of the Senate?") == [["senat"]]


def test_who_was_killed_is_no_speaker() -> None:
    text = "The Board chose Ada Venn as its head, a month after Corwen announced the killing of Odo Fenn."
    assert carried("Who succeeded Fenn?", "Ada Venn succeeded Odo Fenn.", text)
    assert carried("Whom did Venn succeed?", "Venn succeeded Odo Fenn.", text)
    assert not carried("Who owns the yard?", "Odo Fenn owns the yard.", "The yard is closed, announced Odo Fenn.")


@pytest.mark.parametrize(
    ("question", "draft", "text", "passes"),
    [
        (
            "Why did Corwen apologise for closing Pier Two?",
            "Corwen apologised for closing Pier Two because of the storm.",
            "Because of the storm the town of Corwen closed Pier Two on Monday.",
            False,
        ),
        (
            "Why did Corwen apologise for closing Pier Two?",
            "Corwen apologised for closing Pier Two because of lost trade.",
            "Because of lost trade the town of Corwen made an apology for closing Pier Two.",
            True,
        ),
        (
            "Whom did Marsh Quarries sue?",
            "Marsh Quarries sued Corwen County.",
            "Marsh Quarries will pay Corwen County $11 million to settle all claims.",
            False,
        ),
        (
            "Whom did Marsh Quarries sue?",
            "Marsh Quarries sued Corwen County.",
            "Corwen County sued Marsh Quarries in May.",
            False,
        ),
        (
            "Whom did Marsh Quarries sue?",
            "Marsh Quarries sued Corwen County.",
            "Marsh Quarries sued Corwen County in May.",
            True,
        ),
        (
            "Who sued Marsh Quarries?",
            "Odo Fenn said that the county should have sued Marsh Quarries.",
            "Odo Fenn said that the county should have sued Marsh Quarries.",
            False,
        ),
        (
            "Why did Odo Fenn raise the price of bread?",
            "Odo Fenn raised the price of bread because of a bad harvest.",
            "Because of a bad harvest Odo Fenn put another 10p on the price of bread.",
            True,
        ),
    ],
)
def test_what_nobody_did_is_no_answer(question: str, draft: str, text: str, passes: bool) -> None:
    assert carried(question, draft, text) is passes


def test_a_turn_of_life_that_no_article_tells_is_refused() -> None:
    question = "When was the baker Odo Fenn convicted?"
    draft = "The baker Odo Fenn was convicted on 3 May."
    assert not carried(question, draft, "The baker Odo Fenn recalled his bread on 3 May and said that he was sorry.")
    assert carried(question, draft, "A court convicted the baker Odo Fenn on 3 May.")


def test_of_another_moment() -> None:
    text = "Odo Fenn was 31 when he took over the yard."
    assert not carried("How old was Odo Fenn when he died?", "He was 31 when he took over the yard.", text)
    assert carried("How old was Odo Fenn when he took over the yard?", "He was 31 when he took over.", text)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Rebels took the Danish capital, and Odo Fenn fled the country.", False),
        ("Odo Fenn fled to Denmark.", True),
        ("Odo Fenn fled and arrived in Denmark on Monday.", True),
    ],
)
def test_where_somebody_went_to(text: str, passes: bool) -> None:
    assert carried("Which country did Odo Fenn flee to?", "Denmark.", text) is passes


def test_an_event_is_nobody() -> None:
    text = "The former mayor Ann Lee will pay a fine."
    assert not carried("Who was fined before Ann Lee?", "Former Mayor Ann Lee was fined before her resignation.", text)


@pytest.mark.parametrize(
    ("question", "draft", "text", "passes"),
    [
        ("How thick were the planks?", "The planks were too thick.", "The planks were too thick, a judge said.", False),
        ("How thick were the planks?", "The planks were 4 cm thick.", "The planks were 4 cm thick.", True),
        (
            "What are the names of the men arrested?",
            "The men arrested are aged 34 and 41.",
            "The men arrested are aged 34 and 41.",
            False,
        ),
        (
            "What are the names of the men arrested?",
            "The men arrested are Odo Fenn and Bob Ray.",
            "The men arrested are Odo Fenn and Bob Ray.",
            True,
        ),
        ("What is the name of the dish?", "The dish is called bourride.", "The dish is called bourride.", True),
    ],
)
def test_a_measure_and_a_name_are_answered_in_kind(question: str, draft: str, text: str, passes: bool) -> None:
    assert carried(question, draft, text) is passes


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Odo Fenn, who ran the port, died in the crash that killed the mayor Ann Lee.", False),
        ("The council chose Odo Fenn to take over from Ann Lee.", True),
        ("Odo Fenn will serve as acting mayor after Ann Lee.", True),
        ("Odo Fenn stepped in for the mayor Ann Lee.", True),
    ],
)
def test_who_was_there_too_came_after_nobody(text: str, passes: bool) -> None:
    assert carried("Who succeeded the mayor Ann Lee?", "Odo Fenn succeeded the mayor Ann Lee.", text) is passes


def test_two_quotes_with_two_sums_are_no_one_sum() -> None:
    def passes(first: str, second: str) -> bool:
        both = [quote(first, title="Oldport contract"), quote(second, title="Oldport contract", article_id="b")]
        draft = "The mayor of Oldport is paid $2.3 million over four years."
        return bool(verify("How much is the mayor of Oldport paid?", draft, both).claims)

    shares_it = "The mayor of Oldport is paid $2.3 million."
    assert passes(shares_it, "What the mayor of Oldport is paid is fixed for four years.")
    assert not passes(shares_it, "The mayor of Oldport is paid $2.4 million over four years.")


TOLL = "Drivers will pay $3.75 to cross the Oldport bridge when tolling begins, in the first year of the new span."


@pytest.mark.parametrize(
    ("question", "claim", "text", "expected"),
    [
        ("How much is a yearly pass for the Oldport bridge?", "A yearly pass costs $3.75.", TOLL, False),
        ("How much is the parking fee at the Oldport bridge?", "The parking fee is $3.75.", TOLL, False),
        ("How much does a monthly ticket for the Oldport bridge cost?", "It costs $3.75.", TOLL, False),
        ("How much is the toll at the Oldport bridge?", "The toll is $3.75.", TOLL, True),
        ("How much is the charge at the Oldport bridge?", "The charge is $3.75.", TOLL, True),  # says the same
        ("How much will it cost to cross the Oldport bridge?", "It will cost $3.75.", TOLL, True),
        (
            "How much is a yearly pass for the Oldport bridge?",
            "A yearly pass costs $450.",
            "The pass for the Oldport bridge costs $450 a year.",
            True,
        ),
        (
            "What is the speed limit on the Oldport bridge?",
            "The speed limit is 40 tonnes.",
            "The limit on the Oldport bridge is 40 tonnes.",
            False,
        ),
        (
            "What is the weight limit on the Oldport bridge?",
            "The weight limit is 40 tonnes.",
            "Lorries that weigh more than the limit of 40 tonnes may not use the Oldport bridge.",
            True,
        ),
    ],
)
def test_the_price_of_one_thing_is_not_that_of_another(question: str, claim: str, text: str, expected: bool) -> None:
    assert carried(question, claim, text) is expected


@pytest.mark.parametrize(
    ("question", "quote", "before", "expected"),
    [
        ("Who was killed with Odo Fenn?", "Ida Roe, Fenn's cousin, was killed too, in October.", "Fenn died.", True),
        ("Who was killed with Odo Fenn?", "Ida Roe, who led the guard, died in the same raid.", "Fenn died.", False),
        ("Who was killed with Odo Fenn?", "Odo Fenn, Ida Roe and two others were killed.", "", False),
        ("Who was killed with Odo Fenn?", "Ida Roe died along with him.", "Fenn died on Monday.", False),
        ("Who else was arrested with Fenn?", "Ida Roe was arrested a week later.", "Police took Fenn.", True),
        ("Which singer was arrested alongside Odo Fenn?", "Police held the singer Ida Roe and Fenn; both were freed.",
         "", False),
        ("Who was charged with murder?", "Ida Roe was charged.", "", False),  # with nobody
        ("Who met with Odo Fenn?", "Ida Roe met Fenn on Monday.", "", False),
        ("Who was killed in Marsh Town?", "Ida Roe was killed there.", "", False),
    ],
)  # fmt: skip
def test_what_befell_two_together(question: str, quote: str, before: str, expected: bool) -> None:
    assert not_together(question, quote, before) is expected


@pytest.mark.parametrize(
    ("question", "claim", "expected"),
    [
        ("Which country hosts the cup?", "Paris hosts the cup.", True),
        ("Which country hosts the cup?", "France hosts the cup.", False),
        ("Which country hosts the cup?", "The Spanish government hosts the cup.", False),
        ("Which country hosts the cup?", "The US hosts the cup.", False),
        ("Which Asian country did France beat?", "France beat Kylian Venn.", True),  # France is asked about
        ("What country did Fenn flee to?", "He fled by boat.", False),  # brings no name: another check
        ("Which group of countries raised the price?", "OPEC raised the price.", False),
        ("A pumpkin in which state set a record?", "The pumpkin in the UK set a record.", True),
        ("A pumpkin in which state set a record?", "The pumpkin grew in New York.", False),
        ("Which state in India was flooded?", "Kerala was flooded.", False),
        ("What state is the bridge in?", "It is in France.", False),  # 'what state of repair', for all we know
    ],
)
def test_which_country_and_which_state(question: str, claim: str, expected: bool) -> None:
    assert not_such_a_place(question, claim) is expected


@pytest.mark.parametrize(
    ("question", "claim", "expected"),
    [
        ("What percentage of Oldport voted?", "Some 39 people voted.", True),
        ("What percentage of Oldport voted?", "Some 39% voted.", False),
        ("What percentage of Oldport voted?", "One in five voted.", False),
        ("By what percentage did rents rise?", "Rents rose to $900.", True),
        ("How long did the strike last?", "It cost $3 million.", True),
        ("How long did the strike last?", "It lasted six weeks.", False),
        ("How long did the strike last?", "It lasted until the spring.", False),
        ("How long is the bridge?", "It is 900 metres long.", False),
    ],
)
def test_a_share_or_a_duration_is_asked_for(question: str, claim: str, expected: bool) -> None:
    assert wrong_measure(question, claim) is expected


@pytest.mark.parametrize(
    ("question", "body", "missing"),
    [
        ("Which site draws most visitors in the United Kingdom?", "It is Stonehenge in England.", ""),
        ("Which US city was hit by a blizzard?", "The blizzard came down on Duluth, Minnesota.", ""),
        ("Which site draws most visitors in the United Kingdom?", "It is the tower in Paris.", "United Kingdom"),
        ("Which site draws most visitors in the UK?", "It is the tower in Paris.", "UK"),
    ],
)
def test_a_country_is_named_by_its_parts(question: str, body: str, missing: str) -> None:
    assert about_names(question, [Article(id="a", title="Notes", body=body)]) == missing


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("The town reached a milestone this week. Approximately how many people live there?", []),
        ("The bridge was shut. Following the crash, who was arrested in Oldport?", [["oldport"]]),
        ("It was shut. Officials said why. Whom did Fenn blame?", [["fenn"]]),
        ("The bridge was shut. Kelly said why. Where is he?", [["kelli"]]),
        ("The bridge was shut. Browning said why. Where is he?", [["brown"]]),
    ],
)
def test_what_opens_a_later_sentence_is_no_name(question: str, expected: list[list[str]]) -> None:
    assert asked_names(question) == expected


def test_a_place_in_a_part_of_the_country_is_no_other_place() -> None:
    question = "Which is the most famous site for solstice parties in the United Kingdom?"
    text = "Among the most famed solstice parties is one that occurs at Stonehenge in Wiltshire, England."
    assert carried(question, "Stonehenge is the most famous site for solstice parties.", text)
    assert not carried(
        question, "Giza is the most famous site for parties.", "The famed solstice party is at Giza in Egypt."
    )


@pytest.mark.parametrize(
    ("question", "claim", "text", "holds"),
    [
        (
            "How many Republicans in the Senate backed the bill?",
            "39 backed it.",
            "In the end 39 House Republicans backed the bill.",
            False,
        ),
        (
            "How many Republicans in the Senate backed the bill?",
            "12 backed it.",
            "The House vote came first; in the Senate 12 Republicans backed the bill.",
            True,
        ),
        (
            "How much is a monthly pass for the Oldport ferry?",
            "It is $900.",
            "A pass for the Oldport ferry is $900 per year.",
            False,
        ),
        (
            "How much is a monthly pass for the Oldport ferry?",
            "It is $90.",
            "A pass for the Oldport ferry is $90 per month or $900 per year.",
            True,
        ),
        (
            "How much does Oldport spend on imports of grain?",
            "It spends $5 million.",
            "Oldport imports no wine, and earns $5 million from its exports of grain.",
            False,
        ),
        (
            "How many tickets were sold for the Oldport men's race?",
            "3,000 were sold.",
            "For the Oldport women's race 3,000 tickets were sold.",
            False,
        ),
        (
            "How many tickets were sold for the Oldport race?",
            "3,000 were sold.",
            "For the Oldport women's race 3,000 tickets were sold.",
            True,
        ),
    ],
)
def test_a_figure_of_the_other_of_a_pair_is_none(question: str, claim: str, text: str, holds: bool) -> None:
    assert carried(question, claim, text) is holds


def test_a_headline_that_lists_matters_lends_no_name() -> None:
    question, text = "Which country did the winner in Oldport come from?", "The winner in Oldport was seen on Friday."
    listed = "Oldport, Seoul, Georgia: Daily Briefing"
    assert not verify(question, "The winner came from Georgia.", [quote(text, title=listed)]).claims
    assert verify(question, "The winner came from Georgia.", [quote(text, title="Runner of Georgia wins")]).claims
