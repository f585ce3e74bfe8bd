"""`python -m bridge.training`: makes the weights anew, in place."""

from bridge.training.train import main

main()
