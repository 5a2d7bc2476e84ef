"""Method high-pass: what a face lacks of its original, and the layer that gives it back."""
