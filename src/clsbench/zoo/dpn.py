"""Dual path networks (Chen et al. 2017): one path accumulates sums as in ResNet, the other grows as in DenseNet."""

from collections.abc import Mapping
from dataclasses import dataclass

from clsbench.caffe.net import Net
from clsbench.zoo.builder import CLASSES, TENSORFLOW, NetBuilder
from clsbench.zoo.convolution import Conv
from clsbench.zoo.pooling import GLOBAL_AVERAGE, MAX_3X3_S2_FLOOR
from clsbench.zoo.stages import Block, stages
from clsbench.zoo.variants import variant


@dataclass(frozen=True)
class _Plan:
    """A row of the paper's table; ``inner`` and ``residual`` double from stage to stage."""

    stem: Conv
    blocks: tuple[int, ...]
    groups: int
    inner: int  # channels of the grouped 3x3 convolution
    residual: int  # channels of the path that accumulates sums
    grown: tuple[int, ...]  # channels that a block appends to the dense path, by stage


_PLANS: Mapping[int, _Plan] = {
    68: _Plan(Conv(10, 3, stride=2), (3, 4, 12, 3), 32, 128, 64, (16, 32, 32, 64)),
    92: _Plan(Conv(64, 7, stride=2), (3, 4, 20, 3), 32, 96, 256, (16, 32, 24, 128)),
    98: _Plan(Conv(96, 7, stride=2), (3, 6, 20, 3), 40, 160, 256, (16, 32, 32, 128)),
    107: _Plan(Conv(128, 7, stride=2), (4, 8, 20, 3), 50, 200, 256, (20, 64, 64, 128)),
    131: _Plan(Conv(128, 7, stride=2), (4, 8, 28, 3), 40, 160, 256, (16, 32, 32, 128)),
}
BLOCKS: Mapping[int, tuple[int, ...]] = {depth: plan.blocks for depth, plan in _PLANS.items()}


def dpn(depth: int) -> Net:
    """DPN-68, 92, 98, 107 or 131."""
    plan = variant("dpn", _PLANS, depth)
    net = NetBuilder(f"dpn-{depth}", 224, TENSORFLOW)
    net.conv_norm_relu("conv1", plan.stem)
    net.pool("pool1", MAX_3X3_S2_FLOOR)
    paths: list[str] = []
    for block in stages(plan.blocks):
        name = f"dpn{block.number}"
        data = net.concat(f"{name}_concat_input", paths) if paths else net.blob
        if block.first:
            paths = _match(net, name, block, plan, data)
        added, grown = _block(net, name, block, plan, data)
        paths = [net.sum(f"{name}_elewise", [paths[0], added]), net.concat(f"{name}_concat", [paths[1], grown])]
    net.concat("pool_ave_concat_input", paths)
    net.pre_activation("pool_ave_concat")
    net.pool("pool_ave", GLOBAL_AVERAGE)
    net.layer("Flatten", "pool_ave_flat", [net.blob])
    net.fully_connected("classifier", CLASSES)
    return net.softmax()


def _match(net: NetBuilder, name: str, block: Block, plan: _Plan, data: str) -> list[str]:
    """Brings both paths to the new stage's width and size."""
    residual, grown = plan.residual << block.stage, plan.grown[block.stage]
    net.pre_activation(f"{name}_match", data)
    net.conv(f"{name}_match_conv", Conv(residual + 2 * grown, stride=block.stride))
    return _split(net, residual)


def _block(net: NetBuilder, name: str, block: Block, plan: _Plan, data: str) -> list[str]:
    """What the block adds to the residual path, and what it appends to the dense path."""
    inner, residual, grown = plan.inner << block.stage, plan.residual << block.stage, plan.grown[block.stage]
    net.pre_activation(name, data)
    net.conv_norm_relu(f"{name}_conv1", Conv(inner))
    net.conv_norm_relu(f"{name}_conv2", Conv(inner, 3, stride=block.stride, group=plan.groups))
    if plan is _PLANS[68]:  # published with two convolutions instead of one that is sliced
        data = net.blob
        return [
            net.conv(f"{name}_conv3_branch1", Conv(residual), data),
            net.conv(f"{name}_conv3_branch2", Conv(grown), data),
        ]
    net.conv(f"{name}_conv3", Conv(residual + grown))
    return _split(net, residual)


def _split(net: NetBuilder, at: int) -> list[str]:
    """The current blob's channels before and from ``at``."""
    return net.slice(f"{net.blob}_Slice", at, [f"{net.blob}_split1", f"{net.blob}_split2"])
