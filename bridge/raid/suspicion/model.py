"""The linear model: a weight for every bucket, a sum, a logistic curve. Pure, but for loading the weights.

The file of weights: four magic bytes, the bias and the scale as little-endian 32-bit floats, then one signed
byte for every bucket.
"""

import struct
from array import array
from functools import cached_property, lru_cache
from importlib import resources
from math import exp, sqrt
from operator import itemgetter
from typing import Self

from bridge.noun import Noun
from bridge.raid.suspicion.features import BUCKETS, features_of
from bridge.remembered import remembered
from bridge.text.reading import read

_HEADER = struct.Struct("<4sff")
_MAGIC = b"RSW1"
_RAISE = 128
_RAISED = bytes((weight + _RAISE) % 256 for weight in range(256))
"""Each signed byte as an unsigned one, so much higher."""


def suspicion(text: str) -> int:
    """How abusive a text looks, per mille: 0 not at all, 1000 very. Any text is taken; an empty one is 0."""
    return suspicion_of(read(text).unmasked)


@remembered(512)  # pastes come again and again
def suspicion_of(unmasked: str) -> int:
    """The same of a text that `unmask` has been through already."""
    return weights().score(features_of(unmasked))


class Weights(Noun, dict=True):
    """What training found out: a logit is `bias + scale * sum of the weights * norm(number of buckets)`."""

    bias: float
    scale: float
    buckets: "array[int]"

    @cached_property
    def _raised(self) -> bytes:
        """The same as unsigned bytes: out of an array it takes half as long again to take them."""
        return self.buckets.tobytes().translate(_RAISED)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the file of weights; ValueError when it is not one."""
        if len(data) != _HEADER.size + BUCKETS or data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("The file of weights is damaged: make it anew with `python -m tests.training`.")
        _, bias, scale = _HEADER.unpack_from(data)
        return cls(bias, scale, array("b", data[_HEADER.size :]))

    def to_bytes(self) -> bytes:
        return _HEADER.pack(_MAGIC, self.bias, self.scale) + self.buckets.tobytes()

    def score(self, found: set[int]) -> int:
        if not found:
            return 0
        raised = itemgetter(*found, 0)(self._raised)  # two at least, or it gives no tuple
        total = sum(raised) - self._raised[0] - _RAISE * len(found)
        return round(1000 / (1 + exp(-(self.bias + self.scale * total * norm(len(found))))))


def norm(count: int) -> float:
    """The count to the power of -5/8: a long text, which holds a little of everything, gains nothing by it.

    By square roots alone, which are the same to the last bit on every machine.
    """
    root = sqrt(count)
    return 1 / (root * sqrt(sqrt(root)))


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights that come with the product, read at the first text."""
    return Weights.from_bytes(resources.files(__package__).joinpath("weights.bin").read_bytes())
