"""Motions with known bones and feet, and how far the whole line is off."""
