"""The demo: the whole product on local stand-ins, and a page to watch it. Floor 4.

It wires what `rempart run` wires, in a temporary folder and with credentials of the stand-ins only.
"""
