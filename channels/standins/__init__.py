"""Local stand-ins of the providers: they speak the wire protocol over HTTP, for the demo and for tests.

A stand-in and the service never import each other: only HTTP passes between them, so that the provider's real
SDK is what gets used. Each has a folder; what they share stands beside the
folders, with `base` as the ground. They touch `bridge.standin` and the vendor's SDK.
"""
