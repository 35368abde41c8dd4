"""The shortest phrase of a claim that answers."""

import pytest

from rag.qa.attribution.short_answer import read_phrase, short_phrase


@pytest.mark.parametrize(
    ("question", "claim", "short"),
    [
        (
            "Which body of water was renamed?",
            "The bay that parts Oldport from Newhaven is known as Gull Bay.",
            "Gull Bay",
        ),
        ("Where did the fire start?", "The fire started at a garage in Denver, Colorado.", "Denver, Colorado"),
        ("Scientists mapped which animal's brain?", "Scientists mapped a mouse's brain.", "mouse"),
        (
            "Who is the most liked minister?",
            "According to a Harbour poll, the most liked minister is Ann Lee.",
            "Ann Lee",
        ),
        ("Who chairs the court?", "Chief Justice Ann Lee chairs the court.", "Chief Justice Ann Lee"),
        ("Which team fired its coach?", "The New York Owls fired Bob Ray after a loss.", "New York Owls"),
        ("Which volcano erupted?", "Mount Etna, located in Sicily, erupted on Monday.", "Mount Etna"),
        ("What was the dog's name?", "The dog was called Rex.", "Rex"),
        ("Which dye was banned this week?", "Red No. 3 was banned this week.", "Red No. 3"),
        ("Which illness was found in cows?", "Bird flu was found in cows.", "Bird flu"),
        ("Which illness was he told of?", "He was told of prostate cancer.", "prostate cancer"),
        ("Whom did Venn-Roe beat in the election?", "Ada Venn-Roe beat Odo Fenn by eight points.", "Odo Fenn"),
        ("Who succeeded Fenn?", "Ida Marsh succeeded Odo Fenn.", "Ida Marsh"),
        (
            "What two prizes did Ada Venn win?",
            "Ada Venn won the Marsh Prize in Literature and the Dune Award.",
            "Marsh Prize in Literature and the Dune Award",
        ),
        ("Which towns signed?", "Oldport, Corwen and Marsh Town signed it.", "Oldport, Corwen and Marsh Town"),
        ("Which three ships sank?", "The Auk, the Tern and the Petrel sank.", "Auk, the Tern and the Petrel"),
        ("Which countries signed?", "Canada and Mexico signed.", "Canada and Mexico"),
        ("Which sea animal brings gifts?", "The sea otter brings gifts.", "sea otter"),
        ("Which airport was closed?", "Gull Bay National Airport was closed.", "Gull Bay National Airport"),
        ("Leaders met at which meeting?", "Leaders met at the U.N. General Assembly.", "U.N. General Assembly"),
        ("Which airline stopped?", "Avelo Airlines.", "Avelo Airlines"),
        (
            "Which students' phones are locked up?",
            "Students in grades 6 to 12 have their phones locked up from the first bell on.",
            "grades 6 to 12",
        ),
        ("Where was the parade?", "It was in Coeur d'Alene, Idaho.", "Coeur d'Alene, Idaho"),
        ("Whom did Odo Fenn succeed?", "Odo Fenn succeeded Karim al-Hadad in May.", "Karim al-Hadad"),
        ("Which imported goods are taxed?", "The tax is on imported steel and aluminum.", "steel and aluminum"),
    ],
)
def test_names_and_things(question: str, claim: str, short: str) -> None:
    assert short_phrase(question, claim) == short


