from __future__ import annotations

import socket
import urllib.request

import pytest

from pored.errors import UsageError
from pored.metrics import Metrics


def _free_address() -> str:
    with socket.socket() as channel:
        channel.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{channel.getsockname()[1]}"


def _asked(address: str) -> list[str]:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        return answer.read().decode().splitlines()  # type: ignore[no-any-return]


def test_prometheus_is_answered() -> None:
    metrics, address = Metrics(), _free_address()
    metrics.queue([("heads", "waiting", 3, 60.0)], {"heads": False, "school": True})
    metrics.picture("heads", "done", "", {"load": 0.5, "write": 2.0})
    metrics.picture("heads", "failed", "no-face", None)
    metrics.lost("heads", "time-limit")

    end = metrics.serve(address)
    try:
        lines = _asked(address)
    finally:
        end()

    for line in (
        'pored_jobs{hot_folder="heads",state="waiting"} 3.0',
        'pored_jobs{hot_folder="school",state="queued"} 0.0',
        'pored_oldest_job_seconds{hot_folder="heads",state="waiting"} 60.0',
        'pored_hot_folder_up{hot_folder="heads"} 1.0',
        'pored_hot_folder_up{hot_folder="school"} 0.0',
        'pored_pictures_total{code="no-face",hot_folder="heads",outcome="failed"} 1.0',
        'pored_attempts_lost_total{code="time-limit",hot_folder="heads"} 1.0',
        'pored_step_seconds_count{step="write"} 1.0',
    ):
        assert line in lines


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="Name another port"):
            Metrics().serve(f"127.0.0.1:{other.getsockname()[1]}")
