"""``python -m pored``."""

from pored.cli import main

main()
