"""The people, places and things of the tales. Each carries the forms that sentences need."""

from dataclasses import dataclass
from random import Random


def with_article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


@dataclass(frozen=True)
class Person:
    """Somebody in a tale. `str()` is the name; the pronouns have the names of their plural forms."""

    name: str
    kind: str  # "baker", used as "a baker named Mara"
    female: bool

    def __str__(self) -> str:
        return self.name

    @property
    def a_kind(self) -> str:
        return with_article(self.kind)

    @property
    def A_kind(self) -> str:
        return self.a_kind.capitalize()

    @property
    def they(self) -> str:
        return "she" if self.female else "he"

    @property
    def They(self) -> str:
        return self.they.capitalize()

    @property
    def them(self) -> str:
        return "her" if self.female else "him"

    @property
    def their(self) -> str:
        return "her" if self.female else "his"

    @property
    def Their(self) -> str:
        return self.their.capitalize()


@dataclass(frozen=True)
class Thing:
    """An object that can be owned, lost, lent and given away."""

    adjective: str
    noun: str

    def __str__(self) -> str:
        return f"{self.adjective} {self.noun}"

    @property
    def a(self) -> str:
        return with_article(str(self))


@dataclass(frozen=True)
class Place:
    name: str  # "the old mill"
    preposition: str  # "at", for "at the old mill"

    def __str__(self) -> str:
        return self.name

    @property
    def at(self) -> str:
        return f"{self.preposition} {self.name}"


WOMEN = "Mara Lina Ada Greta Nora Ines Tilda Rosa Yuki Amina Olga Vera Zoe Clara Freya Maya Leila Hanna".split()
MEN = "Tom Emil Otto Jonas Pavel Anton Hugo Karim Felix Oskar Leo Milo Ravi Nils Tariq Bruno Kenji Samuel".split()
CHILDREN = ["girl", "boy"]  # by gender
WORKERS = ["baker", "miller", "fisher", "weaver", "potter", "shepherd", "gardener", "carpenter", "beekeeper"]
HELPERS = ["smith", "farmer", "sailor", "teacher", "clockmaker", "healer", "hunter", "cook", "painter"]
ANIMALS = ["fox", "rabbit", "hedgehog", "squirrel", "owl", "crow", "badger", "duck", "cat", "donkey"]

COLOURS = ["red", "blue", "green", "silver", "golden", "white", "black", "yellow"]
MATERIALS = ["wooden", "copper", "old", "small", "painted", "shiny"]
THINGS = ["lantern", "key", "flute", "bell", "ring", "scarf", "basket", "drum", "kite", "coin", "cup", "hat"]
THINGS += ["button", "compass", "box", "spoon", "mirror", "whistle"]
LOUD = ["flute", "bell", "drum", "whistle"]  # can frighten somebody away
BRIGHT = ["lantern", "mirror"]  # can show the way
DAMAGE = {"scarf": "was torn", "hat": "was torn", "kite": "was torn", "coin": "was bent", "key": "was bent"}
FOODS = ["bread", "honey", "cheese", "soup", "cake"]
GIFTS = ["bread", "honey", "apples", "cheese", "soup", "pears", "nuts", "cake"]

HOMES = ["a small village", "a quiet valley", "a town by the sea", "a house near the forest", "a village on a hill"]
HOMES += ["a little house by the river", "a town with narrow streets", "a village between two mountains"]
PLACES = [
    Place("the forest", "in"), Place("the old mill", "at"), Place("the market", "at"), Place("the harbour", "at"),
    Place("the bridge", "at"), Place("the meadow", "in"), Place("the well", "at"), Place("the lake", "at"),
    Place("the cave", "in"), Place("the tower", "in"), Place("the orchard", "in"), Place("the barn", "in"),
]  # fmt: skip
FEELINGS = ["sad", "worried", "unhappy", "troubled"]
WEATHER = ["The sun was shining", "A cold wind was blowing", "It was raining softly", "Fog lay over the fields"]
WEATHER += ["Snow lay on the roofs", "The sky was clear and blue", "The air smelled of grass", "The birds were singing"]


def person(rng: Random, kinds: list[str], taken: set[str]) -> Person:
    """A new person or animal whose name is not taken yet."""
    female = rng.random() < 0.5
    name = rng.choice([n for n in (WOMEN if female else MEN) if n not in taken])
    taken.add(name)
    kind = CHILDREN[0 if female else 1] if kinds is CHILDREN else rng.choice(kinds)
    return Person(name, kind, female)


def thing(rng: Random, taken: set[str]) -> Thing:
    """A new object whose noun is not taken yet."""
    noun = rng.choice([n for n in THINGS if n not in taken])
    taken.add(noun)
    return Thing(rng.choice(COLOURS + MATERIALS), noun)


def place(rng: Random, taken: set[str]) -> Place:
    """A new place that the tale has not visited yet."""
    found = rng.choice([p for p in PLACES if p.name not in taken])
    taken.add(found.name)
    return found
