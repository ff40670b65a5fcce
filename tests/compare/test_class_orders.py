"""Classes of runs that number them differently, and their names."""

from collections.abc import Callable

import pytest

from clsbench.compare.class_orders import ClassOrder, in_one_order
from clsbench.compare.predictions import NONE, Predictions
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015, class_indices, wnids

Make = Callable[..., Predictions]


def test_classes_of_two_known_orders_become_the_same_indices(predictions_of: Make) -> None:
    usual, other = class_indices(ILSVRC2012), class_indices(ILSVRC2015)
    cat, dog = "n02123045", "n02099601"
    runs = [predictions_of(["a", "b"], [order[cat], NONE], [order[dog], order[cat]]) for order in (usual, other)]
    (first, second), order = in_one_order(runs, [ILSVRC2012, ILSVRC2015])
    assert first.labels.tolist() == second.labels.tolist() == [usual[cat], NONE]
    assert first.top5[:, 0].tolist() == second.top5[:, 0].tolist() == [usual[dog], usual[cat]]
    assert order.title(usual[cat]) == f"tabby ({usual[cat]})"


def test_where_one_order_is_unknown_indices_stay(predictions_of: Make) -> None:
    runs = [predictions_of(["a"], [5], [7]), predictions_of(["a"], [5], [8])]
    (first, second), order = in_one_order(runs, [ILSVRC2015, None])
    assert (first.top5[0, 0], second.top5[0, 0]) == (7, 8)
    assert order == ClassOrder(ILSVRC2015)


def test_a_network_with_more_classes_than_imagenet_keeps_its_indices(predictions_of: Make) -> None:
    (run,), order = in_one_order([predictions_of(["a"], [1000], [1000])], [ILSVRC2012])
    assert run.labels.tolist() == [1000]
    assert order == ClassOrder(None)


@pytest.mark.parametrize("order", [ILSVRC2012, ILSVRC2015])
def test_every_class_of_imagenet_has_a_name(order: str) -> None:
    titles = {ClassOrder(order).title(index) for index in range(1000)}
    assert len(titles) == 1000
    assert ClassOrder(order).title(wnids(order).index("n01440764")).startswith("tench (")


def test_classes_without_names_are_numbers() -> None:
    assert ClassOrder(None).title(3) == "class 3"
    assert ClassOrder(ILSVRC2012).title(NONE) == "unknown"
