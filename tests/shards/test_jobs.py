from clsbench.shards.jobs import shard_in, split_jobs, unsplit


def test_each_evaluation_becomes_as_many_jobs_one_after_the_other() -> None:
    jobs = split_jobs([["crop=a", "shards=2"], ["crop=b", "shards=2"]], task="evaluate", shards=None)
    assert [[job[0], job[-1]] for job in jobs] == [
        ["crop=a", "shard=1/2"],
        ["crop=a", "shard=2/2"],
        ["crop=b", "shard=1/2"],
        ["crop=b", "shard=2/2"],
    ]


def test_an_experiment_may_say_how_many() -> None:
    assert split_jobs([["crop=a"]], task="evaluate", shards=2) == [["crop=a", "shard=1/2"], ["crop=a", "shard=2/2"]]


def test_other_tasks_single_shards_and_one_shard_stay_one_job() -> None:
    whole = [["task=time", "shards=8"], ["shards=8", "shard=3/8"], ["shards=1"], ["shards=null"], ["shards=many"], []]
    assert split_jobs(whole, task="evaluate", shards=None) == whole
    assert split_jobs([["shards=8"]], task="plan", shards=None) == [["shards=8"]]


def test_the_whole_cell_is_what_the_overrides_say_without_the_shard() -> None:
    overrides = ["model=a", "+shards=8", "shard=3/8"]
    assert unsplit(overrides) == ("model=a",)
    assert shard_in(overrides) == "3/8"
    assert not shard_in(["model=a"])
