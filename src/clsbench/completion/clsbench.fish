# Completion of clsbench in fish: clsbench completion fish | source. It asks the function for bash.
set -g _clsbench_in_bash (clsbench completion bash | string collect)'
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=" "
_clsbench
printf "%s\n" "${COMPREPLY[@]}"'

function _clsbench
    bash --norc -c $_clsbench_in_bash bash (commandline --cut-at-cursor --current-process | string collect) | string trim
end
complete --command clsbench --no-files --arguments '(_clsbench)'
