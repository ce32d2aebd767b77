"""Plots about people: an errand, a rescue, a race, a fear, a guest, a garden."""

from tales import words
from tales.teller import FRIENDS, REMEMBERS, STORIES, THANKS, TOGETHER, Tale


def delivery(t: Tale) -> None:
    """The hero carries an object to a place; something is in the way; a helper clears it."""
    t.say(
        "The grandmother of {h} asked {h.them} to bring {o.a} to {p}.",
        '"Please bring this {o.look} {o} to {p}," said the grandmother of {h}.',
    )
    t.say("{h} wrapped the {o} in a cloth and set out.", "{h} took the {o} and left at once.")
    t.say(
        "It was a long way, but the sun was shining, and {h} sang a song.",
        "{h} walked past the last houses and then through the fields.",
    )
    trouble, cure = t.rng.choice(
        [
            ("the river had carried away the bridge", "{f} had a boat and rowed {h} across the river"),
            ("a fallen tree lay across the road", "{f} had a saw, and together they cut the tree into pieces"),
            ("deep snow covered the path", "{f} had a sledge, and {h} rode on it over the snow"),
            ("a big dog stood on the path", "{f} knew the dog and gave it a bone, so that {h} could pass"),
        ]
    )
    t.say("But on the way {trouble}.", "All went well until {h} saw that {trouble}.", trouble=trouble)
    t.say("{h} sat down and did not know what to do.", '"How can I go on now?" thought {h}.')
    t.say("Then {f.a_kind} named {f} came by.", "After a while {h} heard steps: it was {f.a_kind} named {f}.")
    t.say('"That is easy," said {f}.', '"Let me help you," said {f}.')
    t.say(cure + ".")
    t.say("So {h} reached {p} before dark and delivered the {o}.", "In the end {h} arrived {p.at}, and the {o} was safe.")
    t.say(
        '"Without you the {o} would still be on the way," said {h} to {f}.',
        '"Next time I will take you with me from the start," said {h} to {f}.',
    )
    t.end(THANKS, FRIENDS, TOGETHER)


def rescue(t: Tale) -> None:
    """The hero finds an animal in need, cannot free it alone, and later the animal pays back."""
    animal = t.rng.choice(["bird", "deer", "lamb", "puppy"])
    need, cure = t.rng.choice(
        [
            ("was caught in a net", "cut the net with a knife"),
            ("had fallen into a deep hole", "let down a rope and pulled it up"),
            ("was stuck between two stones", "moved one of the stones with a long pole"),
            ("had hurt its leg", "put a bandage around its leg"),
        ]
    )
    t.say("On the way home {h} heard a strange sound {p.at}.", "One evening, {p.at}, {h} heard somebody cry.")
    t.say("It was a little {animal} that {need}.", "There was a young {animal} that {need}.", animal=animal, need=need)
    t.say(
        "{h} tried to help, but {h.they} could not do it alone.",
        "{h} tried again and again, but without help it was too hard.",
    )
    t.say(
        "So {h} ran to {f.a_kind} named {f} who lived close by.",
        "Not far away lived {f.a_kind} named {f}, and {h} knocked at {f.their} door.",
    )
    t.say('"Come quickly, somebody is in danger!" cried {h}.', '"A {animal} needs us!" cried {h}.', animal=animal)
    t.say("They hurried back, and {f} {cure}.", "Together they went back, and {f} {cure}.", cure=cure)
    t.say(
        "Some weeks later {h} lost {h.their} way in the fog, and night was coming.",
        "In the winter {h} lost {h.their} way in the snow.",
    )
    t.say(
        "Then the same {animal} came and went ahead of {h.them}, all the way home.",
        "Suddenly the {animal} stood there, and it led {h.them} home.",
        animal=animal,
    )
    t.say('"You have not forgotten me," said {h}.', "{h} told {f} about it, and {f} was not surprised.")
    t.end(THANKS, FRIENDS, TOGETHER)


def race(t: Tale) -> None:
    """Two run for a prize; one stops to help and wins something better."""
    t.say(
        "Every summer there was a race to {p}, and the winner got {o.a}.",
        "The people held a race to {p}, and the prize was {o.a}.",
    )
    t.say(
        "{h} wanted to win the {o}, and so did {f.a_kind} named {f}.",
        "{h} had trained for weeks, but {f.a_kind} named {f} was fast too.",
    )
    t.say("The race began, and {h} ran as fast as {h.they} could.", "A bell rang, and everybody started to run.")
    t.say("Soon {h} was in front, and {f} was close behind.", "After the first hill only {f} was still near {h}.")
    t.say(
        "Then {h} saw a little child who had fallen and was crying.",
        "But beside the road sat a little child who was crying.",
    )
    t.say(
        "{h} thought of the {o}, but {h.they} stopped and carried the child home.",
        "{f} ran past, but {h} stopped and brought the child home.",
    )
    t.say("So {f} won the race and got the {o}.", "When {h} came to {p} at last, {f} had won the {o}.")
    t.say("But {f} had heard what {h} had done.", "But the child told everybody what {h} had done.")
    t.say(
        '"You have earned this more than I," said {f}, and gave {h} the {o}.',
        '{f} gave {h} the {o}. "A good heart is faster than my legs," {f.they} said.',
    )
    t.end(REMEMBERS, FRIENDS, TOGETHER)


