//! Programs that launch, and those that only run the command behind them.

use super::word::Built;
use super::{KEYWORDS, Word};

/// Programs that run the command behind them.
const WRAPPERS: [&str; 18] = [
    "sudo",
    "doas",
    "env",
    "nice",
    "ionice",
    "timeout",
    "setsid",
    "stdbuf",
    "systemd-run",
    "time",
    "chrt",
    "taskset",
    "numactl",
    "flock",
    "unbuffer",
    "bash",
    "sh",
    "dash",
];

/// A line without the programs in front that only run another one.
#[must_use]
pub fn unwrapped(mut words: Vec<Word>) -> Vec<Word> {
    let is_keyword = |word: &Word| word.text.plain().is_some_and(|word| KEYWORDS.contains(&word));
    words.drain(..words.iter().take_while(|word| is_keyword(word)).count());
    let programs: Vec<bool> = words.iter().map(|word| word.text.plain().is_some_and(is_launcher)).collect();
    let first = words.first().and_then(|word| word.text.plain()).unwrap_or_default();
    words.split_off(wrappers(first, &programs))
}

/// How many words belong to a program that only runs another one.
pub(super) fn wrappers(first: &str, programs: &[bool]) -> usize {
    let is_program = |at: usize| programs.get(at).copied().unwrap_or_default();
    let is_wrapped = WRAPPERS.contains(&file_name(first));
    // A user, or a group, may be called as the client is: `sudo -u docker docker run`.
    let at = (0..programs.len()).find(|at| is_wrapped && is_program(*at) && !is_program(at + 1));
    at.unwrap_or_default()
}

/// The program that launches, where the word is one: `docker`, and `${DOCKER:-docker}`.
pub(super) fn program(word: &Built) -> Option<String> {
    if word.unknown.is_some() {
        return None;
    }
    let name = word.text.plain().map_or_else(|| word.text.unset(), str::to_owned);
    is_launcher(&name).then_some(name)
}

pub(super) fn file_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Whether a name is that of an engine's client.
pub(super) fn is_client(name: &str) -> bool {
    ["docker", "podman", "nerdctl", "finch"].contains(&name)
}

/// Whether a word is a program that may launch: a client of an engine, or a run.sh.
pub(super) fn is_launcher(word: &str) -> bool {
    let name = file_name(word);
    is_client(name) || name == "run.sh"
}
