"""Exercises in keeping to a name: a few sentences about one or two people and one thing.

In a whole tale with four names it takes a small model very long to find out that names are to be copied. With one
name there is nothing else to find, and what it learns there carries over.
"""

from random import Random

from tales import words

ONE = [
    "{a} was kind.", "{a} liked the {o}.", "{a} took the {o} to {p}.", "Everybody knew {a}.", "The {o} belonged to {a}.",
    "{a} lost the {o} at {p}.", "{a} found the {o}.", '"This is my {o}," said {a}.', "{a} was happy.", "{a} slept well.",
    "One day {a} came home late.", "Then {a} looked for the {o}.", "At {p} {a} sat down.", "{a} put the {o} on a table.",
]  # fmt: skip
TWO = [
    "{a} met {b}.", "{b} thanked {a}.", "{a} gave the {o} to {b}.", "{b} gave the {o} back to {a}.",
    '"Can I help you?" {a} asked {b}.', '"Thank you, {a}," said {b}.', '"Here is the {o}," said {a} to {b}.',
    "{a} and {b} were friends.", "{b} never forgot what {a} had done.", "{a} and {b} went to {p}.",
]  # fmt: skip


def portrait(rng: Random) -> str:
    a, b = rng.sample(words.WOMEN + words.MEN, 2)
    if rng.random() < 0.3:  # nothing but names
        return " ".join([a, b] * 12 if rng.random() < 0.3 else [a] * 20)
    names = {"a": a, "b": b, "o": words.thing(rng, words.THINGS, set()), "p": words.place(rng, set())}
    sentences = ONE if rng.random() < 0.6 else ONE[:6] + TWO
    return " ".join(s.format(**names) for s in rng.sample(sentences, 10))
