"""Proof: canonical bytes of what happened, and the hash chain over them.

Floor 1, pure. The chain runs over the sealed form, so erasing a person leaves it whole.
"""
