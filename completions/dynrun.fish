# fish completion of dynrun, as `dynrun completions fish` prints it.

function __dynrun_complete
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
            string replace -r '^' -- "$answer[2]" (__fish_complete_path "$answer[3]")
        case folders
            string replace -r '^' -- "$answer[2]" (__fish_complete_directories "$answer[3]" '')
        case command
            set -e words[1..$answer[2]]
            complete -C (string join ' ' -- (string escape -- $words) "$typed")
    end
end

complete -c dynrun -f -a '(__dynrun_complete)'
