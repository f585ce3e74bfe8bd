"""`python -m tests.training`: makes the weights anew, in place; with `--check`, holds the committed ones."""

import sys

from tests.training import record
from tests.training.train import train


def main() -> None:
    """Takes minutes."""
    made = train().to_bytes()
    if "--check" not in sys.argv:
        record.WEIGHTS.write_bytes(made)
        record.write()
    elif made != record.WEIGHTS.read_bytes():
        sys.exit("The weights are not what the texts make: run `python -m tests.training`.")


main()
