//! argv into an exit code.

use dynrun::host::Host;
use std::ffi::OsString;
use std::process::{ExitCode, exit};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| exit(dynrun::panicked(panic).code().into())));
    let argv: Vec<OsString> = std::env::args_os().skip(1).collect();
    ExitCode::from(dynrun::run(&argv, &Host::read()).code())
}
