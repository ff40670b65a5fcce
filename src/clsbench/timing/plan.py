"""What is to be timed, and how often."""

from dataclasses import dataclass

from clsbench.engines.engine import Engine
from clsbench.engines.timed import OffersBackward, OffersNestedTimers, OffersTraining
from clsbench.errors import ConfigError


@dataclass
class Plan:
    """conf/timing/*.yaml. ``nested``: layer by layer, as `caffe time` does, otherwise whole forwards."""

    name: str
    nested: bool
    iterations: int
    seconds: float | None  # at least this long and at least ``iterations``
    warmup: int  # calls before; the first one is reported separately
    backward: bool | None  # None = if the engine has one
    layer_iterations: int  # of a separate pass; 0 = no times of single layers
    seed: int  # for the random images
    phase: str  # test | train: Caffe's phase of the layers that are run one by one

    def __post_init__(self) -> None:
        for key, least in (("iterations", 1), ("warmup", 1), ("layer_iterations", 0), ("seed", 0)):
            value = getattr(self, key)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ConfigError(f"timing.{key}={value}: give a whole number of at least {least}")
        if self.seconds is not None and not (isinstance(self.seconds, int | float) and 0 < self.seconds < float("inf")):
            raise ConfigError(f"timing.seconds={self.seconds}: give a number above 0, or null")
        for key in ("backward", "nested"):
            if getattr(self, key) not in ((True, False, None) if key == "backward" else (True, False)):
                raise ConfigError(f"timing.{key}={getattr(self, key)}: give true or false")

        if self.phase not in ("test", "train"):
            raise ConfigError(f"timing.phase={self.phase}: give test or train")
        if self.phase == "train" and not self.nested:
            raise ConfigError(
                f"timing={self.name} timing.phase=train: whole forward passes run in phase TEST; use timing=caffe"
            )

    def check(self, engine: Engine, name: str) -> None:
        """Raises ConfigError if ``engine``, called ``name``, cannot do what is requested."""
        if self.nested and not isinstance(engine, OffersNestedTimers):
            raise ConfigError(
                f"timing={self.name} engine={name}: its layers cannot be run and timed one by one; "
                "use engine=caffe or engine=torch, or timing=clean"
            )
        if self.phase == "train" and not isinstance(engine, OffersTraining):
            raise ConfigError(f"timing.phase=train engine={name}: only Caffe has a phase TRAIN; use engine=caffe")
        if self.backward and not isinstance(engine, OffersBackward):
            raise ConfigError(
                f"timing.backward=true engine={name}: this engine has no backward pass; use engine=caffe or "
                "engine=torch, "
                "or leave timing.backward out"
            )

    def wants_backward(self, engine: Engine) -> bool:
        """Whether a backward is timed."""
        return isinstance(engine, OffersBackward) if self.backward is None else self.backward
