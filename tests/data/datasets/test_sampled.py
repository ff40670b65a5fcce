"""A part of a dataset, drawn at random."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.data.dataset import Sample
from clsbench.data.datasets.sampled import sampled
from clsbench.errors import ConfigError


@dataclass(frozen=True)
class Labelled:
    """Images that are their numbers."""

    labels: list[int]
    name: str = "labelled"
    classes: int | None = None
    digest: str = "d"
    missing: list[str] = field(default_factory=list)
    any_channels: bool = False

    @property
    def samples(self) -> list[Sample]:
        return [Sample(str(index), label) for index, label in enumerate(self.labels)]

    def read(self, index: int) -> bytes:
        return str(index).encode()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=80), st.data(), st.integers(0, 9))
def test_each_image_is_drawn_once_and_the_classes_are_as_even_as_they_can_be(
    labels: list[int], data: st.DataObject, seed: int
) -> None:
    count = data.draw(st.integers(1, len(labels)))
    drawn = sampled(Labelled(labels), count, seed)
    names = [sample.name for sample in drawn.samples]
    assert len(set(names)) == len(names) == count
    assert [drawn.read(place) for place in range(count)] == [name.encode() for name in names]
    there, taken = Counter(labels), Counter(sample.label for sample in drawn.samples)
    least = min(taken[label] for label in there if taken[label] < there[label]) if taken != there else None
    if least is not None:
        assert max(taken.values()) <= least + 1


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    whole = Labelled(list(range(10)) * 20)
    first, again, other = (sampled(whole, 30, seed) for seed in (1, 1, 2))
    assert first.samples == again.samples != other.samples
    assert first.digest == again.digest != other.digest


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(ConfigError, match="sample=4: dataset labelled has 3 images"):
        sampled(Labelled([0, 1, 2]), 4, 0)
