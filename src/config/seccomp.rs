//! Seccomp profiles that files hold: the engine is sent their text, for it may be on another machine.

use super::named_file;
use crate::finding::{Code, Finding, Findings};
use crate::options::Layer;
use crate::values::{SecurityOpt, Value as _};
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
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

/// JSON without the blanks between its tokens; the tokens stay as they are.
fn compact(bytes: &[u8]) -> Result<String, String> {
    let text = str::from_utf8(bytes).map_err(|_| " is not valid UTF-8".to_owned())?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| format!(" is not JSON: {error}"))?;
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
        ] {
            assert_eq!(compact(bytes).unwrap_err(), want);
        }
    }
}
