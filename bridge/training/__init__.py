"""Makes the weights of `bridge.raid.suspicion` from texts written for it, and judges them. Floor 4.

Nothing here runs in the service: `python -m bridge.training` and `python -m bridge.training.judge`.
"""
