"""Writes the names and shapes of the tensors of each timm or torchvision model to tests/weights/manifests.

python tools/weights_manifests.py          in the environment that tools/setup_weights_check.sh makes

No weights are read: the models are built without values. A downloaded file may lack the integer tensors
``num_batches_tracked``, because older releases of torch did not write them.
"""

import json
from pathlib import Path
from typing import Any

import timm
import torch
import torchvision

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "weights" / "manifests"

# (network of the zoo, library, its model)
MODELS = (
    ("se-resnet50", "timm", "legacy_seresnet50.in1k"),
    ("se-resnet101", "timm", "legacy_seresnet101.in1k"),
    ("se-resnet152", "timm", "legacy_seresnet152.in1k"),
    ("se-resnext50-32x4d", "timm", "legacy_seresnext50_32x4d.in1k"),
    ("se-resnext101-32x4d", "timm", "legacy_seresnext101_32x4d.in1k"),
    ("senet", "timm", "legacy_senet154.in1k"),
    ("dpn-68-extra", "timm", "dpn68b.mx_in1k"),
    ("dpn-92", "timm", "dpn92.mx_in1k"),
    ("dpn-98", "timm", "dpn98.mx_in1k"),
    ("dpn-131", "timm", "dpn131.mx_in1k"),
    ("dpn-107-extra", "timm", "dpn107.mx_in1k"),
    ("inception-v3", "timm", "inception_v3.gluon_in1k"),
    ("inception-v4", "timm", "inception_v4.tf_in1k"),
    ("inception-resnet-v2", "timm", "inception_resnet_v2.tf_in1k"),
    ("xception", "timm", "legacy_xception.tf_in1k"),
    ("resnet18-priv", "timm", "resnet18.tv_in1k"),
    ("resnext50-32x4d", "timm", "resnext50_32x4d.tv_in1k"),
    ("resnext101-32x4d", "timm", "resnext101_32x4d.gluon_in1k"),
    ("resnext101-64x4d", "timm", "resnext101_64x4d.gluon_in1k"),
    ("wrn50-2", "timm", "wide_resnet50_2.tv_in1k"),
    ("vgg13-pytorch", "timm", "vgg13.tv_in1k"),
    ("vgg13bn-pytorch", "timm", "vgg13_bn.tv_in1k"),
    ("vgg16-pytorch", "timm", "vgg16.tv_in1k"),
    ("vgg16bn-pytorch", "timm", "vgg16_bn.tv_in1k"),
    ("vgg19-pytorch", "timm", "vgg19.tv_in1k"),
    ("vgg19bn-pytorch", "timm", "vgg19_bn.tv_in1k"),
    ("densenet121", "timm", "densenet121.tv_in1k"),
    ("densenet201", "timm", "densenet201.tv_in1k"),
    ("resnet18-priv", "torchvision", "resnet18"),
    ("resnext50-32x4d", "torchvision", "resnext50_32x4d"),
    ("resnext101-64x4d", "torchvision", "resnext101_64x4d"),
    ("wrn50-2", "torchvision", "wide_resnet50_2"),
    ("vgg13-pytorch", "torchvision", "vgg13"),
    ("vgg13bn-pytorch", "torchvision", "vgg13_bn"),
    ("vgg16-pytorch", "torchvision", "vgg16"),
    ("vgg16bn-pytorch", "torchvision", "vgg16_bn"),
    ("vgg19-pytorch", "torchvision", "vgg19"),
    ("vgg19bn-pytorch", "torchvision", "vgg19_bn"),
    ("densenet121", "torchvision", "densenet121"),
    ("densenet201", "torchvision", "densenet201"),
)


def facts_of_timm(name: str) -> dict[str, Any]:
    """What timm states about the model's weights and images."""
    config = timm.models.get_pretrained_cfg(name)
    return {
        "library": f"timm {timm.__version__}",
        "location": config.hf_hub_id or config.url,
        "licence": config.license,
        "mean": config.mean,
        "std": config.std,
        "size": config.input_size[-1],
        "crop_pct": config.crop_pct,
        "interpolation": config.interpolation,
        "label_offset": config.label_offset or 0,
    }


def facts_of_torchvision(name: str) -> dict[str, Any]:
    """What torchvision states about the model's first weights and images; the licence is its project's."""
    weights = torchvision.models.get_model_weights(name).IMAGENET1K_V1
    images = weights.transforms()
    return {
        "library": f"torchvision {torchvision.__version__}",
        "location": weights.url,
        "licence": "bsd-3-clause",
        "mean": images.mean,
        "std": images.std,
        "size": images.crop_size[0],
        "crop_pct": images.crop_size[0] / images.resize_size[0],
        "interpolation": images.interpolation.value,
        "label_offset": 0,
    }


def tensors_of(library: str, name: str) -> dict[str, str]:
    """Each tensor's dtype and sides, as "float32 64 3 7 7"; a single number has no sides."""
    with torch.device("meta"):
        model = timm.create_model(name.partition(".")[0]) if library == "timm" else torchvision.models.get_model(name)
    return {
        key: " ".join([str(tensor.dtype).removeprefix("torch."), *map(str, tensor.shape)])
        for key, tensor in model.state_dict().items()
    }


def main() -> None:
    """Writes one file per model."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for network, library, name in MODELS:
        facts = facts_of_timm(name) if library == "timm" else facts_of_torchvision(name)
        content = {"network": network, "source": f"{library} {name}", **facts, "tensors": tensors_of(library, name)}
        path = FOLDER / f"{library}-{name}.json"
        path.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8")
        print(path.name, len(content["tensors"]))


if __name__ == "__main__":
    main()
