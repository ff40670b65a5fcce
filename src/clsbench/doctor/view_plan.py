"""The hypotheses about what the network sees: one factor of the current settings changed at a time."""

from collections.abc import Iterator

from omegaconf import DictConfig, OmegaConf

from clsbench.composition.network import net_of
from clsbench.composition.sizes import Pixels
from clsbench.config import CONF
from clsbench.data.size import Size
from clsbench.doctor import table
from clsbench.doctor.hypothesis import Hypothesis
from clsbench.doctor.overridden import is_from_data_layer, text, values_of


def view_hypotheses(cfg: DictConfig, pixels: Pixels, native: Size | None, *, has_places: bool) -> Iterator[Hypothesis]:
    """One factor after another; ``native`` is the network file's own size. Some may not change anything.

    ``has_places``: the network returns scores of many places.
    """
    yield from _preprocessings(cfg)
    for order in table.CHANNEL_ORDERS:
        yield Hypothesis("channel order", order, (f"model.channel_order={order}",))
    yield from _resizes(cfg, pixels)
    yield from _crops(pixels, native)
    yield from _bases(cfg, pixels)
    yield from _outputs(cfg, has_places=has_places)


def _preprocessings(cfg: DictConfig) -> Iterator[Hypothesis]:
    for name in table.PREPROCESSINGS:
        numbers = OmegaConf.load(CONF / "preprocessing" / f"{name}.yaml")
        yield _preprocessing(name, numbers.mean, numbers.std, numbers.scale)
    for name, of_all in table.NUMBERS.items():
        yield _preprocessing(name, *of_all)
    mean = cfg.preprocessing.get("mean")
    for name, of_scale in table.SCALES.items():
        yield _preprocessing(f"given mean, {name}", mean, *of_scale)
    if isinstance(mean, str):
        channels = _preprocessing("mean of each channel", mean, cfg.preprocessing.std, cfg.preprocessing.scale)
        yield Hypothesis(channels.factor, channels.name, (*channels.overrides, "preprocessing.mean_image=channels"))


def _preprocessing(name: str, mean: object, std: object, scale: float) -> Hypothesis:
    values = {"mean": mean, "std": std, "scale": float(scale)}
    given = {key: OmegaConf.to_container(value) if OmegaConf.is_list(value) else value for key, value in values.items()}
    return Hypothesis("preprocessing", name, tuple(f"preprocessing.{key}={text(each)}" for key, each in given.items()))


def _resizes(cfg: DictConfig, pixels: Pixels) -> Iterator[Hypothesis]:
    for name in table.RESIZES:
        base = () if pixels.base_size is None else (f"base_size={_sides(pixels.base_size)}",)
        yield Hypothesis("resize", name, (f"resize={name}", *(base if is_from_data_layer(cfg, "resize") else ())))


def _crops(pixels: Pixels, native: Size | None) -> Iterator[Hypothesis]:
    given = pixels.crop_size
    squares = [Size(side, side) for side in table.CROP_SIZES if given.height == given.width]
    least, most = (share * given.height for share in table.CROP_NEAR)
    near = [size for size in squares if least <= size.height <= most]
    for size in dict.fromkeys(([native] if native else []) + near):
        base = pixels.base_size
        fits = base is None or (base.height >= size.height and base.width >= size.width)
        rest = () if fits else (f"base_size={_sides(_by(size, table.BASE_TO_CROP[1]))}",)
        yield Hypothesis("crop size", str(size), (f"crop_size={_sides(size)}", *rest), is_expected=size == native)


def _bases(cfg: DictConfig, pixels: Pixels) -> Iterator[Hypothesis]:
    if pixels.base_size is None:
        return
    crop = pixels.crop_size
    wanted = [_by(crop, ratio) for ratio in table.BASE_TO_CROP]
    wanted += [Size(side, side) for side in table.BASE_SIZES if crop.height <= side <= table.BASE_NEAR * crop.height]
    resize = values_of(cfg, "resize") if is_from_data_layer(cfg, "base_size") else ()
    named = () if not resize else (f"resize={_option(cfg)}", *resize)
    for size in dict.fromkeys(wanted):
        yield Hypothesis("base size", str(size), (*named, f"base_size={_sides(size)}"))


def _outputs(cfg: DictConfig, *, has_places: bool) -> Iterator[Hypothesis]:
    if cfg.model.onnx is not None:
        return
    heads = [layer.tops[0] for layer in net_of(cfg).layers if layer.type == "Softmax"]
    for head in heads if len(heads) > 1 else ():
        yield Hypothesis("output", head, (f"model.output={head}",))
    for dense in table.DENSE if has_places else ():
        yield Hypothesis("dense", dense, (f"model.dense={dense}",))


def _option(cfg: DictConfig) -> str:
    return {"ShortSide": "short_side", "Squash": "squash"}.get(cfg.resize["_target_"].rpartition(".")[2], "none")


def _by(size: Size, ratio: float) -> Size:
    return Size(round(size.height * ratio), round(size.width * ratio))


def _sides(size: Size) -> str:
    return str(size.height) if size.height == size.width else f"[{size.height},{size.width}]"
