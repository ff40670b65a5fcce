"""What is said of a precision that the CPU has no instructions for."""

from pathlib import Path

import pytest

from clsbench.engines.cpu_features import precision_note


@pytest.mark.parametrize(
    ("flags", "precision", "is_emulated"),
    [
        ("fpu sse2 avx2 fma", "int8", True),
        ("fpu sse2 avx2 avx512_vnni", "int8", False),
        ("fpu avx2 avx_vnni", "int8", False),
        ("fpu sse2 avx2 avx512_vnni", "bf16", True),
        ("fpu avx512_bf16", "bf16", False),
        ("fpu sse2", "fp32", False),
    ],
)
def test_a_precision_is_emulated_where_no_flag_names_it(
    tmp_path: Path, flags: str, precision: str, is_emulated: bool
) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: {flags}\n\nprocessor\t: 1\nflags\t\t: {flags}\n")
    note = precision_note(precision, tmp_path / "cpuinfo")
    assert bool(note) == is_emulated
    assert precision in note or not is_emulated


def test_nothing_is_said_of_a_cpu_that_nothing_is_known_of(tmp_path: Path) -> None:
    assert precision_note("int8", tmp_path / "absent") == ""
    (tmp_path / "cpuinfo").write_text("vendor_id : unknown\n")
    assert precision_note("int8", tmp_path / "cpuinfo") == ""
