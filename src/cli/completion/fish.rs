//! The script for fish: one line an option and a place, each with the condition under which it stands.

use super::{Candidates, Takes, candidates, help, is_many, names, options, takes};
use clap::{Arg, Command};
use std::fmt::Write as _;

const HEAD: &str = r"# fish completion of dynrun, as `dynrun completions fish` prints it.

";

const FUNCTIONS: &str = r#"
# Whether the cursor stands after this verb, which is empty before one, and after so many further words, if said.
function __dynrun_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l verb ''
    set -l place 0
    set -l valued (__dynrun_valued '')
    while set -q words[1]
        switch $words[1]
            case --
                return 1
            case '--*'
                contains -- $words[1] $valued; and set -e words[2]
            case '-?*'
                __dynrun_takes_next $words[1] $valued; and set -e words[2]
            case '*'
                if test -z "$verb"
                    set verb $words[1]
                    set valued (__dynrun_valued $verb)
                else
                    set place (math $place + 1)
                end
        end
        set -e words[1]
    end
    test "$verb" = "$argv[1]"; and test "$place" = "$argv[2]" -o -z "$argv[2]"
end

# Whether a cluster of short options takes the next word: its first that takes a value is its last letter.
function __dynrun_takes_next
    set -l cluster $argv[1]
    for letter in (string split '' -- (string sub -s 2 -- $cluster))
        if contains -- -$letter $argv[2..]
            string match -q -- \*$letter $cluster
            return
        end
    end
    return 1
end

# A word that is only begun with, as a name follows its `:`; once it stands there, fish would end it with a space.
function __dynrun_begun
    string match -q -- \*$argv[1] (commandline -ct); or echo $argv[1]
end

# After `--`: a command, as on a line of its own.
function __dynrun_after_dashes
    contains -- -- (commandline -opc)
end

function __dynrun_command
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -e words[1..$at]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

complete -c dynrun -f
complete -c dynrun -n __dynrun_after_dashes -a '(__dynrun_command)'
"#;

/// The script.
pub(super) fn script(tree: &Command) -> String {
    let mut text = String::from(HEAD);
    text.push_str("# The options that take the next word.\nfunction __dynrun_valued\n    switch $argv[1]\n");
    valued(&mut text, "", tree);
    for verb in tree.get_subcommands() {
        valued(&mut text, verb.get_name(), verb);
    }
    text.push_str("    end\nend\n");
    text.push_str(FUNCTIONS);
    for verb in tree.get_subcommands() {
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(
            text,
            "complete -c dynrun -n '__dynrun_at \"\"' -a {} -d {}",
            verb.get_name(),
            quoted(&about)
        );
    }
    scope(&mut text, "", tree);
    for verb in tree.get_subcommands() {
        scope(&mut text, verb.get_name(), verb);
    }
    text
}

fn valued(text: &mut String, verb: &str, scope: &Command) {
    let valued = options(scope).filter(|option| takes(option) == Takes::Value);
    let names: Vec<String> = valued.flat_map(names).collect();
    if !names.is_empty() {
        let _ =
            writeln!(text, "        case '{verb}'\n            string split ' ' -- '{}'", names.join(" "));
    }
}

fn scope(text: &mut String, verb: &str, scope: &Command) {
    for option in options(scope) {
        let _ = write!(text, "complete -c dynrun -n '__dynrun_at {}'", at(verb, ""));
        for name in names(option) {
            let _ = match name.strip_prefix("--") {
                Some(long) => write!(text, " -l {long}"),
                None => write!(text, " -s {}", name.trim_start_matches('-')),
            };
        }
        let _ = writeln!(text, "{} -d {}", value(option), quoted(&help(option)));
    }
    for (place, positional) in scope.get_positionals().enumerate() {
        let place = if is_many(positional) { String::new() } else { place.to_string() };
        let line = format!("complete -c dynrun -n '__dynrun_at {}'", at(verb, &place));
        let _ = match candidates(positional) {
            Candidates::Words(words) => writeln!(text, "{line} -a {}", list(&words)),
            Candidates::Files => writeln!(text, "{line} -F"),
            Candidates::Folders => writeln!(text, "{line} -a '(__fish_complete_directories)'"),
            Candidates::Unknown => Ok(()),
        };
    }
}

/// The place as the condition names it.
fn at(verb: &str, place: &str) -> String {
    let verb = if verb.is_empty() { "\"\"" } else { verb };
    if place.is_empty() { verb.to_owned() } else { format!("{verb} {place}") }
}

/// How an option takes its value: `-r` in the next word, too; without it, after `=` alone.
fn value(option: &Arg) -> String {
    let required = match takes(option) {
        Takes::Nothing => return String::new(),
        Takes::Perhaps => "",
        Takes::Value => " -r",
    };
    match candidates(option) {
        Candidates::Words(words) => format!("{required} -f -a {}", list(&words)),
        Candidates::Files => format!("{required} -F"),
        Candidates::Folders => format!("{required} -f -a '(__fish_complete_directories)'"),
        Candidates::Unknown => format!("{required} -f"),
    }
}

/// Words as one argument of `complete`.
fn list(words: &[String]) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| if word.ends_with(':') { format!("(__dynrun_begun {word})") } else { word.clone() })
        .collect();
    quoted(&words.join(" "))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
