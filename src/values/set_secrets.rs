//! Secrets that stand in the words of a command: `--api-key VALUE`, `X_TOKEN=VALUE`, `X-Api-Key: VALUE`.

use super::SecretNames;

/// A value of a secret.
struct Found<'t> {
    /// What it is the value of.
    name: &'t str,
    /// Which word it stands in.
    word: usize,
    /// Where it starts there.
    at: usize,
}

impl SecretNames {
    /// The name of a secret whose value stands in the words of a command: `X_TOKEN=value`, `--api-key=value`,
    /// `--api-key value`, `X-Api-Key: value`. What a shell would fill in there (`$X`) is no value.
    #[must_use]
    pub fn set_in<'t>(&self, words: impl IntoIterator<Item = &'t str>) -> Option<&'t str> {
        self.found_in(words).first().map(|found| found.name)
    }

    /// The words of a command for any reader's eyes: a secret's value is `***`, and so are passwords of URLs. A value may
    /// hold blanks and quotes: what follows it in its word is hidden with it.
    #[must_use]
    pub fn without_set_secrets(&self, words: &[String]) -> Vec<String> {
        let found = self.found_in(words.iter().map(String::as_str));
        let shown = words.iter().enumerate().map(|(index, word)| {
            match found.iter().find(|found| found.word == index) {
                Some(found) => format!("{}***", self.without_url_passwords(&word[..found.at])),
                None => self.without_url_passwords(word),
            }
        });
        shown.collect()
    }

    /// Every such value, in its order.
    fn found_in<'t>(&self, words: impl IntoIterator<Item = &'t str>) -> Vec<Found<'t>> {
        let words = words.into_iter().enumerate();
        let pieces = words.flat_map(|(index, word)| pieces(word).map(move |(at, piece)| (index, at, piece)));
        let (mut all, mut flag) = (Vec::new(), None);
        for (word, start, piece) in pieces {
            let asked = flag.take().filter(|_| !piece.starts_with('-') && is_literal(piece));
            if let Some(name) = asked {
                all.push(Found { name, word, at: start });
                continue;
            }
            let set = piece.match_indices('=').find_map(|(at, _)| {
                let name = last_name(&piece[..at]);
                let is_set = self.is_secret(name) && is_literal(&piece[at + 1..]);
                is_set.then(|| Found { name: name.trim_start_matches('-'), word, at: start + at + 1 })
            });
            if set.is_some() {
                all.extend(set);
                continue;
            }
            // A flag, or a header of a request: `X-Api-Key: value`.
            let header = piece.strip_suffix(':').map(|name| name.trim_start_matches(['"', '\'']));
            let name = header.unwrap_or(piece.trim_start_matches('-'));
            let is_named = header.is_some() || piece.starts_with('-');
            flag = (is_named && self.is_secret(name)).then_some(name);
        }
        all
    }
}

/// What stands between blanks, and where it starts.
fn pieces(word: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    let all = word.split_inclusive(char::is_whitespace).map(move |piece| {
        let start = end;
        end += piece.len();
        (start, piece.trim_end())
    });
    all.filter(|(_, piece)| !piece.is_empty())
}

/// The name that a text ends in.
fn last_name(text: &str) -> &str {
    let is_of_name = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
    text.rsplit(|letter| !is_of_name(letter)).next().unwrap_or_default()
}

/// Whether a value is said, and not a word for one that is filled in, or left out, nor a file that holds it, nor a switch.
fn is_literal(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'', ';']);
    let is_word = ["...", "***", "true", "false", "yes", "no"].contains(&value);
    !value.is_empty() && !value.starts_with(['$', '`', '<']) && !is_word && !is_path(value)
}

/// Whether a value is the path of a file: `--credentials /run/secrets/key.json`. What base64 has, and paths seldom, is
/// none.
fn is_path(value: &str) -> bool {
    let is_rooted = ["/", "./", "../", "~/"].iter().any(|root| value.starts_with(root));
    is_rooted && !value.contains(['+', '='])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SecretNames {
        SecretNames { endings: vec!["TOKEN".into(), "API_KEY".into()], declared: Vec::new() }
    }

    #[test]
    fn values_of_secrets_in_commands_are_found() {
        for (words, want) in [
            (&["sh", "-c", "export X_TOKEN=hush; run"][..], Some("X_TOKEN")),
            (&["sh", "-c", "A=1 X_TOKEN='hush' run"], Some("X_TOKEN")),
            (&["serve", "--api-key", "hush"], Some("api-key")),
            (&["serve", "--api-key=hush"], Some("api-key")),
            (&["java", "-Dapp.token=hush"], Some("token")),
            (&["curl", "-H", "X-Api-Key: hush"], Some("X-Api-Key")),
            (&["sh", "-c", "curl -H 'X-Token: hush'"], Some("X-Token")),
            (&["sh", "-c", "serve --api-key hush"], Some("api-key")),
            (&["sh", "-c", "X_TOKEN=$Y X_TOKEN=\"$(cat /run/secrets/x)\" serve --api-key \"$Y\""], None),
            (&["sh", "-c", "curl -H \"X-Token: $X\" -H 'Token: '"], None),
            (&["sh", "-c", "X_TOKEN= X_TOKEN=... serve --api-key --port 80"], None),
            (&["serve", "--api-key", "/run/secrets/key", "--hub-token=~/.token", "--no-token", "true"], None),
            (&["serve", "--api-key", "/a+b/c="], Some("api-key")),
            (&["serve", "--tokenizer=x", "--max-tokens", "5", "TOKENS=3"], None),
        ] {
            assert_eq!(names().set_in(words.iter().copied()), want, "{words:?}");
        }
    }

    #[test]
    fn values_of_secrets_in_commands_are_hidden() {
        for (words, want) in [
            (
                &["serve", "--api-key", "hu sh", "--port", "80"][..],
                &["serve", "--api-key", "***", "--port", "80"][..],
            ),
            (
                &["serve", "--api-key=hush", "--hf-token", "hush"],
                &["serve", "--api-key=***", "--hf-token", "***"],
            ),
            (&["sh", "-c", "A=1 X_TOKEN='hu sh' run"], &["sh", "-c", "A=1 X_TOKEN=***"]),
            (
                &["sh", "-c", "get http://u:p@h; serve --api-key hush"],
                &["sh", "-c", "get http://u:***@h; serve --api-key ***"],
            ),
            (&["curl", "-H", "X-Api-Key: hush"], &["curl", "-H", "X-Api-Key: ***"]),
            (&["get", "状态 X_TOKEN=密 http://u:p@h"], &["get", "状态 X_TOKEN=***"]),
            (&["get", "http://u:p@h"], &["get", "http://u:***@h"]),
            (
                &["sh", "-c", "serve --api-key $KEY", "--api-key"],
                &["sh", "-c", "serve --api-key $KEY", "--api-key"],
            ),
        ] {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            let shown = names().without_set_secrets(&words);
            assert_eq!(shown, want);
            assert_eq!(names().without_set_secrets(&shown), want, "a second time");
        }
    }
}
