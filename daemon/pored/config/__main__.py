"""Prints the sample settings: ``python -m pored.config > config/pored.toml``."""

import sys

from pored.config.rendering import render_sample

sys.stdout.write(render_sample())
