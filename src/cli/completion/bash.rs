//! The script for bash: what may stand where, and a function that finds where the cursor stands.

use super::{Candidates, Takes, candidates, is_many, names, options, takes};
use clap::Command;
use std::fmt::Write as _;

const HEAD: &str = r#"# bash completion of dynrun, as `dynrun completions bash` prints it.

"#;

/// The words are put together first, as bash cuts them at `=` and `:`, too; and in the end each candidate loses what
/// the cut has already left on the line.
const FUNCTION: &str = r#"
_dynrun() {
    local words=() word rest=${COMP_LINE:0:COMP_POINT} i place=0 verb='' option=''
    local options='' valued='' offer=''
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        local blanks=${rest%%[![:blank:]]*}
        rest=${rest#"$blanks"}
        ((i < COMP_CWORD)) || word=$rest
        rest=${rest#"$word"}
        if [[ $blanks || $i == 0 ]]; then words+=("$word"); else words[-1]+=$word; fi
    done
    COMPREPLY=()

    local last=$((${#words[@]} - 1))
    local current=${words[last]} before='' value
    value=$current
    _dynrun_scope
    for ((i = 1; i < last; i++)); do
        word=${words[i]}
        if [[ $word == -- ]]; then
            _dynrun_command
            return
        elif [[ $option ]]; then
            option=''
        elif [[ $word == --* ]]; then
            [[ $valued != *" $word "* ]] || option=$word
        elif [[ $word == -?* ]]; then
            _dynrun_cluster
        elif [[ ! $verb ]]; then
            verb=$word
            _dynrun_scope
        else
            ((place += 1))
        fi
    done

    if [[ ! $option && $current == --*=* ]]; then
        option=${current%%=*} value=${current#*=} before=$option=
    fi
    if [[ ! $option && $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        return
    fi
    _dynrun_scope
    case $offer in
        @files)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$value")
            ;;
        @folders)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$value")
            ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$offer" -- "$value") ;;
    esac
    _dynrun_cut
}

# A cluster of short options: one that takes a value takes the cluster's rest, or else the next word.
_dynrun_cluster() {
    local letters=${word#-}
    while [[ $letters ]]; do
        if [[ $valued == *" -${letters:0:1} "* ]]; then
            [[ ${#letters} != 1 ]] || option=-$letters
            return
        fi
        letters=${letters:1}
    done
}

# After `--`: a command, then files, as on a line of its own.
_dynrun_command() {
    compopt -o default 2>/dev/null
    ((i + 1 < last)) || mapfile -t COMPREPLY < <(compgen -c -- "$current" | sort -u)
}

# Takes away what readline keeps of the current word: all up to its last = or :, where these break words.
_dynrun_cut() {
    local kept=$current end candidate cut=()
    while [[ $kept ]]; do
        end=${kept: -1}
        if [[ $end == [=:] && $COMP_WORDBREAKS == *"$end"* ]]; then break; fi
        kept=${kept%?}
    done
    for candidate in "${COMPREPLY[@]}"; do
        [[ $candidate == "$value" && $candidate == *[=:] ]] || cut+=("${before}${candidate}")
    done
    COMPREPLY=("${cut[@]#"$kept"}")
    # A word that ends so is only begun.
    if [[ ${#cut[@]} == 1 && ${cut[0]} == *[=:] ]]; then compopt -o nospace 2>/dev/null; fi
}

complete -F _dynrun dynrun
"#;

/// The script.
pub(super) fn script(tree: &Command) -> String {
    let mut text = String::from(HEAD);
    text.push_str(
        "# What may stand after the verb: its options, those of them that take the next word, and what the option or \
         the\n# place at hand is completed to.\n_dynrun_scope() {\n    offer=''\n    case $verb in\n",
    );
    scope(&mut text, "''", tree);
    for verb in tree.get_subcommands() {
        scope(&mut text, verb.get_name(), verb);
    }
    text.push_str("        *) options='' valued='' ;;\n    esac\n}\n");
    text + FUNCTION
}

fn scope(text: &mut String, pattern: &str, scope: &Command) {
    let all: Vec<String> = options(scope).flat_map(names).collect();
    let valued: Vec<String> =
        options(scope).filter(|option| takes(option) == Takes::Value).flat_map(names).collect();
    let _ = writeln!(text, "        {pattern})");
    let _ = writeln!(text, "            options='{}'", all.join(" "));
    let _ = writeln!(text, "            valued=' {} '", valued.join(" "));
    let _ = writeln!(text, "            case $option:$place in");
    for option in options(scope).filter(|option| takes(option) != Takes::Nothing) {
        if let Some(offer) = offer(&candidates(option)) {
            let patterns: Vec<String> = names(option).iter().map(|name| format!("{name}:*")).collect();
            let _ = writeln!(text, "                {}) offer='{offer}' ;;", patterns.join(" | "));
        }
    }
    for (place, positional) in scope.get_positionals().enumerate() {
        let place = if is_many(positional) { "*".to_owned() } else { place.to_string() };
        if let Some(offer) = offer(&candidates(positional)) {
            let _ = writeln!(text, "                :{place}) offer='{offer}' ;;");
        }
    }
    if scope.has_subcommands() {
        let verbs: Vec<&str> = scope.get_subcommands().map(Command::get_name).collect();
        let _ = writeln!(text, "                :*) offer='{}' ;;", verbs.join(" "));
    }
    text.push_str("            esac\n            ;;\n");
}

/// What a value is completed to, as the function reads it; none where nothing is known.
fn offer(candidates: &Candidates) -> Option<String> {
    match candidates {
        Candidates::Words(words) => Some(words.join(" ")),
        Candidates::Files => Some("@files".to_owned()),
        Candidates::Folders => Some("@folders".to_owned()),
        Candidates::Unknown => None,
    }
}
