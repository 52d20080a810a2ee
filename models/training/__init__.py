"""How the shipped weights are made: assets to renders to networks to ONNX. Needs the extra ``[train]``."""
