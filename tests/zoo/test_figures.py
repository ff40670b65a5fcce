"""Figures of networks and layers."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from clsbench.zoo.catalogue import Entry, generated
from clsbench.zoo.figures import figures_of, layer_figures


@pytest.mark.shared
@pytest.mark.parametrize("name", ["resnet50", "senet", "vgg16-dsd"])
def test_they_are_those_of_the_published_file(
    name: str, catalogue: dict[str, Entry], published: Callable[[str], Mapping[str, Any]]
) -> None:
    figures, facts = figures_of(catalogue[name]), published(name)

    assert figures.parameters == facts["param_count"]
    assert figures.mib == pytest.approx(facts["weights_MiB"], abs=0.001)
    assert figures.macs["standard"] == facts["macs_small"]
    assert figures.macs.get("large") == (facts["macs_large"] or facts["macs_large_with_global_final_pool"])


def test_auxiliary_classifiers_count_as_parameters_but_cost_nothing(catalogue: dict[str, Entry]) -> None:
    figures = figures_of(catalogue["inception-v1-dsd"])

    assert figures.parameters == 13_378_280
    assert figures.macs["standard"] < 1_591_044_096


def test_the_layers_add_up_to_the_net(catalogue: dict[str, Entry]) -> None:
    entry = catalogue["squeezenet-v1.0"]
    rows, figures = layer_figures(generated(entry)), figures_of(entry)

    assert sum(row.parameters for row in rows) == figures.parameters == 1_248_424
    assert sum(row.macs for row in rows) == figures.macs["standard"]
    assert rows[0].output == (1, 96, 111, 111)
    assert rows[0].parameters == 96 * 3 * 7 * 7 + 96
    assert rows[0].macs == 96 * 111 * 111 * 3 * 7 * 7
