"""Photoshop documents (PSD, PSB): read, and written channel by channel."""
