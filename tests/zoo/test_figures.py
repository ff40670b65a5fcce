"""Figures of networks and layers."""

import pytest
from kept_facts import published_networks

from clsbench.zoo.catalogue import Entry, generated
from clsbench.zoo.figures import figures_of, layer_figures


@pytest.mark.parametrize("name", ["resnet50", "senet", "vgg16-dsd"])
def test_they_are_those_of_the_published_file(name: str, catalogue: dict[str, Entry]) -> None:
    figures, published = figures_of(catalogue[name]), published_networks()[name]

    assert figures.parameters == published.parameters
    assert figures.mib == pytest.approx(published.weights_mib, abs=0.001)
    assert figures.macs["standard"] == published.macs["small"]
    assert figures.macs.get("large") == (published.macs["large"] or published.macs_with_global_pool["large"])


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
