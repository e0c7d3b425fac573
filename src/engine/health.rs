//! What a container's health check says, and why it cannot say anything.

use crate::values::HealthCommand;
use serde::Deserialize;

/// What a container's health check says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Health {
    /// `starting`, `healthy`, `unhealthy`; `none` where the check was switched off.
    pub status: String,
    /// The check's own line.
    #[serde(skip)]
    line: String,
    log: Option<Vec<Probe>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Probe {
    output: String,
    exit_code: i64,
}

/// The exit code of a shell that does not find what it is to run.
const NOT_FOUND: i64 = 127;
/// The same of what it may not run, or cannot.
const NOT_INVOCABLE: i64 = 126;

impl Health {
    /// With the line of the check, as the container has it.
    pub(super) fn of(self, test: &[String]) -> Self {
        let line = HealthCommand::listed(test).map(|check| check.line()).unwrap_or_default();
        Self { line, ..self }
    }

    /// Whether the last check could not be run, for lack of a program that it may run: none after it can. Where a line has
    /// another program for that case, it may yet be well.
    #[must_use]
    pub fn cannot_run(&self) -> bool {
        let Some(last) = self.log.iter().flatten().next_back() else { return false };
        let is_said = [NOT_FOUND, NOT_INVOCABLE].contains(&last.exit_code)
            || last.output.lines().any(|line| engines_word(line).is_some());
        last.exit_code != 0 && (is_said || (self.missing_program().is_some() && !has_alternative(&self.line)))
    }

    /// The program that the last check was to run and that the container does not have: by the engine's words, as
    /// `exec: "curl": executable file not found in $PATH`, or its shell's, as `/bin/sh: curl: not found`.
    #[must_use]
    pub fn missing_program(&self) -> Option<&str> {
        let probe = self.log.iter().flatten().next_back().filter(|probe| probe.exit_code != 0)?;
        let found = probe.output.lines().find_map(|line| engines_word(line).or_else(|| shells_word(line)));
        found.or((probe.exit_code == NOT_FOUND).then_some("a program"))
    }

    /// What the last check wrote.
    #[must_use]
    pub fn last_words(&self) -> &str {
        self.log.iter().flatten().next_back().map_or("", |probe| probe.output.trim())
    }
}

/// Whether a line for a shell goes on with another program, and not with the end alone: `curl ... || wget ...`.
fn has_alternative(line: &str) -> bool {
    /// What ends a line, or changes its exit code.
    const ENDS: [&str; 4] = ["exit", "false", "true", ":"];
    let line = line.replace(">&", ">").replace("&>", ">"); // where output goes ends no program
    let parts = line.split(['|', ';', '&', '\n']).filter_map(|part| part.split_whitespace().next());
    parts.skip(1).any(|program| !ENDS.contains(&program.trim_end_matches(['\'', '"'])))
}

/// What the engine did not find: it could not start a process.
fn engines_word(line: &str) -> Option<&str> {
    let (_, after) = line.split_once(": exec: \"")?;
    let (program, why) = after.split_once("\": ")?;
    let is_missing =
        ["executable file not found", "no such file or directory"].iter().any(|words| why.contains(words));
    is_missing.then_some(program)
}

/// What a shell did not find: `/bin/sh: 1: curl: not found`, `bash: line 1: curl: command not found`.
fn shells_word(line: &str) -> Option<&str> {
    let mut parts = line.trim().rsplit(": ");
    parts.next().filter(|words| ["not found", "command not found"].contains(words))?;
    let program = parts.next()?;
    parts.last().filter(|shell| shell.ends_with("sh")).map(|_| program)
}

#[cfg(test)]
mod tests {
    use super::{Health, Probe};

    #[test]
    fn a_check_tells_which_program_is_missing() {
        for (exit_code, output, want) in [
            (127, "/bin/sh: curl: not found\n", Some("curl")),
            (127, "/bin/sh: 1: curl: not found", Some("curl")),
            (127, "bash: line 1: curl: command not found", Some("curl")),
            (1, "/bin/sh: curl: not found\nnot well", Some("curl")),
            (
                -1,
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"curl\": executable file \
                 not found in $PATH: unknown",
                Some("curl"),
            ),
            (
                126,
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"/bin/sh\": stat \
                 /bin/sh: no such file or directory: unknown",
                Some("/bin/sh"),
            ),
            (127, "", Some("a program")),
            (0, "/bin/sh: curl: not found", None),
            (1, "", None),
            (1, "wget: server returned error: HTTP/1.1 404 Not Found", None),
            (1, "model: not found", None),
            (22, "curl: (22) The requested URL returned error: 503", None),
            (
                126,
                "exec failed: unable to start container process: exec: \"/run.sh\": permission denied: unknown",
                None,
            ),
        ] {
            let probe = Probe { output: output.to_owned(), exit_code };
            let health = Health { log: Some(vec![probe]), ..Health::default() };
            assert_eq!(health.missing_program(), want, "{exit_code} {output}");
            let cannot_run = want.is_some() || exit_code == 126;
            assert_eq!(health.cannot_run(), cannot_run, "{exit_code} {output}");
        }
    }

    /// What another program may still tell is waited for.
    #[test]
    fn a_line_with_another_program_may_yet_be_well() {
        for (line, cannot_run) in [
            ("curl -f http://localhost/", true),
            ("curl -f http://localhost/ || exit 1", true),
            ("curl -f http://localhost/ >/dev/null 2>&1 || exit 1", true),
            ("curl -f http://localhost/ || wget -q http://localhost/", false),
            ("curl -f http://localhost/ | grep -q ok", false),
            ("sh -c 'curl localhost || false'", true),
        ] {
            let probe = |exit_code| Probe { output: "/bin/sh: curl: not found".to_owned(), exit_code };
            let health = |exit_code| Health { log: Some(vec![probe(exit_code)]), ..Health::default() };
            let test = ["CMD-SHELL", line].map(str::to_owned);
            assert_eq!(health(1).of(&test).cannot_run(), cannot_run, "{line}");
            assert!(health(127).of(&test).cannot_run() && !health(0).of(&test).cannot_run(), "{line}");
        }
    }
}
