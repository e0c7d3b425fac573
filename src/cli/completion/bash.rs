//! bash: words as they are typed, with quotes and backslashes, into what they mean, and candidates into what readline
//! puts in the place of what it lets go of.

use super::{Answer, Candidate, Question};
use std::fmt::Write as _;

/// The words are put together first, as bash cuts them at `=` and `:`, too.
pub(super) const SCRIPT: &str = r#"# bash completion of dynrun, as `dynrun completions bash` prints it.

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
"#;

/// Letters that mean something to bash where they stand without quotes.
const SPECIAL: &str = " \t\"'\\$`&;|<>()*?[]{}!";

/// A word as it is typed, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unquoted {
    /// What it means.
    pub(super) text: String,
    /// The quote that is open at its end.
    quote: Option<char>,
    /// How much of what it means stands before what readline completes, which begins behind the open quote or the last
    /// letter that breaks words.
    kept: usize,
}

/// Reads a word that no letters break.
pub(super) fn unquoted(word: &str) -> Unquoted {
    read(word, "")
}

/// Reads a word as bash does.
fn read(word: &str, breaks: &str) -> Unquoted {
    let (mut text, mut quote, mut kept) = (String::new(), None, 0);
    let mut kept_before = 0;
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'' | '"', None) => {
                quote = Some(letter);
                (kept_before, kept) = (kept, text.len());
            }
            // A quote that is closed belongs to what is completed.
            (_, Some(open)) if letter == open => (quote, kept) = (None, kept_before),
            ('\\', None) => text.extend(letters.next()),
            ('\\', Some('"')) => match letters.next() {
                Some(next @ ('"' | '\\' | '$' | '`')) => text.push(next),
                next => text.extend(std::iter::once('\\').chain(next)),
            },
            (_, quote) => {
                text.push(letter);
                if quote.is_none() && matches!(letter, '=' | ':') && breaks.contains(letter) {
                    kept = text.len();
                }
            }
        }
    }
    Unquoted { text, quote, kept }
}

/// The answer as the script reads it.
pub(super) fn answer(question: &Question, answer: &Answer) -> String {
    let current = read(question.current(), &question.breaks);
    let kept = |word: &str| match word.get(..current.kept) {
        Some(front) if current.text.starts_with(front) => word[current.kept..].to_owned(),
        Some(_) | None => word.to_owned(),
    };
    match answer {
        Answer::Words(candidates) => {
            // A word that stands there already and is only begun ends with no blank.
            let fitting = |one: &&Candidate| !(one.is_begun() && one.word == current.text);
            let candidates: Vec<&Candidate> = candidates.iter().filter(fitting).collect();
            let is_begun = matches!(candidates[..], [one] if one.is_begun());
            let mut text = if is_begun { "begun\n" } else { "words\n" }.to_owned();
            for candidate in candidates {
                let _ = writeln!(text, "{}", quoted(&kept(&candidate.word), current.quote));
            }
            text
        }
        Answer::Path { typed, is_folder } => {
            let kind = if *is_folder { "folders" } else { "files" };
            format!("{kind}\n{typed}\n")
        }
        Answer::Command(at) => format!("command\n{at}\n"),
    }
}

/// A text as bash reads it back, inside the quote that is open.
fn quoted(text: &str, quote: Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match quote {
            Some('\'') if letter == '\'' => out.push_str("'\\'"),
            Some('"') if "\"\\$`".contains(letter) => out.push('\\'),
            None if SPECIAL.contains(letter) || (at == 0 && letter == '#') => out.push('\\'),
            // The caller's home, which was typed so; anything else that begins like it is not.
            None if at == 0 && letter == '~' && !text.starts_with("~/") => out.push('\\'),
            Some(_) | None => {}
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_bash_reads_them() {
        for (word, text, quote, kept) in [
            ("plain", "plain", None, 0),
            ("a\\ b", "a b", None, 0),
            ("'a b", "a b", Some('\''), 0),
            ("x\"a\\\"b\\c", "xa\"b\\c", Some('"'), 1),
            ("x'a b'c", "xa bc", None, 0),
            ("--network=container:we", "--network=container:we", None, 20),
            ("--name='a:b", "--name=a:b", Some('\''), 7),
            ("a\\:b", "a:b", None, 0),
            ("a\\", "a", None, 0),
        ] {
            let want = Unquoted { text: text.to_owned(), quote, kept };
            assert_eq!(read(word, " \t\n\"'><=;|&(:"), want, "{word}");
        }
        assert_eq!(read("a=b:c", " ").kept, 0);
    }

    #[test]
    fn texts_are_written_as_bash_reads_them() {
        for (text, quote, want) in [
            ("a b", None, "a\\ b"),
            ("~x~", None, "\\~x~"),
            ("~/x y", None, "~/x\\ y"),
            ("a$b", Some('"'), "a\\$b"),
            ("it's", Some('\''), "it'\\''s"),
            ("it's", Some('"'), "it's"),
        ] {
            assert_eq!(quoted(text, quote), want);
        }
    }
}
