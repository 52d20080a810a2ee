"""Solved poses as our own eyes make them, beside the true ones: what the correction of bones learns from."""