@pytest.mark.parametrize(
    ("question", "claim", "short"),
    [
        ("What is the average price of a 16-pound turkey?", "A 16-pound turkey costs $21.50.", "$21.50"),
        (
            "How much is the prize worth?",
            "It is worth 11 million Swedish kronor, about one million dollars.",
            "11 million Swedish kronor",
        ),
        ("How many people sailed?", "114 passengers and 23 crew sailed on the Auk.", "114 passengers and 23 crew"),
        ("When does it open?", "It opens in the third quarter of 2027, a year late.", "third quarter of 2027"),
        ("When was it closed?", "It was closed from May to July 2025.", "May to July 2025"),
        ("What year was it closed?", "It was closed in the spring of 2024.", "2024"),
        ("How much will it invest?", "It will invest $5 billion by 2030.", "$5 billion"),
        ("What percentage voted?", "In 2024, 20.8% of 5,000 people voted.", "20.8%"),
        ("How many hours did he speak?", "He spoke for 25 hours.", "25"),
        ("How many were on board?", "All 80 people on board survived.", "80"),
        ("How old is she?", "She is 31 years old.", "31"),
        ("At what age must pilots retire?", "Pilots must retire at 65.", "65"),
        ("How many troops are there?", "There are roughly 900 troops.", "900"),
        ("How long is the bridge?", "The bridge is 3.5 km long.", "3.5 km"),
        ("How many people fled?", "Some 2.5 million people fled.", "2.5 million"),
        ("When does it end?", "It ends in September 2026.", "September 2026"),
        ("When was the blast?", "The blast was on Friday at 3:30 a.m. in Oldport.", "Friday at 3:30 a.m."),
        ("When did he leave in 2024?", "He left on 5 May 2024.", "5 May 2024"),
        ("What year was it built?", "It was built in 1931.", "1931"),
        ("Is the bridge open?", "Yes, the bridge is open.", "Yes"),
        ("Is the bridge open?", "No.", "No"),
    ],
)
def test_amounts_and_dates(question: str, claim: str, short: str) -> None:
    assert short_phrase(question, claim) == short


PLAN = "The plan that was agreed in September is to end the mission in Syria in September 2026"


@pytest.mark.parametrize(
    ("question", "quote", "words", "short"),
    [
        ("When does the mission in Syria end?", PLAN, "September", "September 2026"),
        ("How much was stolen?", "Two men took $4.2 million in eleven minutes", "4.2 million", "$4.2 million"),
        ("How many men were there?", "Three guards saw two men take $4.2 million", "two men", "two"),
        ("What was the final sum?", "A bill of $3 million became $18.9 million", "18.9 million", "$18.9 million"),
        ("Which state votes again?", "The race for Senate in Georgia goes to a second round", "Georgia", "Georgia"),
        ("What grew on the site?", "On the site of the plant sugar beets were grown", "sugar beets", "sugar beets"),
        ("Who spoke first?", "Biden spoke before the others", "Biden", "Joe Biden"),
        ("Who spoke first?", "After that he spoke before the others", "he", None),
        ("Is the bridge open?", "The bridge opened on Friday", "opened", None),
        ("Why was it closed?", "It was closed because of ice", "because of ice", None),
        ("What did the council do?", "The council closed the bridge", "closed the bridge", None),
    ],
)
def test_of_a_quote_the_words_are_told_that_the_reader_chose(
    question: str, quote: str, words: str, short: str | None
) -> None:
    at = quote.rindex(words)
    assert read_phrase(question, quote, ["President Joe Biden"], (at, at + len(words))) == short


@pytest.mark.parametrize(
    ("question", "claim", "words", "short"),
    [
        ("Which food was listed?", "The French baguette was listed", "French baguette", "French baguette"),
        ("When does it end?", "Agreed in May, it ends in June", "June", "June"),
        ("When does it end?", "Agreed in May, it ends soon", "soon", "May"),  # no date is there
    ],
)
def test_what_the_reader_chose_tells_which_of_several_and_how_much_of_it(
    question: str, claim: str, words: str, short: str
) -> None:
    at = claim.index(words)
    assert short_phrase(question, claim, [], (at, at + len(words))) == short


def test_a_surname_is_told_in_full_where_the_texts_give_one_first_name() -> None:
    assert short_phrase("Who spoke?", "Biden spoke.", ["President Joe Biden spoke."]) == "Joe Biden"
    assert short_phrase("Who spoke?", "Biden spoke.", ["Joe Biden met Jill Biden."]) == "Biden"
    assert short_phrase("Who spoke?", "Biden spoke.", ["President Biden spoke."]) == "Biden"


def test_what_repeats_the_question_is_no_answer() -> None:
    assert short_phrase("Who was killed?", "Was killed.") is None
