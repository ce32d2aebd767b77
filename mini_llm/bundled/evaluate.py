"""Measures the GGUF file itself: evaluate.py MODEL.gguf

Asks every held-out wording through the file's chat template, greedily, with the weights as they ship. An
answer is right if its words are exactly those of the fact (small letters, punctuation ignored) and it ends by
itself. Then prints the validation losses and tales, greedy and at temperature 0.8.
"""

import sys
from difflib import SequenceMatcher
from pathlib import Path

import jinja2
import torch
from tokenizers import Tokenizer

from facts import Fact, normalize, read_facts, read_fresh
from generate_text import BEGIN
from model import KvCache, Llama
from read_gguf import load
from train import loss_of, validation_sets

TALE_STARTS = [
    "Once upon a time", "One morning", "Long ago", "There was once a fox", "Many years ago", "Mara was a baker",
    "In a small village", "One day", "Once upon a time a girl named Lina", "Last winter",
]  # fmt: skip


@torch.no_grad()
def generate(model: Llama, prompts: list[list[int]], ends: set[int], most: int, heat: float = 0.0) -> list[list[int]]:
    """Continues every prompt until an end token (kept in the result) or `most` tokens. heat 0 is greedy.

    Prompts of the same length go through the model together.
    """
    results: list[list[int]] = [[] for _ in prompts]
    for length in sorted({len(p) for p in prompts}):
        rows = [r for r, p in enumerate(prompts) if len(p) == length]
        caches = [KvCache() for _ in model.blk]
        tokens = torch.tensor([prompts[r] for r in rows])
        for _ in range(min(most, model.config.context - length)):
            logits = model(tokens, caches=caches)[:, -1]
            tokens = torch.multinomial((logits / heat).softmax(-1), 1) if heat else logits.argmax(-1, keepdim=True)
            for r, token in zip(rows, tokens[:, 0].tolist()):
                if not results[r] or results[r][-1] not in ends:
                    results[r].append(token)
            if all(results[r][-1] in ends for r in rows):
                break
    return results


def ask(model: Llama, tokenizer: Tokenizer, template: str, questions: list[str], ends: set[int]) -> list[str]:
    """The answers, without their end token; one that did not end gets '...'."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    render = environment.from_string(template).render
    texts = [render(messages=[{"role": "user", "content": q}], add_generation_prompt=True) for q in questions]
    prompts = [tokenizer.encode(BEGIN + text).ids for text in texts]
    results = generate(model, prompts, ends, 70)
    return [tokenizer.decode(tokens) + ("" if tokens[-1] in ends else "...") for tokens in results]


def resemblance(fact: Fact, wording: str) -> float:
    """Share of words in common, in order, with the nearest training wording (1 would be the same)."""
    words = normalize(wording).split()
    return max(SequenceMatcher(None, words, normalize(w).split()).ratio() for w in fact.wordings())


def score(title: str, cases: list[tuple[Fact, str]], answers: list[str]) -> None:
    """Prints every wrong answer, then the share of right ones, also by how near the wordings are to training."""
    groups: dict[str, list[bool]] = {"under 0.5": [], "0.5 to 0.7": [], "over 0.7": []}
    for (fact, wording), answer in zip(cases, answers):
        good = normalize(answer) == normalize(fact.answer) and not answer.endswith("...")
        near = resemblance(fact, wording)
        groups["under 0.5" if near < 0.5 else "0.5 to 0.7" if near <= 0.7 else "over 0.7"].append(good)
        if not good:
            print(f"WRONG {wording}\n   said {answer}\n   fact {fact.answer}")
    right = sum(map(sum, groups.values()))
    print(f"{title}: {right} of {len(cases)} right, {100 * right / len(cases):.1f}%")
    for name, results in groups.items():
        print(f"  resemblance to training {name}: {sum(results)} of {len(results)}")


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model, tokenizer, entries = load(Path(sys.argv[1]))
    ends = {entries["tokenizer.ggml.eos_token_id"], entries["tokenizer.ggml.eot_token_id"]}
    facts = read_facts()
    held = [(fact, wording) for fact in facts for wording in fact.held]
    for title, cases in (("held-out wordings", held), ("fresh questions", read_fresh(facts))):
        score(title, cases, ask(model, tokenizer, entries["tokenizer.chat_template"], [q for _, q in cases], ends))
    with torch.no_grad():
        for name, pair in validation_sets(tokenizer, model.config.context).items():
            print(f"validation loss, {name}: {loss_of(model, *pair).item():.4f}")
    prompts = [tokenizer.encode(BEGIN + start).ids for start in TALE_STARTS]
    for heat in (0.0, 0.8):
        print(f"\n--- tales at temperature {heat}")
        for start, tokens in zip(TALE_STARTS, generate(model, prompts, ends, 400, heat)):
            print(f"[{len(tokens)} tokens] {start}{tokenizer.decode(tokens)}\n")


if __name__ == "__main__":
    main()
