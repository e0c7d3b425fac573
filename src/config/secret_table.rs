//! `[service.S.secret.NAME]`: a secret by reference, as a table says it, into the word that `--secret` takes.

use super::document::Said;
use super::read::Reader;
use crate::finding::{Code, Finding};
use crate::options::Row;
use crate::values::{SecretReference, SecretSource, Value as _};
use toml::Spanned;
use toml::de::{DeString, DeTable};

/// The keys of the table.
const KEYS: [&str; 3] = ["file", "target", "variable"];

impl Reader<'_> {
    /// Every table of a section, each under its secret's name.
    pub(super) fn secrets(&mut self, said: &mut Said, row: &'static Row, table: &DeTable<'_>) {
        for (name, value) in table {
            let Some(fields) = self.table(name, value) else { continue };
            let Some(secret) = self.secret(name, fields) else { continue };
            // The fields stand behind the name, wherever the table does.
            let ends = fields.values().map(|field| field.span().end);
            let end = ends.fold(name.span().end, usize::max);
            self.put(&mut said.options, row, &secret.word(), name.span().start..end);
        }
    }

    fn secret(&mut self, name: &Spanned<DeString<'_>>, table: &DeTable<'_>) -> Option<SecretReference> {
        let (mut file, mut variable, mut target) = (None, None, None);
        let before = self.findings.len();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "file" => file = self.plain_text(key, value),
                "variable" => variable = self.plain_text(key, value),
                "target" => target = self.plain_text(key, value),
                _ => self.no_key_of_a_secret(key),
            }
        }
        if self.findings.len() > before {
            return None;
        }
        let source = match (file, variable) {
            (Some(file), None) => SecretSource::File(file.into()),
            (None, Some(variable)) => SecretSource::Variable(variable),
            (found, _) => {
                let (message, label) = match found {
                    Some(_) => {
                        ("a secret comes from a file or from a variable, not from both", "both are said")
                    }
                    None => ("a secret needs `file` or `variable`", "neither is said"),
                };
                self.fault(name.span(), Code::WrongType, message, label);
                return None;
            }
        };
        Some(SecretReference { id: name.get_ref().to_string(), source, target })
    }

    /// What stands under another key may be the secret itself.
    fn no_key_of_a_secret(&mut self, key: &Spanned<DeString<'_>>) {
        let message = format!("a secret has no key `{}`", key.get_ref());
        let finding = Finding::error(Code::UnknownKey, message).at(self.place(key.span()), "not a known key");
        let finding = finding.hidden(true).near(key.get_ref(), KEYS);
        self.findings.push(finding.help("name where the secret is: variable = \"NAME\", or file = \"PATH\""));
    }
}
