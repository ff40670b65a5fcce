"""Compares three ways to evaluate: fp32, a low precision, and the low precision with ``exact=true``.

    python benchmarks/exact.py --rounds 5 --engine openvino --precision bf16

SqueezeNet, single crop, photographs from CLSBENCH_SHARED (default ../shared/data), repeated to the number in --images.
In each round, each of the three is evaluated once in this process. Everything is built anew, except quantised models,
which are kept. The script prints the medians of images per second and of processor milliseconds per image, then the
median and the range of the ratios within a round. On a busy machine only the ratios are meaningful, and those of the
processor time most. The last lines say whether every image gets the same decision as in fp32.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import process_time

import clsbench
from clsbench.api.result import Result
from clsbench.results.environment import cpu_name

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CLSBENCH_SHARED", ROOT.parent / "shared" / "data")).resolve()
SAMPLE = SHARED / "imagenet_sample"
FP32, LOW, EXACT = "fp32", "low", "exact"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="number of rounds (default: %(default)s)")
    parser.add_argument("--images", type=int, default=300, help="number of photographs (default: %(default)s)")
    parser.add_argument("--engine", default="openvino", help="engine of all three (default: %(default)s)")
    parser.add_argument(
        "--precision", default="bf16", help="the low precision: bf16, fp16 or int8 (default: %(default)s)"
    )
    parser.add_argument("overrides", nargs="*", help="further settings of all three, such as rescoring.factor=2")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        common = [*settings(Path(name), arguments.images), f"engine={arguments.engine}", *arguments.overrides]
        low = f"precision={arguments.precision}"
        ways = {FP32: ["precision=fp32"], LOW: [low], EXACT: [low, "exact=true"]}
        taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        results: dict[str, Result] = {}
        for number in range(arguments.rounds + 1):
            for way, overrides in ways.items():
                start = process_time()
                results[way] = clsbench.run(*common, *overrides)
                milliseconds = 1000 * (process_time() - start) / arguments.images
                if number:  # the first round imports, exports and quantises
                    taken[way].append((results[way].metrics["images_per_second"], milliseconds))
        show(arguments.precision, taken, results)


def settings(folder: Path, images: int) -> list[str]:
    """The network and that many photographs, in a separate store."""
    lines = (SAMPLE / "val_ilsvrc2012_order.txt").read_text(encoding="utf-8").splitlines()
    listed = []
    for index in range(images):
        name, label = lines[index % len(lines)].split()
        (folder / f"{index:05}.jpg").symlink_to(SAMPLE / "images" / name)
        listed.append(f"{index:05}.jpg {label}")
    (folder / "list.txt").write_text("\n".join(listed), encoding="utf-8")
    squeezenet = SHARED / "squeezenet"
    return [
        *(f"model.prototxt={squeezenet}/deploy.prototxt", f"model.weights={squeezenet}/squeezenet_v1.0.caffemodel"),
        *("model=custom", "preprocessing=caffe", "crop_size=227", "base_size=256", "resume=false", "artifacts=small"),
        *("dataset=list", f"dataset.root={folder}", f"dataset.list={folder}/list.txt"),
        *(f"paths.outputs={folder}/outputs", f"paths.cache={folder}/cache"),
        # int8 alone must not evaluate the images that calibrate it; other images are given, so that all three see the
        # same ones
        *(f"calibration.root={SAMPLE}/images", f"calibration.list={SAMPLE}/val_ilsvrc2012_order.txt"),
        "calibration.images=100",
    ]


def show(precision: str, taken: Mapping[str, Sequence[tuple[float, float]]], results: Mapping[str, Result]) -> None:
    """Prints the table, and the decisions."""
    names = {FP32: "fp32", LOW: precision, EXACT: f"{precision} exact"}
    print(f"{cpu_name()}; {results[FP32].metrics['images']:.0f} photographs, medians of {len(taken[FP32])} rounds\n")
    print(f"{'':12} {'images/s':>10} {'of fp32':>9} {'CPU ms':>9} {'fp32 by it':>11}")
    for way, figures in taken.items():
        speed, milliseconds = (statistics.median(each) for each in zip(*figures, strict=True))
        faster = [own[0] / fp32[0] for own, fp32 in zip(figures, taken[FP32], strict=True)]
        less = [fp32[1] / own[1] for own, fp32 in zip(figures, taken[FP32], strict=True)]
        ratios = f"{speed:10.1f} {statistics.median(faster):9.2f} {milliseconds:9.1f} {statistics.median(less):11.2f}"
        print(
            f"{names[way]:12} {ratios}   {min(faster):.2f} to {max(faster):.2f} and {min(less):.2f} to {max(less):.2f}"
        )
    print(f"\n{results[EXACT].tags['exact']}")
    for way in (LOW, EXACT):
        pairs = zip(decisions(results[FP32]), decisions(results[way]), strict=True)
        print(f"{names[way]}: {sum(a != b for a, b in pairs)} images are decided otherwise than in fp32")


def decisions(result: Result) -> list[tuple[object, ...]]:
    """The best class of each image, and whether the label is among the five best."""
    return [(row["image"], row["top5"][:1], row["label"] in row["top5"]) for row in result.predictions.to_pylist()]


if __name__ == "__main__":
    main()
