# fish completion of dynrun, as `dynrun completions fish` prints it.

function __dynrun_complete
    command -q dynrun; or return
    set -l words (commandline -opc)
    set -e words[1]
    set -l typed (commandline -ct)
    set -l current (string unescape -- $typed 2>/dev/null); or set current $typed
    set -l answer (command dynrun __complete fish -- $words "$current" 2>/dev/null)
    switch "$answer[1]"
        case words
            set -e answer[1]
            string join \n -- $answer
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current" ''
        case command
            set -e words[1..$answer[2]]
            complete -C (string join ' ' -- (string escape -- $words) "$typed")
    end
end

complete -c dynrun -f -a '(__dynrun_complete)'
