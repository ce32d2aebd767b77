"""Checks sampled tales by rule: check_tales.py MODEL.gguf [COUNT] [TEMPERATURE] [SEED]

Samples COUNT tales, an equal number from each of evaluate.py's beginnings, and counts those that break a rule:
    end     it ends by itself
    name    "a cook named Ada" never introduces a name that is in the tale already
    person  every name is one that was introduced (or began the tale), and never more than two
    sex     a person of that kind, "girl" or "boy", has a name that fits; a pronoun never stands for nobody
    thing   every "the bell" was introduced as "a red bell" (or "a bell"), or was in the beginning
    look    a thing's look, where it is told again, is the same
    place   no name of a place is both "at" and "in"
A tale can keep all of these and still make no sense, so some have to be read as well. Text of the generator itself
keeps every rule: give --generator in place of the model to see it.
"""

import re
import sys
from collections import Counter
from pathlib import Path
from random import Random

import torch

from evaluate import TALE_STARTS, generate
from generate_text import BEGIN
from read_gguf import load
from tales import tale, words

NAMES = set(words.WOMEN + words.MEN)
LOOKS = {look for looks in words.LOOKS.values() for look in looks}
PREPOSITIONS = {p.name: p.preposition for p in words.PLACES}


def mistakes(text: str) -> list[str]:
    """The rules that a finished tale breaks, each with the words that break it."""
    found = []
    introduced: set[str] = set()
    first = re.match(r"([A-Z][a-z]+) was an? ", text)
    if first:
        introduced.add(first[1])
    tokens = re.findall(r"[A-Za-z]+", text)
    for before, name in zip([""] + tokens, tokens):
        if before == "named":
            if name in introduced:
                found.append(f"name {name}")
            introduced.add(name)
        elif name in NAMES and name not in introduced:
            found.append(f"person {name}")
    if len(introduced) > 2:
        found.append(f"person {len(introduced)}")
    for kind, name in re.findall(r"\b(girl|boy) named (\w+)", text):
        if (kind == "girl") != (name in words.WOMEN):
            found.append(f"sex {kind} {name}")
    for pronoun, names in (("she her herself", words.WOMEN), ("he him himself his", words.MEN)):
        used = {t.lower() for t in tokens} & set(pronoun.split())
        if used and not introduced & set(names) and "old man" not in text:
            found.append(f"sex {used}")
    looks: dict[str, str] = {}
    known: set[str] = set()
    for look, noun in re.findall(rf"\b({'|'.join(LOOKS)}|an?|the|The|that|your|my|My) ({'|'.join(words.THINGS)})\b", text):
        if look in LOOKS:
            if looks.setdefault(noun, look) != look:
                found.append(f"look {looks[noun]} and {look} {noun}")
            known.add(noun)
        elif look not in ("a", "an") and noun not in known:
            found.append(f"thing {noun}")
        elif noun not in known:
            known.add(noun)
    for preposition, place in re.findall(rf"\b(at|in|At|In) ({'|'.join(PREPOSITIONS)})\b", text):
        if PREPOSITIONS[place] != preposition.lower():
            found.append(f"place {preposition} {place}")
    return found


@torch.no_grad()
def main() -> None:
    arguments = sys.argv[1:] + ["200", "0.8", "1"][len(sys.argv) - 2 :]
    count, heat, seed = int(arguments[1]), float(arguments[2]), int(arguments[3])
    if arguments[0] == "--generator":
        texts = [tale(Random(f"check/{n}")) for n in range(count)]
        ended = [True] * count
    else:
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        model, tokenizer, entries = load(Path(arguments[0]))
        end = entries["tokenizer.ggml.eos_token_id"]
        starts = [TALE_STARTS[n % len(TALE_STARTS)] for n in range(count)]
        results = generate(model, [tokenizer.encode(BEGIN + s).ids for s in starts], {end}, 400, heat)
        texts = [s + tokenizer.decode(r) for s, r in zip(starts, results)]
        ended = [r[-1] == end for r in results]
    rules: Counter[str] = Counter()
    bad = 0
    for text, end in zip(texts, ended):
        found = mistakes(text) + ([] if end else ["end"])
        bad += bool(found)
        rules.update({f.split()[0] for f in found})
        if found:
            print(f"{'; '.join(found)}\n   {text}")
    print(f"{count - bad} of {count} tales keep every rule, {100 - 100 * bad / count:.1f}%; broken: {dict(rules)}")


if __name__ == "__main__":
    main()
