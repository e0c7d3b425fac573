//! `dynrun state-gateway`: serves the built-in gateway. Its own reports go to standard output.

use super::{Desk, Exit};
use crate::finding::{Code, Finding};
use crate::gateway::{Settings, serve};
use std::io;

/// Serves until a signal ends it.
pub(super) fn run(desk: &Desk<'_>) -> Exit {
    let settings = match Settings::from_env(|name| desk.host.var(name).map(str::to_owned)) {
        Ok(settings) => settings,
        Err(errors) => {
            let findings =
                errors.iter().map(|error| Finding::error(Code::GatewaySettings, error.to_string()));
            return desk.refuse(&findings.collect::<Vec<_>>(), Exit::Problem);
        }
    };
    match serve(&settings, &mut io::stdout(), &mut io::stderr()) {
        Ok(()) => Exit::Fine,
        Err(error) => desk.refuse(&[Finding::error(Code::GatewaySettings, error.to_string())], Exit::Problem),
    }
}
