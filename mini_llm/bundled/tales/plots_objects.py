"""Plots about an object: lost, traded, borrowed, found with a map."""

from tales import words
from tales.teller import Tale


def lost(t: Tale) -> None:
    """The hero loses an object, follows two hints and finds it."""
    t.say(
        "{h} had {o.a} that had belonged to {h.their} grandmother.",
        "{h} owned {o.a}, and {h.they} took it everywhere.",
        "The dearest thing that {h} had was {o.a}.",
    )
    t.say(
        "One morning the {o} was gone.",
        "One evening {h} noticed that the {o} was missing.",
        "But one day {h} could not find the {o}.",
    )
    t.say(
        "{h} looked under the bed, behind the door and in every corner, but it was not there.",
        "{h.They} searched the whole house, but {h.they} did not find it.",
        "{h} turned every pot and every pillow, but the {o} did not appear.",
    )
    t.say(
        "So {h} went out to look for it and came to {p}.",
        "So {h} put on {h.their} coat and went to {p}.",
        "{h} left the house and asked everybody on the way to {p}, but nobody had seen it.",
    )
    t.weather()
    t.meet()
    t.ask_why()
    t.say('"I have lost my {o}," said {h}.', '"My {o} is gone," {h} answered, "and I miss it so much."')
    q = t.new_place()
    thief = t.rng.choice(["a magpie", "a little dog", "a gust of wind", "a young goat", "a monkey"])
    t.say(
        '"This morning I saw {thief} with something like that," said {f}. "Look {q.at}."',
        '"I think {thief} carried it away," said {f}. "Try to look {q.at}."',
        '{f} thought for a while. "{Thief} went to {q} with it," {f.they} said.',
        thief=thief, Thief=thief.capitalize(), q=q,
    )  # fmt: skip
    t.say(
        "They went to {q} together.",
        "{f} came along, and soon they reached {q}.",
        "{h} thanked {f}, and the two of them walked to {q}.",
        q=q,
    )
    hiding = t.rng.choice(["in the grass", "under a stone", "behind a tree", "in an old nest", "under some leaves"])
    t.say(
        "There, {hiding}, lay the {o}.",
        "They looked for a long time, and then {f} found the {o} {hiding}.",
        "Something was shining {hiding}: it was the {o}.",
        hiding=hiding,
    )
    t.say(
        '"There it is!" cried {h}, and held the {o} tight.',
        "{h} picked up the {o} and danced with joy.",
        '"Thank you, {f}," said {h}. "Without you I would never have found it."',
    )
    t.end()


def trade(t: Tale) -> None:
    """The hero trades one thing for another until the gift for a friend is in hand."""
    first, second = t.new_thing(), t.new_thing()  # t.o is the gift
    g, q = t.new_person(words.HELPERS), t.new_place()
    t.say(
        "{f.A_kind} named {f}, the best friend of {h}, would soon have a birthday and wished for {o.a}.",
        "The best friend of {h} was {f.a_kind} named {f}, who had always wanted {o.a}.",
    )
    t.say(
        "But {h} had no money, only {first.a}.",
        "{h} could not buy one, because all that {h.they} had was {first.a}.",
        first=first,
    )
    t.say(
        "So {h} took the {first} and went to {p}.",
        "{h} put the {first} into a bag and walked to {p}.",
        first=first,
    )
    t.weather()
    t.say(
        "There {g.a_kind} named {g} looked at the {first} and liked it.",
        "{p.at} {h} met {g.a_kind} named {g}, who stared at the {first}.",
        first=first, g=g,
    )  # fmt: skip
    t.say(
        '"Give me the {first}, and I will give you this {second}," said {g}.',
        '"I have been looking for {first.a} for years," said {g}. "Will you take {second.a} for it?"',
        first=first, second=second, g=g,
    )  # fmt: skip
    t.say(
        "{h} agreed, and now {h.they} had {second.a}.",
        "They traded, and {h} went on with the {second}.",
        second=second,
    )
    k = t.new_person(words.WORKERS)
    t.say(
        "Later, {q.at}, {k.a_kind} named {k} sat all alone.",
        "{h} walked on to {q}, where {h.they} found {k.a_kind} named {k}.",
        q=q, k=k,
    )  # fmt: skip
    t.say(
        '"I have lost my {second.noun}, and I cannot work without one," said {k}.',
        '"I need {second.a} for my work," said {k}, "but nobody sells one."',
        second=second, k=k,
    )  # fmt: skip
    t.say(
        '{h} gave {k} the {second}. "Then take this {o} for it," said {k}.',
        '"Take mine," said {h}. {k} was so glad that {k.they} gave {h} {o.a}.',
        second=second, k=k,
    )  # fmt: skip
    t.say(
        "{h} ran all the way to {f} and gave {f.them} the {o}.",
        "On the birthday {h} brought the {o} to {f}.",
        "In the evening {h} knocked at the door of {f} with the {o} in {h.their} hands.",
    )
    t.say(
        '"How did you get it?" asked {f}, and {h} told the whole story.',
        '"This is the best gift of my life," said {f}.',
        "{f} laughed and hugged {h}.",
    )
    t.end(keeps=False)


