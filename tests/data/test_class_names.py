"""Files that name classes."""

from pathlib import Path

import pytest

from clsbench.data.class_names import read_class_names, spellings
from clsbench.errors import DataError


def test_a_class_goes_by_its_line_its_wnid_and_its_name_where_no_other_has_that() -> None:
    found = spellings(["n01440764 tench", "n02012849 crane", "n03126707 crane", "dog"])
    assert found["n01440764 tench"] == found["n01440764"] == found["tench"] == 0
    assert (found["n02012849"], found["n03126707"], found["dog"]) == (1, 2, 3)
    assert "crane" not in found


@pytest.mark.parametrize(("text", "said"), [("", "names no class"), ("a\n\na\n", "'a' is there twice")])
def test_a_file_without_classes_or_with_one_twice_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "classes.txt").write_text(text)
    with pytest.raises(DataError, match=said):
        read_class_names(str(tmp_path / "classes.txt"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"dataset\.classes=.*gone.txt cannot be read"):
        read_class_names(str(tmp_path / "gone.txt"))
