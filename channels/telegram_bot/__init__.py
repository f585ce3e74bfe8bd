"""What the Telegram channel knows of the Bot API. Touches floors 0-1 of the bridge and the vendor's SDK.

`settings` reads the environment, `webhook` authenticates, `updates` says what is read of an update and
`translation` makes nouns of it; `transport` dials, `refusals` reads what is answered instead, `pace` keeps to
the limits, `outcomes` says what came of a call, and `menu` is what people are offered.
"""
