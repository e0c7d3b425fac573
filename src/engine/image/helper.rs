//! A credential helper, `docker-credential-NAME`: a program that is told a registry and says who is known there. One
//! that hangs is given up, and ended with all that it started.

use crate::values::Secret;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Deserialize;
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

/// How much of an answer is read.
const LONGEST_ANSWER: u64 = 64 << 10;
/// The words of a helper that has nothing.
const NOT_FOUND: &str = "credentials not found";

/// The processes of a helper. They end with it: a helper is often a shell script, and what hangs is its child.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// The program of a helper.
pub(super) fn program(name: &str) -> String {
    format!("docker-credential-{name}")
}

/// Asks a helper: a user and a secret; none where it has nothing.
///
/// # Errors
/// Why it said neither, as words behind its name.
pub(super) async fn ask(name: &str, key: &str, limit: Duration) -> Result<Option<(String, Secret)>, String> {
    if name.contains('/') {
        return Err("is no name of a helper".to_owned());
    }
    let asked = async {
        let child = Command::new(program(name))
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let mut child = child.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "is not in PATH".to_owned(),
            _ => format!("cannot be started: {error}"),
        })?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).map(Pid::from_raw);
        let mut group = Group(pid);
        let (status, answer) = answer(&mut child, key).await.map_err(|error| format!("failed: {error}"))?;
        // Its number may be another's from now on.
        group.0 = None;
        read(status.success(), &answer)
    };
    let seconds = limit.as_secs_f64();
    let late = || Err(format!("has not answered within {seconds} s"));
    tokio::time::timeout(limit, asked).await.unwrap_or_else(|_| late())
}

/// Tells a helper the registry, and takes its answer and its end.
async fn answer(child: &mut Child, key: &str) -> io::Result<(std::process::ExitStatus, Vec<u8>)> {
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not listen may still answer.
        let _ = stdin.write_all(key.as_bytes()).await;
    }
    let mut answer = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    }
    Ok((child.wait().await?, answer))
}

/// What a helper's answer says. One that succeeded holds a secret, and is never quoted.
fn read(is_good: bool, answer: &[u8]) -> Result<Option<(String, Secret)>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    #[derive(Default)]
    struct Said {
        username: String,
        secret: String,
    }
    let text = String::from_utf8_lossy(answer);
    let words = text.trim();
    if is_good {
        let said: Said =
            serde_json::from_str(words).map_err(|_| "gave an answer that is no helper's".to_owned())?;
        return Ok(Some((said.username, Secret::new(&said.secret))));
    }
    match words.lines().next().unwrap_or_default() {
        line if line.starts_with(NOT_FOUND) => Ok(None),
        "" => Err("failed without a word".to_owned()),
        line => Err(format!("failed: {line}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read() {
        let read = |is_good, answer: &str| {
            let read = read(is_good, answer.as_bytes());
            read.map(|said| said.map(|(user, secret)| format!("{user}:{}", secret.expose())))
        };
        let good = r#"{"ServerURL":"https://r.test","Username":"me","Secret":"word"}"#;
        assert_eq!(read(true, good), Ok(Some("me:word".to_owned())));
        assert_eq!(read(false, "credentials not found in native keychain\n"), Ok(None));
        for (is_good, answer, want) in [
            (false, "no usernames for r.test\nmore", "failed: no usernames for r.test"),
            (false, "", "failed without a word"),
            (true, "s3cret", "gave an answer that is no helper's"),
        ] {
            assert_eq!(read(is_good, answer), Err(want.to_owned()));
        }
    }

    #[test]
    fn a_name_is_no_path() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let asked = |name| runtime.block_on(ask(name, "r.test", Duration::from_secs(5)));
        assert_eq!(asked("../x").unwrap_err(), "is no name of a helper");
        assert_eq!(asked("dynrun-test-nosuch").unwrap_err(), "is not in PATH");
    }
}
