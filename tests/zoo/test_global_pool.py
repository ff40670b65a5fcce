"""The global pool that lets nets with a fixed last pool take other sizes."""

import pytest

from clsbench.caffe.shapes import infer_shapes, output_of
from clsbench.caffe.sizes import check_size, with_input_size
from clsbench.errors import NetError
from clsbench.zoo.catalogue import Entry, generated
from clsbench.zoo.global_pool import with_global_final_pool


def test_the_se_networks_take_the_large_size_through_it(catalogue: dict[str, Entry]) -> None:
    net = generated(catalogue["se-resnet50"])
    with pytest.raises(NetError, match="320"):
        check_size(net, 320)

    pooled = with_global_final_pool(net)

    check_size(pooled, 320)
    assert output_of(with_input_size(pooled, 320)) == ("prob", (1, 1000))


def test_nothing_else_changes(catalogue: dict[str, Entry]) -> None:
    net = generated(catalogue["senet"])
    pooled = with_global_final_pool(net)

    changed = [before.name for before, after in zip(net.layers, pooled.layers, strict=True) if before != after]
    assert changed == ["pool5/7x7_s1"]
    assert infer_shapes(pooled) == infer_shapes(net)


@pytest.mark.parametrize("name", ["resnet50", "vgg16-dsd", "squeezenet-v1.0"])
def test_a_net_whose_last_pool_is_global_or_takes_a_maximum_stays_as_it_is(
    name: str, catalogue: dict[str, Entry]
) -> None:
    net = generated(catalogue[name])

    assert with_global_final_pool(net) is net


def test_a_pool_that_sees_a_part_of_its_map_stays(catalogue: dict[str, Entry]) -> None:
    net = with_input_size(generated(catalogue["se-resnet50"]), 320)

    assert with_global_final_pool(net) is net
