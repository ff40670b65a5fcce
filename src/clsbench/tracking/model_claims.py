"""Claims on an MLflow server: registered models, because only one of several creators gets a name.

Nothing else on the server works like this: two runs may share a name, tags are replaced. Claims are removed when the
merge is settled.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from mlflow.entities.model_registry import RegisteredModel
from mlflow.exceptions import MlflowException

from clsbench.tracking.shelf import Shelf

_CONTENT, _BEAT, _MAKER = "clsbench.content", "clsbench.beat", "clsbench.maker"
_TAKEN = "RESOURCE_ALREADY_EXISTS"
_GONE = "RESOURCE_DOES_NOT_EXIST"


@dataclass(frozen=True)
class ModelClaims:
    """The claims of one shelf; satisfies shards.claim.Claims. Raises TrackingError if the server does not answer."""

    shelf: Shelf
    look_seconds: float = 1.0
    _maker: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __str__(self) -> str:
        return f"{self.shelf.depot}, {self.shelf.place}"

    def numbers(self) -> list[int]:
        """The claims that were made."""
        names = [model.name.rpartition(".")[2] for model in self._models()]
        return sorted(int(number) for number in names if number.isdecimal())

    def make(self, number: int, content: Mapping[str, object]) -> bool:
        """Whether this object made it, even if the answer was lost and MLflow itself repeated the request."""
        tags = {_MAKER: self._maker, _CONTENT: json.dumps(content), "task": "shard"}
        says = f"Somebody merges {self.shelf.place}; it is removed when the merge ends."
        with self.shelf.depot.errors():
            try:
                self.shelf.depot.client.create_registered_model(self._name(number), tags, says)
            except MlflowException as error:
                if error.error_code == _GONE:  # taken, and since removed
                    return False
                if error.error_code != _TAKEN:
                    raise
                found = self._model(number)
                return found is not None and found.tags.get(_MAKER) == self._maker
        return True

    def content(self, number: int) -> dict[str, object]:
        """What the claim says; empty if it is gone."""
        found = self._model(number)
        with suppress(ValueError, KeyError):
            if found is not None:
                return dict(json.loads(found.tags[_CONTENT]))
        return {}

    def write(self, number: int, content: Mapping[str, object]) -> None:
        """Replaces what the claim says."""
        self._tag(number, _CONTENT, json.dumps(content))

    def touch(self, number: int) -> None:
        """A sign of life."""
        self._tag(number, _BEAT, uuid.uuid4().hex)

    def seen(self, number: int) -> object:
        """A value that changes with each sign of life; None if it is gone."""
        found = self._model(number)
        return None if found is None else found.tags.get(_BEAT, "")

    def remove(self) -> None:
        """Removes all claims."""
        for model in self._models():
            with self.shelf.depot.errors(), _may_be_gone():
                self.shelf.depot.client.delete_registered_model(model.name)

    @property
    def _stem(self) -> str:
        place = f"{self.shelf.depot.experiment} {self.shelf.place}"  # MLflow allows no slash in a name
        return f"clsbench-merge-{hashlib.sha256(place.encode()).hexdigest()[:32]}."

    def _name(self, number: int) -> str:
        return f"{self._stem}{number}"

    def _models(self) -> list[RegisteredModel]:
        with self.shelf.depot.errors():
            return list(self.shelf.depot.client.search_registered_models(f"name LIKE '{self._stem}%'"))

    def _model(self, number: int) -> RegisteredModel | None:
        with self.shelf.depot.errors(), _may_be_gone():
            return self.shelf.depot.client.get_registered_model(self._name(number))
        return None

    def _tag(self, number: int, key: str, value: str) -> None:
        with self.shelf.depot.errors():
            self.shelf.depot.client.set_registered_model_tag(self._name(number), key, value)


@contextmanager
def _may_be_gone() -> Iterator[None]:
    try:
        yield
    except MlflowException as error:
        if error.error_code != _GONE:
            raise
