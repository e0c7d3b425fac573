//! The log driver: does the engine have it. M21.

use crate::engine::Engine;
use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, asked, log_driver};

/// Asks the engine for a driver that does not come with it. Those that do are there, and are not asked for.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let driver = spec.options.log_driver.setting()?;
    let name = driver.value.0.as_str();
    if name.is_empty() || name == "none" || log_driver(name).is_some() {
        return None;
    }
    let known = engine.info().await.ok()?.log_drivers;
    // A plugin without a tag is its `latest`.
    let is_it = |known: &String| known == name || known.strip_suffix(":latest") == Some(name);
    if known.is_empty() || known.iter().any(is_it) {
        return None;
    }
    let finding = Finding::error(Code::LogDriverMissing, format!("the engine has no log driver {name}"))
        .asked(asked("log-driver", name, &driver.origin), &driver.origin)
        .near(name, known.iter().map(String::as_str));
    Some(finding.help(format!("it has {}", known.join(", "))))
}
