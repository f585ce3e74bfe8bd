"""Signs heads of the log with Ed25519; the key comes from the service's secret. Pure."""

from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.evidence.proofs import Head, note
from bridge.noun import Discreet


class Signer(Discreet, dict=True):
    """The service's own signature under what it says of its log."""

    seed: bytes
    """32 bytes, secret."""

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def key(self) -> bytes:
        """The public half, 32 bytes: what everybody may know."""
        return self._private.public_key().public_bytes_raw()

    def head(self, head: Head) -> str:
        """A head as a signed note."""
        return self.text(head.text, head.origin)

    def text(self, text: str, origin: str) -> str:
        """Any text that ends with a line break, as a signed note."""
        return note(text, origin, self.key, self._private.sign(text.encode()))

    def salt(self, about: str, length: int) -> bytes:
        """So many bytes to key hashes with that are handed on: the same for the same thing, and ours alone.

        They tell nothing of the seed (HKDF-SHA256, RFC 5869).
        """
        kdf = HKDF(algorithm=SHA256(), length=length, salt=b"rempart", info=f"salt:{about}".encode())
        return kdf.derive(self.seed)
