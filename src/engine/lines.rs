//! An answer that goes on: one JSON document a line, as the engine tells of a pull or a build.

use super::error::EngineError;
use bytes::BytesMut;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::Value;

/// How long a line may be: far longer than any is.
const LONGEST_LINE: usize = 1 << 20;

/// The lines of an answer.
pub(super) struct Lines {
    body: Incoming,
    text: BytesMut,
    /// How much of the text is known to hold no end of a line.
    searched: usize,
    is_over: bool,
}

/// What one line says. Everything else in it is passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Said {
    /// What it is about: a layer, or a tag.
    pub(super) id: Option<String>,
    /// How far that is, in words.
    pub(super) status: Option<String>,
    /// How far that is, in bytes.
    progress_detail: Value,
    /// What a build writes.
    pub(super) stream: Option<String>,
    error: Option<String>,
    error_detail: Value,
}

impl Said {
    /// The bytes that have come so far, and all that will come, where they are known.
    pub(super) fn bytes(&self) -> (Option<u64>, Option<u64>) {
        let count = |name: &str| self.progress_detail.get(name).and_then(Value::as_u64);
        (count("current"), count("total").filter(|total| *total > 0))
    }

    /// Why it failed, if it did: the status of the answer was good all the same.
    fn failure(&mut self) -> Option<String> {
        let detail = self.error_detail.get("message").and_then(Value::as_str).map(str::to_owned);
        detail.filter(|words| !words.is_empty()).or_else(|| self.error.take())
    }
}

impl Lines {
    pub(super) fn of(body: Incoming) -> Self {
        Self { body, text: BytesMut::new(), searched: 0, is_over: false }
    }

    /// The next line; none after the last one. Whoever stops waiting for it may ask again.
    ///
    /// # Errors
    /// It is no JSON, has no end, or tells of a failure; or the connection broke.
    pub(super) async fn next(&mut self) -> Result<Option<Said>, EngineError> {
        loop {
            if let Some(line) = self.line()? {
                let mut said: Said = serde_json::from_slice(&line).map_err(EngineError::garbled)?;
                return match said.failure() {
                    Some(message) => Err(EngineError::Refused { status: 500, message }),
                    None => Ok(Some(said)),
                };
            }
            if self.is_over {
                return Ok(None);
            }
            match self.body.frame().await.transpose() {
                Ok(None) => self.is_over = true,
                Ok(Some(frame)) => self.text.extend(frame.into_data().unwrap_or_default()),
                Err(error) => return Err(EngineError::Cut(error.to_string())),
            }
        }
    }

    /// Takes a line that has come whole. The last one may lack its end.
    fn line(&mut self) -> Result<Option<BytesMut>, EngineError> {
        loop {
            let found = self.text[self.searched..].iter().position(|byte| *byte == b'\n');
            let end = match found {
                Some(at) => self.searched + at + 1,
                None if self.is_over && !self.text.is_empty() => self.text.len(),
                None => {
                    self.searched = self.text.len();
                    if self.searched > LONGEST_LINE {
                        return Err(EngineError::garbled("a line of its progress has no end"));
                    }
                    return Ok(None);
                }
            };
            let line = self.text.split_to(end);
            self.searched = 0;
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Said {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn a_failure_is_one_in_either_form() {
        for (line, want) in [
            (r#"{"errorDetail":{"code":1,"message":"a"},"error":"b"}"#, Some("a")),
            (r#"{"error":"b"}"#, Some("b")),
            (r#"{"errorDetail":{},"error":"b"}"#, Some("b")),
            (r#"{"status":"Pulling from app","id":"1"}"#, None),
        ] {
            assert_eq!(said(line).failure().as_deref(), want, "{line}");
        }
    }

    #[test]
    fn odd_numbers_are_no_progress() {
        for (line, want) in [
            (r#"{"progressDetail":{"current":5,"total":9}}"#, (Some(5), Some(9))),
            (r#"{"progressDetail":{"current":5,"total":-1}}"#, (Some(5), None)),
            (r#"{"progressDetail":{"current":5,"total":0}}"#, (Some(5), None)),
            (r#"{"progressDetail":{"current":"x","total":1.5}}"#, (None, None)),
            (r#"{"progressDetail":{}}"#, (None, None)),
            (r#"{"progressDetail":[]}"#, (None, None)),
            (r#"{"aux":{"ID":"sha256:0"}}"#, (None, None)),
        ] {
            assert_eq!(said(line).bytes(), want, "{line}");
        }
    }
}
