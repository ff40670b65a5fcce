"""Tests that share what takes long are a group, which one process of pytest-xdist runs."""

import pytest


@pytest.mark.xdist_group("grouped")
def test_a_group_is_known_to_pytest_xdist(request: pytest.FixtureRequest) -> None:
    """Otherwise each process makes what the group shares. pytest 9.2 with pytest-xdist 3.8 does not group."""
    is_grouped = request.config.getoption("loadgroup", default=False)  # in a process of --dist loadgroup
    assert request.node.nodeid.endswith("@grouped") == is_grouped
