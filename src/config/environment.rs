//! `DYNRUN_*` variables into a layer: one word as after the flag, for a list a TOML array when it starts with `[`.

use crate::finding::{Code, Finding, Findings, Origin, nearest};
use crate::host::Host;
use crate::options::{Kind, Layer, ROWS, Row};
use crate::values::Roots;
use toml::de::DeValue;

/// What every variable of dynrun's starts with.
const PREFIX: &str = "DYNRUN_";

/// Reads every `DYNRUN_*` variable. One that nobody knows is a warning: it may be a newer dynrun's.
#[must_use]
pub(super) fn layer(host: &Host) -> (Layer, Findings) {
    let (mut layer, mut findings) = (Layer::default(), Findings::new());
    let roots = Roots { base: host.folder(), home: host.home() };
    for (name, value) in &host.env {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        let Some(row) = ROWS.iter().find(|row| row.variable() == name) else {
            findings.push(unknown(name));
            continue;
        };
        let origin = Origin::Variable(name.to_owned());
        let Some(value) = value.to_str() else {
            findings.push(Finding::error(Code::BadValue, format!("{name} is not valid UTF-8")));
            continue;
        };
        match words(row, value) {
            Ok(words) => {
                for word in words {
                    if let Err(error) = (row.slots.put)(&mut layer, &word, roots, origin.clone()) {
                        findings.push(row.bad_value(&word, &error, &origin));
                    }
                }
            }
            Err(problem) => findings.push(
                Finding::error(Code::BadValue, format!("{name}: {problem}"))
                    .help(format!("write one word, or a TOML array of words: {name}='[\"a\", \"b\"]'")),
            ),
        }
    }
    (layer, findings)
}

fn unknown(name: &str) -> Finding {
    let finding = Finding::warning(Code::UnknownVariable, format!("{name} is not a variable of dynrun"));
    if name == "DYNRUN_PROFILE" {
        return finding.help("name the profile: --profile NAME, or default-profile = \"NAME\" in a file");
    }
    // Every name starts alike, which says nothing of how near it is.
    let rest = |name: &str| name.trim_start_matches(PREFIX).to_owned();
    let rests: Vec<String> = ROWS.iter().map(|row| rest(&row.variable())).collect();
    match nearest(&rest(name), rests.iter().map(String::as_str)) {
        Some(near) => finding.help(format!("did you mean {PREFIX}{near}?")),
        None => finding,
    }
}

fn words(row: &Row, value: &str) -> Result<Vec<String>, &'static str> {
    if row.kind != Kind::Many || !value.starts_with('[') {
        return Ok(vec![value.to_owned()]);
    }
    let parsed = DeValue::parse(value).map_err(|_| "the value starts with `[` and is not a TOML array")?;
    let DeValue::Array(items) = parsed.get_ref() else {
        return Err("the value starts with `[` and is not a TOML array");
    };
    let word = |item: &toml::Spanned<DeValue<'_>>| match item.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(integer) => Ok(integer.as_str().to_owned()),
        _ => Err("the array holds something that is neither a string nor an integer"),
    };
    items.iter().map(word).collect()
}
