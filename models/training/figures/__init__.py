"""Rendered people: a rig, bodies, clothes, hair and things on it, and the painter."""
