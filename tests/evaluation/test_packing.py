from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clsbench.data.mirrors import Mirrors
from clsbench.evaluation.packing import Batch, Packer, ScoredImage, batches_of, summed


def _scored(loaded: Any) -> ScoredImage:
    return ScoredImage(loaded.index, loaded.weights, None)


@given(counts=st.lists(st.integers(1, 12), max_size=12), size=st.integers(1, 9))
def test_every_view_is_in_one_batch_in_order_and_all_batches_but_the_last_of_a_block_are_full(
    bench: Any, counts: list[int], size: int
) -> None:
    loaded = [bench.image(index, [1.0] * count) for index, count in enumerate(counts)]
    packer, batches = Packer(size), list[Batch]()
    for image in loaded:
        batches += packer.add(_scored(image), image.views)
    batches += packer.rest()
    blocks = [{part.image.index // size for part in batch.parts} for batch in batches]
    assert all(len(block) == 1 for block in blocks)
    for batch, block, following in zip(batches, blocks, [*blocks, None][1:], strict=True):
        assert len(batch.views()) == size or (len(batch.views()) < size and block != following)
    assert len(batches) == batches_of(counts, size)
    assert list(packer.rest()) == []
    packed = [view for batch in batches for view in batch.views()]
    given_views = [view for image in loaded for view in image.views]
    assert len(packed) == len(given_views)
    assert all(np.array_equal(one, other) for one, other in zip(packed, given_views, strict=True))


@given(counts=st.lists(st.integers(0, 12), max_size=8), size=st.integers(1, 9), data=st.data())
def test_mirror_images_are_made_of_what_is_in_their_own_batch(
    bench: Any, counts: list[int], size: int, data: st.DataObject
) -> None:
    packer, batches, wanted = Packer(size), list[Batch](), list[Any]()
    for index, count in enumerate(counts):
        image = bench.image(index, [1.0] * (2 * count or 1))
        mirrors = None
        if count:  # 0: an image whose views are all its own
            rows = data.draw(st.lists(st.integers(0, count - 1), min_size=2 * count, max_size=2 * count))
            mirrors = Mirrors(np.array(rows), np.arange(2 * count) % 3 == 0)
        array = image.views[: count or 1]
        wanted += [*(mirrors.views(array) if mirrors else array)]
        batches += packer.add(_scored(image), array, mirrors)
    batches += packer.rest()
    packed = list[Any]()
    for batch in batches:
        views = batch.views()
        packed += [*(batch.mirrors.views(views) if batch.mirrors else views)]
        assert sum(part.count for part in batch.parts) <= size
    assert len(packed) == len(wanted)
    assert all(np.array_equal(one, other) for one, other in zip(packed, wanted, strict=True))


@given(weights=st.lists(st.integers(1, 6), min_size=1, max_size=12), size=st.integers(1, 5), data=st.data())
def test_the_sum_does_not_depend_on_the_batches_nor_on_the_order_in_which_they_come_back(
    bench: Any, weights: list[int], size: int, data: st.DataObject
) -> None:
    loaded, score = bench.image(0, weights), bench.sums(7)
    whole, parts = _scored(loaded), _scored(loaded)
    whole.keep(0, score(loaded.views))
    packer = Packer(size)
    batches = [*packer.add(parts, loaded.views), *packer.rest()]
    for batch in data.draw(st.permutations(batches)):
        assert parts.missing
        batch.keep(score(batch.views()))
    assert not parts.missing
    assert np.array_equal(parts.summed(), whole.summed())


@given(weights=st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_distinct_views_with_weights_give_what_all_views_give(bench: Any, weights: list[int]) -> None:
    loaded, score = bench.image(0, weights), bench.sums(7)
    distinct = _scored(loaded)
    distinct.keep(0, score(loaded.views))
    views = np.repeat(loaded.views, weights, axis=0)
    every = ScoredImage(0, np.ones(len(views), np.float32), None)
    every.keep(0, score(views))
    np.testing.assert_allclose(distinct.summed(), every.summed(), rtol=1e-6)


def test_views_of_one_image_are_not_copied(bench: Any) -> None:
    loaded = bench.image(0, [1.0] * 4)
    first, second = Packer(2).add(_scored(loaded), loaded.views)
    assert np.shares_memory(first.views(), loaded.views)
    assert np.shares_memory(second.views(), loaded.views)


@given(counts=st.lists(st.integers(0, 12), max_size=24), size=st.integers(1, 5), data=st.data())
def test_images_from_the_beginning_of_any_block_on_have_the_batches_that_they_have_among_all(
    bench: Any, counts: list[int], size: int, data: st.DataObject
) -> None:
    loaded = [bench.image(index, [1.0] * count) for index, count in enumerate(counts) if count]
    first = size * data.draw(st.integers(0, len(counts) // size))

    def packed(images: list[Any]) -> list[list[tuple[int, int]]]:
        packer, batches = Packer(size), list[Batch]()
        for image in images:
            batches += packer.add(_scored(image), image.views)
        batches += packer.rest()
        return [[(part.image.index, part.first) for part in batch.parts] for batch in batches]

    of_all = [batch for batch in packed(loaded) if batch[0][0] >= first]
    assert packed([image for image in loaded if image.index >= first]) == of_all


@given(counts=st.lists(st.integers(1, 3), min_size=1, max_size=6), weight=st.integers(1, 3))
def test_the_sums_of_several_images_are_those_of_each(bench: Any, counts: list[int], weight: int) -> None:
    score, images = bench.sums(7), list[ScoredImage]()
    for index, count in enumerate(counts):
        loaded = bench.image(index, [float(weight)] * count)
        images.append(_scored(loaded))
        images[-1].keep(0, score(loaded.views))
    each = [image.summed() for image in images]
    assert np.array_equal(summed(images), each)
