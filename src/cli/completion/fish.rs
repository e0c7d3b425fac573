//! fish: a candidate a line, with its help behind a tab.

use super::{Answer, Question};
use std::fmt::Write as _;

/// What follows `--` is a command, completed as on a line of its own.
pub(super) const SCRIPT: &str = r#"# fish completion of dynrun, as `dynrun completions fish` prints it.

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
"#;

/// The answer as the script reads it. fish ends a word that it knows with a space, but for one that is only begun; that
/// it would end, too, where it stands there already.
pub(super) fn answer(question: &Question, answer: &Answer) -> String {
    match answer {
        Answer::Words(candidates) => {
            let mut text = "words\n".to_owned();
            for candidate in question.further(candidates) {
                let _ = match candidate.help.as_str() {
                    "" => writeln!(text, "{}", candidate.word),
                    help => writeln!(text, "{}\t{help}", candidate.word),
                };
            }
            text
        }
        Answer::Path { is_folder: true, .. } => "folders\n".to_owned(),
        Answer::Path { is_folder: false, .. } => "files\n".to_owned(),
        Answer::Command(at) => format!("command\n{at}\n"),
    }
}
