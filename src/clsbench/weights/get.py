"""Fetches and converts a network's weights and puts them where ``model=NETWORK`` finds them."""

from dataclasses import dataclass
from pathlib import Path

from clsbench.caffe.net import Net
from clsbench.config import CONF
from clsbench.errors import WeightsError
from clsbench.weights.convert import SourceFile, converted
from clsbench.weights.https_file import fetch_file
from clsbench.weights.hub_file import HUB_FILE, fetch_hub_file
from clsbench.weights.mappings import REFUSED
from clsbench.weights.offline import check_online
from clsbench.weights.origins import HUB, PUBLISHED
from clsbench.weights.published_file import fetch_published, published_of
from clsbench.weights.sidecar import Sidecar
from clsbench.weights.source import Source
from clsbench.weights.sources import source_of, sources_of
from clsbench.weights.state_dict import read_state_dict
from clsbench.weights.torch_file import check_torch


@dataclass(frozen=True)
class Wanted:
    """A network, the origin of its weights, and the caffemodel to make."""

    net: Net
    origin: str  # published | timm | torchvision | hub
    output: Path


def got(wanted: Wanted) -> Sidecar:
    """Makes the caffemodel and its sidecar. Raises WeightsError with the reason, and with an alternative."""
    net, output = wanted.net, wanted.output
    if wanted.origin == PUBLISHED:
        return fetch_published(net, published_of(net.name, CONF / "model"), output)
    source = _hub_source(net.name) if wanted.origin == HUB else source_of(net.name, wanted.origin)
    return _from_file(wanted, source) if source.is_file else _from_hub(wanted, source)


def _hub_source(network: str) -> Source:
    if found := sources_of(network):
        return found[0]
    reason = (
        f"no library's weights fit it: {REFUSED[network]}" if network in REFUSED else "no library has weights of it"
    )
    raise WeightsError(f"{network}: {reason}; --from published fetches, or names, the published file")


def _from_hub(wanted: Wanted, source: Source) -> Sidecar:
    try:
        path, commit = fetch_hub_file(source.location)
    except WeightsError as error:
        raise WeightsError(f"{source.network}: {error}; or {_instead(wanted, source, HUB_FILE)}") from error
    file = SourceFile(path, source, source.title, source.location, commit)
    return converted(wanted.net, file, read_state_dict(path), wanted.output)


def _from_file(wanted: Wanted, source: Source) -> Sidecar:
    check_torch()  # before a long download that could not be read
    path = wanted.output.parent / "downloads" / source.location.rpartition("/")[2]
    instead = _instead(wanted, source, path.name)
    assert source.checksum is not None, source.location
    try:
        if not path.is_file():
            check_online(source.location)
        fetch_file(source.location, path, source.checksum)
    except WeightsError as error:
        raise WeightsError(f"{source.network}: {error}; or {instead}") from error
    file = SourceFile(path, source, source.title, source.location)
    sidecar = converted(wanted.net, file, read_state_dict(path), wanted.output)
    path.unlink()  # its numbers are all in the caffemodel, and --reverse restores them
    return sidecar


def _instead(wanted: Wanted, source: Source, name: str) -> str:
    return (
        f"fetch it elsewhere, then clsbench weights convert {source.network} --state-dict {name} "
        f"--from {source.library} --output {wanted.output}"
    )
