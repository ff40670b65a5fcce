from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clsbench.data.dataset import Sample
from clsbench.errors import MergeError
from clsbench.shards.records import Records, read_records, readable, write_records
from clsbench.shards.shard import Shard

Made = Callable[..., Records]


def test_records_are_read_as_they_were_written(records_of: Made, samples: Sequence[Sample], tmp_path: Path) -> None:
    for shard in (Shard(1, 1), Shard(2, 3)):
        written = records_of(shard)
        write_records(written, 4, tmp_path / "records")
        assert read_records(tmp_path / "records", samples) == written
    assert [path.name for path in tmp_path.iterdir()] == ["records"]


def test_a_shard_without_images_has_records_all_the_same(
    records_of: Made, samples: Sequence[Sample], tmp_path: Path
) -> None:
    write_records(records_of(Shard(1, 8)), 4, tmp_path / "records")
    assert read_records(tmp_path / "records", samples).predictions == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_torn_off_or_altered_is_found(
    records_of: Made, samples: Sequence[Sample], tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "records"
    write_records(records_of(Shard(1, 2)), 4, path)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[place:]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(content))
    assert not readable(path)
    with pytest.raises(MergeError, match="evaluate the shard again"):
        read_records(path, samples)


def test_records_of_more_images_than_there_are_are_refused(
    records_of: Made, samples: Sequence[Sample], tmp_path: Path
) -> None:
    write_records(records_of(Shard(2, 2)), 4, tmp_path / "records")
    with pytest.raises(MergeError, match="image 11, but there are 10"):
        read_records(tmp_path / "records", samples[:10])


def test_no_file_is_not_readable(tmp_path: Path) -> None:
    assert not readable(tmp_path / "records")
