"""The training text, made up as it is needed: document number N of a seed is always the same.

A document is a list of (text, learned): the model is trained to write the learned parts, and only reads the
others (the questions). Run this file to read some of it: generate_text.py [COUNT] [SEED]
"""

import sys
from collections.abc import Iterator
from random import Random

from facts import disturb, read_facts
from tales import tale, words
from tales.portraits import portrait

BEGIN, END, TURN, TURN_END = "<|begin_of_text|>", "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL_TOKENS = [BEGIN, END, TURN, TURN_END]

# The ordinary ChatML template; BOS is added by the tokenizer.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' "
    "+ '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)

Document = list[tuple[str, bool]]

FACTS = read_facts()

# Shares of portraits, tales and tales on request in the documents of each stage but the last (see row); the rest
# are questions.
SHARES = [(0, 0.15, 0.03), (0, 0.10, 0.02), (0, 0.10, 0.02), (0.45, 0.15, 0.02), (0.10, 0.35, 0.05), (0, 0.45, 0.05)]

TALE_REQUESTS = ["Tell me a tale", "Tell me a story", "Write a short story", "Can you tell me a tale", "I want a story"]
UNKNOWN = [
    "What is the capital of {}?", "Who is the president of {}?", "How is the weather in {}?", "How do I cook {}?",
    "How old is {}?", "Where can I buy {}?", "Who invented {}?", "Translate {} into French.", "How far away is {}?",
    "Which team won against {}?", "What is the price of {}?", "Write a poem about {}.", "Who wrote {}?",
    "What do you think of {}?", "What is the history of {}?", "Recommend a film about {}.",
]  # fmt: skip
UNKNOWN_THINGS = [
    "France", "Japan", "Brazil", "the moon", "pizza", "rice", "the piano", "football", "my cat", "London", "coffee",
    "the bicycle", "Einstein", "summer", "chess", "the sea", "a car", "bananas", "Egypt", "tomorrow", "shoes", "the sun",
]  # fmt: skip
UNKNOWN_ANSWER = "I do not know: I was trained only on short tales and on questions about this course."
SMALL_TALK = [
    (["Hello", "Hi", "Good morning", "Hey", "Hello there"], "Hello. Ask me about the course, or ask me for a tale."),
    (["Thank you", "Thanks", "Thanks a lot", "That helped me"], "You are welcome."),
    (["Goodbye", "Bye", "See you", "Good night"], "Goodbye, and good luck with the course."),
]


def turn(question: str, answer: str) -> Document:
    """One exchange of a conversation, as the chat template writes it."""
    ask = f"{TURN}user\n{question}{TURN_END}\n{TURN}assistant\n"
    return [(ask, False), (answer + TURN_END, True), ("\n", False)]


def fact_turn(rng: Random, stage: int) -> Document:
    fact = rng.choice(FACTS)
    return turn(fact.question(rng, stage), fact.answer)


def other_turn(rng: Random) -> Document:
    """Small talk, or something that the model cannot know."""
    if rng.random() < 0.4:
        question, answer = rng.choice(SMALL_TALK)
        return turn(disturb(rng, rng.choice(question) + "."), answer)
    return turn(disturb(rng, rng.choice(UNKNOWN).format(rng.choice(UNKNOWN_THINGS))), UNKNOWN_ANSWER)


def tale_turn(rng: Random) -> Document:
    """A tale on request, sometimes with a wish for its hero or its object."""
    hero = rng.choice(words.WOMEN + words.MEN) if rng.random() < 0.5 else ""
    noun = rng.choice(words.THINGS) if rng.random() < 0.5 else ""
    about = " and ".join(filter(None, [hero, noun and words.with_article(noun)]))
    request = rng.choice(TALE_REQUESTS) + (f" about {about}." if about else ".")
    return turn(disturb(rng, request), tale(rng, hero, noun))


def conversation(rng: Random, stage: int) -> Document:
    document: Document = []
    while True:
        document += other_turn(rng) if rng.random() < 0.06 else fact_turn(rng, stage)
        if rng.random() < 0.7:
            return document


def plain_answer(rng: Random, stage: int) -> Document:
    """A question without the chat template, so that `run -p "What is a warp?"` works as well."""
    fact = rng.choice(FACTS)
    return [(fact.question(rng, stage), False), ("\n" + fact.answer + END, True)]


def document(rng: Random, stage: int = 0) -> Document:
    """A tale, a conversation, a plain question or, late in training, a portrait."""
    kind = rng.random()
    portraits, tales, requests = SHARES[stage]
    kind -= portraits
    if kind < 0:
        body = [(portrait(rng) + END, True)]
    elif kind < tales:
        body = [(tale(rng) + END, True)]
    elif kind < tales + requests:
        body = tale_turn(rng)
    elif kind < 0.90 - portraits:
        body = conversation(rng, stage)
    else:
        body = plain_answer(rng, stage)
    return [(BEGIN, False)] + body


def row(rng: Random, stage: int) -> Iterator[Document]:
    """The documents of one row of the last stage: a tale, at times after a question, and then questions.

    So a row of 256 tokens holds a whole tale. One row of five has no tale: about half of all tokens are questions.
    """
    if rng.random() < 0.8:
        if rng.random() < 0.3:
            yield [(BEGIN, False)] + plain_answer(rng, stage)
        yield [(BEGIN, False)] + (tale_turn(rng) if rng.random() < 0.15 else [(tale(rng) + END, True)])
    while True:
        yield [(BEGIN, False)] + (conversation(rng, stage) if rng.random() < 0.8 else plain_answer(rng, stage))


def main() -> None:
    count, seed = (int(a) for a in (sys.argv[1:] + ["10", "1"][len(sys.argv) - 1 :]))
    for number in range(count):
        print("".join(text for text, _ in document(Random(f"{seed}/{number}"), number % 3)), end="\n\n")


if __name__ == "__main__":
    main()
