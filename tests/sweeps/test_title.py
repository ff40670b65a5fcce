"""What a sweep is called."""

import pytest

from clsbench.sweeps.title import sweep_title


@pytest.mark.parametrize(
    ("experiment", "overrides", "title"),
    [
        (None, ["model=a,b,c", "crop=single,multi12"], "sweep 3 networks x 2 crops"),
        (None, ["model.prototxt=/long/path/a.prototxt,/long/path/b.prototxt", "limit=10"], "sweep 2 networks"),
        ("crop_curve", ["crop_size=range(192,449,32)", "model=senet"], "sweep crop_curve: 9 crop sizes"),
        ("table1", [], "sweep table1"),
        (None, ["model=a"], "sweep of one run"),
        (None, ["engine.threads=1,2", "timing=clean,caffe"], "sweep 2 threads x 2 timings"),
        (None, ["preprocessing.mean=[1,2,3]", "crop_size=[26,22]"], "sweep of one run"),
        (None, ["crop_size=choice(1"], "sweep of one run"),
    ],
)
def test_a_sweep_is_called_by_what_it_goes_over(experiment: str | None, overrides: list[str], title: str) -> None:
    assert sweep_title(experiment, overrides) == title
