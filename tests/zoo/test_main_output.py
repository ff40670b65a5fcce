"""Cutting a net down to its classifier."""

from clsbench.caffe.net import Layer, Net
from clsbench.zoo.catalogue import Entry, generated
from clsbench.zoo.main_output import with_main_output_only


def _net(*layers: Layer) -> Net:
    return Net("net", {"data": (1, 4)}, layers)


def test_what_no_softmax_needs_is_left_out() -> None:
    wanted = (
        Layer("fc", "InnerProduct", ("data",), ("fc",), {"num_output": 2}),
        Layer("relu", "ReLU", ("fc",), ("fc",)),
        Layer("prob", "Softmax", ("fc",), ("prob",)),
    )
    auxiliary = Layer("side", "InnerProduct", ("fc",), ("side",), {"num_output": 3})

    assert with_main_output_only(_net(wanted[0], wanted[1], auxiliary, wanted[2])).layers == wanted


def test_layers_after_the_softmax_are_left_out() -> None:
    prob = Layer("prob", "Softmax", ("data",), ("prob",))

    assert with_main_output_only(_net(prob, Layer("best", "ArgMax", ("prob",), ("best",)))).layers == (prob,)


def test_a_net_without_a_softmax_stays_as_it_is() -> None:
    net = _net(Layer("fc", "InnerProduct", ("data",), ("fc",), {"num_output": 2}))

    assert with_main_output_only(net) is net


def test_only_googlenet_has_more_than_its_classifier(catalogue: dict[str, Entry]) -> None:
    nets = {name: generated(entry) for name, entry in catalogue.items()}

    assert [name for name, net in nets.items() if with_main_output_only(net) is not net] == ["inception-v1-dsd"]
