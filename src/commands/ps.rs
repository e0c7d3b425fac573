//! `dynrun ps`: the containers that dynrun launched.

use super::{Desk, Exit, block_on};
use crate::cli::{Format, Ps};
use crate::engine::{LaunchedContainer, short_id};
use crate::ui::{clean, clean_json, table};
use serde_json::{Value, json};

/// Lists those that run, or all.
pub(super) fn run(ps: &Ps, desk: &Desk<'_>) -> Exit {
    let listed = block_on(async {
        let engine = desk.engine(&ps.call).await?;
        let listed = engine.launched_containers(ps.all, None).await;
        listed.map_err(|error| error.finding("list the containers", engine.endpoint()))
    });
    match listed {
        Ok(Ok(containers)) if ps.quiet => {
            let ids: Vec<&str> = containers.iter().map(|container| container.id.as_str()).collect();
            if ids.is_empty() { Exit::Fine } else { desk.print(&ids.join("\n"), Exit::Fine) }
        }
        Ok(Ok(containers)) => match ps.call.format {
            Format::Text => desk.print(text(&containers).trim_end(), Exit::Fine),
            Format::Json => desk.print(&json(&containers), Exit::Fine),
        },
        Ok(Err(finding)) | Err(finding) => desk.refuse(&[finding], Exit::Problem),
    }
}

fn text(containers: &[LaunchedContainer]) -> String {
    let titles = ["NAME", "ID", "STACK", "SERVICE", "PROFILE", "IMAGE", "STATUS", "PORTS"].map(str::to_owned);
    let cells = containers.iter().map(|one| {
        let ports = one.ports.join(", ");
        let LaunchedContainer { name, id, stack, service, profile, image, status, .. } = one;
        [name, short_id(id), stack, service, profile, image, status, &ports].map(clean)
    });
    let lines: Vec<[String; 8]> = std::iter::once(titles).chain(cells).collect();
    table(&lines)
}

fn json(containers: &[LaunchedContainer]) -> String {
    let of = |one: &LaunchedContainer| {
        json!({
            "name": one.name, "id": one.id, "stack": one.stack, "service": one.service, "profile": one.profile, "image": one.image,
            "state": one.state, "status": one.status, "created": one.created, "ports": one.ports,
        })
    };
    let containers: Vec<Value> = containers.iter().map(of).collect();
    clean_json(&containers)
}
