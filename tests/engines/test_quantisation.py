"""What a quantiser is told: settings that are wrong are refused by name, and identify the network that comes out."""

from typing import Any

import pytest

from clsbench.engines.quantisation import Quantisation
from clsbench.errors import ConfigError


def _quantisation(method: str = "minmax", percentile: float = 99.9, **others: Any) -> Quantisation:
    return Quantisation(method, percentile, **{"exclude": (), "exclude_first": False, "exclude_last": False, **others})


@pytest.mark.parametrize(
    ("method", "percentile", "words"),
    [
        ("kl", 99.9, "calibration.method=kl: choose one of minmax, entropy, percentile"),
        ("percentile", 50, "calibration.percentile=50"),
        ("percentile", 100.5, "calibration.percentile=100.5"),
    ],
)
def test_what_no_quantiser_can_do_is_refused(method: str, percentile: float, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        _quantisation(method, percentile)


def test_the_percentile_counts_for_its_own_method_only() -> None:
    assert _quantisation(percentile=99).identity == _quantisation(percentile=98).identity
    by_percentile = [_quantisation("percentile", percentile).identity for percentile in (99, 98)]
    assert by_percentile[0] != by_percentile[1]


def test_a_percentile_is_said_and_so_are_layers_in_fp32() -> None:
    assert _quantisation("percentile", 99.9).said == "percentile 99.9"
    assert _quantisation().said == "minmax"
    assert _quantisation(exclude=("b", "a"), exclude_first=True).in_fp32 == ["first", "a", "b"]


def test_the_order_of_excluded_layers_does_not_count() -> None:
    assert _quantisation(exclude=("a", "b")).identity == _quantisation(exclude=("b", "a")).identity
    assert _quantisation(exclude=("a",)).identity != _quantisation().identity
