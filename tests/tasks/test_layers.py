"""agree precision=int8 layers=true: the noise of each layer, and what it costs."""

import csv
from pathlib import Path

import pytest
from command_line import Cli, cli


@pytest.fixture
def agree(tmp_path: Path) -> Cli:
    """``python -m clsbench.agree``."""
    return cli("clsbench.agree", tmp_path)


def test_the_demos_layers_are_measured_and_put_back_to_fp32(agree: Cli) -> None:
    ended = agree("precision=int8", "layers=true", "calibration.images=50", "limit=120")
    assert ended.code == 0, ended.said
    with ended.artifact("layers.csv").open() as file:
        layers = list(csv.DictReader(file))
    with ended.artifact("sensitivity.csv").open() as file:
        variants = {row["in_fp32"]: row for row in csv.DictReader(file)}
    weighted = [row["layer"] for row in layers if row["type"] in ("Conv", "Gemm")]
    assert set(variants) == {"none", "all layers", *weighted}
    assert {row["images"] for row in variants.values()} == {"70"}
    assert all(10 < float(row["signal_to_noise_db"]) < 90 for row in layers if row["layer"] in weighted)
    assert ended.artifact("plots/layers.png").stat().st_size > 10_000
    assert ended.run.data.metrics["images"] == 70
    assert "fewer" in ended.run.data.tags["verdict"] or "no layer needs to stay" in ended.run.data.tags["verdict"]
    assert any(line.startswith("overrides:") for line in ended.said.splitlines())


@pytest.mark.parametrize("overrides", [["precision=fp32"], ["precision=int8", "quantisation.tool=nncf"]])
def test_it_is_for_what_onnx_runtime_quantises(agree: Cli, overrides: list[str]) -> None:
    ended = agree("layers=true", "calibration.images=50", *overrides)
    assert ended.code == 1
    assert "Traceback" not in ended.said
    assert "layers=true" in ended.said or "quantisation.tool=nncf" in ended.said
