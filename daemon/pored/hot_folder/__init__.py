"""A hot folder's day: files taken, paired, given to workers, and their results put into place."""
