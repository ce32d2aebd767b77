"""Plots about people: an errand, a rescue, a race, a fear, a guest, a garden."""

from tales import words
from tales.teller import Tale


def delivery(t: Tale) -> None:
    """The hero carries an object to somebody; something is in the way; a helper clears it."""
    g, q = t.new_person(words.WORKERS), t.new_place()
    t.say(
        "One day {g.a_kind} named {g} asked {h} to bring {o.a} to {q}.",
        '{g.A_kind} named {g} said to {h}: "Please take this {o} to {q} before the evening."',
        g=g, q=q,
    )  # fmt: skip
    t.say(
        "{h} wrapped the {o} in a cloth and set out.",
        "{h} promised to be careful with the {o} and left at once.",
        "{h} took the {o} and began to walk.",
    )
    t.weather()
    trouble, cure = t.rng.choice(
        [
            ("the river had carried away the little bridge", "{f} had a boat and rowed {h} across the river"),
            ("a fallen tree lay across the road", "{f} had a saw, and together they cut the tree into pieces"),
            ("the road ended in deep mud", "{f} laid long boards over the mud, and {h} walked across"),
            ("a thick fog came, and the path could not be seen", "{f} knew every stone and led {h} through the fog"),
            ("a tall gate was locked", "{f} had the key in a pocket and opened the gate for {h}"),
            ("a big dog stood in the way and growled", "{f} knew the dog and gave it a bone, so that {h} could pass"),
            ("deep snow covered the path", "{f} had a sledge, and {h} rode on it over the snow"),
        ]
    )
    t.say(
        "But near {p} {trouble}.",
        "All went well until {h} came near {p}: {trouble}.",
        "Halfway, not far from {p}, {trouble}.",
        trouble=trouble,
    )
    t.say(
        "{h} sat down and did not know what to do.",
        '"How can I go on now?" thought {h}.',
        "{h} tried to find another way, but there was none.",
    )
    t.say(
        "Then {f.a_kind} named {f} came by.",
        "After a while {h} heard steps: it was {f.a_kind} named {f}.",
    )
    t.say(
        '"I must bring this {o} to {q}," said {h}, "and I cannot get through."',
        '{h} told {f} about the {o} and about {g}, who had sent {h.them}.',
        q=q, g=g,
    )  # fmt: skip
    t.say('"That is easy," said {f}.', '"Let me help you," said {f}.', '"We will manage it," said {f}.')
    t.say(cure + ".")
    t.say(
        "So {h} reached {q} before dark and delivered the {o}.",
        "In the end {h} arrived {q.at}, and the {o} was safe.",
        q=q,
    )
    t.say(
        "When {g} heard of it, {g.they} gave {h} and {f} a whole basket of {gift}.",
        "{g} was so glad that {g.they} invited {h} and {f} to eat {gift}.",
        g=g, gift=t.rng.choice(words.GIFTS),
    )  # fmt: skip
    t.end(keeps=False)


def rescue(t: Tale) -> None:
    """The hero finds an animal in need, cannot free it alone, and later the animal pays back."""
    animal = t.rng.choice(["bird", "deer", "kitten", "lamb", "puppy", "goose"])
    need, cure = t.rng.choice(
        [
            ("was caught in a net", "cut the net with a knife"),
            ("had fallen into a deep hole", "let down a rope and pulled it up"),
            ("was stuck between two stones", "moved one of the stones with a long pole"),
            ("had hurt its leg", "put a bandage around its leg"),
            ("stood on a piece of ice in the water", "reached it with a ladder"),
        ]
    )
    t.say(
        "One day {h} heard a strange sound {p.at}.",
        "One evening, {p.at}, {h} heard somebody cry.",
        "{h} was walking home when {h.they} heard a sound {p.at}.",
    )
    t.say("It was a little {animal} that {need}.", "There was a young {animal} that {need}.", animal=animal, need=need)
    t.weather()
    t.say(
        "{h} tried to help, but {h.they} could not do it alone.",
        "{h} tried again and again, but without help it was too hard.",
    )
    t.say(
        '"Wait here," {h} said to the {animal}, "I will come back."',
        '"Do not be afraid," {h} whispered to the {animal}. "I will get help."',
        animal=animal,
    )
    t.say(
        "{h} ran to {f.a_kind} named {f} who lived close by.",
        "Not far away lived {f.a_kind} named {f}, and {h} knocked at {f.their} door.",
    )
    t.say(
        '"Come quickly, a {animal} needs us!" cried {h}.',
        "{h} was out of breath, but {f} understood at once.",
        animal=animal,
    )
    t.say("They hurried back, and {f} {cure}.", "Together they went back, and {f} {cure}.", cure=cure)
    t.say(
        "The {animal} looked at them for a moment and then ran away.",
        "The {animal} put its head on the arm of {h}, as if it wanted to say thank you.",
        animal=animal,
    )
    q = t.new_place()
    t.say(
        "Some weeks later {h} lost {h.their} way near {q}, and night was coming.",
        "In the winter {h} lost {h.their} {o} near {q} and looked for it in vain.",
        q=q,
    )
    if "way near" in t.sentences[-1]:
        t.say(
            "Then the same {animal} came and went ahead of {h.them}, all the way home.",
            "Suddenly the {animal} stood there, and {h} followed it until {h.they} saw the lights of {h.their} house.",
            animal=animal,
        )
    else:
        t.say(
            "Then the same {animal} came, and it carried the {o} to {h}.",
            "The next morning the {animal} stood at the door, and beside it lay the {o}.",
            animal=animal,
        )
    t.say('"You have not forgotten me," said {h}.', "{h} told {f} about it, and {f} was not surprised.", chance=0.8)
    t.end()


