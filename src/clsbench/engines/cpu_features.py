"""What this CPU computes natively, according to Linux; other precisions are emulated, slower than fp32."""

from collections.abc import Mapping, Sequence
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
# One of these flags is enough for a precision. Arm has other names: dot products of bytes, and bfloat16.
_FLAGS: Mapping[str, Sequence[str]] = {
    "int8": ("avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm"),
    "bf16": ("avx512_bf16", "amx_bf16", "bf16"),
}


def precision_note(precision: str, cpuinfo: Path = _CPUINFO) -> str:
    """A note that this CPU emulates ``precision``; empty if it does not, or if nothing is known about the CPU."""
    wanted, known = _FLAGS.get(precision), _flags(cpuinfo)
    if not wanted or not known or not known.isdisjoint(wanted):
        return ""
    return f"this CPU has no instructions for {precision} ({' or '.join(wanted[:2])}): it is emulated, slowly"


def _flags(cpuinfo: Path) -> set[str]:
    try:
        lines = cpuinfo.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return set()
    return next(
        (set(line.partition(":")[2].split()) for line in lines if line.startswith(("flags", "Features"))), set()
    )
