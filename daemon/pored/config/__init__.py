"""The settings: what can be set (models), how it is written (values), how a file is read (reading)."""

from pored.config.models import Batch, HotFolder, Order, Pairing, Recipe, Recovery, Result, Settings
from pored.config.reading import load_settings
from pored.config.recipes import digest, recovery_from
from pored.config.rendering import render_sample, render_table
from pored.config.values import Opacity

__all__ = [
    "Batch",
    "HotFolder",
    "Opacity",
    "Order",
    "Pairing",
    "Recipe",
    "Recovery",
    "Result",
    "Settings",
    "digest",
    "load_settings",
    "recovery_from",
    "render_sample",
    "render_table",
]
