"""Whether an export and its original are one frame."""
