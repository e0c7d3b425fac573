//! A command in a container that runs already: created, started over a stream of its own, followed in size, and asked
//! how it ended.

use super::body::CONSOLE_SIZE;
use super::connect::Stream;
use super::container::{Attached, is_id};
use super::error::EngineError;
use super::transport::ApiVersion;
use super::{ANSWER, Engine, WORK};
use crate::host::WindowSize;
use crate::spec::ExecSpec;
use crate::values::Value as _;
use bytes::{Bytes, BytesMut};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::time::{sleep, timeout};

/// How often a command that is being started is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// How often one whose end is near is looked at: each time after twice the pause before, up to a limit.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(500));
/// The code of a command that went with its container: what is left in one, the kernel kills.
const KILLED: i64 = 137;
/// How many bytes of the engine's words on a failed start are worth reading.
const MAX_WORDS: u64 = 16 << 10;
/// The size of the head of a frame, in which the engine puts its words where there is no terminal.
const FRAME_HEAD: usize = 8;

/// A command that runs in a container.
#[derive(Debug, Clone)]
pub struct Exec {
    /// Its id.
    pub id: String,
    /// The id of its container.
    pub container: String,
    /// Its process, by the number that the engine's machine knows it by.
    pub pid: u32,
    /// The user that it was started as, if one was said.
    pub user: Option<String>,
}

/// A command that was started, and its streams.
#[derive(Debug)]
pub struct Started {
    /// The command.
    pub exec: Exec,
    /// Its streams.
    pub attached: Attached,
    /// What it has written to them already.
    pub early: Bytes,
}

/// Why a command does not run.
#[derive(Debug)]
pub enum ExecError {
    /// The engine did not take it on.
    Engine(EngineError),
    /// It could not be started.
    NotStarted {
        /// The exit code that the engine gives it: 126 or 127.
        code: i64,
        /// The engine's words.
        words: String,
    },
}

impl From<EngineError> for ExecError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// What the engine knows of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ExecState {
    /// Whether it runs, or is being started.
    pub running: bool,
    /// Its exit code, once it ended or could not be started.
    pub exit_code: Option<i64>,
    /// Its process; 0 until it was started.
    pub pid: u32,
}

/// How the start of a command went.
#[derive(Debug, PartialEq, Eq)]
enum Begun {
    Runs(u32),
    Failed(i64),
}

impl ExecState {
    /// How the start went; none while it goes on.
    fn begun(&self) -> Option<Begun> {
        match (self.pid, self.running, self.exit_code) {
            (0, false, Some(code)) if code != 0 => Some(Begun::Failed(code)),
            (0, _, _) => None,
            (pid, _, _) => Some(Begun::Runs(pid)),
        }
    }

    /// The exit code of a command that was started; none while it runs.
    #[must_use]
    pub fn ended(&self) -> Option<i64> {
        self.exit_code.filter(|_| !self.running)
    }
}

impl Engine {
    /// Starts a command in a running container, by the container's id, and takes its streams.
    ///
    /// # Errors
    /// The container does not run or is paused, the command cannot be started, or the engine does not answer.
    pub async fn exec(&self, container: &str, spec: &ExecSpec) -> Result<Started, ExecError> {
        let id = self.create_exec(container, &create_body(spec, self.version())).await?;
        let start = start_body(spec, self.version());
        let (mut stream, early) =
            self.transport.hijack(&format!("/exec/{id}/start"), Some(&start), ANSWER).await?;
        if let Some(size) = spec.window {
            // An engine that takes no size along answers this the moment that the command runs.
            let _ = self.resize_exec(&id, size).await;
        }
        match timeout(WORK, self.begun(&id)).await.unwrap_or(Err(EngineError::Silent(WORK)))? {
            Begun::Runs(pid) => {
                let attached = Attached::of(stream).map_err(EngineError::garbled)?;
                let user = spec.options.user.get().map(|user| user.0.clone());
                let exec = Exec { id, container: container.to_owned(), pid, user };
                Ok(Started { exec, attached, early })
            }
            Begun::Failed(code) => {
                let words = last_words(&mut stream, early, spec.tty()).await;
                Err(ExecError::NotStarted { code, words })
            }
        }
    }

    /// Runs a command of the machinery's own in a container, without any stream, to its end.
    ///
    /// # Errors
    /// It could not be started, or the engine does not answer.
    pub async fn exec_quietly(
        &self,
        container: &str,
        user: Option<&str>,
        command: &[&str],
    ) -> Result<i64, EngineError> {
        let id = self.create_exec(container, &json!({ "Cmd": command, "User": user })).await?;
        let body = json!({ "Detach": true });
        self.transport.call(Method::POST, &format!("/exec/{id}/start"), Some(&body), ANSWER).await?;
        self.exec_end(&id).await
    }

    async fn create_exec(&self, container: &str, body: &Value) -> Result<String, EngineError> {
        #[derive(Deserialize)]
        struct Created {
            #[serde(rename = "Id")]
            id: String,
        }
        let path = format!("/containers/{container}/exec");
        let bytes = self.transport.call(Method::POST, &path, Some(body), ANSWER).await?;
        let created: Created = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
        if is_id(&created.id) { Ok(created.id) } else { Err(EngineError::garbled("it names no command")) }
    }