def race(t: Tale) -> None:
    """Two friends compete for a prize; one stops to help and wins something better."""
    g, q = t.new_person(words.CHILDREN), t.new_place()
    t.say(
        "Every summer there was a race from {p} to {q}, and the winner got {o.a}.",
        "One day the people held a race from {p} to {q}. The prize was {o.a}.",
        q=q,
    )
    t.say(
        "{h} wanted to win the {o} more than anything, and so did {f.a_kind} named {f}.",
        "{h} had trained for weeks, because {h.they} wanted the {o}. But {f.a_kind} named {f} was fast too.",
    )
    t.say('"May the best one win," said {f}.', '"I will not wait for you," laughed {f}.', chance=0.7)
    t.say("The race began, and {h} ran as fast as {h.they} could.", "A bell rang, and everybody started to run.")
    t.say(
        "Soon {h} was in front, and {f} was close behind.",
        "After the first hill only {f} was still near {h}.",
    )
    t.say(
        "Then {h} saw a little {g.kind} named {g} who had fallen and was crying.",
        "But beside the road sat a little {g.kind} named {g} who had hurt {g.their} foot.",
        g=g,
    )
    t.say(
        "{h} thought of the {o}, but {h.they} stopped.",
        "Everybody ran past, but {h} stopped.",
        g=g,
    )
    t.say(
        "{h.They} took {g} on {h.their} back and carried {g.them} home.",
        '"Come, I will bring you home," {h} said to {g}.',
        "{h.They} washed the wound and stayed with {g} until {g.their} mother came.",
        g=g,
    )
    t.say(
        "When {h} came to {q} at last, the race was over, and {f} had won the {o}.",
        "So {f} won the race and got the {o}, and {h} came in last.",
        q=q,
    )
    t.say(
        "But {f} had heard what had happened.",
        "But {g} told everybody what {h} had done.",
        g=g,
    )
    t.say(
        '"You have earned this more than I," said {f}, and gave {h} the {o}.',
        "{f} put the {o} into the hands of {h}. \"A good heart is faster than my legs,\" {f.they} said.",
    )
    t.end()


def fear(t: Tale) -> None:
    """The hero is afraid of something, and goes through it because a friend is in need."""
    dread, deed = t.rng.choice(
        [
            ("the dark", "walked through the dark"),
            ("deep water", "waded through the cold water"),
            ("thunder", "went out, although it thundered"),
            ("high places", "climbed up, step by step, without looking down"),
            ("the wind", "went out into the howling wind"),
        ]
    )
    t.say(
        "{h} was not afraid of much, but {h.they} was afraid of {dread}.",
        "There was only one thing that {h} feared: {dread}.",
        "All knew that {h} was afraid of {dread}, and some laughed about it.",
        dread=dread,
    )
    t.say(
        "Only {f.a_kind} named {f} never laughed.",
        "{h.Their} friend, {f.a_kind} named {f}, always stayed with {h.them} at such times.",
    )
    t.say(
        '"Everybody is afraid of something," {f} said, and gave {h} {o.a} as a charm.',
        '"Take this {o}," {f} had said once. "As long as you hold it, you are not alone."',
    )
    t.say(
        "One evening {f} did not come home from {p}.",
        "Then came a night when {f} was missing: {f.they} had gone to {p} and had not come back.",
    )
    t.say(
        '"Somebody must go and look," said {h}, but nobody wanted to.',
        "{h} waited and waited, and then {h.they} could wait no longer.",
    )
    t.say(
        "{h.Their} knees shook, but {h} took the {o} and {deed}.",
        "{h} held the {o} tight in {h.their} hand and {deed}.",
        deed=deed,
    )
    t.say(
        "With every step {h.they} said to {h.them}self: {f} would do the same for me.",
        "{h.Their} heart beat fast, but {h.they} went on.",
        chance=0.8,
    )
    t.say(
        "At last {h} found {f} {p.at}.",
        "Then {h} heard a weak voice {p.at}: it was {f}.",
    )
    t.say(
        "{f.They} had hurt {f.their} foot and could not walk.",
        "{f} had fallen asleep there, tired and cold.",
        "{f.They} had lost the way and was glad to see a friend.",
    )
    t.say(
        '"You came, although you are afraid of {dread}," said {f}.',
        '"You, of all people!" said {f}. "Were you not afraid?"',
        dread=dread,
    )
    t.say(
        '"I was," said {h}, "but I was more afraid of losing you."',
        '"I had the {o} with me," said {h}, and both of them laughed.',
    )
    t.say("{h} brought {f} home, and nobody laughed about {h.them} again.", "Arm in arm they went home.")
    t.end()


