"""``clsbench completion bash``: completion of commands, their options, and Hydra's overrides."""
