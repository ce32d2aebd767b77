"""Trains the bundled model on the CPU: train.py WORK_FOLDER [--steps N]

Needs WORK_FOLDER/tokenizer.json. Writes WORK_FOLDER/model.pt as it goes and continues from it when started
again; every step draws its own documents, so an interrupted run and an uninterrupted one see the same text.
With --weights MODEL.gguf it starts with the fourth part, from the weights (dequantized) and the tokenizer of that
file, and with the optimizers at rest.

The signal SIGUSR1 ends the training early and well: from then on the learning rate falls to zero. A run with
--steps set to the last step that it printed is the same.

The rows of a batch are handed out in pairs to single-threaded workers: on a machine that also does other
work, a busy core then takes fewer rows instead of holding up the others.
"""

import argparse
import copy
import math
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from random import Random

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor, nn

from facts import read_facts
from generate_text import BEGIN, END, Document, document, row, turn
from model import Config, Llama
from optimizer import Muon
from read_gguf import load as load_gguf
from tales import tale, words

ROWS = 8
PART = 2  # rows that a worker takes at a time
STAGES = [1300, 1700, 2650, 2800, 3000, 3700]  # steps at which the text changes; see README.md
FIRST_PART = 2650  # the learning rate falls to zero here, and starts again for the second part
SECOND_PART = 3450  # and here for the third
THIRD_PART = 3700  # and here for the fourth, in which a row is half as long: one tale and a few questions
SECOND_RATE, THIRD_RATE, FOURTH_RATE = 2e-3, 1.2e-3, 1.2e-3
FALL = 180  # over so many last steps the rate of the fourth part falls to zero
SPREAD = 4.0  # how far apart the second part puts the embeddings of names and things
COPY_WEIGHT = 4.0  # weight in the loss, from then on, of their tokens where a document repeats them
LEARNING_RATE = 3e-3
MOMENTUM = 0.95
STEPS = 4140
WARMUP = 100
DECAY_SHARE = 0.4  # the learning rate falls to zero over this last share of the steps
WEIGHT_DECAY = 0.1
IGNORE = -100  # target of a token that is read but not learned


def encode(tokenizer: Tokenizer, documents: list[Document]) -> tuple[list[int], list[int]]:
    """Token ids, and for each the target of learning (itself or IGNORE)."""
    parts = [part for d in documents for part in d]
    tokens: list[int] = []
    targets: list[int] = []
    for (_, learned), encoding in zip(parts, tokenizer.encode_batch([text for text, _ in parts])):
        tokens += encoding.ids
        targets += encoding.ids if learned else [IGNORE] * len(encoding.ids)
    return tokens, targets


def copy_weights(inputs: Tensor, targets: Tensor, copied: Tensor, begin: int) -> Tensor:
    """[rows][length]: COPY_WEIGHT where a target of the group `copied` stands earlier in its document, else 1.

    The first mention of a name is the writer's free choice; the later ones are right or wrong.
    """
    document = (inputs == begin).cumsum(1)
    earlier = (targets[:, :, None] == inputs[:, None, :]) & (document[:, :, None] == document[:, None, :])
    repeated = copied[targets.clamp(min=0)] & (targets != IGNORE) & earlier.tril().any(-1)
    return 1 + (COPY_WEIGHT - 1) * repeated


def batch(tokenizer: Tokenizer, rng: Random, stage: int, rows: int, length: int) -> tuple[Tensor, Tensor]:
    """Inputs and targets, [rows][length]. Each row starts with a document and is cut at its end."""
    inputs = torch.zeros(rows, length, dtype=torch.long)
    outputs = torch.zeros(rows, length, dtype=torch.long)
    for n in range(rows):
        tokens: list[int] = []
        targets: list[int] = []
        last = row(rng, stage)
        while len(tokens) <= length:
            more, learned = encode(tokenizer, [next(last) if stage == len(STAGES) else document(rng, stage)])
            tokens += more
            targets += learned
        inputs[n] = torch.tensor(tokens[:length])
        outputs[n] = torch.tensor(targets[1 : length + 1])
    return inputs, outputs


