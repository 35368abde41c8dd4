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
