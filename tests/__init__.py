"""Tests are sentences and tables; real files, real servers, real SDKs."""

import os
import sys

# Whatever the environment tells Python: else each of a hundred processes would compile everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
