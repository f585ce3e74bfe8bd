"""The loops: intake, folding, dispatch. Each survives an exception in one item, reports it, goes on.

Floor 3: they touch the store, the heart and the ports; what they need is handed in.
"""
