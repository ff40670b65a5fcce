"""Operators that rearrange numbers: into another shape or order, into pieces, or side by side."""

from math import prod

import torch
from torch import Tensor
from torch.nn import functional

from clsbench.engines.torch.operators.node import Forward, Node


def reshape(node: Node) -> Forward:
    """Reshape; 0 keeps the axis's old size, -1 takes what is left."""
    target = node.wholes(1)
    if node.attribute("allowzero", 0) and 0 in target:
        raise node.refusal("allowzero=1 with an empty axis")

    def forward(x: Tensor, _: Tensor) -> Tensor:
        return x.reshape([x.shape[axis] if size == 0 else size for axis, size in enumerate(target)])

    return forward


def flatten(node: Node) -> Forward:
    """Flatten to a matrix."""
    axis = node.attribute("axis", 1)
    return lambda x: x.reshape(prod(x.shape[:axis]), -1)


def squeeze(node: Node) -> Forward:
    """Squeeze."""
    axes = node.wholes_or("axes", 1)
    return lambda x, *_: torch.squeeze(x, tuple(axes)) if axes else torch.squeeze(x)


def unsqueeze(node: Node) -> Forward:
    """Unsqueeze."""
    axes = node.wholes_or("axes", 1) or []

    def forward(x: Tensor, *_: Tensor) -> Tensor:
        for axis in sorted(axis % (x.ndim + len(axes)) for axis in axes):
            x = x.unsqueeze(axis)
        return x

    return forward


def transpose(node: Node) -> Forward:
    """Transpose."""
    order = node.attribute("perm", None)
    return lambda x: x.permute(order or tuple(reversed(range(x.ndim))))


def concat(node: Node) -> Forward:
    """Concat."""
    axis = node.attribute("axis", None)
    return lambda *tensors: torch.cat(tensors, axis)


def split(node: Node) -> Forward:
    """Split into pieces of given sizes, or of one size."""
    axis = node.attribute("axis", 0)
    sizes = node.wholes_or("split", 1)
    node.attribute("num_outputs", None)
    pieces = len(node.outputs)

    def forward(x: Tensor, *_: Tensor) -> tuple[Tensor, ...]:
        cut: tuple[Tensor, ...] = torch.split(x, sizes or -(-x.shape[axis] // pieces), axis)
        return cut

    return forward


def slices(node: Node) -> Forward:
    """Slice; torch has no negative steps."""
    starts, ends = node.wholes(1), node.wholes(2)
    axes = node.wholes(3) if node.has_input(3) else list(range(len(starts)))
    steps = node.wholes(4) if node.has_input(4) else [1] * len(starts)
    if min(steps, default=1) < 1:
        raise node.refusal(f"steps {steps} go backwards")

    def forward(x: Tensor, *_: Tensor) -> Tensor:
        places = [slice(None)] * x.ndim
        for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
            places[axis] = slice(start, end, step)
        return x[tuple(places)]

    return forward


def pad(node: Node) -> Forward:
    """Pad with one number, 0 unless given."""
    node.require("mode", "constant")
    if node.has_input(3):
        raise node.refusal("its axes are given; pads for all axes are")
    pads, value = node.wholes(1), node.number_or(2, 0.0)
    rank = len(pads) // 2
    around = [pads[end * rank + axis] for axis in reversed(range(rank)) for end in (0, 1)]
    return lambda x, *_: functional.pad(x, around, value=value)


def resize(node: Node) -> Forward:
    """Resize of images, as Caffe's Interp and Upsample need it: linear with aligned corners, or nearest."""
    ways = {("linear", "align_corners"), ("nearest", "asymmetric")}
    mode, places = node.attribute("mode", "nearest"), node.attribute("coordinate_transformation_mode", "half_pixel")
    if (mode, places) not in ways or node.attribute("nearest_mode", "floor") != "floor" or not node.has_input(2):
        raise node.refusal(
            f"mode={mode} with {places}; linear with align_corners and nearest with asymmetric are known"
        )
    *_, tall, wide = node.numbers(2)

    def forward(x: Tensor, *_: Tensor) -> Tensor:
        size = int(x.shape[2] * tall), int(x.shape[3] * wide)
        if mode == "nearest":
            return functional.interpolate(x, size, mode="nearest")
        return functional.interpolate(x, size, mode="bilinear", align_corners=True)

    return forward


def tile(node: Node) -> Forward:
    """Tile."""
    repeats = node.wholes(1)
    return lambda x, _: x.repeat(repeats)


def gather(node: Node) -> Forward:
    """Gather along one axis."""
    axis = node.attribute("axis", 0)

    def forward(x: Tensor, places: Tensor) -> Tensor:
        along = axis % x.ndim
        found = x.index_select(along, places.flatten() % x.shape[along])
        return found.reshape(*x.shape[:along], *places.shape, *x.shape[along + 1 :])

    return forward
