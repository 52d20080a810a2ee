"""Renders, crops, a teacher and distillation on a GPU, and the one file its assets travel in."""
