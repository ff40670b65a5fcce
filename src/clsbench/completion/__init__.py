"""``clsbench completion bash|zsh|fish``: completion of commands, their options, and Hydra's overrides."""
