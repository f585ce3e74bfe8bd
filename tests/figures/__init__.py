"""Every figure that is shown: what it counts is written down, and everybody counts it alike."""
