"""rescored.csv names what was scored twice, why, and what fp32 says of it."""

from math import inf
from pathlib import Path

from clsbench.evaluation.exactness import CHECKED, NEAR, ScoredTwice
from clsbench.evaluation.record import Prediction
from clsbench.results.rescored import write_rescored


def _prediction(label: int | None, *top5: int) -> Prediction:
    return Prediction(0, "a.jpg", label, top5, (0.2,) * len(top5), None, "ok")


def test_every_image_has_its_reason_margins_and_both_answers(tmp_path: Path) -> None:
    write_rescored(
        [
            ScoredTwice(_prediction(3, 1, 2, 4, 5, 6), _prediction(3, 2, 1, 3, 4, 5), NEAR, (0.015625, 1.5)),
            ScoredTwice(_prediction(None, 1, 2), _prediction(None, 1, 2), CHECKED, (2.0, inf)),
        ],
        tmp_path / "rescored.csv",
    )
    assert (tmp_path / "rescored.csv").read_text().splitlines() == [
        "image,label,why,top1_margin,top5_margin,class,class_in_fp32,top5_hit,top5_hit_in_fp32,changed",
        "a.jpg,3,near another decision,0.015625,1.5,1,2,0,1,1",
        "a.jpg,,checked,2,,1,1,,,0",
    ]
