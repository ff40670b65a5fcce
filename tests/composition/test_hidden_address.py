"""A password in ``tracking.uri`` goes to jobs by the environment."""

import pytest

from clsbench.composition.hidden_address import VARIABLE, with_hidden_address

ADDRESS = "http://ann:hunter2@host:5000"


@pytest.mark.parametrize(
    "written",
    [f"tracking.uri={ADDRESS}", f"++tracking.uri={ADDRESS}", f"tracking.uri='{ADDRESS}'", f'tracking.uri="{ADDRESS}"'],
)
def test_an_address_with_a_password_is_in_the_variable_that_the_argument_names(written: str) -> None:
    environment: dict[str, str] = {}
    kept, other = with_hidden_address([written, "limit=2"], environment)
    assert environment == {VARIABLE: ADDRESS}
    assert kept == f"{written.partition('=')[0]}=${{oc.env:{VARIABLE}}}"
    assert other == "limit=2"


@pytest.mark.parametrize(
    "written", ["tracking.uri=http://host:5000", f"tracking.uri=http://host,{ADDRESS}", "tracking.uri=", "-m"]
)
def test_any_other_argument_stays_as_it_is(written: str) -> None:
    environment: dict[str, str] = {}
    assert with_hidden_address([written], environment) == [written]
    assert environment == {}
