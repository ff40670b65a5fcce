"""A file of the Hugging Face hub, in the hub's own cache; resumed, and fetched through the environment's proxies."""

import re
from pathlib import Path
from typing import Any

from clsbench.errors import WeightsError
from clsbench.model.weights_file import sha256_of
from clsbench.weights.offline import no_answer, offline_variable

HUB_FILE = "model.safetensors"
_SHA256 = re.compile("[0-9a-f]{64}")
_COMMIT = re.compile("[0-9a-f]{40}")


def fetch_hub_file(repository: str) -> tuple[Path, str | None]:
    """The weights of ``repository``, and their commit. Raises WeightsError.

    If the network is forbidden or missing, a cached file is enough.
    """
    hub = _hub()
    missing = f"{variable} is set" if (variable := offline_variable()) else no_answer(hub.constants.ENDPOINT)
    try:
        path = Path(hub.hf_hub_download(repository, HUB_FILE, local_files_only=missing is not None))
    except Exception as error:
        reason = missing or _first_line(error)
        raise WeightsError(
            f"{repository} on the Hugging Face hub: not fetched, and not in its cache: {reason}"
        ) from error
    _check(path)
    commit = path.parent.name
    return path, commit if _COMMIT.fullmatch(commit) else None


def _check(path: Path) -> None:
    # The cache names a large file by the sha256 that the hub gives for it.
    stored = path.resolve()
    if _SHA256.fullmatch(stored.name) and sha256_of(stored) != stored.name:
        raise WeightsError(f"{stored}: damaged, its sha256 is not its name; delete it and start again")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _hub() -> Any:
    try:
        import huggingface_hub.constants  # noqa: PLC0415 - an extra
        import safetensors  # noqa: F401, PLC0415 - the file could not be read
    except ImportError as error:
        raise WeightsError("the Hugging Face hub needs the extra hub: pip install 'clsbench[hub]'") from error
    return huggingface_hub
