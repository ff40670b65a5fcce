from clsbench.timing.noise import noise


def test_a_narrow_spread_on_an_idle_machine_is_not_noisy() -> None:
    assert noise({"forward_ms_p50": 10.0, "forward_ms_p90": 10.5, "foreign_cores": 0.02}) is None
    assert noise({}) is None


def test_a_wide_spread_and_foreign_work_are_each_named() -> None:
    words = noise({"forward_ms_p50": 10.0, "forward_ms_p90": 15.0, "foreign_cores": 1.0})
    assert words
    assert "1.50 times the median" in words
    assert "1.0 CPUs" in words


def test_what_slows_a_gpu_down_is_named() -> None:
    assert noise({}, ["its power limit", "its temperature"]) == (
        "the GPU was slowed down by its power limit; the GPU was slowed down by its temperature"
    )
