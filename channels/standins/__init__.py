"""Local stand-ins of the providers: they speak the wire protocol over HTTP, for the demo and for tests.

A stand-in and the service never import each other: only HTTP passes between them, so that the provider's real
SDK is what gets used. Touches `bridge.ports` and the vendor's SDK.
"""
