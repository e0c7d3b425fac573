//! What the log's driver and its options have to do with each other.

use super::{asked, is_habit};
use crate::config::Layer;
use crate::finding::{Code, Finding, Findings};
use crate::values::Value as _;

/// The drivers that keep files, and know the options with which dynrun's own profiles bound them.
const FILES: [&str; 2] = ["json-file", "local"];

/// Lets dynrun's own options go where somebody chose a driver that does not know them. A driver that keeps nothing
/// takes no options.
pub(super) fn decide(options: &mut Layer, findings: &mut Findings) {
    let Some(driver) = options.log_driver.setting().cloned() else { return };
    if !is_habit(&driver.origin) && !FILES.contains(&driver.value.0.as_str()) {
        options.log_opt.retain(|option| !is_habit(&option.origin));
    }
    if driver.value.0 == "none"
        && let Some(option) = options.log_opt.iter().next()
    {
        let word = option.value.shown(&crate::values::SecretNames::default());
        findings.push(
            Finding::error(Code::LogOption, "the log driver `none` keeps nothing, and takes no option")
                .asked(asked("log-driver", "none", &driver.origin), &driver.origin)
                .asked(asked("log-opt", &word, &option.origin), &option.origin)
                .help("leave the option out, or choose a driver: --log-driver local"),
        );
    }
}
