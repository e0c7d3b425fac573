//! Names of policies in files: by what a profile refuses, and what a waiver takes back. One that there is not would let
//! pass what it was said to hold back, whichever profile is launched.

use super::read::{Node, Reader};
use crate::finding::{CODES, Code, Finding, Origin, POLICIES, Place, nearest};
use crate::options::Setting;
use toml::Spanned;
use toml::de::DeString;

impl Reader<'_> {
    /// `refuse`, in a profile.
    pub(super) fn policies(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<String>> {
        let said = self.list(key, value);
        for Setting { value: word, origin } in &said {
            if let Origin::File(place) = origin {
                self.policy(word, format!("there is no policy `{word}` to refuse by"), place);
            }
        }
        said
    }

    /// `code`, in a waiver.
    pub(super) fn waived_policy(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<String> {
        let word = self.plain_text(key, value)?;
        let message = match CODES.iter().any(|explanation| explanation.code.name() == word) {
            true => format!("`{word}` cannot be waived: it is no profile's refusal"),
            false => format!("there is no policy `{word}` to waive"),
        };
        self.policy(&word, message, &self.place(value.span()));
        Some(word)
    }

    /// A fault where no policy is called so.
    fn policy(&mut self, word: &str, message: String, place: &Place) {
        let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name()).collect();
        if names.contains(&word) {
            return;
        }
        let finding = Finding::error(Code::UnknownRule, message).at(place.clone(), "no policy");
        self.findings.push(match nearest(word, names.iter().copied()) {
            Some(near) => finding.patched(format!("{near:?}")),
            None => finding.help(format!("the policies are {}", names.join(", "))),
        });
    }
}
