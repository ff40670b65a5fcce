"""A PyTorch module that is given 8-bit pixels: its inputs are looked up on the device."""

from dataclasses import dataclass, field, fields
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.torch.predictor import TorchPredictor


@dataclass
class TorchPixelTaker(TorchPredictor):
    """Satisfies engines.engine.TakesPixels."""

    def of_pixels(self, table: NDArray[np.float32], *, rgb: bool) -> "TorchOfPixels":
        """The same network, which shares its memory."""
        shared = {each.name: getattr(self, each.name) for each in fields(TorchPredictor)}
        return TorchOfPixels(**shared, table=self._on_device(table[::-1] if rgb else table), rgb=rgb)

    def milliseconds(self, count: int) -> float | None:
        """Of a call with so many views, which come as pixels."""
        channels = self.network.input_shape[0]
        of_pixels = self.of_pixels(np.zeros((channels, 256), np.float32), rgb=False)
        return of_pixels.milliseconds(count)

    def _on_device(self, table: NDArray[np.float32]) -> Any:
        return self.cast.torch.from_numpy(table.reshape(-1).copy()).to(self.cast.device)


@dataclass
class TorchOfPixels(TorchPredictor):
    """Takes uint8 (batch, channel, height, width); satisfies engines.engine.OffersRoom.

    ``table`` (channel x 256) is on the device, its channels in the order of the network's input.
    """

    table: Any = None
    rgb: bool = False
    threads_own: local = field(default_factory=local)

    def room(self, views: int) -> NDArray[np.float32]:
        """uint8, whatever its type says; for a GPU in page-locked memory, which it reads by itself."""
        kept = getattr(self.threads_own, "room", None)
        if kept is None or len(kept) < views:
            channels, height, width = self.network.input_shape
            torch = self.cast.torch
            # The channels of a pixel side by side, as the crops have them: whole rows are copied at once.
            kept = torch.empty(
                (views, height, width, channels), dtype=torch.uint8, pin_memory=self.cast.device != "cpu"
            )
            self.threads_own.room = kept
        view: NDArray[np.float32] = kept[:views].numpy().transpose(0, 3, 1, 2)
        return view

    def _blank(self, count: int) -> NDArray[np.float32]:
        blank = self.room(count)
        blank[...] = 0
        return blank

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
