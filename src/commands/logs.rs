//! `dynrun logs CONTAINER`: what a container has written, each stream to its own.

use super::launched::{self, Among};
use super::{Desk, Exit, block_on};
use crate::cli::Logs;
use crate::engine::{LogPart, Outputs};
use crate::finding::{Code, Finding};
use crate::host::zone_offset;
use crate::session::{self, Copied};
use crate::values::Moment;

/// Prints it.
pub(super) fn run(logs: &Logs, desk: &Desk<'_>) -> Exit {
    let copied = block_on(async {
        let engine = desk.engine(&logs.call).await?;
        let container = launched::container(&logs.container, Among::All, &engine).await?;
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
