//! `NoContentTrust`: that nobody signs for the image, for `--disable-content-trust`.

use super::{Value, ValueError};

/// What is so anyway: docker's own client trusts an image without a signature unless it is told otherwise, and dynrun
/// has no notary to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoContentTrust;

impl Value for NoContentTrust {
    const FORM: &'static str = "true";

    fn parse(word: &str) -> Result<Self, ValueError> {
        if bool::parse(word)? {
            return Ok(Self);
        }
        Err(ValueError::new("dynrun asks no notary for the signatures of an image"))
    }

    fn word(&self) -> String {
        true.word()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses};

    #[test]
    fn words_are_read_and_written() {
        reads::<NoContentTrust>(&[("true", "true"), ("1", "true"), ("T", "true")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<NoContentTrust>(&[
            ("false", "dynrun asks no notary for the signatures of an image"),
            ("0", "dynrun asks no notary for the signatures of an image"),
            ("", "a switch is true or false"),
            ("yes", "a switch is true or false -> true"),
        ]);
    }
}
