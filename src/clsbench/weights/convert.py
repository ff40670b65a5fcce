"""Converts a state dict's file to a caffemodel with its sidecar, and a caffemodel back to a state dict."""

import datetime
import uuid
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from clsbench.caffe.caffemodel import read_caffemodel, write_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.weights import attach
from clsbench.errors import WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.mappings import mapping_of
from clsbench.weights.placing import placed
from clsbench.weights.sidecar import Images, Sidecar, sidecar_path
from clsbench.weights.source import Source
from clsbench.weights.state_dict import StateDict, write_state_dict
from clsbench.weights.translation import to_caffe, to_source


@dataclass(frozen=True)
class SourceFile:
    """A file with the weights of ``source``, whose relation and evidence refer to this very file."""

    path: Path
    source: Source
    title: str
    location: str
    revision: str | None = None


def converted(net: Net, file: SourceFile, tensors: StateDict, output: Path) -> Sidecar:
    """Writes ``output`` and its sidecar from ``tensors``, the content of ``file``; both whole, or nothing.

    Raises WeightsError with every tensor that does not fit.
    """
    if output.suffix != ".caffemodel":
        raise WeightsError(f"{output}: the result is a caffemodel; give it a name that ends in .caffemodel")
    mapping = mapping_of(net.name, file.source.library)
    weighted = to_caffe(net, mapping, tensors, file.path.name)

    def make(draft: Path) -> Sidecar:
        write_caffemodel(weighted, draft)
        return _sidecar(net, mapping, file, sha256_of(draft))

    return placed(output, output.with_name(f".{output.name}.{uuid.uuid4().hex}"), make)


def written_back(net: Net, caffemodel: Path, library: str, output: Path) -> None:
    """Writes the state dict ``output`` for ``library``'s model of ``net``, red first. Raises WeightsError."""
    mapping = mapping_of(net.name, library)
    weighted = attach(net, read_caffemodel(caffemodel), caffemodel.name)
    notes = {"network": net.name, "caffemodel_sha256": sha256_of(caffemodel), "clsbench": version("clsbench")}
    write_state_dict(to_source(weighted, mapping), output, notes)


def check_place(output: Path, *, replace: bool) -> None:
    """Raises WeightsError if there is a file at ``output`` that may not be replaced."""
    for path in (output, sidecar_path(output)):
        if path.exists() and not replace:
            raise WeightsError(f"{path}: already exists; --replace overwrites it")


def _sidecar(net: Net, mapping: WeightsMapping, file: SourceFile, sha256: str) -> Sidecar:
    source = file.source
    return Sidecar(
        network=net.name,
        source=file.title,
        location=file.location,
        revision=file.revision,
        source_sha256=sha256_of(file.path),
        sha256=sha256,
        licence=source.licence,
        relation=source.relation,
        evidence=source.evidence,
        images=Images(source.caffe_mean, source.caffe_std, "bgr", source.label_order),
        network_settings=mapping.settings,
        differences=list(mapping.differences),
        converted=datetime.datetime.now(datetime.UTC).date().isoformat(),
        clsbench=version("clsbench"),
    )
