//! A shell in a new container: the launch of the service, in which the shell stands in the place of all that the image
//! and the service would run.

use super::{SHELLS, request_of};
use crate::cli::ShellQuery;
use crate::commands::planned::planned_as;
use crate::commands::{Desk, Exit, run};
use crate::config::{Layer, One, Request, Settled};
use crate::finding::{Findings, Origin};
use crate::spec::is_callers;
use crate::values::{Interactive, Text, Tty};

/// Where what a shell needs comes from.
const SHELL: Origin = Origin::Rule("dynrun shell");

/// Launches it, or prints the launch.
pub(super) fn launch(query: &ShellQuery, desk: &Desk<'_>) -> Exit {
    let launch = &query.launch;
    let [best, others @ ..] = SHELLS;
    let is_bare = launch.command.is_empty();
    let command = if is_bare { vec![best.to_owned()] } else { launch.command.clone() };
    let request = Request { command, ..request_of(query, desk) };
    let change = |settled: &mut Settled| {
        in_the_foreground(&mut settled.options);
        in_the_entrypoints_place(settled, is_bare);
    };
    let mut said = Findings::new();
    let planned = planned_as(&request, change, launch, desk, &mut said);
    desk.ui.findings(&said);
    let spec = match planned {
        Ok(spec) => spec,
        Err(findings) => return run::refused(&findings, launch, desk),
    };
    let is_shell = is_bare && !by_caller(&spec.options.entrypoint);
    if is_shell && launch.call.dry_run.is_some() {
        let others = others.join(" or ");
        desk.ui.assumed(&format!("the image has {best} (a launch without it takes {others})"));
    }
    run::carried_out(spec, if is_shell { &others } else { &[] }, launch, desk)
}

/// Makes a launch one to talk to, and gone at its end. What the caller says of these stands.
fn in_the_foreground(options: &mut Layer) {
    options.detach.clear();
    if !by_caller(&options.interactive) {
        options.interactive.set(Interactive::On, SHELL);
    }
    if !by_caller(&options.tty) {
        options.tty.set(Tty::Auto, SHELL);
    }
    if !by_caller(&options.restart) {
        options.restart.clear();
    }
    if !by_caller(&options.rm) {
        options.rm.set(true, SHELL);
    }
}

/// Puts the command in the place of the entrypoint, as in a container that runs already. Into one that the caller
/// names goes the caller's command alone: no shell is an argument of another program.
fn in_the_entrypoints_place(settled: &mut Settled, is_bare: bool) {
    let Settled { options, command, command_is_callers, .. } = settled;
    *command_is_callers = true;
    if !by_caller(&options.entrypoint) {
        let program = command.remove(0);
        options.entrypoint.set(Text(program), SHELL);
    } else if is_bare && options.entrypoint.get().is_some_and(|program| !program.0.is_empty()) {
        command.clear();
    }
}

fn by_caller<T>(option: &One<T>) -> bool {
    option.setting().is_some_and(|said| is_callers(&said.origin))
}
