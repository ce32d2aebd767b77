"""The facts of the course, and the many ways to ask for them.

Reads facts/*.txt and more_questions.txt. Training wordings are the `ask:` lines, the further questions, and
the `topic:` noun phrases in question frames; `held:` wordings are never trained on.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "facts"

FRAMES = [
    "What is {}?", "What is {}?", "What's {}?", "What does {} mean?", "Explain {}.", "Please explain {}.",
    "Can you explain {}?", "Define {}.", "Tell me about {}.", "Describe {}.", "I do not understand {}.",
    "What should I know about {}?", "{}?", "Give me a short explanation of {}.", "I want to know about {}.",
    "{}: how can that be explained?", "What can you say about {}?", "Help me understand {}.", "In short, what is {}?",
    "I keep reading about {}.", "Remind me about {}.", "Could you say something about {}?", "I have to learn about {}.",
]  # fmt: skip
# Loose questions: words that say little, and the pieces of further frames.
FILLERS = (
    "a about actually again all also an and any are as ask at basically be because been but by called can choose come "
    "could course do does done each effect else ever every exactly explain for from get give good great had happens has "
    "have help here how i idea if in inside into is it its job just kind know known learn let like look made main make "
    "makes matter me mean meaning means meant more my name need needed new now of off often on once one or our out over "
    "part people please point problem program purpose question reason really role same say see short should show since "
    "small so some somebody something sort stand such take tell than that the their them then there these they thing "
    "think this time to two under understand up us use used useful uses very want was way we well were what when where "
    "which while who why will with without word work works would you your"
).split()
WHAT = ["What", "Which", "In what way", "How", "Why", "When", "Where", "For what", "With what", "In which"]
NOUN = ["", "", "thing", "part", "idea", "task", "role", "value", "word", "number", "sense", "use", "rule", "step"]
VERB = ["does {} do", "does {} have", "is {}", "can {} give", "does {} need", "has {}", "would {} change", "is {} used"]
VERB += ["does {} work", "should I use {}", "do I see {}", "does one say {}", "do we need {}", "makes {} special"]
TAIL = ["", "", "", "here", "on a GPU", "in practice", "in a few words", "exactly", "for", "in a program", "to me", "at all"]
BEFORE = ["Hello, ", "Please tell me: ", "I have a question: ", "Quick question: ", "Can you help me? ", "Hi! "]
AFTER = [" Thanks.", " Thank you.", " Please.", " Answer in one sentence."]


@dataclass
class Fact:
    answer: str = ""
    topic: list[str] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)

    def wordings(self) -> list[str]:
        """Every training wording, without the small changes that `disturb` makes."""
        return self.ask + self.more + [ask_about(t, f) for t in self.topic for f in dict.fromkeys(FRAMES)]

    def question(self, rng: Random, stage: int = 0) -> str:
        """A random training wording, sometimes with a greeting, small letters or a typing error.

        From stage 1 many are in a frame made up on the spot, or have gained and lost words; from stage 2 the
        further questions come in.
        """
        if rng.random() < (0.6 if stage >= 2 else 0.5):
            text = rng.choice(self.ask + self.more if stage >= 2 else self.ask)
        else:
            topic = rng.choice(self.topic)
            text = ask_about(topic, loose_frame(rng) if stage >= 1 and rng.random() < 0.4 else rng.choice(FRAMES))
        if stage >= 1 and rng.random() < 0.4:
            text = loosen(rng, text)
        if any(normalize(text) == normalize(held) for held in self.held):
            return self.question(rng, stage)
        return disturb(rng, text)


def loose_frame(rng: Random) -> str:
    """A frame put together at random: "In which sense does {} work in practice?"."""
    return " ".join(filter(None, map(rng.choice, (WHAT, NOUN, VERB, TAIL)))) + "?"


def loosen(rng: Random, text: str) -> str:
    """Loses some words, moves some, and puts words that say little around the rest.

    What stays are the words that matter: an answer should hang on them and not on the frame.
    """
    words = [w for w in text.rstrip("?.").split() if rng.random() > (0.35 if w.lower() in FILLERS else 0.08)]
    words = words or text.split()
    if rng.random() < 0.2:
        rng.shuffle(words)
    for _ in range(rng.choice([0, 0, 1, 2])):
        words.insert(rng.randrange(len(words) + 1), rng.choice(FILLERS))
    words = rng.choices(FILLERS, k=rng.randrange(7)) + words + rng.choices(FILLERS, k=rng.choice([0, 0, 1, 2, 4]))
    return " ".join(words).capitalize() if words[0] in FILLERS and rng.random() < 0.3 else " ".join(words) + "?"


def ask_about(topic: str, frame: str) -> str:
    head = re.split(" (?:of|in|on|from|for|per|and) ", topic)[0]
    plural = re.search(r"[a-z][^su_]s$", head) or " and " in topic
    if plural and "_" not in head and not topic.startswith(("the difference", "the lesson")):
        frame = frame.replace("What is", "What are").replace("What's", "What are").replace("does {} mean", "do {} mean")
    text = frame.format(topic)
    return text[0].upper() + text[1:] if frame.startswith("{}") and topic[0].islower() else text


def disturb(rng: Random, text: str) -> str:
    """What people do to a question: polite words around it, no capitals, no mark at the end, a slip."""
    if rng.random() < 0.15:
        text = rng.choice(BEFORE) + text
    if rng.random() < 0.1:
        text += rng.choice(AFTER)
    if rng.random() < 0.2:
        text = text.lower()
    if rng.random() < 0.2:
        text = text.rstrip("?.")
    if rng.random() < 0.1:
        words = text.split(" ")
        if len(words) > 3:
            del words[rng.randrange(len(words))]
        text = " ".join(words)
    if rng.random() < 0.1:
        at = rng.randrange(len(text) - 1)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def read_facts(folder: Path = FOLDER) -> list[Fact]:
    """All facts, in the order of the files. Raises ValueError on a malformed or unfair fact."""
    facts = []
    for path in sorted(folder.glob("*.txt")):
        for paragraph in path.read_text().split("\n\n"):
            fact = Fact()
            for line in paragraph.strip().splitlines():
                if line.startswith("#"):
                    continue
                key, _, value = line.partition(": ")
                if key not in ("answer", "topic", "ask", "held") or not value:
                    raise ValueError(f"{path.name}: cannot read the line '{line}'")
                setattr(fact, key, value if key == "answer" else value.split(" | "))
            if fact.answer:
                facts.append(fact)
    by_topic = {fact.topic[0]: fact for fact in facts}
    for line in read_lines("more_questions.txt"):
        topic, _, wordings = line.partition(": ")
        by_topic[topic].more = wordings.split(" | ")
    check(facts)
    return facts


def read_lines(name: str) -> list[str]:
    return [line for line in (FOLDER.parent / name).read_text().splitlines() if not line.startswith("#")]


def read_fresh(facts: list[Fact]) -> list[tuple[Fact, str]]:
    """The second test: questions written after training had begun, each with its fact."""
    by_topic = {fact.topic[0]: fact for fact in facts}
    pairs = [line.split(" | ") for line in read_lines("fresh_questions.txt")]
    return [(by_topic[topic], question) for question, topic in pairs]


def normalize(text: str) -> str:
    """Small letters, words and numbers only: how wordings and answers are compared."""
    return " ".join(re.findall(r"[a-z0-9_]+", text.lower()))


def check(facts: list[Fact]) -> None:
    """At least eight training wordings a fact, and no held-out wording among those of any fact."""
    trained = {normalize(w) for fact in facts for w in fact.wordings()}
    for fact in facts:
        if len({normalize(w) for w in fact.wordings()}) < 8:
            raise ValueError(f"fewer than eight wordings for '{fact.answer}'")
        if not fact.held:
            raise ValueError(f"no held-out wording for '{fact.answer}'")
        for wording in fact.held:
            if normalize(wording) in trained:
                raise ValueError(f"the held-out wording '{wording}' is trained on")
