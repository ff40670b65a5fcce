import pytest

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.sizes import check_size, with_input_size
from clsbench.errors import NetError


def _net(pool: dict[str, Value], classifier: Layer) -> Net:
    layers = (
        Layer("conv", "Convolution", ("data",), ("conv",), {"num_output": 4, "kernel_size": (3,), "stride": (2,)}),
        Layer("pool", "Pooling", ("conv",), ("pool",), pool),
        classifier,
    )
    return Net("tiny", {"data": (10, 3, 32, 32)}, layers)


DENSE = Layer("fc", "InnerProduct", ("pool",), ("fc",), {"num_output": 7})
BY_CONVOLUTION = Layer("fc", "Convolution", ("pool",), ("fc",), {"num_output": 7, "kernel_size": (1,)})
GLOBAL: dict[str, Value] = {"pool": "AVE", "global_pooling": True}
FIXED: dict[str, Value] = {"pool": "AVE", "kernel_size": 15, "ceil_mode": False}


def test_the_one_input_takes_the_size_and_the_batch() -> None:
    assert with_input_size(_net(GLOBAL, DENSE), 40, batch=2).inputs == {"data": (2, 3, 40, 40)}


def test_a_net_with_two_inputs_or_an_input_of_no_images_has_no_size() -> None:
    with pytest.raises(NetError, match="2 inputs"):
        with_input_size(Net("n", {"a": (1, 3, 8, 8), "b": (1, 3, 8, 8)}, ()), 8)
    with pytest.raises(NetError, match="input 'a' is 1x3"):
        with_input_size(Net("n", {"a": (1, 3)}, ()), 8)
    with pytest.raises(NetError, match="at least 1"):
        with_input_size(_net(GLOBAL, DENSE), 0)


def test_a_net_with_a_global_pool_takes_any_size_that_its_kernels_fit() -> None:
    for size in (3, 32, 500):
        check_size(_net(GLOBAL, DENSE), size)
    with pytest.raises(NetError, match=r"size 2: layer 'conv' .* fit: 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14$"):
        check_size(_net(GLOBAL, DENSE), 2)


@pytest.mark.parametrize("classifier", [DENSE, BY_CONVOLUTION])
def test_a_net_with_a_fixed_pool_takes_the_sizes_that_give_its_weights_and_scores(classifier: Layer) -> None:
    net = _net(FIXED, classifier)
    check_size(net, 31)
    with pytest.raises(NetError, match=r"size 40: .*sizes near it that fit: 31, 32$"):
        check_size(net, 40)


def test_where_no_size_near_fits_the_nets_own_is_said() -> None:
    with pytest.raises(NetError, match=r"no size within 64 pixels .* says 32x32"):
        check_size(_net(FIXED, DENSE), 200)
