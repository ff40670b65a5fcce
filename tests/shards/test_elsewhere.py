from collections.abc import Callable, Mapping
from pathlib import Path

from clsbench.shards.elsewhere import elsewhere
from clsbench.shards.place import Place
from clsbench.shards.records import Records, write_records
from clsbench.shards.shard import Shard

_OWN = {"cell": "net single", "fingerprint": "f", "engine.onnxruntime": "1.26", "device": "cpu"}


def _shard(folder: Path, records: Records, about: Mapping[str, str]) -> None:
    place = Place(folder / about["fingerprint"] / f"of-{records.shard.count}", records.shard.count)
    place.begin(about)
    write_records(records, 4, place.records(records.shard))


def test_shards_of_the_same_name_are_told_with_what_is_different(
    tmp_path: Path, records_of: Callable[..., Records]
) -> None:
    _shard(tmp_path, records_of(Shard(1, 2)), _OWN)
    _shard(tmp_path, records_of(Shard(2, 2)), {**_OWN, "fingerprint": "g", "engine.onnxruntime": "1.20"})
    _shard(tmp_path, records_of(Shard(1, 2)), {**_OWN, "fingerprint": "h", "cell": "another net"})
    assert elsewhere(tmp_path, _OWN) == (
        ". There are shards 2/2 of a different cell: engine.onnxruntime is 1.20 there, 1.26 here"
    )


def test_where_there_is_nothing_else_nothing_is_said(tmp_path: Path, records_of: Callable[..., Records]) -> None:
    _shard(tmp_path, records_of(Shard(1, 2)), _OWN)
    Place(tmp_path / "g" / "of-2", 2).begin({**_OWN, "fingerprint": "g"})
    assert elsewhere(tmp_path, _OWN) == ""
    assert elsewhere(tmp_path / "none", _OWN) == ""
