//! `Waiver`: a refusal of a profile's that somebody takes back, with a reason and perhaps an end.

use super::keys::{Form, Key, Keys};
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

/// What a waiver says so far.
#[derive(Debug, Default)]
pub(super) struct Said {
    code: Option<String>,
    reason: Option<String>,
    until: Option<Day>,
}

/// The keys of a waiver.
pub(super) const WAIVER: Keys<Said> = Keys::<Said>::of(
    "a waiver",
    &[
        Key::new("code", "What is not refused any more", Form::Text, |reader, said, _, (key, value)| {
            said.code = reader.waived_policy(key, value);
        }),
        Key::new("reason", "Why", Form::Text, |reader, said, _, (key, value)| {
            let text = reader.plain_text(key, value);
            if text.as_ref().is_some_and(|text| !is_reason(text)) {
                reader.fault(value.span(), Code::WrongType, "a waiver needs `reason`", "no word");
            }
            said.reason = text;
        }),
        Key::new(
            "until",
            "The last day on which it counts: YYYY-MM-DD",
            Form::Text,
            |reader, said, _, (key, value)| {
                said.until = reader.day(key, value);
            },
        ),
    ],
)
.needing(&["code", "reason"]);

impl Reader<'_> {
    /// `allow`, in a profile, a service or a profile's service.
    pub(super) fn waivers(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Vec<Setting<Waiver>> {
        self.tables(key, value, Self::waiver)
    }

    fn waiver(&mut self, item: Node<'_>, table: &DeTable<'_>) -> Option<Waiver> {
        let mut said = Said::default();
        let before = self.findings.len();
        self.whole(&WAIVER, &mut said, (item, table));
        // A waiver whose end cannot be read would have none.
        let is_whole = self.findings.len() == before;
        let Said { code, reason, until } = said;
        is_whole.then_some(Waiver { code: code?, reason: reason?, until })
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
