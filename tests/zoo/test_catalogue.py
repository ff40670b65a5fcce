"""The model files: what every one of them says, and how little it takes to read them."""

from dataclasses import replace
from pathlib import Path

import pytest
from kept_facts import numbers, rows

from clsbench.caffe.sizes import check_size
from clsbench.errors import ConfigError, NetError
from clsbench.zoo.catalogue import Entry, generated, read_catalogue
from clsbench.zoo.global_pool import with_global_final_pool
from clsbench.zoo.main_output import with_main_output_only

CONF = Path(__file__).resolve().parents[2] / "conf"
NAMES = list(read_catalogue(CONF / "model"))
NO_LARGE_SIZE = {name for name in NAMES if name.startswith("vgg")}
TABLE_1 = 31


def test_the_zoo_has_68_networks(catalogue: dict[str, Entry]) -> None:
    assert len(catalogue) == 68
    assert sorted(catalogue) == list(catalogue)


def test_a_model_file_is_called_as_its_model(catalogue: dict[str, Entry]) -> None:
    assert {path.stem for path in (CONF / "model").glob("*.yaml")} - catalogue.keys() == {"custom", "digits"}


def test_models_that_are_made_of_files_are_not_in_the_zoo(catalogue: dict[str, Entry]) -> None:
    assert not {"custom", "digits"} & catalogue.keys()


def test_aliases_are_unique_and_no_models_name(catalogue: dict[str, Entry]) -> None:
    aliases = [alias for entry in catalogue.values() for alias in entry.aliases]

    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & {path.stem for path in (CONF / "model").glob("*.yaml")}


def test_all_of_table_1_has_its_published_errors(catalogue: dict[str, Entry]) -> None:
    with_two_sizes = [entry for entry in catalogue.values() if set(entry.errors) == {"standard", "large"}]

    assert len(with_two_sizes) == TABLE_1
    assert catalogue["senet"].errors == {
        "standard": {"single": (18.67, 4.47), "multi12": (17.40, 3.69)},
        "large": {"single": (17.28, 3.78), "multi12": (16.80, 3.47)},
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_net_takes_its_sizes(name: str, catalogue: dict[str, Entry]) -> None:
    entry = catalogue[name]
    net = with_main_output_only(generated(entry))

    assert set(entry.sizes) == ({"standard"} if name in NO_LARGE_SIZE else {"standard", "large"})
    check_size(net, entry.sizes["standard"][0])
    if "large" in entry.sizes:
        check_size(with_global_final_pool(net), entry.sizes["large"][0])


@pytest.mark.parametrize("name", NAMES)
def test_a_models_preprocessing_is_a_choice_of_its_group(name: str, catalogue: dict[str, Entry]) -> None:
    assert (CONF / "preprocessing" / f"{catalogue[name].preprocessing}.yaml").is_file()


def test_a_depth_that_was_never_published_is_refused_with_those_that_were(catalogue: dict[str, Entry]) -> None:
    entry = replace(catalogue["dpn-92"], arguments={"depth": 93})

    with pytest.raises(NetError, match="68, 92, 98, 107, 131"):
        generated(entry)


def test_a_broken_model_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("model: {net: {_target_: somewhere.else}}\n")

    with pytest.raises(ConfigError, match=r"mine\.yaml"):
        read_catalogue(tmp_path)


def test_the_published_errors_are_those_of_table_1(catalogue: dict[str, Entry]) -> None:
    for row in rows("accuracy"):
        entry = catalogue[row["network"]]
        (size,) = (size for size, (crop, _) in entry.sizes.items() if crop == int(row["crop_size"]))
        for crop in ("single", "multi12"):
            published = numbers(row[f"{crop}_top1"], row[f"{crop}_top5"])
            assert entry.errors[size].get(crop, ()) == published, row
        assert row["alias"] in ("", *entry.aliases)


def test_the_published_errors_of_lite_networks_are_those_of_the_lite_table(catalogue: dict[str, Entry]) -> None:
    published = {row["network"]: numbers(row["top1_error"], row["top5_error"]) for row in rows("lite")}
    published = {name: errors for name, errors in published.items() if errors}

    in_zoo = {name: errors for name, errors in published.items() if name in catalogue}
    # an alias, and one without a file of its own
    assert published.keys() - in_zoo.keys() == {"dpn68", "resnext26-32x4d"}
    for name, errors in in_zoo.items():
        assert catalogue[name].errors["standard"]["single"] == errors
