from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from clsbench.data.dataset import Sample
from clsbench.errors import MergeError
from clsbench.shards.proof import proven
from clsbench.shards.records import Records
from clsbench.shards.shard import Shard, all_shards

Made = Callable[..., Records]


def test_shards_in_any_order_give_every_image_in_the_datas_order(records_of: Made, samples: Sequence[Sample]) -> None:
    parts = [records_of(shard) for shard in reversed(all_shards(3))]
    predictions = proven(parts, 3, {"fingerprint": "f"}, samples)
    assert [prediction.index for prediction in predictions] == list(range(20))


def test_a_missing_shard_is_named_with_its_images(records_of: Made, samples: Sequence[Sample]) -> None:
    parts = [records_of(Shard(1, 3)), records_of(Shard(3, 3))]
    with pytest.raises(MergeError, match=r"missing: shard 2/3; missing: images 5 \(image-4\), 6 .* and 5 more of 20"):
        proven(parts, 3, {}, samples)


def test_a_missing_image_is_named(records_of: Made, samples: Sequence[Sample]) -> None:
    first, second = (records_of(shard) for shard in all_shards(2))
    with pytest.raises(MergeError, match=r"evaluation, .* is made: missing: image 4 \(image-3\) of 20$"):
        proven([replace(first, predictions=[*first.predictions[:3], *first.predictions[4:]]), second], 2, {}, samples)


def test_a_double_image_and_a_double_shard_are_named(records_of: Made, samples: Sequence[Sample]) -> None:
    first, second = (records_of(shard) for shard in all_shards(2))
    with pytest.raises(MergeError, match=r"double: image 1 \(image-0\) of 20$"):
        proven([first, replace(second, predictions=[*second.predictions, first.predictions[0]])], 2, {}, samples)
    with pytest.raises(MergeError, match=r"double: shard 1/2; double: images 1 \(image-0\)"):
        proven([first, first, second], 2, {}, samples)


def test_a_shard_by_another_engine_batch_or_network_is_named(records_of: Made, samples: Sequence[Sample]) -> None:
    first, second = (records_of(shard) for shard in all_shards(2))
    other = replace(second, identity={**second.identity, "device": "cuda:0"})
    with pytest.raises(MergeError, match=r"different: device is cuda:0 in shard 2/2, not cpu$"):
        proven([first, other], 2, {}, samples)
    with pytest.raises(MergeError, match=r"different: fingerprint is f in shards 1/2, 2/2, not g$"):
        proven([first, second], 2, {"fingerprint": "g"}, samples)
    more = replace(second, identity={**second.identity, "opencv_version": "4.9"})
    with pytest.raises(MergeError, match=r"opencv_version is 4.9 in shard 2/2, not None$"):
        proven([first, more], 2, {}, samples)


def test_shards_of_another_number_do_not_go_with_these(records_of: Made, samples: Sequence[Sample]) -> None:
    with pytest.raises(MergeError, match=r"missing: shard 2/2; not one of 2: shard 2/3"):
        proven([records_of(Shard(1, 2)), records_of(Shard(2, 3))], 2, {}, samples)


def test_nothing_is_no_evaluation(samples: Sequence[Sample]) -> None:
    with pytest.raises(MergeError, match=r"missing: shards 1/2, 2/2"):
        proven([], 2, {}, samples)
