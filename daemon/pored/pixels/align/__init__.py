"""The map from an original to its export, and the original laid over it."""
