"""All mappings, by network and library; and the networks whose namesake has another architecture."""

from collections.abc import Callable, Mapping
from functools import partial

from clsbench.errors import WeightsError
from clsbench.weights.families.densenet import densenet
from clsbench.weights.families.dpn import dpn
from clsbench.weights.families.inception_resnet_v2 import inception_resnet_v2
from clsbench.weights.families.inception_v3 import inception_v3
from clsbench.weights.families.inception_v4 import inception_v4
from clsbench.weights.families.resnet import resnet18, resnext, wide_resnet
from clsbench.weights.families.se import se_resnet, senet154
from clsbench.weights.families.vgg import vgg
from clsbench.weights.families.xception import xception
from clsbench.weights.mapping import WeightsMapping

_TIMM, _TORCHVISION = "timm", "torchvision"
_Make = Callable[[], WeightsMapping]


def _both(network: str, make: _Make) -> dict[tuple[str, str], _Make]:
    """A network whose modules have the same names in both libraries."""
    return {(network, library): make for library in (_TIMM, _TORCHVISION)}


_VGG = {(f"vgg{depth}{'bn' * norm}-pytorch", depth, norm) for depth in (13, 16, 19) for norm in (False, True)}

MAPPINGS: Mapping[tuple[str, str], _Make] = {
    ("se-resnet50", _TIMM): partial(se_resnet, 50),
    ("se-resnet101", _TIMM): partial(se_resnet, 101),
    ("se-resnet152", _TIMM): partial(se_resnet, 152),
    ("se-resnext50-32x4d", _TIMM): partial(se_resnet, 50),
    ("se-resnext101-32x4d", _TIMM): partial(se_resnet, 101),
    ("senet", _TIMM): senet154,
    ("dpn-68-extra", _TIMM): partial(dpn, 68),
    ("dpn-92", _TIMM): partial(dpn, 92),
    ("dpn-98", _TIMM): partial(dpn, 98),
    ("dpn-131", _TIMM): partial(dpn, 131),
    ("dpn-107-extra", _TIMM): partial(dpn, 107),
    ("inception-v4", _TIMM): inception_v4,
    ("inception-resnet-v2", _TIMM): inception_resnet_v2,
    ("xception", _TIMM): xception,
    ("inception-v3", _TIMM): inception_v3,
    **_both("resnet18-priv", resnet18),
    **_both("resnext50-32x4d", partial(resnext, 50)),
    ("resnext101-32x4d", _TIMM): partial(resnext, 101),
    **_both("resnext101-64x4d", partial(resnext, 101)),
    **_both("wrn50-2", partial(wide_resnet, 50)),
    **{
        (name, library): partial(vgg, depth, norm, library)
        for name, depth, norm in _VGG
        for library in (_TIMM, _TORCHVISION)
    },
    **_both("densenet121", partial(densenet, 121)),
    **_both("densenet201", partial(densenet, 201)),
}

_STRIDE = (
    "timm's and torchvision's halve the image in the 3x3 convolution of a block, the published network in the 1x1 "
    "convolution before it"
)
REFUSED: Mapping[str, str] = {
    "resnet50": _STRIDE + "; its first convolution has a bias too",
    "resnet101": _STRIDE,
    "resnet152": _STRIDE,
    "resnet101-v2": "timm's pools, with padding, before its first BatchNorm and ReLU; the published network after them",
}


def mapping_of(network: str, library: str) -> WeightsMapping:
    """The mapping from ``library``'s tensors. Raises WeightsError with the reason if there is none."""
    if make := MAPPINGS.get((network, library)):
        return make()
    others = sorted(other for name, other in MAPPINGS if name == network)
    if reason := REFUSED.get(network):
        raise WeightsError(f"{network}: no weights of {library} fit it: {reason}")
    advice = f"there is one for {', '.join(others)}" if others else "clsbench weights lists what there is"
    raise WeightsError(f"{network}: there is no mapping from {library}'s tensors to its blobs; {advice}")
