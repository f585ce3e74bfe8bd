"""Who is not to be answered because somebody said so: today the senders themselves.

Floor 1, pure.
"""
