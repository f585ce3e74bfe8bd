"""`make benchmark`: the raid benchmark, in virtual time, and the document that tells how it went.

Every scenario of `bridge.simulate` through the live fold (`bridge.replay`), for many seeds, beside simpler
policies on the same traces. Nothing here is a test; the figures do not depend on the machine.
"""