def validation_sets(tokenizer: Tokenizer, length: int) -> dict[str, tuple[Tensor, Tensor]]:
    """Unseen tales, and the answers to held-out wordings."""
    rng = Random("validation")
    held = [turn(rng.choice(fact.held), fact.answer) for fact in read_facts()]
    sets = {
        "tales": [[(BEGIN, False), (tale(rng) + END, True)] for _ in range(40)],
        "answers": [[(BEGIN, False)] + t for t in held[::4]],
    }
    result = {}
    for name, documents in sets.items():
        tokens = torch.zeros(len(documents), length, dtype=torch.long)
        targets = torch.full((len(documents), length), IGNORE)
        for number, d in enumerate(documents):
            ids, learned = encode(tokenizer, [d])
            n = min(len(ids) - 1, length)
            tokens[number, :n] = torch.tensor(ids[:n])
            targets[number, :n] = torch.tensor(learned[1 : n + 1])
        longest = int((targets != IGNORE).any(0).nonzero().max()) + 1
        result[name] = tokens[:, :longest], targets[:, :longest]
    return result


def loss_of(model: nn.Module, tokens: Tensor, targets: Tensor, weights: Tensor | None = None) -> Tensor:
    """The mean over the learned targets, weighted where weights [rows][length] are given."""
    learned = targets != IGNORE
    if weights is None:
        return F.cross_entropy(model(tokens, learned), targets[learned])
    losses = F.cross_entropy(model(tokens, learned), targets[learned], reduction="none")
    return (losses * weights[learned]).sum() / weights[learned].sum()


def rate(step: int, steps: int) -> float:
    """Warms up, stays, and falls linearly to zero; then faster, once for each of the further parts."""
    if step >= THIRD_PART:
        return FOURTH_RATE * min((step - THIRD_PART + 1) / 20, 1.0, (steps - step) / FALL)
    if step >= SECOND_PART:
        return THIRD_RATE * min((step - SECOND_PART + 1) / 20, (THIRD_PART - step) / (THIRD_PART - SECOND_PART))
    if step >= FIRST_PART:
        return SECOND_RATE * min((step - FIRST_PART + 1) / 20, (SECOND_PART - step) / (SECOND_PART - FIRST_PART))
    return LEARNING_RATE * min((step + 1) / WARMUP, 1.0, (FIRST_PART - step) / (DECAY_SHARE * FIRST_PART))


def copied_tokens(tokenizer: Tokenizer) -> list[list[int]]:
    """The tokens that a tale has to repeat exactly: names, things, places and what somebody is afraid of."""
    places, dreads = [p.name for p in words.PLACES], list(words.DREADS)
    groups = [words.WOMEN + words.MEN, words.THINGS] + [[n.split()[-1] for n in names] for names in (places, dreads)]
    return [[tokenizer.encode(" " + w).ids[0] for w in group] for group in groups]


def spread(embedding: Tensor, groups: list[list[int]]) -> None:
    """Moves the embeddings of a group away from their mean.

    All names are used alike, so training draws their embeddings together, until a tale cannot tell Mara from Otto.
    """
    with torch.no_grad():
        for group in groups:
            mean = embedding[group].mean(0)
            embedding[group] = mean + SPREAD * (embedding[group] - mean)


