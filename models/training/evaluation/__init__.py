"""The fixed evaluation of the pose network: sets of crops, who looks at them, and what is measured."""
