//! The script for elvish: what may stand where, as a map of verbs, and a function that finds where the cursor stands.

use super::{Candidates, Takes, candidates, is_many, names, options, takes};
use clap::{Arg, Command};
use std::fmt::Write as _;

const HEAD: &str = "# elvish completion of dynrun, as `dynrun completions elvish` prints it.

use str

# Of each verb, and of the place before one: its options, those of them that take the next word, and what the value of
# an option, and the words after the verb, are completed to. The last of `places` stands for all that follow.
var dynrun-scopes = [
";

const FUNCTION: &str = r#"]

# A cluster of short options takes the next word where its first that takes a value is its last letter.
fn dynrun-takes-next {|cluster valued|
    var letters = $cluster[1..]
    while (!=s $letters '') {
        if (has-value $valued -$letters[0]) {
            put (==s $letters $letters[0])
            return
        }
        set letters = $letters[1..]
    }
    put $false
}

# A word that ends in : is only begun.
fn dynrun-candidate {|before word current|
    if (not (str:has-suffix $word ':')) {
        edit:complex-candidate $before$word &display=$word &code-suffix=' '
    } elif (!=s $before$word $current) {
        edit:complex-candidate $before$word &display=$word
    }
}

# After --: a command, as on a line of its own. elvish names one as often as it stands in a folder.
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

fn dynrun-offer {|before offer current|
    if (==s (kind-of $offer) list) {
        for word $offer { dynrun-candidate $before $word $current }
    } elif (==s $before '') {
        edit:complete-filename $current
    } else {
        # Its candidates are whole words, which the option stands before.
        edit:complete-filename $current[(count $before)..] | each {|file|
            edit:complex-candidate $before$file[stem] &display=$file[stem] &code-suffix=$file[code-suffix]
        }
    }
}

set edit:completion:arg-completer[dynrun] = {|@words|
    var none = [&verbs=[] &options=[] &valued=[] &offers=[&] &places=[] &many=$false]
    var current = $words[-1]
    var scope = $dynrun-scopes['']
    var verb = ''
    var option = ''
    var place = (num 0)
    var at = (num 0)
    for word $words[1..-1] {
        set at = (+ $at 1)
        if (!=s $option '') {
            set option = ''
        } elif (==s $word --) {
            dynrun-command $words[$at..]
            return
        } elif (str:has-prefix $word --) {
            if (has-value $scope[valued] $word) { set option = $word }
        } elif (and (str:has-prefix $word -) (!=s $word -)) {
            if (dynrun-takes-next $word $scope[valued]) { set option = -$word[-1] }
        } elif (==s $verb '') {
            set verb = $word
            set scope = $none
            if (has-key $dynrun-scopes $verb) { set scope = $dynrun-scopes[$verb] }
        } else {
            set place = (+ $place 1)
        }
    }
    var before = ''
    if (and (==s $option '') (str:has-prefix $current --) (str:contains $current '=')) {
        set option = (str:split &max=2 '=' $current | take 1)
        set before = $option'='
    }
    if (!=s $option '') {
        if (has-key $scope[offers] $option) { dynrun-offer $before $scope[offers][$option] $current }
    } elif (str:has-prefix $current -) {
        for option $scope[options] { edit:complex-candidate $option &code-suffix=' ' }
    } else {
        for word $scope[verbs] { dynrun-candidate '' $word $current }
        var places = $scope[places]
        if (and (> (count $places) 0) (or (< $place (count $places)) $scope[many])) {
            if (>= $place (count $places)) { set place = (- (count $places) 1) }
            dynrun-offer '' $places[$place] $current
        }
    }
}
"#;

/// The script.
pub(super) fn script(tree: &Command) -> String {
    let mut text = String::from(HEAD);
    scope(&mut text, "''", tree);
    for verb in tree.get_subcommands() {
        scope(&mut text, verb.get_name(), verb);
    }
    text + FUNCTION
}

fn scope(text: &mut String, verb: &str, scope: &Command) {
    let all: Vec<String> = options(scope).flat_map(names).collect();
    let valued: Vec<String> =
        options(scope).filter(|option| takes(option) == Takes::Value).flat_map(names).collect();
    let verbs: Vec<String> = scope.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let places: Vec<String> = scope.get_positionals().map(offer).collect();
    let is_many = scope.get_positionals().any(is_many);
    let _ = writeln!(text, "    &{verb}=[");
    let _ = writeln!(text, "        &verbs={}\n        &options={}", list(&verbs), list(&all));
    let _ = writeln!(text, "        &valued={}\n        &offers=[{}]", list(&valued), offers(scope));
    let _ = writeln!(text, "        &places=[{}]\n        &many=${is_many}\n    ]", places.join(" "));
}

/// The options' values; a map of none is `[&]`.
fn offers(scope: &Command) -> String {
    let mut text = String::new();
    for option in options(scope).filter(|option| takes(option) != Takes::Nothing) {
        for name in names(option) {
            let _ = write!(text, "\n            &{name}={}", offer(option));
        }
    }
    if text.is_empty() { "&".to_owned() } else { text + "\n        " }
}

/// What a value is completed to, as the function reads it.
fn offer(argument: &Arg) -> String {
    match candidates(argument) {
        Candidates::Words(words) => list(&words),
        Candidates::Files | Candidates::Folders => "files".to_owned(),
        Candidates::Unknown => "[]".to_owned(),
    }
}

fn list(words: &[String]) -> String {
    format!("[{}]", words.join(" "))
}
