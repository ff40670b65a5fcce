"""A PyTorch module that takes 8-bit pixels and looks up its inputs on the device."""

from dataclasses import dataclass, field, fields
from threading import local
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clsbench.data.mirrors import Mirrors
from clsbench.engines.torch.predictor import TorchPredictor


@dataclass(frozen=True)
class Pairs:
    """Views of which some are mirror images of others, as given by ``mirrors``; a part of them copies no row twice."""

    array: NDArray[np.float32]
    mirrors: Mirrors

    def __len__(self) -> int:
        return len(self.mirrors)

    def __getitem__(self, part: slice) -> "Pairs":
        return Pairs(*self.mirrors.part(self.array, part))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all views."""
        return (len(self), *self.array.shape[1:])


@dataclass
class TorchPixelTaker(TorchPredictor):
    """Satisfies engines.engine.TakesPixels, MakesMirrors and OffersRoom."""

    threads_own: local = field(default_factory=local)

    def of_pixels(self, table: NDArray[np.float32], *, rgb: bool) -> "TorchOfPixels":
        """The same network, sharing its memory."""
        shared = {each.name: getattr(self, each.name) for each in fields(TorchPredictor)}
        return TorchOfPixels(**shared, table=self._on_device(table[::-1] if rgb else table), rgb=rgb)

    def mirrored(self, views: NDArray[np.float32], mirrors: Mirrors, /) -> NDArray[np.float32]:
        """Scores (batch, class) of the views that ``mirrors`` makes from ``views``, on the device."""
        return self.fitting.scores(cast(Any, Pairs(views, mirrors)), self._scores_unless_out_of_memory)

    def room(self, views: int) -> NDArray[np.float32]:
        """For a GPU, page-locked memory that the GPU reads directly."""
        kept = getattr(self.threads_own, "room", None)
        if kept is None or len(kept) < views:
            torch = self.cast.torch
            shape = (views, *self.network.input_shape)
            kept = torch.empty(shape, dtype=torch.float32, pin_memory=self.cast.device != "cpu")
            self.threads_own.room = kept
        view: NDArray[np.float32] = kept[:views].numpy()
        return view

    def _moved(self, views: Any) -> Any:
        if not isinstance(views, Pairs):
            return super()._moved(views)
        torch, device = self.cast.torch, self.cast.device
        rows = self.cast.moved(views.array)
        # A row and its mirror image; each view is one of them.
        places = torch.from_numpy(views.mirrors.rows + len(views.array) * views.mirrors.flipped).to(device)
        made = torch.cat([rows, rows.flip(-1)]).index_select(0, places)
        return made.contiguous(memory_format=self.cast.layout)

    def milliseconds(self, count: int) -> float | None:
        """The time of a call with that many views, given as pixels."""
        channels = self.network.input_shape[0]
        of_pixels = self.of_pixels(np.tile(np.linspace(-1, 1, 256, dtype=np.float32), (channels, 1)), rgb=False)
        return of_pixels.milliseconds(count)

    def _on_device(self, table: NDArray[np.float32]) -> Any:
        return self.cast.torch.from_numpy(table.reshape(-1).copy()).to(self.cast.device)


@dataclass
class TorchOfPixels(TorchPredictor):
    """Takes uint8 (batch, channel, height, width); satisfies engines.engine.OffersRoom.

    ``table`` (channel x 256) is on the device, with its channels in the order of the network's input.
    """

    table: Any = None
    rgb: bool = False
    threads_own: local = field(default_factory=local)

    def room(self, views: int) -> NDArray[np.float32]:
        """uint8, despite the annotation; for a GPU, page-locked memory that it reads directly."""
        kept = getattr(self.threads_own, "room", None)
        if kept is None or len(kept) < views:
            channels, height, width = self.network.input_shape
            torch = self.cast.torch
            # The channels of a pixel are adjacent, as in the crops, so whole rows are copied at once.
            kept = torch.empty(
                (views, height, width, channels), dtype=torch.uint8, pin_memory=self.cast.device != "cpu"
            )
            self.threads_own.room = kept
        view: NDArray[np.float32] = kept[:views].numpy().transpose(0, 3, 1, 2)
        return view

    def _random(self, count: int) -> NDArray[np.float32]:
        pixels = self.room(count)
        pixels[...] = np.random.default_rng(0).integers(0, 256, pixels.shape, np.uint8)
        return pixels

    def _moved(self, views: NDArray[np.float32]) -> Any:
        torch = self.cast.torch
        rows = np.ascontiguousarray(views.transpose(0, 2, 3, 1))
        pixels = torch.from_numpy(np.require(rows, np.uint8, ["W"])).to(self.cast.device, non_blocking=True)
        if self.rgb:
            pixels = pixels.flip(-1)
        channels = pixels.shape[-1]
        places = pixels.int() + torch.arange(0, 256 * channels, 256, dtype=torch.int32, device=self.cast.device)
        inputs = self.table.index_select(0, places.reshape(-1)).reshape(pixels.shape).permute(0, 3, 1, 2)
        return inputs.contiguous(memory_format=self.cast.layout)
