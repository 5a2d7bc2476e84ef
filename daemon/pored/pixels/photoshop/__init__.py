"""Photoshop's operations by the names that they have there."""
