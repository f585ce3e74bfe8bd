"""The example's own tests run where it is installed, away from this folder."""

collect_ignore = ["letterbox"]
