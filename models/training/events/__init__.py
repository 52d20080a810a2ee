"""Takes with known actions, to examine event rules with: see ``models.training.events_bench``."""
