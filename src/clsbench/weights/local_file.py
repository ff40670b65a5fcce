"""A user's own state dict file: identifies its source, as far as its checksum or its names allow."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clsbench.caffe.net import Net
from clsbench.errors import WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.convert import SourceFile
from clsbench.weights.mapping import source_shapes
from clsbench.weights.mappings import REFUSED, mapping_of
from clsbench.weights.source import ARCHITECTURE, Source
from clsbench.weights.sources import source_of, sources_of
from clsbench.weights.state_dict import StateDict


def local_file(net: Net, path: Path, tensors: StateDict, library: str | None) -> SourceFile:
    """``path`` as a source of ``net``; ``library`` is what the user says it is from, None if unknown.

    A file identified neither by its checksum nor by the user has the same architecture, and no more is known about it.
    Raises WeightsError if no source has such tensors.
    """
    digest = sha256_of(path)
    for source in sources_of(net.name):
        if source.checksum and digest.startswith(source.checksum) and library in (None, source.library):
            return SourceFile(path, source, source.title, source.location)
    if library is not None:
        source = source_of(net.name, library)
        said = replace(source, evidence=f"{source.evidence}; the user says that the file is {source.title}")
        return SourceFile(path, said, source.title, path.name)
    nearest = _nearest(net, tensors, _candidates(net))
    unknown = replace(nearest, relation=ARCHITECTURE, licence="unknown", evidence="an unknown file")
    return SourceFile(path, unknown, path.name, path.name)


def _candidates(net: Net) -> Sequence[Source]:
    found = sources_of(net.name)
    if not found:
        reason = REFUSED.get(net.name, "no library has this network")
        raise WeightsError(f"{net.name}: no state dict can be converted: {reason}")
    return found


def _nearest(net: Net, tensors: StateDict, candidates: Sequence[Source]) -> Source:
    """The source that shares the most names and shapes with the file."""

    def alike(source: Source) -> int:
        mapping = mapping_of(net.name, source.library)
        has = {mapping.name_now(name): tensor.shape for name, tensor in tensors.items()}
        return sum(has.get(name) == shape for name, shape in source_shapes(net, mapping).items())

    return max(candidates, key=alike)
