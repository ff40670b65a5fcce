"""SqueezeNet v1.0's deploy file, written from a table: what a clone without the shared files has in its place."""

from collections.abc import Iterator

_HEAD = 'name: "FireNet"\ninput: "data"\ninput_dim: 1\ninput_dim: 3\ninput_dim: 227\ninput_dim: 227\n'
# Squeezed and expanded channels of fire2 to fire9, and behind which of them a pool comes.
_FIRES = {2: (16, 64), 3: (16, 64), 4: (32, 128), 5: (32, 128), 6: (48, 192), 7: (48, 192), 8: (64, 256), 9: (64, 256)}
_POOLED = (4, 8)


def deploy_text() -> str:
    """The whole file."""
    return _HEAD + "".join(_layers())


def _layers() -> Iterator[str]:
    yield from _convolution("conv1", "data", "num_output: 96 kernel_size: 7 stride: 2", "relu_conv1")
    yield _pool("pool1", "conv1")
    bottom = "pool1"
    for number, (squeezed, expanded) in _FIRES.items():
        fire = f"fire{number}"
        yield from _fire(fire, bottom, squeezed, expanded)
        bottom = f"{fire}/concat"
        if number in _POOLED:
            yield _pool(f"pool{number}", bottom)
            bottom = f"pool{number}"
    yield _layer("drop9", "Dropout", [bottom], bottom, "dropout_param { dropout_ratio: 0.5 }")
    yield from _convolution("conv_final", bottom, "num_output: 1000 pad: 1 kernel_size: 1", "relu_conv_final")
    yield _layer(
        "pool_final", "Pooling", ["conv_final"], "pool_final", "pooling_param { pool: AVE global_pooling: true }"
    )
    yield _layer("prob", "Softmax", ["pool_final"], "prob")


def _fire(fire: str, bottom: str, squeezed: int, expanded: int) -> Iterator[str]:
    branches = {
        "conv1x1_1": (bottom, f"num_output: {squeezed} kernel_size: 1"),
        "conv1x1_2": (f"{fire}/conv1x1_1", f"num_output: {expanded} kernel_size: 1"),
        "conv3x3_2": (f"{fire}/conv1x1_1", f"num_output: {expanded} pad: 1 kernel_size: 3"),
    }
    for name, (source, settings) in branches.items():
        yield from _convolution(f"{fire}/{name}", source, settings, f"{fire}/relu_{name}")
    yield _layer(f"{fire}/concat", "Concat", [f"{fire}/conv1x1_2", f"{fire}/conv3x3_2"], f"{fire}/concat")


def _convolution(name: str, bottom: str, settings: str, relu: str) -> Iterator[str]:
    filler = 'weight_filler { type: "xavier" }'
    yield _layer(name, "Convolution", [bottom], name, f"convolution_param {{ {settings} {filler} }}")
    yield _layer(relu, "ReLU", [name], name)


def _pool(name: str, bottom: str) -> str:
    return _layer(name, "Pooling", [bottom], name, "pooling_param { pool: MAX kernel_size: 3 stride: 2 }")


def _layer(name: str, kind: str, bottoms: list[str], top: str, settings: str = "") -> str:
    given = "".join(f'  bottom: "{bottom}"\n' for bottom in bottoms)
    return f'layer {{\n  name: "{name}"\n  type: "{kind}"\n{given}  top: "{top}"\n  {settings}\n}}\n'
