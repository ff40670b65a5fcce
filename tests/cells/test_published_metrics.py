"""Random weights never get a difference to a published number; a published cell's own weights do."""

from pathlib import Path

import pytest
from command_line import Cli

LIST = "n01440764_tench.JPEG 0\nn01491361_tiger_shark.JPEG 3\n"


@pytest.mark.shared
def test_random_weights_are_marked_and_never_compared(clsbench: Cli, shared: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(LIST)
    images = ["dataset=list", f"dataset.list={tmp_path}/list.txt", f"dataset.root={shared}/imagenet_sample/images"]
    ended = clsbench("model=resnet18-priv", "model.weights=random", *images)
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.data.tags["weights"] == "random"
    assert run.data.params["weights"] == "random"
    assert "random weights" in ended.said
    assert not [key for key in run.data.metrics if key.startswith(("published_", "delta_"))]


@pytest.mark.shared
def test_a_published_cell_shows_published_numbers_and_the_difference(
    clsbench: Cli, shared: Path, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text(LIST)
    images = ["dataset=list", f"dataset.list={tmp_path}/list.txt", f"dataset.root={shared}/imagenet_sample/images"]
    # SqueezeNet's weights under the zoo's own definition, with published numbers given to it: none were published.
    published = "+model.published.standard={single: [40.0, 18.0]}"
    weights = f"model.weights={shared}/squeezenet/squeezenet_v1.0.caffemodel"
    ended = clsbench("model=squeezenet-v1.0", weights, published, *images)
    assert ended.code == 0, ended.said
    metrics = ended.run.data.metrics
    assert metrics["published_top1_error"] == 40.0
    assert metrics["delta_top1_error"] == pytest.approx(metrics["top1_error"] - 40.0)
    assert "published" in ended.said

    other = clsbench("model=squeezenet-v1.0", weights, published, "base_size=240", *images)
    assert "published_top1_error" not in other.runs[0].data.metrics
