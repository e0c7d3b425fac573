//! `Secret`: a text that is never printed, and `SecretNames`: the rule that tells which names hold one.

use super::SecretProgram;
use std::fmt;

/// A text that only leaves through `expose`. It has no `Display`, and its `Debug` says nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the request to the engine and for nothing that is printed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Which names of variables hold a secret: those that end in one of the words, between underscores, and those
/// that a service declares. And what else says that a secret follows, in the words of a command.
#[derive(Debug, Clone, Default)]
pub struct SecretNames {
    /// Endings such as `TOKEN` or `API_KEY`, in capitals.
    pub endings: Vec<String>,
    /// Longer endings that hold none: `STOP_TOKEN`, in capitals.
    pub harmless_endings: Vec<String>,
    /// Whole names that a service declared as secret.
    pub declared: Vec<String>,
    /// Headers of a request that hold one though their names do not end so: `Authorization`.
    pub headers: Vec<String>,
    /// Parameters of a URL's query that hold one though their names do not end so: `sig`.
    pub signatures: Vec<String>,
    /// Schemes of URLs whose user may be a token by itself: `nats`.
    pub token_schemes: Vec<String>,
    /// Programs that take one behind a flag whose name does not say so: `curl -u`.
    pub programs: Vec<SecretProgram>,
}

impl SecretNames {
    /// The same with the variables that a container's label names without a value: its launch knew them for secrets,
    /// whatever they are called.
    #[must_use]
    pub fn with_hidden<'w>(mut self, words: impl IntoIterator<Item = &'w str>) -> Self {
        let hidden = words.into_iter().filter(|word| !word.contains('='));
        self.declared.extend(hidden.map(str::to_owned));
        self
    }

    /// Whether the variable of this name holds a secret.
    #[must_use]
    pub fn is_secret(&self, name: &str) -> bool {
        if self.declared.iter().any(|declared| declared == name) {
            return true;
        }
        let upper = in_words(name);
        let ends_in = |ending: &String| {
            upper
                .strip_suffix(ending.as_str())
                .is_some_and(|head| !head.ends_with(|last: char| last.is_alphanumeric()))
        };
        self.endings.iter().any(ends_in) && !self.harmless_endings.iter().any(ends_in)
    }

    /// A sentence for any reader's eyes: what somebody set a secret to in it is `***`, and so are passwords of URLs. A
    /// value may hold anything, so it ends where the words that are quoted end, or with the sentence.
    #[must_use]
    pub fn without_secrets(&self, text: &str) -> String {
        let text = self.without_url_passwords(text);
        let set = text.match_indices('=').find(|(at, _)| {
            let name = text[..*at].rsplit(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next();
            let value = &text[at + 1..];
            name.is_some_and(|name| self.is_secret(name))
                && !value.starts_with("...")
                && !value.starts_with("***")
        });
        let Some((at, _)) = set else { return text };
        let end = text[at..].rfind('`').map_or(text.len(), |quote| at + quote);
        format!("{}***{}", &text[..=at], &text[end..])
    }

    /// The text with the password of every URL in it replaced by `***`. A password may hold `/`, `?`, `#`, `@`, quotes
    /// and commas: rather than leak a part of one, this hides more of a URL that has an `@` further on.
    #[must_use]
    pub fn without_url_passwords(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for token in text.split_inclusive(char::is_whitespace) {
            let mut urls = urls(token);
            out.push_str(&without_source_password(urls.next().unwrap_or_default()));
            out.extend(urls.map(|url| self.without_query_secrets(&self.without_credentials_of(url))));
        }
        out
    }

    /// The URL with what its query sets a secret to replaced by `***`: `?user=a&password=***`.
    fn without_query_secrets(&self, url: &str) -> String {
        let Some((place, query)) = url.split_once('?') else { return url.to_owned() };
        let masked = query.split_inclusive('&').map(|pair| match pair.split_once('=') {
            Some((name, value)) if self.is_secret(name) || self.is_signature(name) => {
                let end = value.find(|letter: char| "&#".contains(letter) || SEPARATORS.contains(&letter));
                let end = end.unwrap_or(value.trim_end().len());
                let shown = if end == 0 { "" } else { "***" };
                format!("{name}={shown}{}", &value[end..])
            }
            _ => pair.to_owned(),
        });
        format!("{place}?{}", masked.collect::<String>())
    }

    fn is_signature(&self, name: &str) -> bool {
        self.signatures.iter().any(|signature| signature.eq_ignore_ascii_case(name))
    }

    /// `scheme://user:password@host` with the password masked. The last `@` ends the credentials: a password may hold one.
    /// What is a port and a path has none, whatever `@` is in it.
    fn without_credentials_of(&self, url: &str) -> String {
        let Some(colon) = url.find(":/") else {
            return url.to_owned();
        };
        let slashes = if url[colon..].starts_with("://") { 2 } else { 1 };
        let (scheme, rest) = url.split_at(colon + 1 + slashes);
        let Some((credentials, host)) = rest.rsplit_once('@').filter(|_| !begins_with_port(rest)) else {
            return url.to_owned();
        };
        match credentials.split_once(':') {
            Some((user, password)) if !password.is_empty() => {
                format!("{scheme}{user}:***@{host}")
            }
            None if self.is_token(&scheme[..colon], credentials) => format!("{scheme}***@{host}"),
            _ => url.to_owned(),
        }
    }

    /// Whether the user of a URL is a token: of a scheme that has them, or as long and as mixed as no name is.
    fn is_token(&self, scheme: &str, user: &str) -> bool {
        const LONG: usize = 20;
        let is_alone = !user.is_empty()
            && user.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
        let has = |kind: fn(&u8) -> bool| user.as_bytes().iter().any(kind);
        let is_mixed = user.len() >= LONG && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        is_alone && (is_mixed || self.token_schemes.iter().any(|known| known == scheme))
    }

    /// Whether a URL in the text carries a password.
    #[must_use]
    pub fn has_url_password(&self, text: &str) -> bool {
        self.without_url_passwords(text) != text
    }

    /// A word that was refused, for any reader's eyes: it may be a URL without its scheme, `user:password@host`. A tag
    /// and a digest of an image are none, nor is the port of a registry.
    #[must_use]
    pub fn without_credentials(&self, word: &str) -> String {
        let shown = self.without_url_passwords(word);
        let is_url = shown != word || word.contains("://");
        let Some((credentials, host)) = word.rsplit_once('@').filter(|_| !is_url) else { return shown };
        let Some((user, password)) = credentials.split_once(':') else { return shown };
        let is_user = !user.contains(|letter| "/,=".contains(letter));
        let is_host = host.contains(['.', ':', '/']) && !DIGESTS.iter().any(|kind| host.starts_with(kind));
        let behind_port = password.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let is_port = behind_port.len() < password.len() && behind_port.starts_with('/');
        if !is_user || !is_host || is_port || password.is_empty() {
            return shown;
        }
        format!("{user}:***@{host}")
    }
}

