//! elvish: a candidate a line: what ends it, the word, its help, with tabs between.

use super::{Answer, Question};
use std::fmt::Write as _;

pub(super) const SCRIPT: &str = r#"# elvish completion of dynrun, as `dynrun completions elvish` prints it.

use str

# After --, which comes first: a command, as on a line of its own. elvish names one as often as it stands in a folder.
fn dynrun-command {|words|
    var seen = [&]
    edit:complete-sudo $@words | each {|one|
        if (!=s (kind-of $one) string) {
            put $one
        } elif (not (has-key $seen $one)) {
            set seen = (assoc $seen $one $true)
            edit:complex-candidate $one &code-suffix=' '
        }
    }
}

set edit:completion:arg-completer[dynrun] = {|@words|
    var line = $words[1..]
    var answer = []
    try {
        set answer = [((external dynrun) __complete elvish -- $@line 2>/dev/null | from-lines)]
    } catch _ { }
    if (== (count $answer) 0) {
        nop
    } elif (==s $answer[0] words) {
        for line $answer[1..] {
            var end word help = (str:split "\t" $line)
            var display = $word
            if (!=s $help '') { set display = $word' ('$help')' }
            edit:complex-candidate $word &display=$display &code-suffix=$end
        }
    } elif (==s $answer[0] command) {
        dynrun-command $words[$answer[1]..]
    } else {
        edit:complete-filename $words[-1]
    }
}
"#;

/// The answer as the script reads it.
pub(super) fn answer(question: &Question, answer: &Answer) -> String {
    match answer {
        Answer::Words(candidates) => {
            let mut text = "words\n".to_owned();
            for candidate in question.further(candidates) {
                let end = if candidate.is_begun() { "" } else { " " };
                let _ = writeln!(text, "{end}\t{}\t{}", candidate.word, candidate.help);
            }
            text
        }
        Answer::Path { .. } => "path\n".to_owned(),
        Answer::Command(at) => format!("command\n{at}\n"),
    }
}
