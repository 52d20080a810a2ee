"""The pose network: crops, labels, layers, loss, and the calibration of what it says of itself."""
