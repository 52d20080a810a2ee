"""Layers that a CPU trains fast: compiled kernels with gradients."""
