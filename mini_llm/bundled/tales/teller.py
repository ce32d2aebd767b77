"""A tale in the making, and the scenes that most tales share: the beginning, a meeting, the end."""

from random import Random

from tales import words
from tales.words import Person, Place, Thing


class Tale:
    """The sentences so far, and what they speak of.

    In a sentence {h} is the hero, {f} a friend or helper, {o} an object, {p} a place.
    """

    def __init__(self, rng: Random, hero: str = "", noun: str = "") -> None:
        self.rng = rng
        self.taken: set[str] = set()
        self.sentences: list[str] = []
        self.h = self.new_person(rng.choice([words.CHILDREN, words.WORKERS, words.ANIMALS]))
        if hero:
            self.h = Person(hero, self.h.kind, hero in words.WOMEN)
            if self.h.kind in words.CHILDREN:
                self.h = Person(hero, words.CHILDREN[0 if self.h.female else 1], self.h.female)
            self.taken.add(hero)
        self.f = self.new_person(rng.choice([words.HELPERS, words.ANIMALS]))
        self.o = self.new_thing()
        if noun:
            self.o = Thing(self.o.adjective, noun)
            self.taken.add(noun)
        self.p = self.new_place()

    def new_person(self, kinds: list[str]) -> Person:
        return words.person(self.rng, kinds, self.taken)

    def new_thing(self) -> Thing:
        return words.thing(self.rng, self.taken)

    def new_place(self) -> Place:
        return words.place(self.rng, self.taken)

    def say(self, *wordings: str, chance: float = 1.0, **names: object) -> None:
        """Adds one of the wordings (or nothing, with probability 1 - chance)."""
        if self.rng.random() < chance:
            text = self.rng.choice(wordings).format(**{**vars(self), **names})
            self.sentences.append(text[0].upper() + text[1:])

    def begin(self) -> None:
        home = self.rng.choice(words.HOMES)
        start = self.rng.choice(["Once upon a time", "Once upon a time", "Long ago", "Many years ago"])
        opening = self.rng.random()
        if opening < 0.6:
            self.say(
                start + " {h.a_kind} named {h} lived in {home}.",
                start + " there was {h.a_kind} named {h} who lived in {home}.",
                start + ", in {home}, there lived {h.a_kind} named {h}.",
                home=home,
            )
        elif opening < 0.8:
            self.say(
                "There was once {h.a_kind} named {h} who lived in {home}.",
                "In {home} there lived {h.a_kind} named {h}.",
                "{h} was {h.a_kind} who lived in {home}.",
                home=home,
            )
        else:
            self.say(
                "One morning {h.a_kind} named {h} woke up early in {home}.",
                "One day {h.a_kind} named {h} left {h.their} home in {home}.",
                "Last winter {h.a_kind} named {h} came to live in {home}.",
                home=home,
            )
        self.say(
            "{h} was small but very brave.",
            "{h} liked to ask questions about everything.",
            "Everybody there knew {h}, because {h.they} was always kind.",
            "{h} was cheerful, but {h.they} never had much money.",
            "{h} worked hard and laughed often.",
            chance=0.5,
        )

    def weather(self) -> None:
        self.say(*(w + "." for w in words.WEATHER), chance=0.5)

    def meet(self) -> None:
        """{h} meets {f} for the first time at {p}."""
        self.say(
            "{p.at} {h} met {f.a_kind} named {f}.",
            "There {h} met {f.a_kind} named {f}.",
            "On the way {h} saw {f.a_kind} named {f}, who sat {p.at}.",
            "{f.A_kind} named {f} was resting {p.at} and greeted {h}.",
        )

    def ask_why(self) -> None:
        feeling = self.rng.choice(words.FEELINGS)
        self.say(
            '"Why do you look so {feeling}?" asked {f}.',
            '"You look {feeling}," said {f}. "What has happened?"',
            '{f} saw that {h} was {feeling}. "Can I help you?" {f.they} asked.',
            feeling=feeling,
        )

    def end(self, keeps: bool = True, together: bool = True) -> None:
        """The last sentences. keeps: the hero still has {o}; together: {h} and {f} are at one place."""
        endings = ["{h} never forgot what {f} had done for {h.them}."]
        if keeps:
            endings.append("And whenever {h} looked at the {o}, {h.they} thought of {f}.")
        if together:
            endings += [
                "From that day on {h} and {f} were good friends.",
                "That evening {h} and {f} ate together and told each other stories until late.",
                "After that day people often saw {h} and {f} together.",
            ]
        self.say(*endings)
        self.say(
            "Kindness, {h} thought, always finds its way back.",
            "So {h} learned that nobody has to do everything alone.",
            "And so a day that had begun badly ended well.",
            "And {h} was happy.",
            "{h} smiled, because now {h.they} knew what a friend is.",
            chance=0.7,
        )
