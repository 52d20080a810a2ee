"""Recorded and made-up movements, brought onto one rig."""
