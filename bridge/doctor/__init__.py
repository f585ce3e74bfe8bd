"""Whether an installation is in order, part by part, each fault with its mend. Floor 4."""

from bridge.doctor.examination import examination, is_well

__all__ = ["examination", "is_well"]