def borrowed(t: Tale) -> None:
    """The hero borrows an object, breaks it, and has to choose between hiding it and telling."""
    g = t.new_person(words.HELPERS)
    damage = words.DAMAGE.get(t.o.noun, "broke")
    t.say(
        "{f.A_kind} named {f} had {o.a}, and one day {h} borrowed it.",
        "One day {h} asked {f.a_kind} named {f} for {f.their} {o}, and {f} lent it gladly.",
        '"May I borrow your {o}?" {h} asked {f.a_kind} named {f}, and {f} said yes.',
    )
    t.say('"Bring it back tomorrow," said {f}.', '"But be careful with it," said {f}.', chance=0.7)
    t.say(
        "{p.at} {h} stumbled and fell on the {o}, and it {damage}.",
        "On the way home, near {p}, {h} slipped, and the {o} {damage}.",
        "But {p.at} {h} dropped the {o}, and it {damage}.",
        damage=damage,
    )
    t.weather()
    t.say(
        '"What shall I do?" thought {h}. "If I say nothing, maybe nobody will notice."',
        "{h} wanted to hide the {o} and never speak of it.",
        "At first {h} wanted to run away.",
    )
    t.say(
        "But {h.they} could not sleep that night.",
        "But the longer {h.they} thought about it, the worse {h.they} felt.",
    )
    t.say(
        "In the morning {h} carried the {o} to {g.a_kind} named {g}.",
        "So {h} took the {o} and went to {g.a_kind} named {g} who could mend almost anything.",
        g=g,
    )
    t.say(
        '"I can mend it," said {g}, "but you must help me with my work today."',
        '"Sweep my floor and carry my water," said {g}, "and I will mend it for you."',
        g=g,
    )
    t.say(
        "{h} worked until evening, and {g} mended the {o}.",
        "All day {h} helped, and when the sun went down, {g} handed {h.them} the {o}.",
        g=g,
    )
    t.say(
        "Then {h} brought the {o} back to {f} and told the truth.",
        '{h} went to {f} and said: "I damaged your {o}, but it is whole again. I am sorry."',
    )
    t.say(
        '"Everything breaks one day," said {f}. "I am glad that you told me."',
        '{f} looked at the {o} and smiled. "It is even better than before," {f.they} said.',
        '{f} was not angry at all. "Only an honest friend would tell me," {f.they} said.',
    )
    t.end(keeps=False)


def treasure(t: Tale) -> None:
    """A note leads over two places to a box with an object, which is shared."""
    q, s = t.new_place(), t.new_place()
    t.say(
        "One day {h} found an old piece of paper {p.at}.",
        "{p.at} {h} found a bottle with a piece of paper in it.",
        "In an old book {h} found a note, folded four times.",
    )
    t.say(
        'On it stood: "Go to {q} and count ten steps to the east."',
        'It said: "What you are looking for begins at {q}."',
        q=q,
    )
    t.say(
        "{h} showed it to {f.a_kind} named {f}, who could read old letters.",
        "{h} did not want to go alone and asked {f.a_kind} named {f} to come along.",
    )
    t.say(
        '"It is a riddle," said {f}. "Let us find out what it means."',
        '"I love riddles," said {f}, and took a lamp and a spade.',
        '"Maybe it is a treasure," whispered {f}.',
    )
    t.weather()
    t.say("The two of them went to {q}.", "Together they walked to {q}.", q=q)
    t.say(
        'There they found a second note under a stone: "Now go to {s}."',
        'On a wall somebody had written: "Do not stop here, go on to {s}."',
        q=q, s=s,
    )  # fmt: skip
    t.say(
        "{h} was tired, but {f} said that they should not give up.",
        "They laughed and ran on.",
        "{f} wanted to turn back, but {h} was too curious.",
    )
    t.say(
        "{s.at} they dug a hole and found a chest.",
        "When they came to {s}, they saw a chest that was half covered with earth.",
        s=s,
    )
    t.say(
        "In the chest lay {o.a} and a letter.",
        "They opened the chest, and inside were {o.a} and a letter.",
    )
    t.say(
        '"Whoever finds this {o} shall share it with a friend," the letter said.',
        'The letter said: "The {o} is for those who look for it together."',
    )
    t.say(
        "So {h} kept the {o} for one week, and {f} for the next, and so on.",
        '"You shall have the {o}," said {h}, but {f} shook {f.their} head. "It belongs to both of us."',
        "They hung the {o} in the middle of the village, where all could see it.",
    )
    t.end()
