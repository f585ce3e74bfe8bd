"""Text: folding, words, SMS segments and language. Floor 1, pure: touches no other room."""
