"""Other ways to receive the same webhooks, measured beside ours in one run: `make bench-peers`.

Their packages are no part of the product: they are installed into a place of the bench's own, in the versions
that stand in `requirements.txt` and `package.json`.
"""
