"""What the Telnyx channel knows of Telnyx. Touches floors 0-1 of the bridge.

`settings` reads the environment, `signature` authenticates, `translation` turns events into nouns, `codes` is
the table of errors, `records` looks up what was taken, `examination` looks at account and number.
"""
