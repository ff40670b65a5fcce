"""What the tests of the doctor share: the command, and examinations of SqueezeNet that share their forwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Cli, cli
from hydra import compose, initialize_config_dir
from remembering_bench import RememberingBench
from squeezenet_examined import Examine, Examined

from clsbench import config
from clsbench.doctor.chance_level import diagnosis
from clsbench.doctor.examination import examination
from clsbench.doctor.result import Result

SAMPLE = 100  # half of the default: enough for all but a small difference in size


@pytest.fixture
def doctor(tmp_path: Path) -> Cli:
    """``python -m clsbench.doctor`` from a foreign folder, with outputs of its own; call it with the overrides."""
    return cli("clsbench.doctor", tmp_path)


@pytest.fixture
def examine(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Examine]:
    """Examines SqueezeNet on the sample photographs; call it with the overrides, right ones but for those given."""
    right = [
        "task=doctor",
        "model=custom",
        f"model.prototxt={shared}/squeezenet/deploy.prototxt",
        "dataset=list",
        f"dataset.root={shared}/imagenet_sample/images",
    ]
    defaults = {
        "model.weights": f"{shared}/squeezenet/squeezenet_v1.0.caffemodel",
        "dataset.list": f"{shared}/imagenet_sample/val_ilsvrc2012_order.txt",
        "sample": str(SAMPLE),
        "crop_size": "227",
        "base_size": "256",
    }
    monkeypatch.setattr("clsbench.doctor.bench.Bench", RememberingBench)
    config.register()
    with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):

        def call(*overrides: str) -> Examined:
            said = {each.partition("=")[0] for each in overrides}
            rest = [f"{key}={value}" for key, value in defaults.items() if key not in said]
            cfg = compose("config", overrides=[*right, *rest, *overrides])
            with examination(cfg) as parts:
                search = parts.search(lambda _: None)
                given = parts.given()
                best = search.run(given)
                lost = best is given and given.sight.is_near_chance
                return Examined(Result(cfg, search, given, best, diagnosis(parts, given) if lost else None, ()))

        yield call
