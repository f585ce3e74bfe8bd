"""The whole service on real parts."""
