"""What the gateway channel knows of SMS Gateway for Android, by capcom6. Touches floors 0-1 of the bridge.

`settings` reads the environment, `signature` authenticates, `translation` turns events into nouns, `outcomes`
says what came of a call, `names` what a message is called, `hooks` where the phone calls us, `examination`
looks at the phone. https://docs.sms-gate.app
"""
