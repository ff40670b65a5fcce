import os
from pathlib import Path

import pytest

from clsbench.engines import cores


def _cgroups(folder: Path, own: str, quotas: dict[str, str]) -> tuple[Path, Path]:
    listing = folder / "cgroup"
    listing.write_text(own)
    for group, quota in quotas.items():
        (folder / "fs" / group).mkdir(parents=True, exist_ok=True)
        (folder / "fs" / group / "cpu.max").write_text(quota)
    return listing, folder / "fs"


def test_the_tightest_quota_on_the_way_up_counts(tmp_path: Path) -> None:
    quotas = {"a/b": "max 100000\n", "a": "150000 100000\n", "": "400000 100000\n"}
    assert cores.cgroup_quota(*_cgroups(tmp_path, "1:cpu:/x\n0::/a/b\n", quotas)) == 1.5


def test_a_container_sees_its_own_group_at_the_mount_whatever_path_is_listed(tmp_path: Path) -> None:
    assert cores.cgroup_quota(*_cgroups(tmp_path, "0::/\n", {"": "200000 100000\n"})) == 2
    assert cores.cgroup_quota(*_cgroups(tmp_path, "0::/host/docker/abc\n", {"": "200000 100000\n"})) == 2


@pytest.mark.parametrize("own", ["1:cpu:/x\n", "0::/a\n", ""])
def test_without_a_quota_there_is_no_limit(tmp_path: Path, own: str) -> None:
    assert cores.cgroup_quota(*_cgroups(tmp_path, own, {"a": "max 100000\n"})) is None


def test_without_proc_there_is_no_limit(tmp_path: Path) -> None:
    assert cores.cgroup_quota(tmp_path / "absent", tmp_path) is None


def test_affinity_and_quota_both_limit_and_one_core_is_the_least(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing, mount = _cgroups(tmp_path, "0::/\n", {"": "150000 100000\n"})
    monkeypatch.setattr(cores, "_OWN_CGROUPS", listing)
    monkeypatch.setattr(cores, "_MOUNT", mount)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    assert cores.available_cores() == 2
    (mount / "cpu.max").write_text("1000 100000\n")
    assert cores.available_cores() == 1
    (mount / "cpu.max").write_text("max 100000\n")
    assert cores.available_cores() == 8


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
@pytest.mark.parametrize(("available", "count", "shares"), [(8, 2, [4, 4]), (3, 2, [1, 1]), (2, 3, [1, 1, 1])])
def test_workers_share_the_cores_and_each_has_one_at_least(
    monkeypatch: pytest.MonkeyPatch, available: int, count: int, shares: list[int]
) -> None:
    taken: list[set[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(available)))
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, own: taken.append(own))
    monkeypatch.setattr(cores, "cgroup_quota", lambda *_: None)
    for number in range(count):
        cores.take_share(number, count)
    assert [len(own) for own in taken] == shares
    assert len(set().union(*taken)) == min(available, sum(shares))
