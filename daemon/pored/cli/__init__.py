"""The command line."""

from pored.cli.app import main

__all__ = ["main"]
