//! `dynrun logs CONTAINER`: what a container has written, each stream to its own.

use super::{Desk, Exit, block_on, launched};
use crate::cli::Logs;
use crate::engine::{LogPart, Outputs};
use crate::finding::{Code, Finding};
use crate::host::now;
use crate::session::{self, Copied};

/// Prints it.
pub(super) fn run(logs: &Logs, desk: &Desk<'_>) -> Exit {
    let copied = block_on(async {
        let engine = desk.engine(&logs.call).await?;
        let container = launched::container(&logs.container, &engine).await?;
        let part = LogPart {
            follow: logs.follow,
            timestamps: logs.timestamps,
            tail: logs.tail,
            since: logs.since.map(|time| now().saturating_sub(time.0).as_secs()),
        };
        let outputs = Outputs { stdout: true, stderr: true };
        let log = engine.log_part(&container.id, outputs, part).await;
        let log = log.map_err(|error| error.finding("read the container's log", engine.endpoint()))?;
        Ok(session::copied(log, container.tty).await)
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
