"""torch's own files, through its loader that builds tensors alone."""

import os
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clsbench.errors import WeightsError
from clsbench.weights.state_dict import read_state_dict, write_state_dict
from clsbench.weights.torch_file import check_torch

pytestmark = pytest.mark.usefixtures("need_torch")


def saved(content: Any, path: Path, **options: Any) -> Path:
    import torch

    torch.save(content, path, **options)
    return path


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self.target}",)


@pytest.mark.parametrize("is_zip", [True, False])
def test_both_of_torchs_formats_give_their_tensors(tmp_path: Path, is_zip: bool) -> None:
    import torch

    content = {"a": torch.arange(6.0).reshape(2, 3), "n": torch.tensor(3)}
    path = saved(content, tmp_path / "x.pth", _use_new_zipfile_serialization=is_zip)
    read = read_state_dict(path)
    np.testing.assert_array_equal(read["a"], np.arange(6.0).reshape(2, 3))
    assert read["a"].dtype == np.float32
    assert read["n"] == 3


def test_a_state_dict_inside_a_checkpoint_is_found(tmp_path: Path) -> None:
    import torch

    path = saved({"epoch": 3, "state_dict": {"a": torch.ones(2)}}, tmp_path / "x.pth")
    assert read_state_dict(path).keys() == {"a"}


def test_bfloat16_and_parameters_come_as_float32(tmp_path: Path) -> None:
    import torch

    content = {"a": torch.ones(2, dtype=torch.bfloat16), "p": torch.nn.Parameter(torch.ones(2))}
    read = read_state_dict(saved(content, tmp_path / "x.pth"))
    assert {each.dtype for each in read.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_pickle_that_would_run_code_is_refused_and_not_run(tmp_path: Path, is_zip: bool) -> None:
    target = tmp_path / "proof"
    path = saved({"a": Evil(target)}, tmp_path / "evil.pth", _use_new_zipfile_serialization=is_zip)
    with pytest.raises(WeightsError, match="refused: it is damaged, or holds more than tensors"):
        read_state_dict(path)
    assert not target.exists()


def test_a_bare_pickle_that_would_run_code_is_refused_and_not_run(tmp_path: Path) -> None:
    target = tmp_path / "proof"
    path = tmp_path / "evil.pth"
    path.write_bytes(pickle.dumps({"a": Evil(target)}))
    with pytest.raises(WeightsError, match=r"refused|not a file that torch can read"):
        read_state_dict(path)
    assert not target.exists()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    import torch

    path = saved({"a": torch.ones(1000)}, tmp_path / "x.pth")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(WeightsError, match=r"x.pth: (not a file that torch can read|refused)"):
        read_state_dict(path)


def test_what_is_no_state_dict_is_said(tmp_path: Path) -> None:
    import torch

    with pytest.raises(WeightsError, match="holds a list, not a state dict"):
        read_state_dict(saved([torch.ones(1)], tmp_path / "list.pth"))
    with pytest.raises(WeightsError, match="not a state dict of plain tensors: epoch"):
        read_state_dict(saved({"epoch": 3, "a": torch.ones(1)}, tmp_path / "mixed.pth"))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}
    write_state_dict(tensors, tmp_path / "x.pth", {})
    np.testing.assert_array_equal(read_state_dict(tmp_path / "x.pth")["a"], tensors["a"])


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(WeightsError, match=r"pip install 'clsbench\[torch\]'"):
        check_torch()
