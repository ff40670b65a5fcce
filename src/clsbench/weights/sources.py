"""Where the weights of each network are, besides the published links.

Names, locations, licences, means and stds: the model registries of timm 1.0.31 and torchvision 0.29.1. timm's errors:
its results tables (results-imagenet.csv). Published errors: soeaver/caffe-model, cls/README.md, standard size, single
crop. All errors are top-1 in percent.
"""

from collections.abc import Iterator

from clsbench.errors import WeightsError
from clsbench.weights.source import ARCHITECTURE, SAME, Source, Triple

_RELEASES = "https://github.com/rwightman/pytorch-image-models/releases/download"
_TORCH = "https://download.pytorch.org/models"
_APACHE, _BSD = "apache-2.0", "bsd-3-clause"
_HALF: Triple = (0.5, 0.5, 0.5)
_DPN_MEAN: Triple = (124 / 255, 117 / 255, 104 / 255)
_DPN_STD: Triple = (1 / (0.0167 * 255),) * 3

_CONVERTED = "timm's file was converted from the authors' Caffe model; timm's errors of the family are within 0.13"
_OTHER = "trained by others"
_TORCHVISION = "the published network was converted from torchvision's weights"


def _timm(network: str, name: str, relation: str, evidence: str, licence: str = _APACHE) -> Source:
    return Source(network, "timm", name, f"timm/{name}", licence, relation, evidence)


def _se() -> Iterator[Source]:
    for network, name, file in (
        ("se-resnet50", "legacy_seresnet50.in1k", "v0.1-cadene/se_resnet50-ce0d4300.pth"),
        ("se-resnet101", "legacy_seresnet101.in1k", "v0.1-cadene/se_resnet101-7e38fcc6.pth"),
        ("se-resnet152", "legacy_seresnet152.in1k", "v0.1-cadene/se_resnet152-d17c99b7.pth"),
        ("se-resnext50-32x4d", "legacy_seresnext50_32x4d.in1k", "v0.1-weights/legacy_se_resnext50_32x4d-f3651bad.pth"),
        (
            "se-resnext101-32x4d",
            "legacy_seresnext101_32x4d.in1k",
            "v0.1-weights/legacy_se_resnext101_32x4d-37725eac.pth",
        ),
        ("senet", "legacy_senet154.in1k", "v0.1-weights/legacy_senet154-e9eb9fe6.pth"),
    ):
        yield Source(network, "timm", name, f"{_RELEASES}/{file}", _APACHE, SAME, _CONVERTED)


def _dpn() -> Iterator[Source]:
    for network, name, relation, evidence in (
        ("dpn-68-extra", "dpn68b.mx_in1k", SAME, "probably: 22.51 at timm, 22.56 published"),
        ("dpn-92", "dpn92.mx_in1k", ARCHITECTURE, "19.97 at timm, 20.81 published: not the same weights"),
        ("dpn-98", "dpn98.mx_in1k", SAME, "probably: 20.34 at timm, 20.27 published"),
        ("dpn-131", "dpn131.mx_in1k", SAME, "probably: 20.16 at timm, 20.00 published"),
        ("dpn-107-extra", "dpn107.mx_in1k", SAME, "probably: 19.83 at timm, 19.70 published"),
    ):
        location = f"timm/{name}"
        yield Source(network, "timm", name, location, _APACHE, relation, evidence, _DPN_MEAN, _DPN_STD)


def _inception() -> Iterator[Source]:
    for network, name, location, evidence in (
        ("inception-v4", "inception_v4.tf_in1k", None, "probably, from TensorFlow: 19.86 at timm, 20.03 published"),
        (
            "inception-resnet-v2",
            "inception_resnet_v2.tf_in1k",
            None,
            "to be checked, from TensorFlow: 19.57 at timm, 19.86 published",
        ),
        (
            "xception",
            "legacy_xception.tf_in1k",
            f"{_RELEASES}/v0.1-cadene/xception-43020ad28.pth",
            "probably: from the Keras weights",
        ),
    ):
        yield Source(network, "timm", name, location or f"timm/{name}", _APACHE, SAME, evidence, _HALF, _HALF)
    yield _timm(
        "inception-v3", "inception_v3.gluon_in1k", ARCHITECTURE, "21.19 at timm, 21.67 published: not the same weights"
    )


def _residual() -> Iterator[Source]:
    for network, name, licence in (
        ("resnet18-priv", "resnet18.tv_in1k", _BSD),
        ("resnext50-32x4d", "resnext50_32x4d.tv_in1k", _BSD),
        ("resnext101-32x4d", "resnext101_32x4d.gluon_in1k", _APACHE),
        ("resnext101-64x4d", "resnext101_64x4d.gluon_in1k", _APACHE),
        ("wrn50-2", "wide_resnet50_2.tv_in1k", _BSD),
        ("densenet121", "densenet121.tv_in1k", _APACHE),
        ("densenet201", "densenet201.tv_in1k", _APACHE),
    ):
        yield _timm(network, name, ARCHITECTURE, _OTHER, licence)
    for network, file in (
        ("resnet18-priv", "resnet18-f37072fd"),
        ("resnext50-32x4d", "resnext50_32x4d-7cdf4587"),
        ("resnext101-64x4d", "resnext101_64x4d-173b62eb"),
        ("wrn50-2", "wide_resnet50_2-95faca4d"),
        ("densenet121", "densenet121-a639ec97"),
        ("densenet201", "densenet201-c1103571"),
    ):
        yield _torchvision(network, file, ARCHITECTURE, _OTHER)


def _vgg() -> Iterator[Source]:
    for file in (
        "vgg13-19584684",
        "vgg13_bn-abd245e5",
        "vgg16-397923af",
        "vgg16_bn-6c64b313",
        "vgg19-dcbb9e9d",
        "vgg19_bn-c79401a0",
    ):
        name = file.partition("-")[0]
        network = f"{name.replace('_', '')}-pytorch"
        yield _timm(network, f"{name}.tv_in1k", SAME, _TORCHVISION, _BSD)
        yield _torchvision(network, file, SAME, _TORCHVISION)


def _torchvision(network: str, file: str, relation: str, evidence: str) -> Source:
    name = file.partition("-")[0]
    return Source(network, "torchvision", name, f"{_TORCH}/{file}.pth", _BSD, relation, evidence)


SOURCES: tuple[Source, ...] = (*_se(), *_dpn(), *_inception(), *_residual(), *_vgg())


def sources_of(network: str) -> tuple[Source, ...]:
    """The sources of ``network``, those of the published weights first."""
    found = (source for source in SOURCES if source.network == network)
    return tuple(sorted(found, key=lambda source: source.relation != SAME))


def source_of(network: str, library: str) -> Source:
    """The source from ``library``. Raises WeightsError with the libraries that have one."""
    found = sources_of(network)
    for source in found:
        if source.library == library:
            return source
    there = " or ".join(f"--from {source.library}" for source in found)
    advice = f"take {there}" if there else "clsbench weights lists what there is"
    raise WeightsError(f"{network}: {library} has no weights of it; {advice}")
