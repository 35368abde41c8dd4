"""The tables of words and signs that several rooms share: one of each."""

from __future__ import annotations

STOPWORDS = frozenset(
    (
        "a about above after again against all also am an and any are as at be because been before being below "
        "between both but by can could did do does doing down during each few for from further had has have having he "
        "her here hers herself him himself his how i if in into is it its itself just me more most my myself no nor "
        "not now of off on once only or other our ours out over own s same she should so some such t than that the "
        "their theirs them themselves then there these they this those through to too under until up very was we were "
        "what when where which while who whom whose why will with would you your yours according said say says new "
        "many much old long far often"
    ).split()
)

NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {word: 10 * i for i, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}

TITLES = (
    "President|Sen|Senator|Rep|Representative|Gov|Governor|Mayor|Dr|Mr|Mrs|Ms|Judge|Justice|Sheriff|"
    "Secretary|Minister|Chancellor|Prime Minister|Chief|Officer|Detective|Coach|King|Queen|Prince|"
    "Princess|Pope|Sir|Dame|Lord|Lady|Gen|General|Capt|Captain|Lt|Sgt|Col|Colonel|Professor|Prof|"
    "Attorney General|Congressman|Congresswoman|Speaker|Chairman|Director|Ambassador|Rev|Pastor|Bishop|"
    "Cardinal|Commissioner|Superintendent|Lieutenant|Sergeant|Vice President|Deputy|Actor|Actress"
)
"""What is written before the name of a person, as alternatives of a pattern, without full stops."""
TITLE_WORDS = frozenset(TITLES.lower().replace("|", " ").split())

CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Signs of Chinese and Japanese, which have no spaces between words, as ranges of a pattern's class."""
CJK_AND_HANGUL = f"{CJK}\uac00-\ud7af"

US_STATES = {
    "Alabama": "AL Ala", "Alaska": "AK", "Arizona": "AZ Ariz", "Arkansas": "AR Ark", "California": "CA Calif",
    "Colorado": "CO Colo", "Connecticut": "CT Conn", "Delaware": "DE Del", "Florida": "FL Fla", "Georgia": "GA Ga",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL Ill", "Indiana": "IN Ind", "Iowa": "IA", "Kansas": "KS Kan",
    "Kentucky": "KY Ky", "Louisiana": "LA La", "Maine": "ME", "Maryland": "MD Md", "Massachusetts": "MA Mass",
    "Michigan": "MI Mich", "Minnesota": "MN Minn", "Mississippi": "MS Miss", "Missouri": "MO Mo",
    "Montana": "MT Mont", "Nebraska": "NE Neb", "Nevada": "NV Nev", "New Hampshire": "NH N.H",
    "New Jersey": "NJ N.J", "New Mexico": "NM N.M", "New York": "NY N.Y", "North Carolina": "NC N.C",
    "North Dakota": "ND N.D", "Ohio": "OH", "Oklahoma": "OK Okla", "Oregon": "OR Ore", "Pennsylvania": "PA Pa",
    "Rhode Island": "RI R.I", "South Carolina": "SC S.C", "South Dakota": "SD S.D", "Tennessee": "TN Tenn",
    "Texas": "TX Tex", "Utah": "UT", "Vermont": "VT Vt", "Virginia": "VA Va", "Washington": "WA Wash",
    "West Virginia": "WV W.Va", "Wisconsin": "WI Wis", "Wyoming": "WY Wyo",
}  # fmt: skip
"""What stands after the name of a town for a state: the two letters of the post, and what newspapers write with a full
stop."""
