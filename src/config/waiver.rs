//! `Waiver`: a refusal of a profile's that somebody takes back, with a reason and perhaps an end.

use super::read::{Node, Reader};
use crate::finding::Code;
use crate::options::Setting;
use crate::values::{Day, Value};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// `allow = [{ code = "image-latest", reason = "...", until = "2026-12-31" }]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// What is not refused any more.
    pub code: String,
    /// Why.
    pub reason: String,
    /// The last day on which it counts; it has no end, unless said.
    pub until: Option<Day>,
}

impl Waiver {
    /// Whether it takes this refusal back on this day.
    #[must_use]
    pub fn counts(&self, code: Code, today: Day) -> bool {
        self.code == code.name() && self.until.is_none_or(|until| today <= until)
    }
}

impl Reader<'_> {
    /// `allow`, in a profile, a service or a profile's service.
    pub(super) fn waivers(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<Waiver>> {
        self.tables(key, value, Self::waiver)
    }

    fn waiver(&mut self, item: Node<'_>, table: &DeTable<'_>) -> Option<Waiver> {
        let (mut code, mut reason, mut until) = (None, None, None);
        let before = self.findings.len();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "code" => code = self.text(key, value),
                "reason" => reason = self.text(key, value).filter(|reason| is_reason(&reason.value)),
                "until" => until = self.day(key, value),
                _ => self.unknown_key(key, ["code", "reason", "until"].into_iter(), "a waiver"),
            }
        }
        let missing = if code.is_none() { "code" } else { "reason" };
        if (code.is_none() || reason.is_none()) && self.findings.len() == before {
            let message = format!("a waiver needs `{missing}`");
            self.fault(item.span(), Code::WrongType, &message, &format!("no {missing}"));
        }
        // A waiver whose end cannot be read would have none.
        let is_whole = self.findings.len() == before;
        let (code, reason) = (code?.value, reason?.value);
        is_whole.then_some(Waiver { code, reason, until })
    }

    /// A date, as TOML writes it or as a string.
    fn day(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Day> {
        let word = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            _ => self.text(key, value)?.value,
        };
        let day = Day::parse(&word);
        if let Err(error) = &day {
            self.fault(value.span(), Code::BadValue, &error.problem, "not a day");
        }
        day.ok()
    }
}

/// Whether somebody who reads the text would see a word. The four letters that are left out are drawn as nothing.
fn is_reason(text: &str) -> bool {
    let is_blank = |letter: char| matches!(letter, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    text.chars().any(|letter| letter.is_alphanumeric() && !is_blank(letter))
}
