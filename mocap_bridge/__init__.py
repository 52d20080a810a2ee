"""Webcam to humanoid avatar, live."""
