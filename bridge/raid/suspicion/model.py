"""The linear model: a weight for every bucket, a sum, a logistic curve. Pure, but for loading the weights.

The file of weights: four magic bytes, the bias and the scale as little-endian 32-bit floats, then one signed
byte for every bucket.
"""

import struct
from array import array
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import exp, sqrt
from typing import Self

from bridge.raid.suspicion.features import BUCKETS, features

_HEADER = struct.Struct("<4sff")
_MAGIC = b"RSW1"


def suspicion(text: str) -> int:
    """How abusive a text looks, per mille: 0 not at all, 1000 very. Any text is taken; an empty one is 0."""
    return weights().score(features(text))


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found out: a logit is `bias + scale * sum of the weights / sqrt(number of buckets)`."""

    bias: float
    scale: float
    buckets: "array[int]"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the file of weights; ValueError when it is not one."""
        if len(data) != _HEADER.size + BUCKETS or data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("The file of weights is damaged: make it anew with `python -m bridge.training`.")
        _, bias, scale = _HEADER.unpack_from(data)
        return cls(bias, scale, array("b", data[_HEADER.size :]))

    def to_bytes(self) -> bytes:
        return _HEADER.pack(_MAGIC, self.bias, self.scale) + self.buckets.tobytes()

    def score(self, found: set[int]) -> int:
        if not found:
            return 0
        total = sum(map(self.buckets.__getitem__, found))
        return round(1000 / (1 + exp(-(self.bias + self.scale * total / sqrt(len(found))))))


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights that come with the product, read at the first text."""
    return Weights.from_bytes(resources.files(__package__).joinpath("weights.bin").read_bytes())
