"""The Slack room: where the team watches and steers. Touches floors 0-1 of the bridge and Slack's SDKs.

`settings` reads the environment. `parts` is what it is made of while it is open; `several` is for lines that
have one app. `texts` and `drawing` turn cards into blocks. `api` dials Slack, inside the
`fence` that lets it dial nobody else. `room` posts and edits. `webhook` and `socket_mode` receive, `bolt`
hands each payload on, `payloads` reads it. `desk` has the host decide, with what `people` knows of the
actor, and `answers`, `home` and `modal` show the actor, and nobody else, what came of it.
"""
