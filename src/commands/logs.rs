//! `dynrun logs CONTAINER`: what a container has written, each stream to its own; or all of a stack, line by line.

use super::launched::{self, About, Among};
use super::succession::Succession;
use super::{Desk, Exit, block_on};
use crate::cli::Logs;
use crate::engine::{Attached, Engine, LogPart, Outputs, StackContainer};
use crate::finding::{Code, Finding};
use crate::host::zone_offset;
use crate::session::{self, Copied, Voice};
use crate::values::Moment;

/// Prints it.
pub(super) fn run(logs: &Logs, desk: &Desk<'_>) -> Exit {
    let copied = block_on(async {
        let engine = desk.engine(&logs.call).await?;
        let asked = |moment: &Moment| {
            let seconds = i64::try_from(desk.host.now.as_secs()).unwrap_or_default();
            moment.asked(desk.host.now, zone_offset(desk.host.var("TZ"), &desk.host.root, seconds))
        };
        let part = LogPart {
            follow: logs.follow,
            timestamps: logs.timestamps,
            tail: logs.tail,
            since: logs.since.as_ref().map(asked),
            until: logs.until.as_ref().map(asked),
        };
        match launched::about(&logs.container, Among::All, &engine).await? {
            About::Container(container) => {
                let log = log(&container.id, part, &engine).await?;
                Ok(session::copied(log, container.tty).await)
            }
            About::Stack(mut stack) => {
                stack.sort_by(|one, other| one.service.cmp(&other.service));
                let voices = voices(&stack, &part, &engine).await?;
                let succession = Succession::of(stack, part, &engine);
                let next = async |place| succession.next(place).await;
                Ok(session::succeeded(voices, desk.host.stdout_is_terminal, next).await)
            }
        }
    });
    let finding = match copied {
        Ok(Ok(Copied::Whole)) => return Exit::Fine,
        Ok(Ok(Copied::PipeClosed)) => return Exit::PipeClosed,
        Ok(Ok(Copied::OutputFailed(why))) => {
            Finding::error(Code::OutputClosed, format!("the log cannot be written: {why}"))
        }
        Ok(Ok(Copied::Broken)) => {
            Finding::error(Code::OutputLost, "the log's stream broke: the rest of it is missing")
        }
        Ok(Err(finding)) | Err(finding) => finding,
    };
    desk.refuse(&[finding], Exit::Problem)
}

async fn log(id: &str, part: LogPart, engine: &Engine) -> Result<Attached, Finding> {
    let log = engine.log_part(id, Outputs { stdout: true, stderr: true }, part).await;
    log.map_err(|error| error.finding("read the container's log", engine.endpoint()))
}

/// The logs of a stack's containers, each under its service's name.
async fn voices(stack: &[StackContainer], part: &LogPart, engine: &Engine) -> Result<Vec<Voice>, Finding> {
    let mut voices = Vec::new();
    for container in stack {
        let from = log(&container.id, part.clone(), engine).await?;
        voices.push(Voice { name: container.service.clone(), from, tty: false });
    }
    Ok(voices)
}
