"""Makes the weights of `bridge.raid.suspicion` from texts written for it, and judges them.

Nothing here runs in the service: `python -m tests.training` and `python -m tests.training.judge`.
"""
