//! The driver of a network that is to be made: does the engine have it.

use super::about;
use crate::engine::Engine;
use crate::finding::{Code, Finding, slip};
use crate::spec::{LaunchSpec, NetworkDeclaration};

/// The driver is none of those that the engine lists. An old kind of plugin is listed once it has been used, so that only a
/// slip is refused.
pub(super) async fn unknown(
    name: &str,
    declared: &NetworkDeclaration,
    spec: &LaunchSpec,
    engine: &Engine,
) -> Option<Finding> {
    let said = declared.driver.as_ref()?;
    let driver = said.value.as_str();
    let known = engine.info().await.ok()?.network_drivers;
    // A plugin without a tag is its `latest`.
    let is_it = |known: &String| known == driver || known.strip_suffix(":latest") == Some(driver);
    if driver.is_empty() || known.is_empty() || known.iter().any(is_it) {
        return None;
    }
    let message =
        format!("the engine lists no network driver {driver}, which the network {name} is to be made with");
    let finding = match slip(driver, known.iter().map(String::as_str)) {
        Some(near) => Finding::error(Code::NetworkOption, message).help(format!("did you mean {near}?")),
        None => Finding::warning(Code::NetworkOption, message),
    };
    let finding = finding.asked(format!("driver = {driver}"), &said.origin);
    Some(about(finding, name, spec).help(format!("it has {}", known.join(", "))))
}
