"""Adapters: each turns one provider's protocol into the core's nouns, and back.

They touch `bridge.model`, `bridge.ports`, `bridge.errors`, the pure rooms, and their vendor's SDK.
"""
