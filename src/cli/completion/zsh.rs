//! zsh: candidates as `_describe` takes them; quotes are zsh's own business.

use super::{Answer, Question};
use std::fmt::Write as _;

/// What follows `--` is a command, completed as on a line of its own.
pub(super) const SCRIPT: &str = r#"#compdef dynrun
# zsh completion of dynrun, as `dynrun completions zsh` prints it.

_dynrun() {
    local -a answer whole begun
    answer=(${(f)"$(command dynrun __complete zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)"})
    case ${answer[1]-} in
        words)
            # What is begun with the home stays so: zsh would take its tilde for a letter.
            [[ $PREFIX != '~/'* ]] || compset -p 2
            # A word that is only begun has no space behind it.
            whole=(${${(M)answer[2,-1]:#w*}#w}) begun=(${${(M)answer[2,-1]:#b*}#b})
            _describe -t values value whole -- begun -S ''
            ;;
        files) _files ;;
        folders) _files -/ ;;
        command)
            shift $(( answer[2] + 1 )) words
            (( CURRENT -= answer[2] + 1 ))
            _normal
            ;;
        *) return 1 ;;
    esac
}

if [[ ${funcstack[1]-} == _dynrun ]]; then
    _dynrun "$@"
else
    compdef _dynrun dynrun
fi
"#;

/// What a word begins with that stands for a path of the caller's home.
const HOME: &str = "~/";

/// The answer as the script reads it.
pub(super) fn answer(question: &Question, answer: &Answer) -> String {
    match answer {
        Answer::Words(candidates) => {
            let mut text = "words\n".to_owned();
            for candidate in candidates {
                let kind = if candidate.is_begun() { 'b' } else { 'w' };
                let home = if question.current().starts_with(HOME) { HOME } else { "" };
                let word = candidate.word.strip_prefix(home).unwrap_or(&candidate.word);
                let (word, help) = (escaped(word), &candidate.help);
                let _ = match help.as_str() {
                    "" => writeln!(text, "{kind}{word}"),
                    help => writeln!(text, "{kind}{word}:{help}"),
                };
            }
            text
        }
        Answer::Path { is_folder: true, .. } => "folders\n".to_owned(),
        Answer::Path { is_folder: false, .. } => "files\n".to_owned(),
        Answer::Command(at) => format!("command\n{at}\n"),
    }
}

/// A word in front of the colon that parts it from its help.
fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace(':', "\\:")
}
