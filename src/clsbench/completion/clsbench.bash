# Completion of clsbench in bash: eval "$(clsbench completion bash)"
_clsbench()
{
    local line=${COMP_LINE:0:COMP_POINT} word= command= before= asked choices
    local -a words
    read -ra words <<< "$line"
    if [[ $line != *[[:space:]] ]]; then
        word=${words[-1]}
        unset "words[-1]"
    fi
    local program=${words[0]}
    [[ " @COMMANDS@ run " == *" ${words[1]-=} "* ]] && command=${words[1]}

    if [[ -n $command && " @OVERRIDDEN@ run " != *" $command "* ]]; then
        # The help of a command names its options, and in braces what its words may be.
        choices=$("$program" "${words[@]:1:2}" --help 2> /dev/null)
        if [[ $word == -* ]]; then
            choices=$(grep -oE -- '--[a-z][a-z-]*' <<< "$choices")
        else
            choices=$(grep -oE '\{[^}]*\}' <<< "$choices" | tr -d '{}' | tr , ' ')
        fi
        COMPREPLY=($(compgen -W "$choices" -- "$word" | sort -u))
        COMPREPLY=("${COMPREPLY[@]/%/ }")
        return
    fi
    COMPREPLY=()
    if (( ${#words[@]} == 1 )) && [[ $word != *[=.]* ]]; then
        COMPREPLY=($(compgen -W "@COMMANDS@ run --help --version" -- "$word"))
        COMPREPLY=("${COMPREPLY[@]/%/ }")
    fi

    # Overrides: Hydra knows them. Of a sweep's a,b,c it is asked for the last.
    asked=$word
    if [[ $word == *=*,* ]]; then
        before=${word%,*},
        asked=${word%%=*}=${word##*,}
    fi
    words=("${words[@]:1}")
    [[ -n $command ]] && words=("${words[@]:1}")
    choices=$(COMP_LINE="clsbench ${words[*]} $asked" COMP_POINT=0 "$program" -sc query=bash 2> /dev/null)
    choices=($(compgen -W "$choices" -- "$asked"))
    [[ -n $before ]] && choices=("${choices[@]/#"${asked%%=*}="/$before}")
    if [[ ${#choices[@]} == 0 && $word == *=* ]]; then
        mapfile -t choices < <(compgen -f -- "${word#*=}")
        choices=("${choices[@]/#/"${word%%=*}="}")
    fi
    # What stands before a = is a word of its own for bash.
    [[ $word == *=* && $COMP_WORDBREAKS == *=* ]] && choices=("${choices[@]#*=}")
    COMPREPLY+=("${choices[@]}")
}
complete -o nospace -o default -F _clsbench clsbench
