"""Memory and CPU time of this process and of those that it started."""

import subprocess
import sys

from clsbench.timing.process_tree import cpu_seconds, peak_rss_mib

BUSY = """
import time
held = bytearray(200 * 2**20)
end = time.process_time() + 0.5
while time.process_time() < end: pass
print("ready", flush=True)
input()
"""


def test_a_living_childs_memory_and_cpu_time_count() -> None:
    memory, seconds = peak_rss_mib(), cpu_seconds()
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        assert peak_rss_mib() - memory > 150
        assert cpu_seconds() - seconds > 0.4
        child.communicate(b"\n")
    assert cpu_seconds() - seconds > 0.4  # ended, it still counts
