//! Seccomp profiles that files hold: the engine is sent their text, for it may be on another machine.

use super::named_file;
use crate::finding::{Code, Finding, Findings};
use crate::options::Layer;
use crate::values::{SecurityOpt, Value as _};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

/// The text of each profile that a file holds, as JSON without blanks.
pub(super) fn profiles(options: &Layer, findings: &mut Findings) -> BTreeMap<PathBuf, String> {
    let mut profiles = BTreeMap::new();
    for setting in &options.security_opt {
        let SecurityOpt::Seccomp(file) = &setting.value else { continue };
        let text = named_file::bytes(&file.0, &setting.origin).and_then(|bytes| compact(&bytes));
        match text {
            Ok(text) => drop(profiles.insert(file.0.clone(), text)),
            Err(problem) => {
                let message = format!("the seccomp profile {}{problem}", file.0.display());
                let asked = crate::config::row("security-opt")
                    .map(|row| row.asked(&setting.value.word(), &setting.origin))
                    .unwrap_or_default();
                findings.push(Finding::error(Code::SeccompProfile, message).asked(asked, &setting.origin));
            }
        }
    }
    profiles
}

/// JSON whose values are of no matter, and whose keys stand once in their object. The engine reads a key in any case, and
/// of two spellings the later one: what is judged here by one of them would not be what confines the container.
struct Keys;

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = Self;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let Self = map.next_value()?;
            // Go folds these two letters, too.
            let folded = key.to_lowercase().replace('\u{17f}', "s").replace('\u{212a}', "k");
            if !keys.insert(folded) {
                return Err(A::Error::custom(format_args!(
                    "the key `{key}` stands there twice, whatever its case"
                )));
            }
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

/// JSON without the blanks between its tokens; the tokens stay as they are.
fn compact(bytes: &[u8]) -> Result<String, String> {
    let text = str::from_utf8(bytes).map_err(|_| " is not valid UTF-8".to_owned())?;
    serde_json::from_str::<Keys>(text).map_err(|error| match error.classify() {
        Category::Data => format!(" says a thing in two ways: {error}"),
        Category::Io | Category::Syntax | Category::Eof => format!(" is not JSON: {error}"),
    })?;
    let (mut in_string, mut is_escaped) = (false, false);
    let mut out = text.to_owned();
    out.retain(|letter| {
        let ends = letter == '"' && !is_escaped;
        is_escaped = in_string && letter == '\\' && !is_escaped;
        let is_kept = in_string || !letter.is_ascii_whitespace();
        in_string ^= ends;
        is_kept
    });
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn blanks_between_tokens_go_and_those_in_texts_stay() {
        let text = "{ \"a b\" : [ 1.0 ,\n\t2e3 ], \"q\\\" \\\\\" : \" } \" }\n";
        assert_eq!(compact(text.as_bytes()).unwrap(), r#"{"a b":[1.0,2e3],"q\" \\":" } "}"#);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for (bytes, want) in [
            (&b"not JSON"[..], " is not JSON: expected ident at line 1 column 2"),
            (b"", " is not JSON: EOF while parsing a value at line 1 column 0"),
            (b"\xff", " is not valid UTF-8"),
            (
                br#"{"defaultAction": "SCMP_ACT_ERRNO", "DEFAULTACTION": "SCMP_ACT_ALLOW"}"#,
                " says a thing in two ways: the key `DEFAULTACTION` stands there twice, whatever its case at line 1 column 70",
            ),
            (
                br#"{"syscalls": [{"names": [], "Names": ["ptrace"]}]}"#,
                " says a thing in two ways: the key `Names` stands there twice, whatever its case at line 1 column 48",
            ),
        ] {
            assert_eq!(compact(bytes).unwrap_err(), want);
        }
    }
}
