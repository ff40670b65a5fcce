"""What is said of layers that were put back to fp32."""

import csv
from pathlib import Path

import numpy as np
import pytest

from clsbench.agree.layer_files import write_sensitivity
from clsbench.agree.sensitivity import Sensitivity


def _found(**wrong: int) -> Sensitivity:
    """Of 20 images the first so many are wrong."""
    return Sensitivity({variant: np.arange(20) >= count for variant, count in wrong.items()})


def test_layers_that_make_fewer_errors_in_fp32_are_named_the_best_first() -> None:
    found = _found(fp32=2, int8=10, conv1=9, conv2=10, conv3=4)
    assert found.helpful() == ["conv3", "conv1"]
    assert found.verdict == (
        "int8 makes 10 errors on 20 images, fp32 2 (p = 0.0078); fewer with only conv3 or conv1 in fp32"
    )


def test_a_difference_that_may_be_chance_is_said_to_be_that() -> None:
    assert "which may be chance" in _found(fp32=2, int8=3, conv1=2).verdict


@pytest.mark.parametrize(("fp32", "words"), [(3, "no layer needs to stay"), (1, "any one of the worst layers")])
def test_without_a_layer_that_helps_none_is_named(fp32: int, words: str) -> None:
    found = _found(fp32=fp32, int8=3, conv1=3 if fp32 == 1 else 2)
    assert found.helpful() == []
    assert words in found.verdict


def test_the_file_has_each_variant_against_int8(tmp_path: Path) -> None:
    write_sensitivity(_found(fp32=2, int8=10, conv1=9), tmp_path / "sensitivity.csv")
    with (tmp_path / "sensitivity.csv").open() as file:
        rows = {row["in_fp32"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["all layers", "none", "conv1"]
    assert (rows["all layers"]["now_right"], rows["all layers"]["now_wrong"]) == ("8", "0")
    assert (rows["conv1"]["top1_error"], rows["conv1"]["difference"]) == ("45", "-5")
