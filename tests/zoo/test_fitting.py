"""Making a network ready for one crop size."""

import pytest

from clsbench.caffe.net import Net
from clsbench.caffe.shapes import output_of
from clsbench.errors import NetError
from clsbench.zoo.catalogue import Entry, generated
from clsbench.zoo.fitting import fitted


def _pool(net: Net) -> object:
    (pool,) = (layer for layer in net.layers if layer.name == "pool5/7x7_s1")
    return pool.params.get("global_pooling", False)


def test_a_fixed_pool_stays_at_the_size_that_it_was_made_for(catalogue: dict[str, Entry]) -> None:
    assert fitted(generated(catalogue["se-resnet50"]), 224) == generated(catalogue["se-resnet50"])


@pytest.mark.parametrize("name", ["se-resnet50", "senet", "se-inception-v2", "inception-v1-dsd"])
def test_it_becomes_global_at_another(name: str, catalogue: dict[str, Entry]) -> None:
    net = fitted(generated(catalogue[name]), 320)

    assert _pool(net) is True
    assert output_of(net) == ("prob", (1, 1000))


def test_a_smaller_map_is_not_padded_but_averaged(catalogue: dict[str, Entry]) -> None:
    net = fitted(generated(catalogue["se-resnet50"]), 160)

    assert _pool(net) is True


def test_the_auxiliary_classifiers_are_left_out(catalogue: dict[str, Entry]) -> None:
    assert output_of(fitted(generated(catalogue["inception-v1-dsd"]), 224)) == ("prob", (1, 1000))


@pytest.mark.parametrize(
    ("name", "size", "advice"),
    [
        ("vgg16-dsd", 320, "no size within 64 pixels"),
        ("vgg16-dsd", 230, "222, 223, 224"),
        ("inception-v4", 301, "299, 300, 331"),
        ("se-inception-v2", 330, "326, 351"),
    ],
)
def test_a_size_that_does_not_fit_is_refused_with_those_that_do(
    name: str, size: int, advice: str, catalogue: dict[str, Entry]
) -> None:
    with pytest.raises(NetError, match=f"cannot take size {size}.*{advice}"):
        fitted(generated(catalogue[name]), size)
