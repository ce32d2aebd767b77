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

from facts import Fact, normalize, read_facts
from generate_text import BEGIN
from model import Llama
from read_gguf import load
from train import loss_of, validation_sets

TALE_STARTS = [
    "Once upon a time", "One morning", "Long ago", "There was once a fox", "Many years ago", "Mara was a baker",
    "In a small village", "One day", "Once upon a time a girl named Lina", "Last winter",
]  # fmt: skip


@torch.no_grad()
def generate(model: Llama, prompts: list[list[int]], ends: set[int], most: int, heat: float = 0.0) -> list[list[int]]:
    """Continues every prompt until an end token (kept in the result) or `most` tokens. heat 0 is greedy."""
    lengths = [len(p) for p in prompts]
    rows = torch.zeros(len(prompts), min(max(lengths) + most, model.config.context), dtype=torch.long)
    for row, prompt in enumerate(prompts):
        rows[row, : len(prompt)] = torch.tensor(prompt)
    running = [True] * len(prompts)
    for at in range(min(lengths), rows.shape[1]):
        active = [r for r in range(len(prompts)) if running[r] and lengths[r] == at]
        if not any(running):
            break
        if not active:
            continue
        where = torch.zeros(len(active), at, dtype=torch.bool)
        where[:, -1] = True
        logits = model(rows[active, :at], where)
        chosen = logits.argmax(-1) if heat == 0 else torch.multinomial((logits / heat).softmax(-1), 1)[:, 0]
        for row, token in zip(active, chosen.tolist()):
            rows[row, at] = token
            lengths[row] += 1
            running[row] = token not in ends and lengths[row] - len(prompts[row]) < most
    return [rows[r, len(p) : lengths[r]].tolist() for r, p in enumerate(prompts)]


def ask(model: Llama, tokenizer: Tokenizer, template: str, questions: list[str], ends: set[int]) -> list[str]:
    """The answers, without their end token; one that did not end gets '...'."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    render = environment.from_string(template).render
    texts = [render(messages=[{"role": "user", "content": q}], add_generation_prompt=True) for q in questions]
    answers = []
    for start in range(0, len(texts), 16):
        prompts = [tokenizer.encode(BEGIN + text).ids for text in texts[start : start + 16]]
        for tokens in generate(model, prompts, ends, 70):
            answers.append(tokenizer.decode(tokens) + ("" if tokens[-1] in ends else "..."))
    return answers


def resemblance(fact: Fact, wording: str) -> float:
    """Share of words in common, in order, with the nearest training wording (1 would be the same)."""
    words = normalize(wording).split()
    return max(SequenceMatcher(None, words, normalize(w).split()).ratio() for w in fact.wordings())


def score_answers(model: Llama, tokenizer: Tokenizer, template: str, ends: set[int]) -> None:
    cases = [(fact, wording) for fact in read_facts() for wording in fact.held]
    answers = ask(model, tokenizer, template, [w for _, w in cases], ends)
    right = 0
    groups: dict[str, list[bool]] = {}
    for (fact, wording), answer in zip(cases, answers):
        good = normalize(answer) == normalize(fact.answer) and not answer.endswith("...")
        right += good
        near = resemblance(fact, wording)
        groups.setdefault("under 0.5" if near < 0.5 else "0.5 to 0.7" if near < 0.7 else "over 0.7", []).append(good)
        if not good:
            print(f"WRONG {wording}\n   said {answer}\n   fact {fact.answer}")
    print(f"held-out wordings: {right} of {len(cases)} right, {100 * right / len(cases):.1f}%")
    for name, results in sorted(groups.items()):
        print(f"  resemblance {name}: {sum(results)} of {len(results)}")


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model, tokenizer, entries = load(Path(sys.argv[1]))
    ends = {entries["tokenizer.ggml.eos_token_id"], entries["tokenizer.ggml.eot_token_id"]}
    score_answers(model, tokenizer, entries["tokenizer.chat_template"], ends)
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
