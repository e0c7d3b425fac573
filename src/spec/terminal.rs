//! Whether the container gets a terminal, and whether it reads what is typed: `auto` is decided here.

use super::lifecycle::streams;
use super::{LaunchSpec, Lifecycle, asked};
use crate::config::{Layer, Setting};
use crate::finding::{Code, Finding, Origin};
use crate::values::{Interactive, Tty};

/// Decides. In the foreground, `--tty=auto` follows the caller, and `--interactive=auto` the terminal: a shell at a
/// desk is one to type in, and in a pipe nothing changes. In the background nobody is there to follow, and where
/// standard output is not attached a terminal would show nothing.
pub(super) fn decide(options: &mut Layer, at_terminal: bool) {
    let attached = !options.detach.is_on();
    let at_terminal = at_terminal && streams(options).stdout;
    if let Some(Setting { value: Tty::Auto | Tty::Off, origin }) = options.tty.setting().cloned() {
        let is_auto = options.tty.get() == Some(&Tty::Auto);
        // Docker has no word for `auto`, and none is needed for no terminal.
        options.tty.clear();
        if is_auto && attached && at_terminal {
            options.tty.set(Tty::On, origin);
        }
    }
    if let Some(Setting { value: Interactive::Auto, origin }) = options.interactive.setting().cloned() {
        options.interactive.clear();
        if attached && options.tty.is_on() {
            options.interactive.set(Interactive::On, origin);
        }
    }
}

/// Why a launch cannot be for a caller whose standard input is no terminal; none where it can.
#[must_use]
pub fn without_terminal(spec: &LaunchSpec) -> Option<Finding> {
    let Lifecycle::Attached { .. } = spec.lifecycle else { return None };
    spec.options.tty.setting().filter(|tty| tty.value == Tty::On).map(lacking)
}

/// The finding for a terminal that was asked for there, and that standard input is not.
pub(super) fn lacking(tty: &Setting<Tty>) -> Finding {
    let message = "the input device is not a TTY: a terminal needs one on standard input";
    let finding =
        Finding::error(Code::NotATerminal, message).asked(asked("tty", "true", &tty.origin), &tty.origin);
    match &tty.origin {
        // run.sh's own word, and the only one that it has for either.
        Origin::Flag(spelling) if spelling == "-it" => finding.help("leave -it out"),
        Origin::Flag(_) | Origin::Variable(_) | Origin::File(_) | Origin::Rule(_) => finding
            .help("leave it out: with -i alone, standard input reaches the command as it is")
            .help("or have one only where there is one: --tty=auto"),
    }
}
