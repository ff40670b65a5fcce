# Completion of clsbench in zsh: eval "$(clsbench completion zsh)", after compinit. It asks the function for bash.
typeset -g _clsbench_in_bash="$(clsbench completion bash)
COMP_LINE=\$1 COMP_POINT=\${#1} COMP_WORDBREAKS=' '
_clsbench
printf '%s\\n' \"\${COMPREPLY[@]}\""

_clsbench()
{
    local -a choices
    choices=("${(@f)$(bash --norc -c "$_clsbench_in_bash" bash "${(j: :)words[1,CURRENT]}")}")
    # A word that is whole has a space behind it; after a setting's name or a value more may follow.
    compadd -- "${(@)${(@M)choices:#* }% }"
    compadd -S '' -- "${(@)choices:#(* |)}"
}
compdef _clsbench clsbench
