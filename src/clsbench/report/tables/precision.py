"""``precision``: what a network loses and gains in bf16, fp16 and int8, compared with fp32 on the same images."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from clsbench.compare.number_format import format_p, p_cell
from clsbench.errors import ConfigError
from clsbench.evaluation.interval import doubt
from clsbench.report.document import Document, Entry, Grid, Plot
from clsbench.report.figures import exact, milliseconds, percent, ratio, signed
from clsbench.report.plots.precision import draw_precisions
from clsbench.report.precisions import FP32, Fetch, InPrecision, in_precisions
from clsbench.report.run import Run

_EVALUATED = "e"
_HEADINGS = (
    *("network", "engine", "precision", "images", "top-1 error %", "fp32 there", "difference", "p"),
    *("now wrong", "now right", "other class", "top-5 error %", "ms", "speed-up", "MiB"),
)


def precision(runs: Sequence[Run], fetch: Fetch) -> Document:
    """Everything in one grid; errors and times also with one row per network and one column per precision.

    Raises ConfigError if every evaluation is in fp32.
    """
    found = in_precisions(runs, fetch)
    if not any(each.run.get("precision") != FP32 for each in found):
        raise ConfigError(
            "report precision: no finished evaluation in another precision than fp32; run one with precision=int8, or "
            "engine=openvino precision=bf16, and one in fp32"
        )
    compared = [each for each in found if each.pair]
    plot = Plot("precision", "Top-1 error against time, by precision", (9, 6), partial(draw_precisions, found=found))
    return Document(
        name="precision",
        title="Networks by precision",
        summary=tuple(_summary(found, compared)),
        grids=(
            _full(found),
            _by_precision("Top-1 error", found, _error),
            _by_precision("Speed and size", found, _speed),
        ),
        notes=tuple(_notes(found)),
        tidy=[_tidy(each) for each in found],
        plots=(plot,) if any(each.ms for each in found) else (),
        open_cells=sum(not each.status.is_result for each in found),
    )


def _summary(found: Sequence[InPrecision], compared: Sequence[InPrecision]) -> Iterator[str]:
    lacking = sum(each.run.get("precision") != FP32 for each in found) - len(compared)
    yield (
        f"{len(compared)} compared with fp32 image by image"
        + (f", {lacking} without an fp32 run on the same images" if lacking else "")
        + "."
    )
    yield (
        "fp32 there: the error in fp32 on the images that both evaluated; difference: in points, p: of McNemar's exact "
        "test; now wrong, now right: images that only fp32, or only this precision, has right; other class: images "
        "whose best class is another one."
    )
    yield (
        "ms: of an image, the median of task=time on all cores at batch 1; with "
        f"{_EVALUATED}: what the whole evaluation took of one, decoding included. MiB: the file that the engine read."
    )
    if hardware := dict.fromkeys(each.timed.tags.get("hardware", "") for each in found if each.timed):
        yield f"Timed on {'; '.join(filter(None, hardware))}."


def _full(found: Sequence[InPrecision]) -> Grid:
    return Grid("By network and precision", _HEADINGS, tuple(_row(each) for each in found))


def _row(each: InPrecision) -> tuple[Entry, ...]:
    run, pair = each.run, each.pair
    top1 = pair.top1 if pair else None
    flips = (top1.lost, top1.gained, pair.other) if pair and top1 else ("", "", "")
    return (
        Entry(each.network),
        Entry(each.engine),
        Entry(each.precision, run.link),
        Entry(f"{run.metrics.get('images', 0):,.0f}"),
        Entry(_with_doubt(run, "top1")),
        Entry(percent(100 * top1.errors_a / top1.images) if top1 else ""),
        Entry(signed(top1.difference) if top1 else ""),
        Entry(p_cell(top1.p) if top1 else ""),
        *(Entry(str(count)) for count in flips),
        Entry(_with_doubt(run, "top5")),
        _ms(each),
        Entry(ratio(each.speed_up)),
        Entry(_mib(run)),
    )


def _with_doubt(run: Run, top: str) -> str:
    error = run.metrics.get(f"{top}_error")
    if error is None:
        return ""
    return f"{percent(error)} {doubt(error, run.metrics.get(f'{top}_stderr'), run.metrics.get('images'))}".strip()


def _ms(each: InPrecision) -> Entry:
    return Entry(milliseconds(each.ms), each.timed.link if each.timed else "", "" if each.timed else _EVALUATED)


def _mib(run: Run) -> str:
    size = run.metrics.get("network_mib")
    return "" if size is None else f"{size:.2f}"


def _by_precision(title: str, found: Sequence[InPrecision], entry: Callable[[InPrecision], Entry]) -> Grid:
    columns = list(dict.fromkeys((each.precision, each.engine) for each in found))
    cells = {(each.network, each.precision, each.engine): each for each in found}
    rows = tuple(
        (
            Entry(network),
            *(entry(cells[network, *column]) if (network, *column) in cells else Entry() for column in columns),
        )
        for network in dict.fromkeys(each.network for each in found)
    )
    return Grid(title, ("network", *(f"{precision} {engine}" for precision, engine in columns)), rows)


def _error(each: InPrecision) -> Entry:
    text = percent(each.run.metrics["top1_error"])
    if each.pair:
        top1 = each.pair.top1
        text += f" ({signed(top1.difference)}, {format_p(top1.p)}; {top1.lost} now wrong, {top1.gained} now right)"
    return Entry(text, each.run.link)


def _speed(each: InPrecision) -> Entry:
    parts = [f"{milliseconds(each.ms)} ms" if each.ms else "", f"x {ratio(each.speed_up)}" if each.speed_up else ""]
    parts.append(f"{_mib(each.run)} MiB" if _mib(each.run) else "")
    return Entry(", ".join(part for part in parts if part), each.run.link, "" if each.timed else _EVALUATED)


def _notes(found: Sequence[InPrecision]) -> Iterator[Entry]:
    for each in found:
        where = f"{each.network}, {each.precision} on {each.engine}"
        told = [each.run.tags[tag] for tag in ("notes", "precision_note") if each.run.tags.get(tag)]
        if calibration := each.run.params.get("calibration"):
            told.insert(0, f"quantised by {each.run.params.get('quantisation')}, calibration {calibration}")
        if not each.status.is_result:
            told.append(each.status.words)
        if told:
            yield Entry(f"{where}: {'; '.join(told)}", each.run.link)
        if each.pair:
            fp32 = each.pair.fp32
            other = f" (fp32 of {fp32.get('engine')})" if fp32.get("engine") != each.engine else ""
            yield Entry(f"{where}{other}: the images that flip: clsbench compare {fp32.run_id} {each.run.run_id}")


def _tidy(each: InPrecision) -> dict[str, str]:
    run, pair = each.run, each.pair
    row = {"network": each.network, "engine": each.engine, "precision": each.precision, "state": str(each.status.state)}
    row |= {key: exact(run.metrics.get(key)) for key in ("images", "top1_error", "top1_stderr", "top5_error")}
    row |= {
        "fp32_top1_error": exact(100 * pair.top1.errors_a / pair.top1.images) if pair else "",
        "difference": exact(pair.top1.difference) if pair else "",
        "mcnemar_p": exact(pair.top1.p) if pair else "",
        "now_wrong": str(pair.top1.lost) if pair else "",
        "now_right": str(pair.top1.gained) if pair else "",
        "other_class": str(pair.other) if pair else "",
    }
    row |= {
        "ms": exact(each.ms),
        "ms_of": ("timing" if each.timed else "evaluation") if each.ms else "",
        "speed_up": exact(each.speed_up),
        "network_mib": exact(run.metrics.get("network_mib")),
    }
    return row | {"fp32_run_id": pair.fp32.run_id if pair else "", "run_id": run.run_id, "link": run.link}
