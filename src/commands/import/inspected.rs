//! Containers that are there: as `docker inspect` printed them, or as the engine tells of them.

use super::{roots, secret_names};
use crate::cli::Call;
use crate::commands::{Desk, block_on, launched};
use crate::convert::{
    Cgroupns, Import, Inspected, Reading, Section, inspected, intended, is_intended, kept_options,
};
use crate::engine::retold;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::values::SecretNames;
use serde_json::Value;
use std::collections::BTreeMap;

/// The containers of what `docker inspect` printed, each with its image where that was inspected, too.
pub(super) fn text(text: &str, name: &str, import: &mut Import, desk: &Desk<'_>) -> Result<(), Finding> {
    let malformed = |what: String| {
        let finding =
            Finding::error(Code::NotUnderstood, format!("{name} is not what docker inspect prints: {what}"));
        finding
            .help("docker inspect CONTAINER IMAGE >FILE")
            .help("or dynrun inspect CONTAINER --format json >FILE")
    };
    let read: Value = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
    let all = match &read {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let (containers, others): (Vec<&Value>, Vec<&Value>) =
        all.iter().partition(|it| it["HostConfig"].is_object());
    if is_intended(&read) {
        asked_for(&read, import, desk);
        return Ok(());
    }
    if containers.is_empty() {
        return Err(malformed("no container is in it".to_owned()));
    }
    for container in containers {
        let image = others.iter().find(|image| !image["Id"].is_null() && image["Id"] == container["Image"]);
        take((container, image.copied()), None, import, desk);
    }
    Ok(())
}

/// A container of the engine's.
pub(super) fn container(
    name: &str,
    call: &Call,
    import: &mut Import,
    desk: &Desk<'_>,
) -> Result<(), Finding> {
    let ((container, image), own) = block_on(async {
        let engine = desk.engine(call).await?;
        let found = launched::container(name, launched::Among::All, &engine).await?;
        let portrayed = engine.portrayed(&found.id).await;
        let portrayed =
            portrayed.map_err(|error| error.finding("inspect the container", engine.endpoint()))?;
        let portrayed =
            portrayed.ok_or_else(|| Finding::error(Code::NoContainer, "the container is gone"))?;
        let own = engine.info().await.ok().and_then(|info| info.cgroupns);
        Ok((portrayed, own))
    })
    .and_then(|asked: Result<_, Finding>| asked)?;
    take((&container, image.as_ref()), own, import, desk);
    Ok(())
}

/// What was asked for, as `dynrun inspect` tells it.
fn asked_for(document: &Value, import: &mut Import, desk: &Desk<'_>) {
    let (secrets, set) = (names(&document["options"]["env"]["intended"]), BTreeMap::new());
    let reading = Reading { secrets: &secrets, roots: roots(desk.host), set: &set };
    let mut said = Findings::new();
    let section = intended(document, &Origin::Rule("as it was asked for"), reading, &mut said);
    imported(section, said, import);
}

/// Takes a container, with its image where that is known, and with the namespace of control groups that its engine gives
/// by itself.
fn take(
    (container, image): (&Value, Option<&Value>),
    own: Option<&'static str>,
    import: &mut Import,
    desk: &Desk<'_>,
) {
    let (secrets, set) = (names(&kept_options(container)["env"]), BTreeMap::new());
    let reading = Reading { secrets: &secrets, roots: roots(desk.host), set: &set };
    let words = |it: &Value| retold(it).into_iter().map(|said| (said.name, said.words)).collect();
    let it = Inspected {
        container,
        options: words(container),
        image: image.map(|image| (image, words(image))),
        cgroupns: Cgroupns::of(container, own),
        origin: Origin::Rule("as it was inspected"),
    };
    let mut said = Findings::new();
    let section = inspected(&it, reading, &mut said);
    imported(section, said, import);
}

/// Which names hold secrets, with those that the launch of the container knew.
fn names(env: &Value) -> SecretNames {
    secret_names().with_hidden(env.as_array().into_iter().flatten().filter_map(Value::as_str))
}

fn imported(section: Result<Section, Findings>, said: Findings, import: &mut Import) {
    match section {
        Ok(section) => {
            import.findings.extend(said);
            import.take(section);
        }
        Err(faults) => import.findings.extend(said.into_iter().chain(faults)),
    }
}
