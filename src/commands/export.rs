//! `dynrun export`: a launch, or a stack's, as `docker run` lines, a compose file, or a manifest of Kubernetes. It asks no
//! engine.

use super::planned::{planned_as, request};
use super::stacked::{self, Lens, of_no_stack, once};
use super::{Desk, Exit, dry_run};
use crate::cli::{DryRun, ExportQuery, ExportTarget};
use crate::config::{Loaded, Request, StackChoice, Surroundings};
use crate::convert::{Exported, Part, to_compose, to_kubernetes};
use crate::finding::Findings;
use crate::preflight;
use crate::spec::LaunchSpec;
use crate::stack::{Member, Stack};
use std::sync::Arc;

/// How an export looks at a launch: no value of a secret is printed, so that none has to be here.
const LENS: Lens =
    Lens { request: |request| Request { surroundings: Surroundings::AsFound, ..request }, settled: |_| () };

/// Prints the launch.
pub(super) fn run(query: &ExportQuery, desk: &Desk<'_>) -> Exit {
    let mut said = Findings::new();
    let members = members(query, desk, &mut said);
    desk.ui.findings(&said);
    let members = match members {
        Ok(members) => members,
        Err(findings) => return desk.refuse(&findings, Exit::Problem),
    };
    let write: fn(&[Part<'_>]) -> Exported = match query.target {
        ExportTarget::Docker => return lines(members, query, desk),
        ExportTarget::Compose => to_compose,
        ExportTarget::Kubernetes => to_kubernetes,
    };
    let members: Vec<Member> =
        members.into_iter().map(|member| Member { spec: decided(&member.spec), ..member }).collect();
    let Exported { text, findings } = write(&members.iter().map(part).collect::<Vec<_>>());
    desk.ui.findings(&once(findings));
    desk.print(&text, Exit::Fine)
}

/// The launches: of a stack all, in the order in which they are started.
fn members(query: &ExportQuery, desk: &Desk<'_>, said: &mut Findings) -> Result<Vec<Member>, Findings> {
    let launch = &query.launch;
    let files = Arc::new(Loaded::read(desk.host, &launch.call.config));
    if let Some(name) = launch.positional.as_ref().filter(|word| files.is_stack(word)) {
        let choice = StackChoice { words: vec![name.clone()], ..query.of_stack.clone() };
        let mut notes = Findings::new();
        let stack = stacked::decided((&choice, &files), launch, &LENS, desk, &mut notes);
        said.extend(once(notes));
        let Stack { members, order, .. } = stack.map_err(once)?;
        return Ok(order.sequence().into_iter().map(|index| members[index].clone()).collect());
    }
    of_no_stack(&query.of_stack).map_err(|finding| vec![finding])?;
    let request = (LENS.request)(Request { loaded: Some(files), ..request(launch, desk) });
    let spec = planned_as(&request, LENS.settled, launch, desk, said)?;
    Ok(vec![Member { spec, needs: Vec::new() }])
}

/// The launch with the GPUs that an engine would be asked for.
fn decided(spec: &LaunchSpec) -> LaunchSpec {
    let gpus = preflight::gpu::assume(spec.gpus());
    spec.with_gpus(gpus)
}

/// A launch with all that it needs, of the stack or not.
fn part(member: &Member) -> Part<'_> {
    let of_stack = member.needs.iter().map(|need| need.value.as_str());
    let others = member.spec.needs.iter().map(|need| need.name.as_str());
    Part { spec: &member.spec, needs: of_stack.chain(others).collect() }
}

/// Prints each launch as the line of docker's that a dry run prints.
fn lines(members: Vec<Member>, query: &ExportQuery, desk: &Desk<'_>) -> Exit {
    let specs = members.into_iter().map(|member| member.spec).collect();
    match dry_run::all(specs, DryRun::Offline, &query.launch, desk) {
        Exit::Fine => Exit::Fine,
        _ => Exit::Problem,
    }
}
