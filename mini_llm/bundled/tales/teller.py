"""A tale in the making, and the scenes that most tales share: the beginning and the end."""

from random import Random

from tales import words
from tales.words import Person, Place, Thing

# Every beginning, in the order that decides about the plot; see __init__.py.
OPENINGS = [
    ("Once upon a time {h.a_kind} named {h} lived in {home}.", "Once upon a time there was {h.a_kind} named {h} who lived in {home}."),
    ("One morning {h.a_kind} named {h} woke up early in {home}.", "One morning {h.a_kind} named {h} was the first to wake up in {home}."),
    ("Long ago {h.a_kind} named {h} lived in {home}.", "Long ago there was {h.a_kind} named {h} who lived in {home}."),
    ("There was once {h.a_kind} named {h} who lived in {home}.",),
    ("Many years ago {h.a_kind} named {h} lived in {home}.", "Many years ago there was {h.a_kind} named {h} who lived in {home}."),
    ("{h} was {h.a_kind} who lived in {home}.", "{h} was {h.a_kind} in {home}."),
    ("In {home} there lived {h.a_kind} named {h}.", "In {home} lived {h.a_kind} named {h}."),
    ("One day {h.a_kind} named {h} moved to {home}.",),
    ("Last winter {h.a_kind} named {h} came to live in {home}.", "Last winter {h.a_kind} named {h} lived in {home}."),
]  # fmt: skip
HEROES = [words.CHILDREN, words.WORKERS, words.ANIMALS]
ANY_NAME = 0.15  # share of tales whose hero may have any name, so that a wish for one can be followed


class Tale:
    """The sentences so far, and what they speak of.

    In a sentence {h} is the hero, {f} a friend or helper (nobody else has a name), {o} an object, {p} a place.
    """

    def __init__(self, rng: Random, hero: str = "", noun: str = "") -> None:
        self.rng, self.wished = rng, noun
        self.taken: set[str] = {noun}
        self.sentences: list[str] = []
        self.opening, self.group = rng.randrange(len(OPENINGS)), rng.randrange(len(HEROES))
        names = (words.WOMEN, words.MEN) if rng.random() < ANY_NAME else (words.HEROINES, words.HEROES)
        self.h = words.person(rng, HEROES[self.group], *names, self.taken)
        if hero:
            kind = words.CHILDREN[0 if hero in words.WOMEN else 1] if self.group == 0 else self.h.kind
            self.h = Person(hero, kind, hero in words.WOMEN)
            self.taken.add(hero)
        friends = rng.choice([words.HELPERS, [a for a in words.ANIMALS if a != self.h.kind]])
        self.f = words.person(rng, friends, words.WOMEN_FRIENDS, words.MEN_FRIENDS, self.taken)
        self.p = self.new_place()
        self.o = Thing(rng.choice(words.LOOKS[noun]), noun) if noun else self.new_thing()

    def new_thing(self, nouns: list[str] = words.THINGS) -> Thing:
        return words.thing(self.rng, nouns, self.taken)

    def new_place(self) -> Place:
        return words.place(self.rng, self.taken)

    def say(self, *wordings: str, **names: object) -> None:
        """Adds one of the wordings."""
        text = self.rng.choice(wordings).format(**{**vars(self), **names})
        self.sentences.append(text[0].upper() + text[1:])

    def begin(self) -> None:
        self.say(*OPENINGS[self.opening], home=self.rng.choice(words.HOMES))

    def end(self, *endings: str) -> None:
        """The last sentences: one of the endings, and what the hero learned."""
        self.say(*endings)
        self.say(
            "Kindness, {h} thought, always finds its way back.",
            "So {h} learned that nobody has to do everything alone.",
            "{h} smiled, because now {h.they} knew what a friend is.",
        )


THANKS = "{h} never forgot what {f} had done for {h.them}."
FRIENDS = "From that day on {h} and {f} were good friends."
TOGETHER = "After that day people often saw {h} and {f} together."
STORIES = "That evening {h} and {f} ate together and told each other stories until late."
REMEMBERS = "And whenever {h} looked at the {o}, {h.they} thought of {f}."
