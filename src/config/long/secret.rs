//! `[service.S.secret.NAME]`: a secret by reference, as a table says it: `{ variable = "HF_TOKEN" }` or `{ file = "PATH" }`.

use super::super::document::Said;
use super::super::keys::{Form, Key, Keys, hyphenated};
use super::super::option::Spot;
use super::super::read::{Entry, Reader};
use super::Named;
use crate::finding::{Code, Finding};
use crate::options::Row;
use crate::values::{SecretReference, SecretSource, Value as _};
use toml::Spanned;
use toml::de::{DeString, DeTable};

/// What a table said.
#[derive(Debug, Default)]
struct Fields {
    file: Option<String>,
    variable: Option<String>,
    target: Option<String>,
}

const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a secret",
    &[
        Key::new("file", "File that holds it", Form::Text, |reader, fields, _, (key, value)| {
            fields.file = reader.plain_text(key, value);
        }),
        Key::new("target", "Where it is in the container", Form::Text, |reader, fields, _, (key, value)| {
            fields.target = reader.plain_text(key, value);
        }),
        Key::new(
            "variable",
            "Variable of the caller that holds it",
            Form::Text,
            |reader, fields, _, (key, value)| fields.variable = reader.plain_text(key, value),
        ),
    ],
);

/// Under a name of its own each.
pub(super) const NAMED: Named = Named { row: "secret", form: Form::Table(|| KEYS.shape()), read };

fn read(reader: &mut Reader<'_>, said: &mut Said, row: &'static Row, (name, value): Entry<'_>) {
    let Some(table) = reader.table(name, value) else { return };
    let unknown = table.keys().filter(|key| !is_known(key));
    let mut strange = unknown.peekable();
    if strange.peek().is_some() {
        strange.for_each(|key| no_key(reader, key));
        return;
    }
    let Some(secret) = secret(reader, name, table) else { return };
    // The fields stand behind the name, wherever the table does.
    let ends = table.values().map(|field| field.span().end);
    let end = ends.fold(name.span().end, usize::max);
    reader.put(&mut said.options, row, &secret.word(), &Spot::value(name.span().start..end));
}

fn is_known(key: &Spanned<DeString<'_>>) -> bool {
    let name = hyphenated(key.get_ref());
    KEYS.shape().keys.iter().any(|known| known.name == name)
}

fn secret(
    reader: &mut Reader<'_>,
    name: &Spanned<DeString<'_>>,
    table: &DeTable<'_>,
) -> Option<SecretReference> {
    let (mut fields, before) = (Fields::default(), reader.findings.len());
    reader.keys(&KEYS, &mut fields, table);
    if reader.findings.len() > before {
        return None;
    }
    let source = match (fields.file, fields.variable) {
        (Some(file), None) => SecretSource::File(file.into()),
        (None, Some(variable)) => SecretSource::Variable(variable),
        (found, _) => {
            let (message, label) = match found {
                Some(_) => ("a secret comes from a file or from a variable, not from both", "both are said"),
                None => ("a secret needs `file` or `variable`", "neither is said"),
            };
            reader.fault(name.span(), Code::WrongType, message, label);
            return None;
        }
    };
    Some(SecretReference { id: name.get_ref().to_string(), source, target: fields.target })
}

/// What stands under another key may be the secret itself.
fn no_key(reader: &mut Reader<'_>, key: &Spanned<DeString<'_>>) {
    let message = format!("a secret has no key `{}`", key.get_ref());
    let finding = Finding::error(Code::UnknownKey, message).at(reader.place(key.span()), "not a known key");
    let known = KEYS.shape().keys;
    let finding = finding.hidden(true).near(key.get_ref(), known.iter().map(|key| key.name));
    reader.findings.push(finding.help("name where the secret is: variable = \"NAME\", or file = \"PATH\""));
}
