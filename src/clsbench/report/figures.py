"""Numbers as the tables show them."""


def percent(value: float | None) -> str:
    """Two decimals, as published."""
    return "" if value is None else f"{value:.2f}"


def signed(value: float | None) -> str:
    """A difference in percentage points."""
    return "" if value is None else f"{value:+.2f}"


def milliseconds(value: float | None) -> str:
    """Two decimals, as published."""
    return "" if value is None else f"{value:.2f}"


def ratio(value: float | None) -> str:
    """Three significant digits: a modern GPU takes a hundredth of the published time, a CPU a hundred times it."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def pair(first: str, second: str) -> str:
    """``first / second``, as published; a dash if one is absent, empty if both are."""
    return f"{first or '-'} / {second or '-'}" if first or second else ""


def exact(value: float | None) -> str:
    """For machines: every significant digit."""
    return "" if value is None else f"{value:.10g}"
