from hypothesis import given
from hypothesis import strategies as st

from clsbench.shards.shard import Shard, all_shards


@given(images=st.integers(0, 500), count=st.integers(1, 12), batch_size=st.integers(1, 70))
def test_the_blocks_of_all_shards_are_all_images_in_order_and_begin_where_batches_begin(
    images: int, count: int, batch_size: int
) -> None:
    blocks = [shard.block(images, batch_size) for shard in all_shards(count)]
    assert [index for block in blocks for index in block] == list(range(images))
    assert all(block.start % batch_size == 0 for block in blocks if block)


@given(batches=st.integers(0, 100), count=st.integers(1, 12))
def test_no_shard_has_two_batches_more_than_another(batches: int, count: int) -> None:
    sizes = [len(shard.block(4 * batches, 4)) // 4 for shard in all_shards(count)]
    assert max(sizes) - min(sizes) <= 1


def test_a_shard_reads_as_it_is_written_on_the_command_line() -> None:
    assert str(Shard(3, 8)) == "3/8"
