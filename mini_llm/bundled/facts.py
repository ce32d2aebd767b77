"""The facts of the course, and the many ways to ask for them.

Reads facts/*.txt. Training wordings are the `ask:` lines and the `topic:` noun phrases in common question
frames; `held:` wordings are never trained on.
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
BEFORE = ["Hello, ", "Please tell me: ", "I have a question: ", "Quick question: ", "Can you help me? ", "Hi! "]
AFTER = [" Thanks.", " Thank you.", " Please.", " Answer in one sentence."]


@dataclass
class Fact:
    answer: str = ""
    topic: list[str] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def wordings(self) -> list[str]:
        """Every training wording, without the small changes that `disturb` makes."""
        return self.ask + [ask_about(t, f) for t in self.topic for f in dict.fromkeys(FRAMES)]

    def question(self, rng: Random) -> str:
        """A random training wording, sometimes with a greeting, small letters or a typing error."""
        if rng.random() < 0.5:
            text = rng.choice(self.ask)
        else:
            text = ask_about(rng.choice(self.topic), rng.choice(FRAMES))
        return disturb(rng, text)


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
    check(facts)
    return facts


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
