# bash completion of dynrun, as `dynrun completions bash` prints it.

_dynrun() {
    local words=() word blanks i rest=${COMP_LINE:0:COMP_POINT} answer=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        blanks=${rest%%[![:blank:]]*}
        rest=${rest#"$blanks"}
        ((i < COMP_CWORD)) || word=$rest
        rest=${rest#"$word"}
        if [[ $blanks || $i == 0 ]]; then words+=("$word"); else words[-1]+=$word; fi
    done
    COMPREPLY=()
    mapfile -t answer < <(command dynrun __complete bash "$COMP_WORDBREAKS" -- "${words[@]:1}" 2>/dev/null)

    case ${answer[0]-} in
        words) COMPREPLY=("${answer[@]:1}") ;;
        begun)
            compopt -o nospace 2>/dev/null
            COMPREPLY=("${answer[@]:1}")
            ;;
        files | folders)
            compopt -o filenames 2>/dev/null
            [[ ${answer[0]} == files ]] && i=-f || i=-d
            mapfile -t COMPREPLY < <(compgen "$i" -- "${answer[1]-}")
            ;;
        # After `--`: a command, then files, as on a line of its own.
        command)
            compopt -o default 2>/dev/null
            if ((${answer[1]} == ${#words[@]} - 2)); then
                mapfile -t COMPREPLY < <(compgen -c -- "${words[-1]}" | sort -u)
            fi
            ;;
    esac
}

complete -F _dynrun dynrun