def guest(t: Tale) -> None:
    """The hero shares with a stranger; the thing left as thanks helps when it is needed."""
    gift = t.rng.choice(words.FOODS)
    if t.o.noun in words.LOUD:
        trouble, use = t.rng.choice(
            [
                ("a wolf came to the sheep", "made such a noise with it that the wolf ran away"),
                ("thieves came to the house", "made so much noise with it that the thieves fled"),
            ]
        )
    elif t.o.noun in words.BRIGHT:
        trouble, use = "a child got lost in the fog", "held it up until the child saw the light and found the way"
    else:
        trouble, use = t.rng.choice(
            [
                ("a proud king came and wanted to take the house away", "gave it to the king, who had lost it long ago"),
                ("the well of the village ran dry", "traded it for a hundred barrels of water"),
            ]
        )
    t.say(
        "One night somebody knocked at the door. It was {f.a_kind} named {f}, hungry and wet.",
        "On a cold evening {f.a_kind} named {f} stood before the house of {h} and asked for something to eat.",
    )
    t.say(
        "{h} had only a little {gift} left, but {h.they} shared it.",
        '"I do not have much," said {h}, "but half of my {gift} is yours."',
        gift=gift,
    )
    t.weather()
    t.say(
        "{f} sat by the fire and told of far countries.",
        "They sat by the fire, ate the {gift} and talked until midnight.",
        gift=gift,
    )
    t.say(
        "In the morning {f} was gone, but on the table lay {o.a}.",
        'When {f} left in the morning, {f.they} gave {h} {o.a}. "You will need it one day," {f.they} said.',
    )
    t.say(
        "{h} did not know what to do with the {o} and put it on a shelf.",
        "The neighbours laughed about the {o}, but {h} kept it.",
    )
    t.say("Weeks went by.", "The winter passed, and spring came.", "For a long time nothing happened.")
    t.say(
        "Then, one day, {trouble}.",
        "But one evening {trouble}.",
        trouble=trouble,
    )
    t.say(
        "Everybody was afraid, and nobody knew what to do.",
        "The people ran here and there and shouted.",
    )
    t.say(
        "But {h} thought of the {o}, took it from the shelf and {use}.",
        "Then {h} remembered the words of {f}. {h.They} took the {o} and {use}.",
        use=use,
    )
    t.say(
        '"Where did you get that {o}?" the people asked.',
        '"Who gave you that {o}?" the people wanted to know.',
    )
    t.say(
        '"From a guest," said {h}, "for half of my {gift}."',
        '"It was a gift," said {h}. And when {f} came by again the next year, the whole village gave {f.them} {gift}.',
        gift=gift,
    )
    t.end(keeps=False, together=False)


def garden(t: Tale) -> None:
    """The hero plants something, a danger threatens it, help comes, and the harvest is shared."""
    plant = t.rng.choice(["an apple tree", "a pear tree", "a field of pumpkins", "a row of beans", "a rose bush"])
    danger, cure = t.rng.choice(
        [
            ("no rain fell for many weeks", "showed {h} an old spring {p.at}, and they carried water every day"),
            ("snails came and ate the leaves", "put ashes around it, and the snails stayed away"),
            ("a storm broke down the fence", "built a new fence with {h}, higher than the old one"),
            ("frost came in the middle of spring", "covered everything with straw and warm blankets"),
        ]
    )
    t.say(
        "In the spring {h} planted {plant}.",
        "{h} dreamed of {plant}, and so one day {h.they} took a spade and began.",
        plant=plant,
    )
    t.say(
        '"Nothing grows here," said the neighbours.',
        "Every morning {h} went out to look at it.",
        "{h} watered it every evening and sang to it.",
    )
    t.say("And it grew, slowly but well.", "After some weeks the first green leaves came out.")
    t.say("Then {danger}.", "But in that year {danger}.", danger=danger)
    t.say(
        '"All my work was for nothing," said {h}.',
        "{h} sat down on the ground and cried.",
        "{h} did not know how to save it.",
    )
    t.say(
        "{f.A_kind} named {f}, who was passing by, saw it and stopped.",
        "Just then {f.a_kind} named {f} came along the road.",
    )
    t.say('"My father taught me what to do," said {f}.', '"It is not too late," said {f}.', '"Let us try," said {f}.')
    t.say("{f} {cure}.".replace("{cure}", cure))
    t.say(
        "For this {h} wanted to give {f.them} {o.a}, the only thing of value that {h.they} had.",
        '"Take my {o} for your help," said {h}.',
    )
    t.say(
        '"Keep your {o}," said {f}. "Give me something when you harvest."',
        'But {f} did not want the {o}. "Call me when the harvest comes," {f.they} said.',
    )
    t.say(
        "In autumn the harvest was so rich that it did not fit into the house.",
        "When autumn came, all was ripe, and people came from far away to see it.",
    )
    t.say(
        "{h} kept the promise and gave half of everything to {f}.",
        "{h} called {f}, and they shared the harvest with the whole village.",
    )
    t.end()
