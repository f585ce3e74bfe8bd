"""Who a sender is, hidden: pseudonyms, handles, and texts sealed with a key of the sender's own.

Floor 1: no I/O. Cryptography is `cryptography`'s; randomness serves for keys and nonces only.
"""
