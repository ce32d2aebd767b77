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
    """An object that can be owned, lost, lent and given away. `str()` is the noun.

    The look is told once, at the first mention (`a`): what is said once cannot be contradicted.
    """

    look: str
    noun: str

    def __str__(self) -> str:
        return self.noun

    @property
    def a(self) -> str:
        return with_article(f"{self.look} {self.noun}")

    @property
    def one(self) -> str:
        return with_article(self.noun)


@dataclass(frozen=True)
class Place:
    name: str  # "the old mill"
    preposition: str  # "at", for "at the old mill"

    def __str__(self) -> str:
        return self.name

    @property
    def at(self) -> str:
        return f"{self.preposition} {self.name}"


# Heroes and those who join them have different names: a new person then never gets the name of the hero.
HEROINES = "Mara Lina Ada Greta Nora Ines Tilda Rosa Yuki".split()
HEROES = "Tom Emil Otto Jonas Pavel Anton Hugo Karim Felix".split()
WOMEN_FRIENDS = "Amina Olga Vera Zoe Clara Freya Maya Leila Hanna".split()
MEN_FRIENDS = "Oskar Leo Milo Ravi Nils Tariq Bruno Kenji Samuel".split()
WOMEN = HEROINES + WOMEN_FRIENDS
MEN = HEROES + MEN_FRIENDS
CHILDREN = ["girl", "boy"]  # by gender
WORKERS = ["baker", "miller", "fisher", "weaver", "potter", "shepherd", "gardener", "carpenter", "beekeeper"]
HELPERS = ["smith", "farmer", "sailor", "teacher", "clockmaker", "healer", "hunter", "cook", "painter"]
ANIMALS = ["fox", "rabbit", "hedgehog", "squirrel", "owl", "crow", "badger", "duck", "cat", "donkey"]

COLOURS = ["red", "blue", "green", "white", "black", "yellow"]
METALS = ["silver", "golden", "copper", "old", "small", "shiny"]
MATERIALS = ["wooden", "painted", "old", "small", "red", "blue"]
LOOKS = {  # of each thing
    **dict.fromkeys(["scarf", "hat", "kite"], COLOURS),
    **dict.fromkeys(["key", "bell", "ring", "coin", "cup", "button", "compass", "spoon", "mirror", "whistle"], METALS),
    **dict.fromkeys(["lantern", "flute", "basket", "drum", "box"], MATERIALS),
}
THINGS = list(LOOKS)
LOUD = ["flute", "bell", "drum", "whistle"]  # can frighten somebody away
BRIGHT = ["lantern", "mirror"]  # can show the way
DAMAGE = {"scarf": "was torn", "hat": "was torn", "kite": "was torn", "coin": "was bent", "key": "was bent"}
DREADS = {  # what somebody is afraid of, and goes through in the end
    "the dark": "walked through the dark",
    "deep water": "waded through the cold water",
    "thunder": "went out, although it thundered",
    "the wind": "went out into the howling wind",
}
FOODS = ["bread", "honey", "cheese", "soup", "cake"]
HOMES = ["a small village", "a quiet valley", "a town by the sea", "a house near the forest", "a village on a hill"]
HOMES += ["a little house by the river", "a town with narrow streets", "a village between two mountains"]
PLACES = [
    Place("the forest", "in"), Place("the old mill", "at"), Place("the market", "at"), Place("the harbour", "at"),
    Place("the bridge", "at"), Place("the meadow", "in"), Place("the well", "at"), Place("the lake", "at"),
    Place("the cave", "in"), Place("the tower", "in"), Place("the orchard", "in"), Place("the barn", "in"),
]  # fmt: skip


def person(rng: Random, kinds: list[str], women: list[str], men: list[str], taken: set[str]) -> Person:
    """A new person or animal whose name is not taken yet."""
    female = rng.random() < 0.5
    name = rng.choice([n for n in (women if female else men) if n not in taken])
    taken.add(name)
    kind = CHILDREN[0 if female else 1] if kinds is CHILDREN else rng.choice(kinds)
    return Person(name, kind, female)


def thing(rng: Random, nouns: list[str], taken: set[str]) -> Thing:
    """A new object, one of the nouns that are not taken yet."""
    noun = rng.choice([n for n in nouns if n not in taken])
    taken.add(noun)
    return Thing(rng.choice(LOOKS[noun]), noun)


def place(rng: Random, taken: set[str]) -> Place:
    """A new place that the tale has not visited yet."""
    found = rng.choice([p for p in PLACES if p.name not in taken])
    taken.add(found.name)
    return found
