"""Where a picture's skin is."""
