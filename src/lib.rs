//! dynrun launches inference gateways and engines in containers, through the Docker Engine API.
//!
//! One way through the house: argv, environment and files go through `cli`, `config`, `spec`, `rules`, `preflight`,
//! `engine` and `session`, and come out as an exit code. No stage reaches back.

pub mod cli;
pub mod commands;
pub mod config;
pub mod convert;
pub mod engine;
pub mod finding;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod host;
pub mod options;
pub mod preflight;
pub mod ready;
pub mod rules;
pub mod session;
pub mod sockets;
pub mod spec;
pub mod speech;
pub mod stack;
pub mod ui;
pub mod values;

use cli::{LogLevel, UsageError};
use commands::Exit;
use host::Host;
use std::ffi::OsString;
use std::panic::PanicHookInfo;
use ui::Ui;
use values::Roots;

/// Does what the arguments, without the program's name, ask for.
#[must_use]
pub fn run(argv: &[OsString], host: &Host) -> Exit {
    let secrets = config::secret_names();
    let roots = Roots { base: host.folder(), home: host.home() };
    let is_run_sh = host.run_sh_folder().is_some();
    let parsed = if is_run_sh { cli::parse_run_sh(argv, roots) } else { cli::parse(argv, roots) };
    match parsed {
        Ok(invocation) => {
            let ui = Ui::new(host, invocation.log_level, secrets);
            commands::run(invocation, host, &ui)
        }
        Err(UsageError { findings, is_launch }) => {
            Ui::new(host, LogLevel::Info, secrets).findings(&findings);
            match (is_launch, is_run_sh) {
                (true, _) => Exit::Launch,
                (false, true) => Exit::Problem,
                (false, false) => Exit::Usage,
            }
        }
    }
}

/// Gives the terminal back and says that dynrun is at fault: for a panic hook, as no destructor may run after it.
#[must_use]
pub fn panicked(panic: &PanicHookInfo<'_>) -> Exit {
    session::give_terminal_back();
    ui::raw_line(&format!("error[internal]: dynrun itself is at fault: {panic}"));
    Exit::Launch
}