/// How the digest of an image begins.
const DIGESTS: [&str; 2] = ["sha256:", "sha512:"];

/// A name as others have it: in capitals, with a `_` between its words (`OPENAI-API-KEY`, `dbPassword`), and without the
/// number of one of several (`TOKEN2`).
fn in_words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut is_small = false;
    for letter in name.trim_end_matches(|last: char| last.is_ascii_digit()).trim_end_matches('_').chars() {
        if is_small && letter.is_ascii_uppercase() {
            out.push('_');
        }
        is_small = letter.is_ascii_lowercase();
        out.push(if letter == '-' { '_' } else { letter.to_ascii_uppercase() });
    }
    out
}

/// Cuts a text without blanks: what comes before its first URL, then each URL with what follows it.
fn urls(token: &str) -> impl Iterator<Item = &str> {
    let mut starts = Vec::new();
    for (at, _) in token.match_indices(":/") {
        if !token[at..].starts_with("://") && !is_path_of_url(token, at) {
            continue;
        }
        let scheme = token[..at]
            .trim_end_matches(|letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
        // A password may hold `x://`, too: a URL starts after a separator, where no credentials are left open.
        let is_separated = scheme.is_empty() || scheme.ends_with(SEPARATORS);
        let is_open = starts.last().is_some_and(|start| is_unfinished(&token[*start..scheme.len()]));
        if starts.is_empty() || (is_separated && !is_open) {
            starts.push(scheme.len());
        }
    }
    let mut cuts = vec![0];
    cuts.extend(&starts);
    cuts.push(token.len());
    (0..cuts.len() - 1).map(move |index| &token[cuts[index]..cuts[index + 1]])
}

/// Whether `:/` there is what a path has left of a URL with a password: `/work/https:/user:password@host`.
fn is_path_of_url(token: &str, colon: usize) -> bool {
    let scheme =
        token[..colon].rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    let credentials = token[colon + 2..].split_once(':').filter(|(_, rest)| rest.contains('@'));
    scheme.len() > 1 && credentials.is_some_and(|(user, _)| !user.contains('/') && !user.contains(SEPARATORS))
}

/// What may stand between two URLs.
const SEPARATORS: [char; 15] = [',', ';', '|', '"', '\'', '`', '=', '(', ')', '[', ']', '{', '}', '<', '>'];

/// Whether a URL that is cut here could end within a password: `u:p` is no `host:port`.
fn is_unfinished(url: &str) -> bool {
    let authority = url.split_once(":/").map_or("", |(_, authority)| authority.trim_start_matches('/'));
    if authority.contains('@') || authority.starts_with('[') {
        return false;
    }
    authority.split_once(':').is_some_and(|(_, port)| {
        let digits = port.trim_start_matches(|digit: char| digit.is_ascii_digit());
        !(digits.is_empty() || digits.starts_with(['/', '?', '#']) || digits.starts_with(SEPARATORS))
    })
}

/// Whether what follows a scheme is a host with its port and a path, in which an `@` says nothing of credentials.
fn begins_with_port(authority: &str) -> bool {
    let host = authority.split_once(':');
    host.is_some_and(|(host, rest)| {
        let behind = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        !host.contains('@') && behind.len() < rest.len() && behind.starts_with(['/', '?', '#'])
    })
}

/// `user:password@tcp(host)/database`, as Go's databases have their sources, with the password masked.
fn without_source_password(text: &str) -> String {
    const TRANSPORTS: [&str; 2] = ["@tcp(", "@unix("];
    let end = TRANSPORTS.iter().filter_map(|transport| text.rfind(transport)).max();
    let password = end.and_then(|end| text[..end].find(':').map(|colon| (colon + 1, end)));
    match password {
        Some((at, end)) if at < end => format!("{}***{}", &text[..at], &text[end..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> SecretNames {
        SecretNames {
            endings: vec!["TOKEN".into(), "API_KEY".into()],
            harmless_endings: vec!["STOP_TOKEN".into()],
            declared: vec!["Passphrase".into()],
            signatures: vec!["sig".into()],
            token_schemes: vec!["nats".into()],
            ..SecretNames::default()
        }
    }

    #[test]
    fn what_a_secret_is_set_to_is_hidden_in_a_sentence() {
        for (text, want) in [
            ("there is no verb `HF_TOKEN=a`b`", "there is no verb `HF_TOKEN=***`"),
            ("`HF_TOKEN=a b` is too much", "`HF_TOKEN=***` is too much"),
            ("x HF_TOKEN=a b c", "x HF_TOKEN=***"),
            ("export HF_TOKEN=..., or say", "export HF_TOKEN=..., or say"),
            ("-e A=1 and API_KEY=2", "-e A=1 and API_KEY=***"),
            ("http://u:p@h HF_TOKEN=x", "http://u:***@h HF_TOKEN=***"),
            ("TOKENS=3", "TOKENS=3"),
        ] {
            assert_eq!(names().without_secrets(text), want);
        }
    }

    #[test]
    fn names_end_in_a_whole_word_or_are_declared() {
        for (name, want) in [
            ("TOKEN", true),
            ("HF_TOKEN", true),
            ("hf_token", true),
            ("OPENAI_API_KEY", true),
            ("Passphrase", true),
            ("passphrase", false),
            ("TOKENIZERS_PARALLELISM", false),
            ("BROKEN", false),
            ("XTOKEN", false),
            ("x-api-key", true),
            ("MAX_TOKENS", false),
            ("STOP_TOKEN", false),
            ("my-stop-token", false),
            ("NONSTOP_TOKEN", true),
            ("", false),
        ] {
            assert_eq!(names().is_secret(name), want, "{name}");
        }
    }

    #[test]
    fn what_a_label_names_without_a_value_is_a_secret() {
        let names = names().with_hidden(["OTHER", "A=1"]);
        assert!(names.is_secret("OTHER") && !names.is_secret("A"));
    }

    #[test]
    fn passwords_of_urls_are_masked() {
        for (text, want) in [
            ("nats://h:4222", "nats://h:4222"),
            ("nats://u:p@h:4222", "nats://u:***@h:4222"),
            ("redis://:p@h/0", "redis://:***@h/0"),
            ("http://u@h/x", "http://u@h/x"),
            ("http://u:@h", "http://u:@h"),
            ("http://u:a/b@h/x", "http://u:***@h/x"),
            ("http://u:a?b#c@d@h/x", "http://u:***@h/x"),
            ("http://u:a,b'c\"d@h", "http://u:***@h"),
            ("a=http://u:p@h/x b=http://v:q@k", "a=http://u:***@h/x b=http://v:***@k"),
            ("nats://u:p@h:1,nats://v:q@k:2", "nats://u:***@h:1,nats://v:***@k:2"),
            ("nats://h:1,nats://v:q@k:2", "nats://h:1,nats://v:***@k:2"),
            ("nats://u:x,y://z@h", "nats://u:***@h"),
            ("http://u:http://p@h", "http://u:***@h"),
            ("http://h/x?to=a@b", "http://h/x?to=a@b"),
            ("http://h:80/x?to=a@b", "http://h:80/x?to=a@b"),
            ("http://h:80?to=a@b", "http://h:80?to=a@b"),
            ("http://u:80@h/x", "http://u:***@h/x"),
            ("http://u:80x/y@h/x", "http://u:***@h/x"),
            ("nats://s3cret@h:4222", "nats://***@h:4222"),
            ("git://user@h/x", "git://user@h/x"),
            ("https://ghp_0123456789abcdefghij@h/x", "https://***@h/x"),
            ("https://a-rather-long-user-name@h/x", "https://a-rather-long-user-name@h/x"),
            ("u:p@tcp(db:3306)/x", "u:***@tcp(db:3306)/x"),
            ("dsn=u:p@q@unix(/run/x.sock)/x", "dsn=u:***@unix(/run/x.sock)/x"),
            ("u@tcp(db:3306)/x u:@tcp(db)/x", "u@tcp(db:3306)/x u:@tcp(db)/x"),
            ("http://h/x?a=1&sig=p%3D&b=2", "http://h/x?a=1&sig=***&b=2"),
            ("http://[::1]:80/x", "http://[::1]:80/x"),
            ("{\"url\":\"http://u:p@h\"}", "{\"url\":\"http://u:***@h\"}"),
            ("http://u:p@h/\n  x", "http://u:***@h/\n  x"),
            ("db://h/x?user=a&api_key=p&b=c", "db://h/x?user=a&api_key=***&b=c"),
            ("db://u:p@h?token=q and more", "db://u:***@h?token=*** and more"),
            ("`db://h?token=q`, as said", "`db://h?token=***`, as said"),
            ("db://h?tokens=3&token=", "db://h?tokens=3&token="),
            ("no URL: a@b", "no URL: a@b"),
            ("://u:p@h", "://u:***@h"),
            ("/work/https:/u:p@h/x", "/work/https:/u:***@h/x"),
            ("/work/https:/u:p/q@h/x: no such file", "/work/https:/u:***@h/x: no such file"),
            ("src=/w/redis:/:p@h/0,dst=/x", "src=/w/redis:/:***@h/0,dst=/x"),
            ("-v /a:/b:ro", "-v /a:/b:ro"),
            ("-v data:/x@y:/z", "-v data:/x@y:/z"),
            ("-v data:/srv/a:b@c", "-v data:/srv/a:b@c"),
            ("C:/u:p@h", "C:/u:p@h"),
            ("", ""),
        ] {
            assert_eq!(names().without_url_passwords(text), want, "{text}");
            assert_eq!(names().has_url_password(text), text != want, "{text}");
        }
    }

    #[test]
    fn a_refused_word_may_be_credentials_with_a_host() {
        for (word, want) in [
            ("user:hush@h.example/x", "user:***@h.example/x"),
            ("user:hush@tcp(db:3306)/x", "user:***@tcp(db:3306)/x"),
            ("http://user:hush@h/x", "http://user:***@h/x"),
            ("ssh://user@127.0.0.1:22", "ssh://user@127.0.0.1:22"),
            ("app:1@sha256:abc", "app:1@sha256:abc"),
            ("localhost:5000/app@v1.2", "localhost:5000/app@v1.2"),
            ("app:1@v1", "app:1@v1"),
            ("app:@v1.2", "app:@v1.2"),
            ("/a:/b@c.d", "/a:/b@c.d"),
            ("a@b.c", "a@b.c"),
            ("80:90", "80:90"),
        ] {
            assert_eq!(names().without_credentials(word), want);
        }
    }

    #[test]
    fn a_secret_says_nothing() {
        assert_eq!(format!("{:?}", Secret::new("hush")), "Secret");
        assert_eq!(Secret::new("hush").expose(), "hush");
    }

    proptest! {
        #[test]
        fn no_part_of_a_password_is_left(
            parts in prop::collection::vec("[P]{1,3}[!-~]{0,6}", 1..4),
            user in "[a-z]{0,5}",
            behind in "(/[a-z]{0,4})?( text)?",
        ) {
            let password = parts.join("/");
            let text = format!("see http://a:80/b,http://{user}:{password}@host{behind} and ftp://x:{password}@y");
            prop_assert!(!names().without_url_passwords(&text).contains('P'), "{}", names().without_url_passwords(&text));
        }
    }
}
