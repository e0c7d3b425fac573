//! The script for zsh: the specifications of `_arguments` for each verb.

use super::{Candidates, Takes, candidates, help, is_many, names, options, takes};
use clap::{Arg, Command};
use std::fmt::Write as _;

/// What follows `--` is a command, completed as on a line of its own. `*:::` leaves the verb out of `words`; it is put
/// back where a command's name stands.
const HEAD: &str = r#"#compdef dynrun
# zsh completion of dynrun, as `dynrun completions zsh` prints it.

_dynrun() {
    local curcontext=$curcontext state state_descr line ret=1
    typeset -A opt_args
    integer dashes=${words[(i)--]}
    if (( dashes < CURRENT )); then
        shift $dashes words
        (( CURRENT -= dashes ))
        _normal
        return
    fi
"#;

const TAIL: &str = r#"
# Words, without a space after one that ends in `:`, which is only begun.
_dynrun_words() {
    local expl
    local -a begun=(${(M)@:#*:}) whole=(${@:#*:})
    local ret=1
    (( $#whole )) && _wanted values expl value compadd -a whole && ret=0
    (( $#begun )) && _wanted values expl value compadd -S '' -a begun && ret=0
    return ret
}

if [[ ${funcstack[1]-} == _dynrun ]]; then
    _dynrun "$@"
else
    compdef _dynrun dynrun
fi
"#;

/// The script.
pub(super) fn script(tree: &Command) -> String {
    let mut text = String::from(HEAD);
    arguments(&mut text, "    ", "-C -s", tree, &["'1: :_dynrun_verbs'", "'*::: :->verb'"]);
    text.push_str(
        "    [[ $state == verb ]] || return ret\n\n    words=(\"$line[1]\" \"${words[@]}\")\n    \
         (( CURRENT += 1 ))\n    curcontext=\"${curcontext%:*:*}:dynrun-$line[1]:\"\n    case $line[1] in\n",
    );
    for verb in tree.get_subcommands() {
        let _ = writeln!(text, "        {})", verb.get_name());
        arguments(&mut text, "            ", "-s", verb, &[]);
        text.push_str("            ;;\n");
    }
    text.push_str("    esac\n    return ret\n}\n\n_dynrun_verbs() {\n    local -a verbs=(\n");
    for verb in tree.get_subcommands() {
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        let entry = format!("{}:{about}", verb.get_name());
        let _ = writeln!(text, "        {}", quoted(&entry));
    }
    text.push_str("    )\n    _describe -t commands verb verbs\n}\n");
    text + TAIL
}

/// One call of `_arguments`.
fn arguments(text: &mut String, indent: &str, flags: &str, scope: &Command, rest: &[&str]) {
    let options = options(scope).flat_map(option);
    let positionals = scope.get_positionals().map(positional);
    let rest = rest.iter().map(|spec| (*spec).to_owned());
    let _ = writeln!(text, "{indent}_arguments {flags} : \\");
    for spec in options.chain(positionals).chain(rest) {
        let _ = writeln!(text, "{indent}    {spec} \\");
    }
    let _ = writeln!(text, "{indent}    && ret=0");
}

/// The specifications of an option, one a name. A value that may be left out stands in the same word.
fn option(option: &Arg) -> Vec<String> {
    let help = escaped(&help(option), &['[', ']', ':']);
    let message = option.get_long().unwrap_or_default();
    let action = action(option);
    let spec = |name: String| {
        let is_long = name.starts_with("--");
        let spec = match takes(option) {
            Takes::Value if is_long => format!("*{name}=[{help}]:{message}:{action}"),
            Takes::Value => format!("*{name}+[{help}]:{message}:{action}"),
            Takes::Perhaps if is_long => format!("*{name}=-[{help}]::{message}:{action}"),
            Takes::Perhaps | Takes::Nothing => format!("*{name}[{help}]"),
        };
        quoted(&spec)
    };
    names(option).into_iter().map(spec).collect()
}

fn positional(positional: &Arg) -> String {
    let (message, action) = (positional.get_id(), action(positional));
    match (is_many(positional), positional.is_required_set()) {
        (true, _) => quoted(&format!("*:{message}:{action}")),
        (false, true) => quoted(&format!(":{message}:{action}")),
        (false, false) => quoted(&format!("::{message}:{action}")),
    }
}

/// A space in front keeps `_arguments` from adding words of its own; a lone one completes nothing.
fn action(argument: &Arg) -> String {
    match candidates(argument) {
        Candidates::Words(words) => format!(" _dynrun_words {}", escaped(&words.join(" "), &[':'])),
        Candidates::Files => "_files".to_owned(),
        Candidates::Folders => "_files -/".to_owned(),
        Candidates::Unknown => " ".to_owned(),
    }
}

fn escaped(text: &str, letters: &[char]) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if letter == '\\' || letters.contains(&letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
