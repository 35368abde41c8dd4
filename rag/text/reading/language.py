"""Which language a text is in, as far as its commonest words and its letters say."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_WORDS = {
    "English": "the of and to in a is was were that for on with as at by from his her it he she they who what which "
    "when "
    "where why how did do does has have had are be been this an or not will would many much more about after",
    "German": "der die das den dem des ein eine einen einem einer und ist sind war waren wurde wurden wird werden hat "
    "haben im am zum zur vom bei beim mit von nach auf für aus über nicht auch sich wer wen wem wessen wie wo wann "
    "warum "
    "weshalb lange was welche welcher welches viel viele wieviel gibt es er sie",
    "French": "le la les un une des du de et est sont était étaient a ont été au aux dans sur pour par avec qui que "
    "quoi "
    "quel quelle quels quelles quand où pourquoi comment combien ce cette il elle ils elles ne pas plus",
    "Spanish": "el la los las un una unos unas y es son era eran fue fueron ha han del al en por para con qué quién "
    "quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas porqué se su lo que de no más",
    "Italian": "il lo la i gli le un una uno e è sono era erano fu furono ha hanno del della dello dei delle degli nel "
    "nella al alla di da in con per chi che cosa quale quali quando dove perché come quanto quanta quanti quante si "
    "non",
    "Portuguese": "o a os as um uma uns umas e é são era eram foi foram tem têm do da dos das no na nos nas ao em por "
    "para com quem qual quais quando onde como quanto quanta quantos quantas que não mais se seu sua",
    "Dutch": "de het een en is zijn was waren werd werden wordt worden heeft hebben van in op met voor door aan bij "
    "naar "
    "uit over niet ook wie wat welke waar wanneer waarom hoe hoeveel veel er dat die dit deze",
    "Swedish": "och är var har hade blev blir ett en den det de som på av med för till från om inte vem vad vilken "
    "vilket "
    "vilka när varför hur många mycket",
    "Danish": "og er var har havde blev bliver et en den det de som på af med for til fra om ikke hvem hvad hvilken "
    "hvilket hvilke hvornår hvorfor hvor hvordan mange meget",
    "Polish": "i w na z do o za po od jest są był była było byli się nie to że kto co jaki jaka jakie który która "
    "które "
    "kiedy gdzie dlaczego jak ile ilu dla przez",
    "Czech": "a v na z do o za po od je jsou byl byla bylo byli se ne to že kdo co jaký jaká jaké který která které "
    "kdy "
    "kde proč jak kolik pro",
    "Turkish": "ve bir bu şu o için ile de da mi mı mu mü kim ne nerede zaman neden nasıl kaç hangi kadar oldu değil "
    "var",
}  # fmt: skip
_SETS = {name: frozenset(words.split()) for name, words in _WORDS.items()}
_LETTERS = re.compile(r"[^\W\d_]+")
_IN_A_NAME = re.compile(
    r"(?<=[^\W\d_]) (?:da|de|del|della|den|der|di|do|dos|du|el|la|le|van|von|y|e|zu)(?= (?:\w+ )?[A-ZÀ-Þ])"
)
"""The small words of names: 'Lula da Silva' of an English sentence is no Italian."""
MAX_CHARACTERS_READ = 2_000
"""Characters of a text that are read."""
MIN_WORDS = 2
"""Common words of a language that a text must hold."""


@lru_cache(maxsize=512)
def language_of(text: str) -> str | None:
    """'German', or the script where it is not Latin ('Cyrillic'); None where that is not clear."""
    text = _IN_A_NAME.sub(" ", text[:MAX_CHARACTERS_READ])
    words = [word.lower() for word in _LETTERS.findall(text)]
    scripts = Counter(unicodedata.name(word[0], "").split(" ")[0] for word in words)
    [(script, count)] = scripts.most_common(1) or [("", 0)]
    if script != "LATIN" and 2 * count > len(words):
        return {"": None, "CJK": "Chinese or Japanese", "HIRAGANA": "Japanese"}.get(script, script.title())
    said = set(words)
    held = {name: sum(_weight(word) for word in said & known) for name, known in _SETS.items()}
    first, second = sorted(held, key=lambda name: -held[name])[:2]
    return first if held[first] >= MIN_WORDS and held[first] > held[second] else None


@lru_cache(maxsize=2048)
def _weight(word: str) -> float:
    """A word of one language alone tells more than one of several."""
    return 1.5 if sum(word in known for known in _SETS.values()) == 1 else 1.0


_OTHERS = {
    "ca": "el la els les un una i és són era amb per què que de del dels al als en no més aquest aquesta va ha han hi",
    "gl": "o a os as un unha e é son era foi do da dos das no na ao á en por para con que non máis polo pola unha",
    "sk": "a v na z do o za po od je sú bol bola bolo boli sa ne to že kto čo ktorý ktorá ktoré aj ako pre pri alebo",
    "hr": "i u na je su se da za od s o ne to koji koja koje što nije bio bila ili iz do kao po će",
    "sl": "in v na je so se da za od s z o ne to ki ni bil bila ali iz do kot po pri tudi bo",
    "ro": "și în de la a cu pe care un o că nu este sunt din al ale pentru mai fost au s-a prin după către",
    "hu": "a az és hogy is nem egy van volt ez azt meg de csak már még szerint után pedig lesz ki",
    "fi": "ja on ei että se oli hän ovat mutta myös kun niin kuin joka tai mukaan jo sen ole vuoden",
    "id": "yang dan di ke dari ini itu untuk dengan pada tidak dalam akan oleh telah juga para karena sebagai",
    "af": "die en van in is het nie wat sy om te vir met op aan dat hy was ook by sal hulle word",
    "nb": "og er var har hadde ble blir en et den det de som på av med for til fra om ikke hva hvilken mange etter",
    "et": "ja on ei et see oli ta kui ka mis aga oma selle kes ning pärast",
}
_ALL = _SETS | {code: frozenset(words.split()) for code, words in _OTHERS.items()}
_CODES = {
    "English": "en", "German": "de", "French": "fr", "Spanish": "es", "Italian": "it", "Portuguese": "pt",
    "Dutch": "nl", "Swedish": "sv", "Danish": "da", "Polish": "pl", "Czech": "cs", "Turkish": "tr",
    "Hangul": "ko", "Greek": "el", "Hebrew": "he", "Thai": "th", "Georgian": "ka", "Armenian": "hy",
}  # fmt: skip
_KANA = re.compile(r"[\u3040-\u30ff]")
_LEAST_CHINESE = 12  # characters
_LEAST_HELD, _LEAST_SHARE = 6, 0.18  # of the words of a text, that the common ones of its language are
_AHEAD = 1.25  # times what the next language has
_SHORT, _FAR_AHEAD = 400, 2.0  # a text of fewer characters may happen to hold the words of another language
_LANGUAGES_WITH = {word: [name for name in _ALL if word in _ALL[name]] for word in frozenset().union(*_ALL.values())}


@lru_cache(maxsize=64)
def code_of_language(text: str) -> str | None:
    """The ISO 639-1 code of the language of some sentences, ``None`` where that is not sure. Languages that share most
    of their common words count against each other."""
    text = text[:MAX_CHARACTERS_READ]
    words = [word.lower() for word in _LETTERS.findall(text)]
    [(script, count)] = Counter(map(_script, words)).most_common(1) or [("", 0)]
    if script != "LATIN":
        if script in ("CJK", "HIRAGANA", "KATAKANA"):
            return (
                "ja" if len(_KANA.findall(text)) > 0.05 * len(text) else "zh" if len(text) >= _LEAST_CHINESE else None
            )
        return _CODES.get(script.title()) if 2 * count > len(words) else None
    held = Counter(dict.fromkeys(_ALL, 0))
    for word in words:
        held.update(_LANGUAGES_WITH.get(word, ()))
    [(name, most), (_, next_most)] = held.most_common(2)
    ahead = _FAR_AHEAD if len(text) < _SHORT else _AHEAD
    sure = most >= max(_LEAST_HELD, _LEAST_SHARE * len(words)) and most >= ahead * next_most
    return _CODES.get(name, name) if sure and name != "hr" else None  # as Serbs and Bosnians write, too


def _script(word: str) -> str:
    return "LATIN" if word[0].isascii() else unicodedata.name(word[0], "").split(" ")[0]
