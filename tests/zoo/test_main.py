"""The command ``python -m clsbench.zoo``."""

from pathlib import Path

import pytest

from clsbench.caffe.prototxt import parse_prototxt
from clsbench.zoo.__main__ import main
from clsbench.zoo.catalogue import Entry, generated


def test_it_lists_every_network(
    capsys: pytest.CaptureFixture[str], catalogue: dict[str, Entry], tmp_path: Path
) -> None:
    assert main(["--weights", str(tmp_path)]) == 0

    printed = capsys.readouterr().out
    assert all(f" {name} " in printed for name in catalogue)
    assert "…" not in printed


def test_it_prints_the_layers_of_one_with_their_sums(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["squeezenet-v1.0"]) == 0

    printed = capsys.readouterr().out
    assert "squeezenet-v1.0 at 227 pixels" in printed
    assert "fire9/relu_conv3x3_2" in printed
    assert "1,248,424" in printed


def test_an_alias_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["se-inception-bn", "--size", "large"]) == 0

    assert "se-inception-v2 at 320 pixels" in capsys.readouterr().out


def test_the_prototxt_is_the_network_in_bvlcs_dialect(
    capsys: pytest.CaptureFixture[str], catalogue: dict[str, Entry]
) -> None:
    assert main(["resnet10-1x32d", "--prototxt"]) == 0

    text = capsys.readouterr().out
    net, published = parse_prototxt(text, "printed"), generated(catalogue["resnet10-1x32d"])
    assert "ceil_mode" not in text
    assert net.name == "resnet10-1x32d"
    assert net.inputs == {"data": (1, 3, 224, 224)}
    assert [layer.name for layer in net.layers] == [layer.name for layer in published.layers]


def test_an_unknown_name_is_one_line_with_close_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["se-resnet5"]) == 2

    message = capsys.readouterr().err
    assert "se-resnet50" in message
    assert len(message.strip().splitlines()) == 1


def test_a_name_unlike_any_other_points_to_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zzz"]) == 2

    assert "clsbench zoo lists them all" in capsys.readouterr().err


def test_a_size_that_a_network_does_not_have_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vgg16-dsd", "--size", "large"]) == 2

    assert "has no large size" in capsys.readouterr().err
