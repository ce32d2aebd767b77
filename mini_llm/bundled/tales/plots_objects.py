"""Plots about an object: lost, traded, borrowed, found with a note."""

from tales import words
from tales.teller import FRIENDS, REMEMBERS, STORIES, THANKS, TOGETHER, Tale


def lost(t: Tale) -> None:
    """The hero loses an object, meets somebody with a hint and finds it."""
    t.say(
        "{h} had {o.a} that had belonged to {h.their} grandmother.",
        "The dearest thing that {h} had was {o.a}.",
    )
    t.say("But one evening the {o} was gone.", "But one evening {h} could not find the {o}.")
    t.say(
        "{h} looked under the bed and behind the door, but it was not there.",
        "{h} searched the whole house, but {h.they} did not find it.",
    )
    t.say(
        "So {h} went out to look for it, and {p.at} {h.they} met {f.a_kind} named {f}.",
        "In the morning {h} went out, and {p.at} sat {f.a_kind} named {f}.",
    )
    t.say('"Why do you look so sad?" asked {f}.', '"You look sad. Can I help you?" asked {f}.')
    t.say('"I have lost my {o}," said {h}.', '"My {o} is gone," said {h}.')
    thief = t.rng.choice(["a magpie", "a little dog", "a young goat"])
    t.say(
        '"I saw {thief} with something like that," said {f}. "Come with me."',
        '"I think {thief} carried it away," said {f}. "Come with me."',
        thief=thief,
    )
    hiding = t.rng.choice(["in the grass", "under a stone", "behind a tree", "under some leaves"])
    t.say(
        "They looked for a long time, and then {f} found the {o} {hiding}.",
        "They walked a little way, and there, {hiding}, lay the {o}.",
        hiding=hiding,
    )
    t.say(
        '"Thank you, {f}," said {h}. "Without you I would never have found it."',
        "{h} picked up the {o} and danced with joy.",
    )
    t.end(THANKS, FRIENDS, TOGETHER, REMEMBERS)


def trade(t: Tale) -> None:
    """The hero gives away a thing of her own to get the gift for a friend."""
    first = t.new_thing()  # t.o is the gift
    t.say(
        "The best friend of {h} was {f.a_kind} named {f}, who had always wanted {o.a}.",
        "{f.A_kind} named {f}, the best friend of {h}, wished for {o.a}.",
    )
    t.say("But {h} had no money, only {first.a}.", "But {h} was poor and had only {first.a}.", first=first)
    t.say(
        "So {h} took the {first} and went to the market.",
        "{h} put the {first} into a bag and walked to the market.",
        first=first,
    )
    t.say("There an old man had just such {o.one}.", "There an old man was selling just such {o.one}.")
    t.say(
        '"Give me your {first}, and you shall have the {o}," he said.',
        '"I need {first.one}," he said. "Give me yours, and the {o} is yours."',
        first=first,
    )
    t.say(
        "{h} gave him the {first} and got the {o}.",
        "{h} was sorry about the {first}, but {h.they} agreed.",
        first=first,
    )
    t.say(
        "It was not easy to give away the {first}, but {h} thought of {f} and smiled.",
        "{h} looked back at the {first} only once, and then {h.they} thought of {f} and smiled.",
        first=first,
    )
    t.say(
        "{h} ran all the way to {f} and gave {f.them} the {o}.",
        "In the evening {h} knocked at the door of {f} with the {o}.",
    )
    t.say(
        '"How did you get it?" asked {f}, and {h} told the whole story.',
        '"This is the best gift of my life," said {f}.',
    )
    t.end(
        "{f} never forgot what {h} had done for {f.them}.",
        "And whenever {f} looked at the {o}, {f.they} thought of {h}.",
        STORIES,
    )


def borrowed(t: Tale) -> None:
    """The hero damages a borrowed object, tells the truth, and they mend it."""
    t.say(
        "{h} borrowed {o.a} from {f.a_kind} named {f}.",
        "{f.A_kind} named {f} lent {h} {o.a} for one day.",
    )
    t.say(
        '"Take good care of the {o}," said {f}. "It belonged to my father."',
        "{f} loved the {o} very much and had never lent it to anybody before.",
    )
    t.say(
        "But {p.at} {h} slipped, and the {o} {damage}.",
        "But {p.at} {h} dropped the {o}, and it {damage}.",
        damage=words.DAMAGE.get(t.o.noun, "broke"),
    )
    t.say(
        '"If I say nothing, maybe nobody will notice," thought {h}.',
        "At first {h} wanted to hide the {o} and never speak of it.",
    )
    t.say("But {h.they} could not sleep that night.", "But the longer {h.they} thought about it, the worse {h.they} felt.")
    t.say(
        "In the morning {h} went to {f} and told the truth.",
        'In the morning {h} brought the {o} back to {f}. "I am sorry," {h.they} said.',
    )
    t.say(
        '{f} was not angry at all. "Only an honest friend would tell me," {f.they} said.',
        '"Everything breaks one day," said {f}. "I am glad that you told me."',
    )
    t.say(
        "Then they sat down together and mended the {o}.",
        "{f} showed {h} how to mend the {o}, and they did it together.",
    )
    t.say(
        "In the end the {o} was nearly as good as before.",
        '"Look, it is almost as good as new," said {f}.',
    )
    t.end(FRIENDS, TOGETHER, STORIES)


def treasure(t: Tale) -> None:
    """A note leads to a chest with an object, which is shared."""
    q = t.new_place()
    t.say(
        "In an old book {h} found a note, folded four times.",
        "{p.at} {h} found a bottle with a note in it.",
    )
    t.say('On it stood: "Go to {q} and count ten steps."', 'It said: "Count ten steps from {q}, and then dig."', q=q)
    t.say(
        "{h} did not want to go alone and asked {f.a_kind} named {f} to come along.",
        "{h} showed it to {f.a_kind} named {f}, who could read old letters.",
    )
    t.say('"I love riddles," said {f}, and took a spade.', '"Maybe it is a treasure," said {f}, and took a spade.')
    t.say("Together they walked to {q}.", "The two of them went to {q}.", q=q)
    t.say("They counted ten steps, dug a hole and found a chest.", "There they dug until they found a chest.")
    t.say("In the chest lay {o.a}.", "They opened it, and inside lay {o.a}.")
    t.say('"It belongs to both of us," said {h}.', '"Let us share it," said {f}.')
    t.say(
        "So {h} kept the {o} for one week, and {f} for the next, and so on.",
        "So they put the {o} in the middle of the village, where all could see it.",
    )
    t.end(FRIENDS, TOGETHER, STORIES)