class Trainer:
    """The model, its optimizers (Muon for the matrices of the blocks, AdamW for the rest) and the workers."""

    def __init__(self, config: Config, workers: int) -> None:
        self.model = Llama(config)
        self.pool = ThreadPoolExecutor(workers)
        self.replicas: SimpleQueue[Llama] = SimpleQueue()
        self.all_replicas = [copy.deepcopy(self.model) for _ in range(workers)]
        for replica in self.all_replicas:  # own gradients, shared weights
            for own, shared in zip(replica.parameters(), self.model.parameters()):
                own.data = shared.data
            self.replicas.put(replica)
        matrices = [p for p in self.model.blk.parameters() if p.ndim == 2]
        others = [p for p in self.model.parameters() if all(p is not m for m in matrices)]
        self.muon = Muon(matrices, self.pool, MOMENTUM, WEIGHT_DECAY)
        self.adamw = torch.optim.AdamW(others, weight_decay=0.0, betas=(0.9, 0.98))

    def part_loss(self, tokens: Tensor, targets: Tensor, weights: Tensor, share: float) -> float:
        replica = self.replicas.get()
        loss = loss_of(replica, tokens, targets, weights) * share
        loss.backward()
        self.replicas.put(replica)
        return loss.item()

    def step(self, tokens: Tensor, targets: Tensor, weights: Tensor, rate: float) -> float:
        """One step of training; returns the weighted mean loss of the learned tokens."""
        parts = [t.split(PART) for t in (tokens, targets, weights)]
        learned = weights * (targets != IGNORE)
        shares = [(part.sum() / learned.sum()).item() for part in learned.split(PART)]
        loss = sum(self.pool.map(self.part_loss, *parts, shares))
        for parameter, *copies in zip(self.model.parameters(), *(r.parameters() for r in self.all_replicas)):
            parameter.grad = torch.stack([c.grad for c in copies if c.grad is not None]).sum(0)
            for c in copies:
                c.grad = None
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.muon.step(rate)
        self.adamw.param_groups[0]["lr"] = rate
        self.adamw.step()
        return loss

    def save(self, path: Path, step: int, seconds: float) -> None:
        state = {"model": self.model.state_dict(), "config": self.model.config, "step": step, "seconds": seconds}
        state |= {"muon": self.muon.means, "adamw": self.adamw.state_dict()}
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    def load(self, path: Path) -> tuple[int, float]:
        state = torch.load(path, weights_only=False)
        self.model.load_state_dict(state["model"])
        self.muon.means = state["muon"]
        self.adamw.load_state_dict(state["adamw"])
        return state["step"], state["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--weights", type=Path, help="a GGUF file to start the last part from")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)

    weights = load_gguf(arguments.weights) if arguments.weights else None
    if weights:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        weights[1].save(str(arguments.folder / "tokenizer.json"))  # token ids mean what they mean in the file
    tokenizer = Tokenizer.from_file(str(arguments.folder / "tokenizer.json"))
    trainer = Trainer(Config(vocab=tokenizer.get_vocab_size()), arguments.workers)
    model, checkpoint = trainer.model, arguments.folder / "model.pt"
    start, seconds = trainer.load(checkpoint) if checkpoint.exists() else (0, 0.0)
    if weights and not start:
        model.load_state_dict(weights[0].state_dict())
        start = THIRD_PART
    print(f"{sum(p.numel() for p in model.parameters())} parameters, from step {start}", flush=True)

    context = model.config.context
    validation = validation_sets(tokenizer, context)
    groups = copied_tokens(tokenizer)
    copied = torch.zeros(model.config.vocab, dtype=torch.bool)
    copied[sum(groups, [])] = True
    begin = tokenizer.token_to_id(BEGIN)
    mean, clock = math.nan, time.time()
    steps = arguments.steps

    def finish(*_: object) -> None:
        nonlocal steps
        steps = step + 1 + FALL

    signal.signal(signal.SIGUSR1, finish)
    step = start - 1
    while (step := step + 1) < steps:
        stage = sum(step >= first for first in STAGES)
        if step == FIRST_PART:
            spread(model.token_embd.weight, groups)
        length = context // 2 if step >= THIRD_PART else context
        tokens, targets = batch(tokenizer, Random(f"train/{step}"), stage, ROWS, length)
        late = step >= FIRST_PART
        weights = copy_weights(tokens, targets, copied, begin) if late else torch.ones(tokens.shape)
        loss = trainer.step(tokens, targets, weights, rate(step, steps))
        mean = loss if math.isnan(mean) else 0.9 * mean + 0.1 * loss
        spent, clock = time.time() - clock, time.time()
        seconds += spent
        done = step + 1
        if done % 10 == 0:
            speed = ROWS * length / spent
            print(f"step {done} of {steps} loss {mean:.4f} {speed:.0f} tokens/s {seconds:.0f} s", flush=True)
        if done % 50 == 0 or done == steps:
            trainer.save(checkpoint, done, seconds)
        if done % 100 == 0 or done == steps:
            with torch.no_grad():
                losses = {name: loss_of(model, *pair).item() for name, pair in validation.items()}
            print("validation " + " ".join(f"{name} {value:.4f}" for name, value in losses.items()), flush=True)


if __name__ == "__main__":
    main()
