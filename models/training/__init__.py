"""How the shipped weights are made: assets to renders to networks to ONNX. Needs the extra ``[train]``.

Every file here is a command (``python -m models.training.renders --help``); the folders hold what commands are made of.
"""
