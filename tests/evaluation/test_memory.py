import numpy as np
import pytest

from clsbench.evaluation.memory import forget_peak, peak_rss_mib


def test_the_peak_stays_when_the_memory_is_freed_until_it_is_forgotten() -> None:
    forget_peak()  # what other tests left
    before = peak_rss_mib()
    large = np.ones(2**27, np.uint8)  # 128 MiB, every page written
    grown = peak_rss_mib()
    assert grown > before + 100
    del large
    assert peak_rss_mib() == pytest.approx(grown, abs=1)  # the kernel counts pages in portions
    forget_peak()
    assert peak_rss_mib() < grown - 100
