//! Compose's own `$NAME` and `${NAME:-default}` into those of dynrun's files. What the project's `.env` says stands as the
//! default of a variable, as it does for compose.

use crate::convert::import::Text;
use crate::values::SecretNames;
use std::collections::{BTreeMap, BTreeSet};

/// How many variables one text may name: each may lie in another's default.
const MOST_VARIABLES: usize = 200;

/// What a text may be made from.
#[derive(Debug)]
pub(super) struct Fill<'a> {
    /// The variables of the project's `.env`.
    pub env: BTreeMap<String, String>,
    /// Those of them that hold a secret, whatever they are called.
    pub hidden: BTreeSet<String>,
    /// Which names hold secrets: their values are in no file.
    pub secrets: &'a SecretNames,
}

impl Fill<'_> {
    /// The text, with its variables.
    ///
    /// # Errors
    /// Why it has no word in a file.
    pub(super) fn text(&self, text: &str) -> Result<Text, String> {
        if text.matches("${").count() > MOST_VARIABLES {
            return Err(format!("more than {MOST_VARIABLES} variables stand in one text"));
        }
        let mut filled = Text::default();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            filled = filled.then(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('$') {
                filled = filled.then("$");
                rest = behind;
            } else if let Some(inner) = rest.strip_prefix('{') {
                let end = closing(inner).ok_or("a `${` has no `}`")?;
                filled = filled.joined(self.braces(&inner[..end])?);
                rest = &inner[end + 1..];
            } else {
                let end = rest
                    .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
                    .unwrap_or(rest.len());
                if end == 0 || rest.starts_with(|letter: char| letter.is_ascii_digit()) {
                    return Err("a `$` that is meant is written `$$`".to_owned());
                }
                filled = filled.joined(self.variable(&rest[..end], None));
                rest = &rest[end..];
            }
        }
        let filled = filled.then(rest);
        if filled.is_unwritable() {
            Err("a `$` right before a variable has no word in a file".to_owned())
        } else {
            Ok(filled)
        }
    }

    fn braces(&self, inner: &str) -> Result<Text, String> {
        let end = inner
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .unwrap_or(inner.len());
        let (name, rest) = inner.split_at(end);
        let cut = [":-", ":?", ":+", "-", "?", "+"]
            .iter()
            .find_map(|sign| Some((*sign, rest.strip_prefix(*sign)?)));
        match cut {
            _ if name.is_empty() => Err("a variable has no name".to_owned()),
            None if rest.is_empty() => Ok(self.variable(name, None)),
            Some((":-" | "-", default)) => Ok(self.variable(name, Some(&self.text(default)?))),
            Some((":?" | "?", message)) => {
                let message = if message.is_empty() { "it is needed" } else { message };
                match self.default(name) {
                    Some(_) => Ok(self.variable(name, None)),
                    None => Ok(Text::variable(name, &format!(":?{}", message.replace(['$', '{', '}'], "")))),
                }
            }
            Some((_, _)) => Err(format!("what stands where {name} is set has no word in a file")),
            None => Err("what stands behind a variable's name is not known".to_owned()),
        }
    }

    /// A variable of the caller's; where it is not set, what `.env` says, else the default.
    fn variable(&self, name: &str, default: Option<&Text>) -> Text {
        // A secret of `.env` is in no file, and must not be empty in silence either.
        let is_secret = self.secrets.is_secret(name) || self.hidden.contains(name);
        if is_secret && self.default(name).is_some() {
            return Text::variable(name, ":?it stands in .env");
        }
        let of_project = self.default(name).map(|value| Text::from(value.as_str()));
        let otherwise = of_project.as_ref().or(default);
        let otherwise = otherwise.map(Text::written).unwrap_or_default();
        // A brace would end the default early.
        let otherwise = if otherwise.matches('}').count() > otherwise.matches("${").count() {
            String::new()
        } else {
            otherwise
        };
        Text::variable(name, &format!(":-{otherwise}"))
    }

    fn default(&self, name: &str) -> Option<&String> {
        self.env.get(name).filter(|value| !value.is_empty())
    }
}

/// Where the brace is closed, behind its beginning.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' if text[..at].ends_with('$') => depth += 1,
            '}' if depth == 1 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_dynruns() {
        let secrets = SecretNames { endings: vec!["TOKEN".into()], ..SecretNames::default() };
        let env = [("TAG", "1.2"), ("HF_TOKEN", "hush"), ("URL", "http://u:hush@h/")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let hidden = BTreeSet::from(["URL".to_owned()]);
        let fill = Fill { env: env.into(), hidden, secrets: &secrets };
        for (text, want) in [
            ("plain", "plain"),
            ("a$$b", "a$b"),
            ("$HOST/x", "${env.HOST:-}/x"),
            ("${PORT:-8080}:80", "${env.PORT:-8080}:80"),
            ("${PORT-8080}", "${env.PORT:-8080}"),
            ("${A:-${B:-c}}", "${env.A:-${env.B:-c}}"),
            ("app:${TAG:-latest}", "app:${env.TAG:-1.2}"),
            ("${HF_TOKEN}", "${env.HF_TOKEN:?it stands in .env}"),
            ("${HF_TOKEN:?say it}", "${env.HF_TOKEN:?it stands in .env}"),
            ("${URL}", "${env.URL:?it stands in .env}"),
            ("${OTHER_TOKEN}", "${env.OTHER_TOKEN:-}"),
            ("${A:?say A}", "${env.A:?say A}"),
            ("${A?}", "${env.A:?it is needed}"),
            ("$${x}", "$${x}"),
        ] {
            assert_eq!(fill.text(text).unwrap().written(), want, "{text}");
        }
        for (text, want) in [
            ("${A", "a `${` has no `}`"),
            ("$1", "a `$` that is meant is written `$$`"),
            ("${A:+b}", "what stands where A is set has no word in a file"),
            ("${}", "a variable has no name"),
        ] {
            assert_eq!(fill.text(text).unwrap_err(), want, "{text}");
        }
    }
}
