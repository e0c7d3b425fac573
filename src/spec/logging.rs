//! What the log's driver and its options have to do with each other. What a driver knows is data, in
//! `profiles/log-drivers.toml`.

use super::{asked, is_habit};
use crate::config::{Layer, LogDrivers, Setting, log_drivers};
use crate::finding::{Code, Finding, Findings};
use crate::values::{LogOpt, SecretNames, Value as _};

pub use crate::config::LogDriver;

/// The drivers that keep files, and know the options with which dynrun's own profiles bound them.
const FILES: [&str; 2] = ["json-file", "local"];

/// What is known of a driver; none for a plugin's.
#[must_use]
pub fn log_driver(name: &str) -> Option<&'static LogDriver> {
    log_drivers().driver.get(name)
}

/// Lets dynrun's own options go where somebody chose a driver that does not know them, and holds what was said to what
/// the driver knows. A driver that keeps nothing takes no options; a plugin's are its own.
pub(super) fn decide(options: &mut Layer, findings: &mut Findings) {
    let Some(driver) = options.log_driver.setting().cloned() else { return };
    let name = driver.value.0.as_str();
    if !is_habit(&driver.origin) && !FILES.contains(&name) {
        options.log_opt.retain(|option| !is_habit(&option.origin));
    }
    let about = |finding: Finding| finding.asked(asked("log-driver", name, &driver.origin), &driver.origin);
    if name == "none" {
        if let Some(option) = options.log_opt.iter().next() {
            let finding =
                Finding::error(Code::LogOption, "the log driver `none` keeps nothing, and takes no option");
            findings.push(
                about_option(about(finding), option)
                    .help("leave the option out, or choose a driver: --log-driver local"),
            );
        }
        return;
    }
    let Some(known) = log_driver(name) else { return };
    let all = log_drivers();
    for option in &options.log_opt {
        let wrong = unknown(name, known, all, &option.value).or_else(|| address(known, &option.value));
        findings.extend(wrong.map(|finding| about_option(about(finding), option)));
    }
    let is_said = |wanted: &str| options.log_opt.values().any(|option| option.key == wanted);
    for wanted in known.required.iter().filter(|wanted| !is_said(wanted)) {
        let message = format!("the log driver `{name}` needs to be told {wanted}");
        let form = known.schemes.get(wanted).and_then(|schemes| schemes.first());
        let example = form.map_or_else(|| "VALUE".to_owned(), |scheme| format!("{scheme}://HOST:PORT"));
        let finding = about(Finding::error(Code::LogOption, message));
        findings.push(finding.help(format!("say it: --log-opt {wanted}={example}")));
    }
}

fn about_option(finding: Finding, option: &Setting<LogOpt>) -> Finding {
    let word = option.value.shown(&SecretNames::default());
    finding.asked(asked("log-opt", &word, &option.origin), &option.origin)
}

/// An option that the driver does not know, and whose it is.
fn unknown(name: &str, known: &LogDriver, all: &LogDrivers, option: &LogOpt) -> Option<Finding> {
    let key = option.key.as_str();
    let words = || known.options.iter().chain(&all.common).map(String::as_str);
    if words().any(|word| word == key) {
        return None;
    }
    let message = format!("the log driver `{name}` has no option {key}");
    let finding = Finding::error(Code::LogOption, message).near(key, words());
    let others: Vec<&str> = all
        .driver
        .iter()
        .filter(|(_, driver)| driver.options.iter().any(|word| word == key))
        .map(|(name, _)| name.as_str())
        .collect();
    Some(match others.is_empty() {
        true => finding.help(format!("it has {}", known.options.join(", "))),
        false => finding.help(format!("these have it: {}", others.join(", "))),
    })
}

/// An address whose scheme the driver does not speak.
fn address(known: &LogDriver, option: &LogOpt) -> Option<Finding> {
    let schemes = known.schemes.get(&option.key)?;
    let value = option.value.as_deref().unwrap_or_default();
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None if known.bare_addresses => return None,
        None => ("", value),
    };
    let is_known = schemes.iter().any(|known| known == scheme);
    if is_known && !rest.trim_matches('/').is_empty() {
        return None;
    }
    let forms: Vec<String> = schemes.iter().map(|scheme| format!("{scheme}://...")).collect();
    let message = match is_known {
        true => format!("{} names nobody behind {scheme}://", option.key),
        false => format!("{} is none of {}", option.key, forms.join(", ")),
    };
    let example = schemes.first().map(|scheme| format!("{scheme}://HOST:PORT")).unwrap_or_default();
    let finding = Finding::error(Code::LogOption, message);
    Some(finding.help(format!("for example --log-opt {}={example}", option.key)))
}
