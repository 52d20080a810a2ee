"""The lifter: motion capture seen by made-up eyes, and the network that turns 2D into 3D."""
