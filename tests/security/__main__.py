"""`make security`: what docs/security.md says, to standard output."""

import sys

from tests.security.document import document

sys.stdout.write(document())
