"""``clsbench --help``: all commands, and how to give overrides, on one screen."""

from clsbench.subcommands.table import COMMANDS

_PAGE = """\
clsbench: how good and how fast is a Caffe image classifier? Tracked with MLflow

  clsbench KEY=VALUE ...            one run; without arguments, the demo
  clsbench -m KEY=VALUE,VALUE ...   a sweep: one run for every combination
  clsbench run --help               all groups, options and settings of a run
  clsbench --hydra-help             Hydra's own options, such as --cfg job

  clsbench model.prototxt=train_val.prototxt model.weights=net.caffemodel
  clsbench -m task=time model=resnet50,senet engine=onnxruntime,caffe

{commands}

  clsbench COMMAND --help           the options of a command
  clsbench --version
"""


def help_page() -> str:
    """The page; its lines fit into 80 columns."""
    wide = max(map(len, COMMANDS))
    lines = (f"  clsbench {name:{wide}}  {each.summary}" for name, each in COMMANDS.items())
    return _PAGE.format(commands="\n".join(lines))
