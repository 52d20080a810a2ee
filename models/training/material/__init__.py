"""What pictures are made of, and which of it is kept from training."""
