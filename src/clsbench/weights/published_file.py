"""The published caffemodel, from Google Drive if it was put there; Baidu has no access for programs."""

import datetime
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.weights import attach
from clsbench.errors import WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.download_bar import progress_bar
from clsbench.weights.offline import no_answer, offline_variable
from clsbench.weights.placing import placed
from clsbench.weights.sidecar import Sidecar
from clsbench.weights.source import SAME

_ID = re.compile(r"(?:id=|/d/)([\w-]{20,})")
_DRIVE = "https://drive.google.com"
_SECONDS = 30  # without a response


@dataclass(frozen=True)
class Published:
    """The publisher's project, its licence, and the location of the weights."""

    project: str
    licence: str | None
    google: str | None
    baidu: str | None


def published_of(network: str, models: Path) -> Published:
    """What ``models``, the folder conf/model, says about the published weights of ``network``."""
    text = (models / f"{network}.yaml").read_text(encoding="utf-8")
    provenance: Any = yaml.safe_load(text)["model"]["provenance"]
    links = provenance.get("download") or {}
    return Published(provenance["project"], provenance["licence"], links.get("google"), links.get("baidu"))


def fetch_published(net: Net, published: Published, output: Path) -> Sidecar:
    """Writes ``output`` and its sidecar if the file fits ``net``. Raises WeightsError."""
    by_hand = _by_hand(published, output)
    if published.google is None:
        raise WeightsError(f"{net.name}: no published weights that a program can fetch{by_hand}")
    if reason := f"{variable} is set" if (variable := offline_variable()) else no_answer(_DRIVE):
        raise WeightsError(f"{net.name}: not fetched: {reason}{by_hand}")
    link = published.google

    def make(draft: Path) -> Sidecar:
        _drive(link, draft, net.name, by_hand)
        attach(net, read_caffemodel(draft), link)
        return _sidecar(net, published, sha256_of(draft))

    # Always the same name: gdown names a partial download after it, and resumes it.
    return placed(output, output.with_name(f".{output.name}.google"), make)


def _by_hand(published: Published, output: Path) -> str:
    links = [link for link in (published.google, published.baidu) if link]
    if not links:
        return f"; {published.project} may say where they went"
    return f"; in a browser: {' or '.join(links)}; then save the file as {output}"


def _drive(link: str, target: Path, name: str, by_hand: str) -> None:
    found = _ID.search(link)
    assert found is not None, link
    try:
        with progress_bar(f"{name} from Google Drive") as show:
            _gdown().download(
                id=found[1], output=str(target), quiet=True, progress=show, timeout=_SECONDS, retries=2, resume=True
            )
    except WeightsError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise WeightsError(f"{link}: not fetched: {reason}{by_hand}") from error


def _sidecar(net: Net, published: Published, sha256: str) -> Sidecar:
    return Sidecar(
        network=net.name,
        source=f"published by {published.project}",
        location=published.google or "",
        revision=None,
        source_sha256=sha256,
        sha256=sha256,
        licence=published.licence,
        relation=SAME,
        evidence="the published file itself",
        converted=datetime.datetime.now(datetime.UTC).date().isoformat(),
        clsbench=version("clsbench"),
    )


def _gdown() -> Any:
    try:
        import gdown  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise WeightsError("Google Drive needs the extra hub: pip install 'clsbench[hub]'") from error
    return gdown
