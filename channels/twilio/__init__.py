"""What the SMS channel knows of Twilio. Touches floors 0-1 of the bridge and Twilio's SDK.

`settings` reads the environment, `signature` authenticates, `form` decodes, `translation` turns fields into
nouns, `webhooks` answers, `transport` dials, `outcomes` says what came of it, and `codes` is its table.
"""
