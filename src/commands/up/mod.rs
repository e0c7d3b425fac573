//! `dynrun up`: a stack decided as a whole, checked as a whole, and launched in the order of what its services need.

mod followed;
mod raised;
mod turn;

use super::report::Report;
use super::stacked::{Lens, decided, is_told_again, once};
use super::{Desk, Exit, block_on, dry_run};
use crate::cli::Up;
use crate::config::Loaded;
use crate::finding::{Finding, Findings};
use std::sync::Arc;

/// Launches the stack, or prints what it would launch.
pub(super) fn run(up: &Up, desk: &Desk<'_>) -> Exit {
    let mut said = Findings::new();
    let files = Arc::new(Loaded::read(desk.host, &up.launch.call.config));
    let stack = decided((&up.choice, &files), &up.launch, &Lens::PLAIN, desk, &mut said);
    if let Err(refused) = &stack {
        said.retain(|told| !is_told_again(told, refused));
    }
    desk.ui.findings(&once(said));
    let stack = match stack {
        Ok(stack) => stack,
        Err(findings) => return refused("plan", &once(findings), Exit::Launch, up, desk),
    };
    if let Some(kind) = up.launch.call.dry_run {
        let specs = stack.order.sequence().into_iter().map(|index| stack.members[index].spec.clone());
        return dry_run::all(specs.collect(), kind, &up.launch, desk);
    }
    match block_on(raised::raised(stack, up, desk)) {
        Ok(exit) => exit,
        Err(finding) => refused("plan", &[finding], Exit::Launch, up, desk),
    }
}

/// Says why the stack is not up.
fn refused(phase: &'static str, findings: &[Finding], exit: Exit, up: &Up, desk: &Desk<'_>) -> Exit {
    Report::stack_failed(phase, findings).write(&up.launch, desk);
    desk.refuse(findings, exit)
}