def fear(t: Tale) -> None:
    """The hero is afraid of something, and goes through it because a friend is in need."""
    dread, deed = t.rng.choice(list(words.DREADS.items()))
    t.say("{h} was afraid of only one thing: {dread}.", "All knew that {h} was afraid of {dread}.", dread=dread)
    t.say(
        "Only {f.a_kind} named {f} never laughed about it.",
        "But {h} had a good friend, {f.a_kind} named {f}.",
    )
    t.say(
        '{f} gave {h} {o.a}. "As long as you hold it, you are not alone," {f.they} said.',
        '"Everybody is afraid of something," {f} said, and gave {h} {o.a} as a charm.',
    )
    t.say("One evening {f} did not come home from {p}.", "Then came a night when {f} did not come home from {p}.")
    t.say("{h} waited and waited, but {f} did not come.", '"Somebody must go and look," said {h}, but nobody wanted to.')
    t.say(
        "{h.Their} knees shook, but {h} took the {o} and {deed}.",
        "{h} held the {o} tight in {h.their} hand and {deed}.",
        deed=deed,
    )
    t.say(
        "{p.at} {h} found {f}, who had hurt {f.their} foot and could not walk.",
        "At last {h} found {f}, who had lost the way and was tired and cold.",
    )
    t.say(
        '"You came, although you are afraid of {dread}," said {f}.',
        '"You, of all people!" said {f}. "Are you not afraid of {dread}?"',
        dread=dread,
    )
    t.say(
        '"I was more afraid of losing you," said {h}.',
        '"I had the {o} with me," said {h}, and both of them laughed.',
    )
    t.end("Arm in arm they went home.", "{h} brought {f} home, and nobody laughed about {h.them} again.")


def guest(t: Tale) -> None:
    """The hero shares with a stranger; the thing left as thanks helps when it is needed."""
    gift = t.rng.choice(words.FOODS)
    if not t.wished:
        t.o = t.new_thing(words.LOUD + words.BRIGHT)
    if t.o.noun in words.LOUD:
        trouble, use = "a wolf came to the sheep", "made such a noise with it that the wolf ran away"
    elif t.o.noun in words.BRIGHT:
        trouble, use = "a child got lost in the fog", "held it up until the child saw the light and found the way"
    else:
        trouble, use = "the well of the village ran dry", "traded it for a hundred barrels of water"
    t.say(
        "One cold night {f.a_kind} named {f} knocked at the door of {h}, hungry and wet.",
        "On a cold evening {f.a_kind} named {f} asked {h} for something to eat.",
    )
    t.say(
        "{h} had only a little {gift} left, but {h.they} shared it.",
        '"I do not have much," said {h}, "but half of my {gift} is yours."',
        gift=gift,
    )
    t.say(
        "They sat by the fire, ate and talked until midnight.",
        "{f} sat by the fire, ate and told of far countries.",
    )
    t.say(
        "In the morning {f} was gone, but on the table lay {o.a}.",
        'When {f} left in the morning, {f.they} gave {h} {o.a}. "You will need it one day," {f.they} said.',
    )
    t.say("{h} put the {o} on a shelf, and weeks went by.", "{h} kept the {o}, and the winter passed.")
    t.say("Then, one day, {trouble}.", "But one evening {trouble}.", trouble=trouble)
    t.say("{h} took the {o} and {use}.", "{h} thought of the {o}, took it and {use}.", use=use)
    t.say(
        '"Where did you get that {o}?" the people asked.',
        '"Who gave you that {o}?" the people wanted to know.',
    )
    t.say('"From a guest," said {h}, "for half of my supper."', '"It was a gift from {f}," said {h}.')
    t.end(
        "And whenever {h} looked at the {o}, {h.they} thought of {f}."
        if "traded" not in use
        else "The whole village never forgot {f}.",
        "When {f} came by again the next year, the whole village gave {f.them} a feast.",
    )


def garden(t: Tale) -> None:
    """The hero plants something, a danger threatens it, help comes, and the harvest is shared."""
    plant = t.rng.choice(["an apple tree", "a pear tree", "a field of pumpkins", "a row of beans"])
    danger, cure = t.rng.choice(
        [
            ("no rain fell for many weeks", "showed {h} an old spring behind the hill, and they carried water every day"),
            ("snails came and ate the leaves", "put ashes on the ground, and the snails stayed away"),
            ("a storm broke down the fence", "built a new fence with {h}, higher than the old one"),
            ("frost came in the middle of spring", "covered everything with straw and warm blankets"),
        ]
    )
    t.say(
        "In the spring {h} planted {plant}.",
        "{h} dreamed of {plant}, and so {h.they} took a spade and began.",
        plant=plant,
    )
    t.say("Every morning {h} went out to look at it.", "{h} watered it every evening and sang to it.")
    t.say("And it grew, slowly but well.", "After some weeks the first green leaves came out.")
    t.say("Then {danger}.", "But in that year {danger}.", danger=danger)
    t.say("{h} sat down on the ground and cried.", "{h} did not know how to save it.")
    t.say(
        "{f.A_kind} named {f}, who was passing by, saw it and stopped.",
        "Just then {f.a_kind} named {f} came along the road.",
    )
    t.say('"It is not too late, not at all," said {f}.', '"It is never too late. Let us try," said {f}.')
    t.say("{f} " + cure + ".")
    t.say(
        "In autumn the harvest was so rich that it did not fit into the house.",
        "When autumn came, all was ripe, and people came from far away to see it.",
    )
    t.say("{h} gave half of everything to {f}.", "{h} called {f}, and they shared the harvest with the whole village.")
    t.end(THANKS, FRIENDS, STORIES)
