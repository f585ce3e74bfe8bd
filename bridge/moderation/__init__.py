"""Who is not to be answered because somebody said so: the senders themselves, or the team.

Floor 1, pure.
"""
