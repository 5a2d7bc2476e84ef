"""``pored check``: what the machine lacks and the command that mends it; and the systemd drop-in with the folders."""

from pored.check.dropin import DROPIN_FOLDER, render_dropin, write_dropin
from pored.check.finding import Check
from pored.check.machine import Machine
from pored.check.run import run_checks

__all__ = ["DROPIN_FOLDER", "Check", "Machine", "render_dropin", "run_checks", "write_dropin"]
