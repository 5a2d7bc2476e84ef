"""Gives AI-smoothed portraits their pores back: a hot-folder service for photo studios."""

__version__ = "0.1.0"
