"""Who made a run, and with what: the tags that MLflow's UI shows as "Created by" and "Source"."""

from collections.abc import Mapping
from functools import cache

from mlflow.tracking.context.registry import resolve_tags

_COMMIT, _SOURCE_COMMIT = "git_commit", "mlflow.source.git.commit"


def with_creator(tags: Mapping[str, str]) -> dict[str, str]:
    """``tags`` with MLflow's own of the user and the source; the source is clsbench, whatever file was started.

    The commit is that of clsbench, where it runs from a checkout.
    """
    commit = {_SOURCE_COMMIT: tags[_COMMIT]} if _COMMIT in tags else {}
    return {**_surroundings(), "mlflow.source.name": "clsbench", **commit, **tags}


@cache
def _surroundings() -> Mapping[str, str]:
    # Without MLflow's own commit: it is that of the folder the command runs in, which may be any.
    return {key: value for key, value in resolve_tags().items() if key != _SOURCE_COMMIT}
