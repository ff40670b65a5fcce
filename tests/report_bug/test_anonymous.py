"""What is shown to strangers has no folder, user or password in it, and still says what went wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.report_bug.anonymous import anonymous, places_in


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/ann/nets/mine.prototxt: no such file", "…/mine.prototxt: no such file"),
        ("model.weights=/a/b.caffemodel crop=multi12", "model.weights=…/b.caffemodel crop=multi12"),
        ("uri: sqlite:////home/ann/outputs/mlflow.db", "uri: sqlite:///…/mlflow.db"),
        ("file:///home/ann/artifacts/3/x.csv", "…/x.csv"),
        ("root: ~/images/val", "root: …/val"),
        ("http://ann:hunter2@results:5000/x", "http://***@results:5000/x"),
        ("aws_secret_access_key=abc123 other=1", "aws_secret_access_key=*** other=1"),
        ("MLFLOW_TRACKING_TOKEN: 'a b c'", "MLFLOW_TRACKING_TOKEN: ***"),
        ("12 images/s, 3/4 of 0.5 ms, top-1/5", "12 images/s, 3/4 of 0.5 ms, top-1/5"),
        ("https://archive.ics.uci.edu/dataset/80", "https://archive.ics.uci.edu/dataset/80"),
    ],
)
def test_folders_and_secrets_go_and_the_rest_stays(text: str, shown: str) -> None:
    assert anonymous(text) == shown


def test_a_folder_with_spaces_goes_where_it_is_known() -> None:
    place = "/home/ann lee/my nets/mine.prototxt"
    assert (
        anonymous(f"{place}:3: no such layer in {place}", [place])
        == "…/mine.prototxt:3: no such layer in …/mine.prototxt"
    )


_NAMES = st.text(st.sampled_from("abcABC019._-"), min_size=1, max_size=8).filter(lambda name: name.strip("."))


@given(st.lists(_NAMES, min_size=2, max_size=6), st.sampled_from(["", "key=", "'", "see ", "file://"]))
def test_of_any_absolute_path_the_last_part_is_left(parts: list[str], before: str) -> None:
    shown = anonymous(f"{before}/{'/'.join(parts)}")
    assert shown.endswith(f"…/{parts[-1]}")
    assert "/".join(parts[-2:]) not in shown


def test_the_places_of_a_configuration_are_its_absolute_paths_wherever_they_stand() -> None:
    settings = {"a": "/x/y", "b": {"c": ["~/z", 3, None, "rel/ative"]}, "d": {"e": {"f": "/w"}}}
    assert set(places_in(settings)) == {"/x/y", "~/z", "/w"}
