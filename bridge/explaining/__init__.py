"""Why a message, or a sender, is treated as it is: what is known, looked up and put into sentences. Floor 2.

`lookup` finds what is known (`known`), `sentences` words it, `explain` does both for whoever asks; `stories`
tells what became of messages, step by step.
"""
