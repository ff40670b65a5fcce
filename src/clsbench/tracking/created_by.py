"""Who made a run, and with what: the tags shown as "Created by" and "Source" in MLflow's UI."""

from collections.abc import Mapping
from functools import cache

from mlflow.tracking.context.registry import resolve_tags

_COMMIT, _SOURCE_COMMIT = "git_commit", "mlflow.source.git.commit"


def with_creator(tags: Mapping[str, str]) -> dict[str, str]:
    """``tags`` plus MLflow's own for user and source; the source is clsbench, whatever file was started.

    The commit is that of clsbench, if it runs from a checkout.
    """
    commit = {_SOURCE_COMMIT: tags[_COMMIT]} if _COMMIT in tags else {}
    return {**_surroundings(), "mlflow.source.name": "clsbench", **commit, **tags}


@cache
def _surroundings() -> Mapping[str, str]:
    # Without MLflow's own commit, which belongs to the folder where the command runs, and that can be any folder.
    return {key: value for key, value in resolve_tags().items() if key != _SOURCE_COMMIT}
