"""The settings: what can be set (models), how it is written (values), how a file is read (reading)."""

from pored.config.models import Batch, HotFolder, Order, Pairing, Recipe, Recovery, Result, Review, Settings
from pored.config.own import CHOSEN_NAME, WISHES, adjusted, read_chosen, values_of, wished, wishes_from
from pored.config.reading import load_settings
from pored.config.recipes import digest, recovery_from
from pored.config.rendering import render_sample, render_table
from pored.config.values import Opacity

__all__ = [
    "CHOSEN_NAME",
    "WISHES",
    "Batch",
    "HotFolder",
    "Opacity",
    "Order",
    "Pairing",
    "Recipe",
    "Recovery",
    "Result",
    "Review",
    "Settings",
    "adjusted",
    "digest",
    "load_settings",
    "read_chosen",
    "recovery_from",
    "render_sample",
    "render_table",
    "values_of",
    "wished",
    "wishes_from",
]
