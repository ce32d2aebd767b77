"""Muon: momentum whose update matrix is made orthogonal, so that every direction moves equally far.

For the matrices inside the blocks it needs clearly fewer steps than AdamW. Written out here in float32,
because a CPU without fast bfloat16 matrix products is slow with the version in PyTorch.
"""

from concurrent.futures import Executor

import torch
from torch import Tensor, nn

# Coefficients of the quintic Newton-Schulz iteration (Keller Jordan, 2024): five rounds bring all singular
# values near one, fast rather than exactly.
A, B, C = 3.4445, -4.7750, 2.0315


def orthogonalize(matrix: Tensor, rounds: int = 5) -> Tensor:
    x = matrix / (matrix.norm() + 1e-7)
    if x.shape[0] > x.shape[1]:
        return orthogonalize(matrix.T, rounds).T
    for _ in range(rounds):
        square = x @ x.T
        x = A * x + (B * square + C * square @ square) @ x
    return x


class Muon:
    def __init__(self, matrices: list[nn.Parameter], pool: Executor, momentum: float, weight_decay: float) -> None:
        self.matrices, self.pool = matrices, pool
        self.momentum, self.weight_decay = momentum, weight_decay
        self.means = [torch.zeros_like(m) for m in matrices]

    def _update(self, matrix: nn.Parameter, mean: Tensor, rate: float) -> None:
        with torch.no_grad():
            mean.lerp_(matrix.grad, 1 - self.momentum)
            direction = orthogonalize(matrix.grad.lerp(mean, self.momentum))
            # 0.2 sqrt(larger side): updates as large as AdamW's, so both can use one learning rate
            scale = 0.2 * max(matrix.shape) ** 0.5
            matrix.mul_(1 - rate * self.weight_decay).sub_(direction, alpha=rate * scale)

    def step(self, rate: float) -> None:
        list(self.pool.map(lambda pair: self._update(*pair, rate), zip(self.matrices, self.means)))
