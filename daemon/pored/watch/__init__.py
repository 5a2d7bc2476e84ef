"""Time and names: what is in a folder, when it is ready, and which original belongs to it."""
