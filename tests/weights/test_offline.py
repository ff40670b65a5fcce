from typing import Any

import pytest

from clsbench.errors import WeightsError
from clsbench.weights.offline import check_online, no_answer, offline_variable


@pytest.mark.parametrize("name", ["CLSBENCH_OFFLINE", "HF_HUB_OFFLINE"])
def test_either_variable_forbids_the_network(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in ("CLSBENCH_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(each, raising=False)
    assert offline_variable() is None
    check_online("https://there")
    monkeypatch.setenv(name, "0")
    assert offline_variable() is None
    monkeypatch.setenv(name, "yes")
    with pytest.raises(WeightsError, match=f"https://there not fetched, as {name} is set; unset it"):
        check_online("https://there")


def test_whoever_answers_is_there_whatever_is_said(server: Any) -> None:
    assert no_answer(server.url) is None  # 404


def test_nobody_answers_on_a_closed_port() -> None:
    reason = no_answer("http://127.0.0.1:9")
    assert reason is not None
    assert reason.startswith("http://127.0.0.1:9 cannot be reached")
