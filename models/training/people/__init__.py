"""The people finder: composed scenes, the network, and its examination."""
