"""The dossier: what happened, written out for whoever must judge it, so that every byte can be checked."""
