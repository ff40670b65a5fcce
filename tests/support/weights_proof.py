"""One network of the zoo against the hub's own model: random weights converted, both shown the same photographs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from as_published import as_published
from hub_models import hub_model, network_input, photographs, randomise, softmax_of
from numpy.typing import NDArray

from clsbench.data.preprocessing import Preprocessing
from clsbench.engines.cores import available_cores
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.weights.convert import SourceFile, converted, written_back
from clsbench.weights.network_settings import with_settings
from clsbench.weights.sidecar import read_sidecar
from clsbench.weights.source import Source
from clsbench.weights.state_dict import read_state_dict
from clsbench.zoo.catalogue import Entry, generated
from clsbench.zoo.fitting import fitted

# What the two may differ by: a hundredth of a percent.
TOLERANCE = 1e-4
IMAGES = 3
_DRAWN_FROM = 4  # photographs that the random weights are drawn to suit
_CACHE_BYTES = 8 * 2**30

Probabilities = NDArray[np.float32]  # (image, class)


@dataclass(frozen=True)
class Agreement:
    """One size of one network: the largest difference of a probability, and whether the best classes are the same."""

    source: Source
    size: str
    pixels: int
    changed: str | None  # in the hub's model, to compute what the published network does
    difference: float
    untouched: float | None  # the difference from the hub's model as it is, where something was changed
    same_argmax: bool
    largest_probability: float

    @property
    def passed(self) -> bool:
        """Whether the two are the same network."""
        return self.same_argmax and self.difference <= TOLERANCE


def agreements(source: Source, entry: Entry, folder: Path, sizes: Sequence[str]) -> Iterator[Agreement]:
    """The network of ``source`` at each of ``sizes``; its files go to ``folder``.

    Raises AssertionError where the way from the caffemodel to a state dict and back changes a bit.
    """
    model = hub_model(source.library, source.name)
    pixels = {size: entry.sizes[size][0] for size in sizes}
    randomise(model, _inputs(photographs(_DRAWN_FROM, pixels[sizes[0]], seed=0), source), seed=0)
    caffemodel = caffemodel_of(source, entry, _saved(source, model, folder))
    check_round_trip(source, entry, caffemodel)
    images = {size: photographs(IMAGES, side, seed=1) for size, side in pixels.items()}
    untouched = {size: softmax_of(model, _inputs(images[size], source)) for size in sizes}
    changed = as_published(source.network, model)
    for size in sizes:
        theirs = softmax_of(model, _inputs(images[size], source)) if changed else untouched[size]
        ours = scores_of(entry, caffemodel, images[size])
        yield Agreement(
            source=source,
            size=size,
            pixels=pixels[size],
            changed=changed,
            difference=_largest(ours - theirs),
            untouched=_largest(ours - untouched[size]) if changed else None,
            same_argmax=bool((ours.argmax(axis=1) == theirs.argmax(axis=1)).all()),
            largest_probability=float(theirs.max()),
        )


def caffemodel_of(source: Source, entry: Entry, state_dict: Path) -> Path:
    """The file converted, as the command line does it, beside it."""
    file = SourceFile(state_dict, source, source.title, source.location)
    output = state_dict.with_suffix(".caffemodel")
    converted(generated(entry), file, read_state_dict(state_dict), output)
    return output


def check_round_trip(source: Source, entry: Entry, caffemodel: Path) -> None:
    """AssertionError where caffemodel -> state dict -> caffemodel changes a bit."""
    back = caffemodel.with_name("back.safetensors")
    written_back(generated(entry), caffemodel, source.library, back)
    again = caffemodel_of(source, entry, back)
    assert again.read_bytes() == caffemodel.read_bytes(), f"{source.network}: the round trip changed the caffemodel"
    back.unlink()
    again.unlink()


def scores_of(entry: Entry, caffemodel: Path, images: Sequence[NDArray[np.uint8]]) -> Probabilities:
    """What the default engine makes of the photographs, by our own preprocessing, as the sidecar says."""
    sidecar = read_sidecar(caffemodel)
    assert sidecar is not None
    assert sidecar.images is not None
    net = with_settings(generated(entry), sidecar.network_settings)
    cache = FileCache(caffemodel.parent / "cache", _CACHE_BYTES)
    model = Model(entry.name, fitted(net, images[0].shape[0]), caffemodel, cache, published=net)
    preprocessing = Preprocessing(sidecar.images.mean, sidecar.images.std, 1.0, "pixels")
    views = np.stack([preprocessing.network_input(np.ascontiguousarray(image[..., ::-1])) for image in images])
    engine = OnnxRuntime(
        device="cpu", precision="fp32", threads=available_cores(), streams=1, batch_size=None, provider="auto"
    )
    with engine.open(model) as predictor:
        return predictor(views)


def _saved(source: Source, model: torch.nn.Module, folder: Path) -> Path:
    """The model's state dict in a file as the hub has it."""
    if source.is_file:
        torch.save(model.state_dict(), folder / "source.pth")
        return folder / "source.pth"
    from safetensors.torch import save_model

    save_model(model, str(folder / "source.safetensors"))
    return folder / "source.safetensors"


def _inputs(images: Sequence[NDArray[np.uint8]], source: Source) -> torch.Tensor:
    return torch.cat([network_input(image, source.mean, source.std) for image in images])


def _largest(differences: Probabilities) -> float:
    return float(np.abs(differences).max())