    /// Waits until a command runs, or cannot be started. The engine tells by its process alone: its words come as if the
    /// command had written them.
    async fn begun(&self, id: &str) -> Result<Begun, EngineError> {
        loop {
            match self.exec_state(id).await? {
                None => return Ok(Begun::Failed(KILLED)),
                Some(state) => match state.begun() {
                    Some(begun) => return Ok(begun),
                    None => sleep(LOOK).await,
                },
            }
        }
    }

    /// What the engine knows of a command; none where the command is gone, with its container.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn exec_state(&self, id: &str) -> Result<Option<ExecState>, EngineError> {
        match self.transport.call(Method::GET, &format!("/exec/{id}/json"), None, ANSWER).await {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(EngineError::garbled),
            Err(error) if error.is_status(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Waits for the end of a command by looking again and again: the engine has no wait for it.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn exec_end(&self, id: &str) -> Result<i64, EngineError> {
        let (mut pause, longest) = PAUSES;
        loop {
            match self.exec_state(id).await?.as_ref().map(ExecState::ended) {
                None => return Ok(KILLED),
                Some(Some(code)) => return Ok(code),
                Some(None) => sleep(pause).await,
            }
            pause = (pause * 2).min(longest);
        }
    }

    /// Gives a command's terminal a size.
    ///
    /// # Errors
    /// The command does not run, or the engine is gone.
    pub async fn resize_exec(&self, id: &str, size: WindowSize) -> Result<(), EngineError> {
        let path = format!("/exec/{id}/resize?h={}&w={}", size.rows, size.columns);
        self.transport.call(Method::POST, &path, None, ANSWER).await.map(drop)
    }
}

/// The body of `POST /containers/ID/exec`, as `docker exec` writes it.
#[must_use]
pub fn create_body(spec: &ExecSpec, version: ApiVersion) -> Value {
    let options = &spec.options;
    let env: Vec<String> = options.env.values().map(crate::values::Value::word).collect();
    let mut body = json!({
        "User": options.user.get().map(|user| user.word()).unwrap_or_default(),
        "Privileged": options.privileged.is_on(),
        "Tty": spec.tty(),
        "AttachStdin": spec.stdin(),
        "AttachStdout": true,
        "AttachStderr": true,
        "Env": env,
        "WorkingDir": options.workdir.get().map(|folder| folder.word()).unwrap_or_default(),
        "Cmd": spec.command,
        // The keys are found here, before the engine sees them; but one that is told of none looks for docker's own.
        "DetachKeys": options.detach_keys.get().map(|keys| keys.word()).unwrap_or_default(),
    });
    with_size(&mut body, spec, version);
    body
}

/// The body of `POST /exec/ID/start`.
fn start_body(spec: &ExecSpec, version: ApiVersion) -> Value {
    let mut body = json!({ "Detach": false, "Tty": spec.tty() });
    with_size(&mut body, spec, version);
    body
}

fn with_size(body: &mut Value, spec: &ExecSpec, version: ApiVersion) {
    if let Some(size) = spec.window.filter(|_| version >= CONSOLE_SIZE) {
        body["ConsoleSize"] = json!([size.rows, size.columns]);
    }
}

/// The engine's words on a start that failed: all that the stream holds. They are help alone: a stream that does not end
/// soon has said enough.
async fn last_words(stream: &mut Stream, early: Bytes, tty: bool) -> String {
    let mut words = BytesMut::from(early);
    let mut limited = stream.take(MAX_WORDS);
    let all = async { while matches!(limited.read_buf(&mut words).await, Ok(1..)) {} };
    let _ = timeout(Duration::from_secs(2), all).await;
    let from = if tty { 0 } else { FRAME_HEAD.min(words.len()) };
    String::from_utf8_lossy(&words[from..]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the engine says of a command, as it says it.
    fn state(json: &str) -> ExecState {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_process_tells_whether_a_command_was_started() {
        for (json, begun, ended) in [
            (r#"{"Running":false,"ExitCode":null,"Pid":0}"#, None, None),
            (r#"{"Running":true,"ExitCode":null,"Pid":0}"#, None, None),
            (r#"{"Running":true,"ExitCode":null,"Pid":4121}"#, Some(Begun::Runs(4121)), None),
            (r#"{"Running":false,"ExitCode":0,"Pid":4121}"#, Some(Begun::Runs(4121)), Some(0)),
            (r#"{"Running":false,"ExitCode":127,"Pid":4121}"#, Some(Begun::Runs(4121)), Some(127)),
            (r#"{"Running":false,"ExitCode":126,"Pid":0}"#, Some(Begun::Failed(126)), Some(126)),
            // One that fills in a code from the first.
            (r#"{"Running":true,"ExitCode":0,"Pid":0}"#, None, None),
            (r#"{"Running":true,"ExitCode":0,"Pid":7}"#, Some(Begun::Runs(7)), None),
            ("{}", None, None),
        ] {
            assert_eq!((state(json).begun(), state(json).ended()), (begun, ended), "{json}");
        }
    }
}
