//! `ExecSpec`: a command in a container that runs already, decided. Of a launch's options it takes those that mean
//! something to one command alone.

use super::terminal;
use crate::config::{Layer, rows, said_environment};
use crate::finding::{Finding, Findings, Origin, refuses};
use crate::host::{Host, WindowSize};
use crate::values::{Interactive, SecretNames, Tty};

/// The options of a launch that `docker exec` has, too. The service is no option of the command: it finds the container.
const TAKEN: &[&str] =
    &["service", "interactive", "tty", "detach-keys", "workdir", "user", "env", "env-file", "privileged"];

/// Where what nobody said comes from.
const HABIT: Origin = Origin::Rule("dynrun shell");

/// A command in a container that runs already.
#[derive(Debug, Clone)]
pub struct ExecSpec {
    /// The options of `docker exec`, as settled: the environment is complete, and `auto` is decided.
    pub options: Layer,
    /// The command and its arguments.
    pub command: Vec<String>,
    /// The size of the caller's terminal, where the command gets one.
    pub window: Option<WindowSize>,
    /// Which names hold secrets.
    pub secrets: SecretNames,
}

impl ExecSpec {
    /// Whether standard input reaches the command.
    #[must_use]
    pub fn stdin(&self) -> bool {
        self.options.interactive.is_on()
    }

    /// Whether the command has a terminal.
    #[must_use]
    pub fn tty(&self) -> bool {
        self.options.tty.is_on()
    }

    /// Why it cannot be for a caller whose standard input is no terminal; none where it can.
    #[must_use]
    pub fn without_terminal(&self) -> Option<Finding> {
        self.options.tty.setting().map(terminal::lacking)
    }
}

/// Decides it. Unless the caller says otherwise, standard input reaches the command, and it has a terminal where the
/// caller has one. Findings that do not refuse it come with it.
///
/// # Errors
/// An environment file that cannot be read.
pub fn exec(
    said: &Layer,
    command: Vec<String>,
    secrets: SecretNames,
    host: &Host,
) -> Result<(ExecSpec, Findings), Findings> {
    let mut options = said.clone();
    for row in rows().filter(|row| row.is_own || !TAKEN.contains(&row.name)) {
        (row.slots.clear)(&mut options);
    }
    let (env, findings) = said_environment(&options, host);
    options.env = env;
    options.env_file.clear();
    if options.interactive.get().is_none() {
        options.interactive.set(Interactive::On, HABIT);
    }
    if options.tty.get().is_none() {
        options.tty.set(Tty::Auto, HABIT);
    }
    terminal::decide(&mut options, host.is_at_terminal());
    if refuses(&findings) {
        return Err(findings);
    }
    let window = host.window.filter(|_| options.tty.is_on());
    Ok((ExecSpec { options, command, window, secrets }, findings))
}

/// The options said that only a launch can follow, each as it was said and where.
#[must_use]
pub fn launch_only(said: &Layer, secrets: &SecretNames) -> Vec<(String, Origin)> {
    let others = rows().filter(|row| !TAKEN.contains(&row.name));
    let words = others.flat_map(|row| {
        let said = (row.slots.said)(said, secrets).into_iter();
        said.map(|said| (row.asked(&said.text, &said.origin), said.origin))
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Roots;
    use std::path::Path;

    fn layer(said: &[(&str, &str)]) -> Layer {
        let mut layer = Layer::default();
        let roots = Roots { base: Path::new("/"), home: None };
        for (name, word) in said {
            let row = crate::config::row(name).unwrap();
            (row.slots.put)(&mut layer, word, roots, Origin::Flag(format!("--{name}"))).unwrap();
        }
        layer
    }

    /// Standard input and terminal of a command with these options, for a caller at a terminal or not.
    fn streams(said: &[(&str, &str)], at_terminal: bool) -> (bool, bool) {
        let host =
            Host { stdin_is_terminal: at_terminal, stdout_is_terminal: at_terminal, ..Host::default() };
        let (spec, findings) = exec(&layer(said), vec!["sh".into()], SecretNames::default(), &host).unwrap();
        assert!(findings.is_empty());
        (spec.stdin(), spec.tty())
    }

    #[test]
    fn input_is_passed_on_and_a_terminal_follows_the_callers() {
        for (said, at_terminal, want) in [
            (&[][..], true, (true, true)),
            (&[], false, (true, false)),
            (&[("tty", "false")], true, (true, false)),
            (&[("tty", "true")], true, (true, true)),
            (&[("interactive", "false")], true, (false, true)),
            (&[("interactive", "false")], false, (false, false)),
            (&[("interactive", "auto")], true, (true, true)),
            (&[("interactive", "auto")], false, (false, false)),
        ] {
            assert_eq!(streams(said, at_terminal), want, "{said:?}, at a terminal: {at_terminal}");
        }
    }

    #[test]
    fn a_terminal_that_was_asked_for_needs_one() {
        let needs = |said: &[(&str, &str)]| {
            let decided = exec(&layer(said), Vec::new(), SecretNames::default(), &Host::default());
            decided.unwrap().0.without_terminal().map(|finding| finding.code.name())
        };
        assert_eq!(needs(&[("tty", "true")]), Some("not-a-terminal"));
        assert_eq!((needs(&[("tty", "auto")]), needs(&[])), (None, None));
    }

    #[test]
    fn what_a_command_cannot_follow_is_told() {
        let said = layer(&[
            ("user", "root"),
            ("workdir", "/tmp"),
            ("env", "A=1"),
            ("privileged", "true"),
            ("service", "x"),
            ("network", "host"),
            ("label", "a=b"),
            ("mount-workspace", "true"),
        ]);
        let told: Vec<_> =
            launch_only(&said, &SecretNames::default()).into_iter().map(|(words, _)| words).collect();
        assert_eq!(told, ["--mount-workspace", "--network host", "--label a=b"]);
    }
}
