"""Names of models on the command line."""

from pathlib import Path

import pytest

from clsbench.zoo.catalogue import Entry
from clsbench.zoo.command_line import with_model_names

FOLDER = Path(__file__).resolve().parents[2] / "conf" / "model"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("model=se-inception-bn", "model=se-inception-v2"),
        ("model=resnet50_1x128d,dpn-68", "model=wrn50-2,dpn-68-extra"),
        ("model=senet, se-resnext152-64x4d", "model=senet,senet"),
        ("model=senet", "model=senet"),
        ("model=digits", "model=digits"),
        ("model=no-such-net", "model=no-such-net"),
        ("model.name=dpn-68", "model.name=dpn-68"),
        ("crop=multi12", "crop=multi12"),
        ("-m", "-m"),
        ("model=choice(senet,dpn-92)", "model=choice(senet,dpn-92)"),
        ("model=glob(*,exclude=[vgg*])", "model=glob(*,exclude=[vgg*])"),
    ],
)
def test_an_alias_stands_for_its_model_and_all_else_stays(given: str, meant: str) -> None:
    assert with_model_names([given], FOLDER) == [meant]


def test_every_alias_is_understood(catalogue: dict[str, Entry]) -> None:
    for entry in catalogue.values():
        for alias in entry.aliases:
            assert with_model_names([f"model={alias}"], FOLDER) == [f"model={entry.name}"]


def test_a_glob_chooses_among_published_networks_alone() -> None:
    assert with_model_names(["-m", "model=glob(*)", "task=export"], FOLDER) == [
        "-m",
        "model=glob(*,exclude=[custom,digits])",
        "task=export",
    ]
    assert with_model_names(["model=glob(se-*)"], FOLDER) == ["model=glob(se-*,exclude=[custom,digits])"]
