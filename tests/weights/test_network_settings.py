from typing import Any

import pytest

from clsbench.caffe.net import Net
from clsbench.errors import NetError
from clsbench.weights.network_settings import with_settings


def test_a_setting_is_put_beside_those_that_the_layer_has(small_net: Net) -> None:
    settings: Any = {"conv1": {"pad": [1]}}  # a list, as JSON gives it
    changed = {layer.name: layer for layer in with_settings(small_net, settings).layers}
    assert changed["conv1"].params["pad"] == (1,)
    assert changed["conv1"].params["num_output"] == 4


def test_without_settings_the_net_is_as_it_was(small_net: Net) -> None:
    assert with_settings(small_net, {}) == small_net


@pytest.mark.parametrize("settings", [{"conv9": {"pad": 1}}, {"conv1": {"pool": "AVE"}}])
def test_a_layer_or_setting_that_there_is_not_is_an_error(
    small_net: Net, settings: dict[str, dict[str, int | str]]
) -> None:
    with pytest.raises(NetError, match=r"which its weights name|whose settings its weights name"):
        with_settings(small_net, settings)
