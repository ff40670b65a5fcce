"""A run's description says its result."""

from clsbench.results.result_sentences import describe_errors, describe_times

ERRORS = {"top1_error": 22.386, "top1_stderr": 0.186, "top5_error": 6.368, "images": 50000}


def test_errors_are_said_beside_the_published_ones() -> None:
    said = describe_errors(ERRORS | {"published_top1_error": 22.39, "images_per_second": 117.25}, [])
    assert said == (
        "top-1 error **22.386 %** ± 0.186 (published 22.39, difference -0.004); top-5 error **6.368 %**. "
        "50000 images, 117.2 a second."
    )


def test_what_is_no_result_of_the_table_is_said_to_be_none() -> None:
    said = describe_errors(ERRORS, ["only the first 100 images", "random weights"])
    assert said.endswith("**Not a result of the table**: only the first 100 images, random weights.")


def test_an_error_of_which_there_are_too_few_for_a_standard_error_has_wilsons_interval() -> None:
    none_wrong = {"top1_error": 1.832, "top1_stderr": 0.686, "top5_error": 0.0, "top5_stderr": 0.0, "images": 382}
    assert describe_errors(none_wrong, []).startswith(
        "top-1 error **1.832 %** ± 0.686; top-5 error **0.000 %** (0.00 to 1.00). "
    )


def test_times_are_said_with_what_they_were_measured_on() -> None:
    times = {"forward_ms_p50": 7.8, "forward_ms_mean": 8.0, "published_forward_ms": 15.29}
    assert describe_times(times, "a CPU", "a GPU") == (
        "forward **7.800 ms** at the median, 8.000 in the mean (published 15.29, on a GPU). On a CPU."
    )


def test_of_nothing_measured_nothing_is_said() -> None:
    assert describe_errors({"images": 0.0}, ["random weights"]) == ""
    assert describe_times({"peak_rss_mib": 80.0}, "a CPU", "a GPU") == ""
