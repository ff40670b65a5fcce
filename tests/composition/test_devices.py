import pytest
from omegaconf import DictConfig, OmegaConf

from clsbench.composition import devices
from clsbench.composition.devices import Devices, WorkerDevice, with_one_device
from clsbench.errors import ConfigError


def _cfg(device: str, task: str = "evaluate", *, shards: int | None = None, via: str = "folder") -> DictConfig:
    keys = {"device": device, "task": {"name": task}, "shard": None, "shards": shards, "merge": {"via": via}}
    return OmegaConf.create(keys)


@pytest.fixture(autouse=True)
def three_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "visible_gpus", lambda: ["4", "GPU-7f", "6"])
    monkeypatch.setattr(devices, "chosen_engine", lambda: "torch")


def _of(visible: str, name: str) -> WorkerDevice:
    return WorkerDevice(name, {"CUDA_VISIBLE_DEVICES": visible})


@pytest.mark.parametrize("text", ["all", "cuda:0,1,2", "cuda:2,0,1", "cuda:0,cuda:1,cuda:2"])
def test_each_gpu_has_a_worker_that_sees_it_as_the_first_of_them(text: str) -> None:
    cfg = _cfg(text)
    workers = [_of("4", "cuda:0"), _of("GPU-7f", "cuda:1"), _of("6", "cuda:2")]
    own, several = with_one_device(cfg)
    assert several == Devices(text, workers)
    assert (own.device, cfg.device) == ("cuda:0", text)


def test_a_worker_finds_its_gpu_under_the_index_of_the_first() -> None:
    own, several = with_one_device(_cfg("cuda:1,2"))
    assert several == Devices("cuda:1,2", [_of("4,GPU-7f", "cuda:1"), _of("4,6", "cuda:2")])
    assert own.device == "cuda:1"


def test_all_of_one_gpu_is_that_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "visible_gpus", lambda: ["0"])
    own, several = with_one_device(_cfg("all", "time"))
    assert (own.device, several) == ("cuda:0", None)


@pytest.mark.parametrize("text", ["auto", "cpu", "cuda", "cuda:2", "cuda:9", "tpu", "cuda:0,"])
def test_any_other_device_is_left_to_the_engine(text: str) -> None:
    own, several = with_one_device(_cfg(text))
    assert (own.device, several) == (text, None)


def test_engines_whose_device_is_the_users_word_keep_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "chosen_engine", lambda: "scores")
    own, several = with_one_device(_cfg("all"))
    assert (own.device, several) == ("all", None)


@pytest.mark.parametrize(
    ("cfg", "words"),
    [
        (_cfg("cuda:0,0"), "device=cuda:0,0: cuda:0 is there twice"),
        (_cfg("cuda:0,9"), "device=cuda:0,9: there is no cuda:9; this process sees cuda:0 to cuda:2"),
        (_cfg("cuda:1,2", "time"), "task=time device=cuda:1,2: a time is one GPU's; .* device=cuda:1"),
        (_cfg("all", "agree"), "task=agree device=all: only evaluations run on several GPUs"),
        (_cfg("all", shards=8), "device=all: it splits the evaluation already; leave out shard and shards"),
        (_cfg("all", via="mlflow"), "merge.via=mlflow: these workers meet here"),
    ],
)
def test_what_several_gpus_cannot_do_is_one_clear_error(cfg: DictConfig, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        with_one_device(cfg)


def test_plan_and_merge_are_of_the_whole_cell_on_its_first_gpu() -> None:
    for task in ("plan", "merge"):
        own, several = with_one_device(_cfg("cuda:1,2", task))
        assert (own.device, several) == ("cuda:1", None)


def test_without_a_gpu_several_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "visible_gpus", list)
    with pytest.raises(ConfigError, match="device=all: there is no GPU here"):
        with_one_device(_cfg("all"))
