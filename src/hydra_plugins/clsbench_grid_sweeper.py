"""Hydra's basic sweeper, extended from one grid to several: ``hydra.sweeper.grids``, which run one after the other.

It is here and not in the package because Hydra only instantiates what it finds below ``hydra_plugins``. That folder is
shared with other distributions' plugins and must not contain an ``__init__.py``.
"""

from collections.abc import Mapping, Sequence

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from clsbench.shards.jobs import EVALUATE, split_jobs
from clsbench.sweeps.job_configs import JobConfigs
from clsbench.tracking.credentials import masked


class GridSweeper(BasicSweeper):
    """Each grid maps keys to sweeps, such as ``{model: senet, crop_size: "224,256"}``; the command line wins over all.

    A key given on the command line is removed from every grid, and of grids that are then equal only one is kept. With
    ``shards=N`` an evaluation job becomes N jobs.
    """

    def __init__(
        self,
        max_batch_size: int | None,
        params: Mapping[str, str] | None = None,
        grids: Sequence[Mapping[str, str]] | None = None,
    ) -> None:
        super().__init__(max_batch_size, dict(params or {}))
        self.grids = list(grids or [])

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """The launcher gets the configuration; the sweeper, which writes multirun.yaml, gets one without passwords."""
        loader = JobConfigs(hydra_context.config_loader)
        context = HydraContext(config_loader=loader, callbacks=hydra_context.callbacks)
        super().setup(hydra_context=context, task_function=task_function, config=config)
        shown = DictConfig(OmegaConf.create(masked(OmegaConf.to_yaml(config))))
        OmegaConf.copy_cache(config, shown)  # otherwise ${now:...} would give the sweep another folder
        self.config = shown

    def split_arguments(  # type: ignore[override]  # Hydra's is static, and called on the object
        self, overrides: list[Override], max_batch_size: int | None
    ) -> list[list[list[str]]]:
        """The jobs, each a list of overrides, in batches."""
        assert self.hydra_context is not None
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        jobs: list[list[str]] = []
        for grid in self._left({each.get_key_element() for each in overrides}):
            own = parser.parse_overrides([f"{key}={value}" for key, value in grid.items()])
            (batch,) = BasicSweeper.split_arguments([*own, *overrides], None)
            jobs += batch
        task, shards = (OmegaConf.select(self.config, key) if self.config else None for key in ("task.name", "shards"))
        jobs = split_jobs(jobs, task=task or EVALUATE, shards=shards)
        return list(map(list, self.split_overrides_to_chunks(jobs, max_batch_size)))

    def _left(self, given: set[str]) -> list[dict[str, str]]:
        left: list[dict[str, str]] = []
        for grid in self.grids or [{}]:
            rest = {key: str(value) for key, value in grid.items() if key not in given}
            if rest not in left:
                left.append(rest)
        return left
