//! Secrets that stand in the words of a command: `--api-key VALUE`, `X_TOKEN=VALUE`, `X-Api-Key: VALUE`,
//! `Authorization: Bearer VALUE`, `curl -u user:VALUE`.

use super::secret_program::Behind;
use super::{SecretForm, SecretNames};

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
    /// `--api-key value`, `X-Api-Key: value`, `mysql -pvalue`. What a shell would fill in there (`$X`) is no value.
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

    /// The same of words that a program is given which is said elsewhere: an entrypoint, or an image.
    #[must_use]
    pub fn without_secrets_of(&self, program: &str, words: &[String]) -> Vec<String> {
        let all: Vec<String> = std::iter::once(program.to_owned()).chain(words.iter().cloned()).collect();
        self.without_set_secrets(&all).split_off(1)
    }

    /// A text that may be a command, or hold the words of one, for any reader's eyes.
    #[must_use]
    pub fn without_secrets_in(&self, text: &str) -> String {
        self.without_set_secrets(&[text.to_owned()]).pop().unwrap_or_default()
    }

    /// Whether a text holds a secret by itself, whatever it is called: a URL with a password, or the words of a command
    /// with one.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        self.has_url_password(text) || self.set_in([text]).is_some()
    }

    /// Every such value, in its order.
    fn found_in<'t>(&self, words: impl IntoIterator<Item = &'t str>) -> Vec<Found<'t>> {
        let mut reader =
            Reader { names: self, all: Vec::new(), awaited: None, program: "", is_behind_flag: false };
        for (word, text) in words.into_iter().enumerate() {
            pieces(text).for_each(|piece| reader.read(word, &piece));
        }
        reader.all
    }
}

/// What stands between blanks.
struct Piece<'t> {
    text: &'t str,
    /// Where it starts in its word.
    at: usize,
    /// Whether a line of the word begins with it.
    is_first: bool,
}

/// What a piece said of the next one.
struct Awaited<'t> {
    /// What it is the value of.
    name: &'t str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// All of it is the value.
    Whole,
    /// The value stands behind a colon.
    Pair,
    /// The value stands behind a colon, and a host behind it.
    Host,
    /// The value of a header, which may name its scheme first: `Bearer`.
    Header,
}

/// Goes through the pieces of a command, one after the other.
struct Reader<'n, 't> {
    names: &'n SecretNames,
    all: Vec<Found<'t>>,
    awaited: Option<Awaited<'t>>,
    /// What the program is called whose flags these may be.
    program: &'t str,
    /// Whether the last piece was a flag that takes a header.
    is_behind_flag: bool,
}

impl<'t> Reader<'_, 't> {
    fn read(&mut self, word: usize, piece: &Piece<'t>) {
        let is_behind_flag = std::mem::replace(&mut self.is_behind_flag, HEADER_FLAGS.contains(&piece.text));
        let is_value = self.take_awaited(word, piece);
        let is_read = is_value
            || self.read_flag(word, piece)
            || self.read_set(word, piece)
            || self.read_member(word, piece);
        if !is_read {
            self.read_header(word, piece, is_behind_flag);
        }
        self.follow(piece.text);
    }

    /// Takes what the piece before asked for. Whether the piece has been made sense of by that.
    fn take_awaited(&mut self, word: usize, piece: &Piece<'t>) -> bool {
        let Some(awaited) = self.awaited.take().filter(|_| !piece.text.starts_with('-')) else {
            return false;
        };
        if awaited.kind == Kind::Header && is_scheme(piece.text) {
            self.awaited = Some(awaited);
            return true;
        }
        self.found(awaited.name, awaited.kind, (word, piece.at), piece.text)
    }

    /// Keeps the value, if it is one.
    fn found(&mut self, name: &'t str, kind: Kind, (word, start): (usize, usize), text: &'t str) -> bool {
        let skipped = match (kind, text.find(':')) {
            (Kind::Host, Some(colon)) if text[colon..].contains('@') && !text.contains("://") => colon + 1,
            (Kind::Pair, Some(colon)) => colon + 1,
            (Kind::Pair | Kind::Host, _) => return false,
            (Kind::Whole | Kind::Header, _) => 0,
        };
        let is_value = is_literal(&text[skipped..]);
        if is_value {
            self.all.push(Found { name, word, at: start + skipped });
        }
        is_value
    }

    /// A flag of the program that runs: `curl -u user:password`, `mysql -ppassword`.
    fn read_flag(&mut self, word: usize, piece: &Piece<'t>) -> bool {
        let flag = piece.text.trim_start_matches(['"', '\'']);
        let at = piece.at + piece.text.len() - flag.len();
        let (names, called) = (self.names, self.program);
        names.programs.iter().filter(|program| program.is_called(called)).any(|program| {
            let kind = match program.form {
                SecretForm::Pair => Kind::Pair,
                SecretForm::Host => Kind::Host,
                SecretForm::Word | SecretForm::Joined | SecretForm::Name => Kind::Whole,
            };
            let behind = match program.form {
                SecretForm::Name => names.is_secret(flag).then_some(Behind::Next),
                _ => program.behind(flag),
            };
            match behind {
                Some(Behind::Next) => {
                    self.awaited = Some(Awaited { name: flag, kind });
                    true
                }
                Some(Behind::At(value)) => {
                    let name = flag[..value].trim_end_matches('=');
                    self.found(name, kind, (word, at + value), &flag[value..])
                }
                None => false,
            }
        })
    }

    /// `X_TOKEN=value`, `--api-key=value`, `Authorization=Bearer value`.
    fn read_set(&mut self, word: usize, piece: &Piece<'t>) -> bool {
        for (at, _) in piece.text.match_indices('=') {
            let (name, value) = (bare_name(last_name(&piece.text[..at])), &piece.text[at + 1..]);
            let is_header = self.is_header(name);
            if is_header && is_scheme(value) {
                self.awaited = Some(Awaited { name, kind: Kind::Header });
                return true;
            }
            let is_named = is_header || self.names.is_secret(name);
            if is_named && self.found(name, Kind::Whole, (word, piece.at + at + 1), value) {
                return true;
            }
        }
        false
    }

    /// A member of an object: `{"password":"value"}`, `"password": "value"`.
    fn read_member(&mut self, word: usize, piece: &Piece<'t>) -> bool {
        for (at, _) in piece.text.match_indices("\":") {
            let (name, value) = (last_name(&piece.text[..at]), &piece.text[at + 2..]);
            if !self.names.is_secret(name) {
                continue;
            }
            if value.is_empty() {
                self.awaited = Some(Awaited { name, kind: Kind::Whole });
                return true;
            }
            if self.found(name, Kind::Whole, (word, piece.at + at + 2), value) {
                return true;
            }
        }
        false
    }

    /// A flag by its name, or a header of a request: `--api-key value`, `X-Api-Key: value`, `-H X-Api-Key:value`.
    fn read_header(&mut self, word: usize, piece: &Piece<'t>, is_behind_flag: bool) {
        let Piece { text, at, is_first } = *piece;
        let Some((front, value)) = text.split_once(':') else {
            let name = text.trim_start_matches('-');
            if text.starts_with('-') && self.names.is_secret(name) {
                self.awaited = Some(Awaited { name, kind: Kind::Whole });
            }
            return;
        };
        let name = last_name(front);
        let before = front.strip_suffix(name).unwrap_or_default();
        let name = name.strip_prefix("-H").unwrap_or(name);
        let is_in_flag = name.len() < last_name(front).len() || before.ends_with('=');
        let is_header = self.is_header(name) || self.names.is_secret(name);
        // No header is written so: it is a variable's name, as `extra_hosts` may have it by a slip.
        let is_variable = name.contains('_') && !name.contains(|letter: char| letter.is_ascii_lowercase());
        let is_at_begin = is_first || before.ends_with(['"', '\'']);
        if !is_header || !(is_behind_flag || is_in_flag || is_at_begin || is_variable) {
            return;
        }
        if value.is_empty() || is_scheme(value) {
            self.awaited = Some(Awaited { name, kind: Kind::Header });
        } else if is_behind_flag || is_in_flag || is_variable {
            self.found(name, Kind::Header, (word, at + front.len() + 1), value);
        }
    }

    fn is_header(&self, name: &str) -> bool {
        self.names.headers.iter().any(|header| header.eq_ignore_ascii_case(name))
    }

    /// Keeps in mind which program runs. What ends a command ends its flags.
    fn follow(&mut self, text: &'t str) {
        let last = text.trim_end_matches(['"', '\'', ')']).rsplit(AROUND_PROGRAMS).next().unwrap_or_default();
        if self.names.programs.iter().any(|program| program.is_called(last)) {
            self.program = last;
        } else if text.ends_with([';', '|', '&']) {
            self.program = "";
        }
    }
}

/// What stands before a program's name: the folder that it lies in, what a shell begins a command with, and what is said
/// of the command (`command:curl`, `ARGS=curl`).
const AROUND_PROGRAMS: [char; 11] = ['/', ';', '|', '&', '(', '`', '"', '\'', '{', ':', '='];

/// The flags behind which a header stands: curl's and wget's.
const HEADER_FLAGS: [&str; 2] = ["-H", "--header"];

/// Whether the word names how a header's secret is to be understood, which stands behind it.
/// <https://www.iana.org/assignments/http-authschemes/>
fn is_scheme(word: &str) -> bool {
    const SCHEMES: [&str; 7] = ["basic", "bearer", "digest", "negotiate", "token", "apikey", "splunk"];
    SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(word.trim_matches(['"', '\''])))
}

/// What stands between blanks.
fn pieces(word: &str) -> impl Iterator<Item = Piece<'_>> {
    let (mut end, mut is_first) = (0, true);
    word.split_inclusive(char::is_whitespace).filter_map(move |piece| {
        let (at, text) = (end, piece.trim_end());
        end += piece.len();
        let found = (!text.is_empty()).then_some(Piece { text, at, is_first });
        is_first = piece.ends_with('\n') || (is_first && text.is_empty());
        found
    })
}

/// The name that a text ends in.
fn last_name(text: &str) -> &str {
    let is_of_name = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
    text.rsplit(|letter| !is_of_name(letter)).next().unwrap_or_default()
}

/// The name of an option without its dashes, and of a property without java's `-D`.
fn bare_name(name: &str) -> &str {
    name.strip_prefix("-D").unwrap_or(name).trim_start_matches('-')
}

/// Whether a value is said, and not a word for one that is filled in, or left out, nor a file that holds it, nor a switch,
/// nor docker's `--secret id=...`, which names one.
fn is_literal(value: &str) -> bool {
    // `EMPTY` is what clients of engines without keys are given as a key.
    const WORDS: [&str; 9] = ["...", "***", "true", "false", "yes", "no", "none", "null", "empty"];
    let value = value.trim_matches(['"', '\'', ';', ',', '}']);
    let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(value));
    let is_reference = value.starts_with("id=");
    !value.is_empty()
        && !value.starts_with(['$', '`', '<', '{', '['])
        && !is_word
        && !is_reference
        && !is_path(value)
}

/// Whether a value is the path of a file: `--credentials /run/secrets/key.json`. What base64 has, and paths seldom, is
/// none.
fn is_path(value: &str) -> bool {
    let is_rooted = ["/", "./", "../", "~/"].iter().any(|root| value.starts_with(root));
    is_rooted && !value.contains(['+', '='])
}

#[cfg(test)]
mod tests {
    use super::super::SecretProgram;
    use super::*;

    fn names() -> SecretNames {
        let program = |names: &[&str], flags: &[&str], form| SecretProgram {
            names: names.iter().map(ToString::to_string).collect(),
            flags: flags.iter().map(ToString::to_string).collect(),
            form,
        };
        SecretNames {
            endings: vec!["TOKEN".into(), "API_KEY".into(), "SECRET".into()],
            headers: vec!["Authorization".into()],
            programs: vec![
                program(&["curl"], &["-u", "--user"], SecretForm::Pair),
                program(&["mysql"], &["-p"], SecretForm::Joined),
                program(&["redis-cli"], &["-a"], SecretForm::Word),
                program(&["sshpass", "login"], &["-p"], SecretForm::Word),
                program(&["ssh"], &[], SecretForm::Word),
                program(&["curl"], &["-x", "--proxy"], SecretForm::Host),
                program(&["curl"], &["--oauth2-bearer"], SecretForm::Word),
                program(&["set"], &[], SecretForm::Name),
            ],
            ..SecretNames::default()
        }
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
    fn headers_and_flags_of_programs_are_found() {
        for (words, want) in [
            (&["curl", "-H", "Authorization: Bearer hush", "h"][..], Some("Authorization")),
            (&["curl", "-H", "authorization:Bearer hush"], Some("authorization")),
            (&["curl", "--header=Authorization: Basic aGk="], Some("Authorization")),
            (&["curl", "-HX-Api-Key:hush"], Some("X-Api-Key")),
            (&["sh", "-c", "curl -H 'Authorization: hush' h"], Some("Authorization")),
            (&["sh", "-c", "curl -H X-Api-Key:hush h"], Some("X-Api-Key")),
            (&["--headers", "Authorization=Bearer hush"], Some("Authorization")),
            (&["serve", "a: 1\n  token: hush\n"], Some("token")),
            (&["curl", "-u", "user:hush", "h"], Some("-u")),
            (&["/usr/bin/curl", "-sSfu", "user:hush"], Some("-sSfu")),
            (&["curl", "-uuser:hush"], Some("-u")),
            (&["sh", "-c", "true;curl --user 'user:hush' h"], Some("--user")),
            (&["sh", "-c", "x=$(curl --user=user:hush h)"], Some("--user")),
            (&["sh", "-c", "mysql -uroot -phush db"], Some("-p")),
            (&["docker", "exec", "db", "mysql", "-phush"], Some("-p")),
            (&["redis-cli", "-h", "db", "-a", "hush", "ping"], Some("-a")),
            (&["sshpass", "-p", "hush", "ssh", "h"], Some("-p")),
            (&["sshpass", "-phush", "ssh", "h"], Some("-p")),
            (&["--ready 'command:curl -u user:hush'"], Some("-u")),
            (&["ARGS=curl -u user:hush"], Some("-u")),
            (&["docker", "login", "-u", "me", "-p", "hush", "h"], Some("-p")),
            (&["sh", "-c", "mysql \"-phush\" db"], Some("-p")),
            (&["curl", "-x", "user:hush@proxy:80", "h"], Some("-x")),
            (&["curl", "-xuser:hush@proxy", "h"], Some("-x")),
            (&["curl", "--oauth2-bearer", "hush", "h"], Some("--oauth2-bearer")),
            (&["fish", "-c", "set -x X_TOKEN hush; serve"], Some("X_TOKEN")),
            (&["java", "-Dtoken=hush", "-jar", "x"], Some("token")),
            (&["serve", "--api-key=hush"], Some("api-key")),
            (&["serve", "{\"a\":1,\"api_key\":\"hush\"}"], Some("api_key")),
            (&["serve", "{\"token\": \"hush\"}"], Some("token")),
            (&["extra_hosts X_TOKEN:hush"], Some("X_TOKEN")),
            (&["serve", "Server=db;Token=hush;Port=1"], Some("Token")),
        ] {
            assert_eq!(names().set_in(words.iter().copied()), want, "{words:?}");
        }
    }

    /// A flag is another program's, a value is filled in, or it says something else.
    #[test]
    fn what_only_looks_like_a_secret_is_none() {
        for words in [
            &["serve", "-p", "8080:80", "-u", "1000:1000", "-a", "x"][..],
            &["docker", "run", "-p", "8080:80", "-u", "1000:1000", "-p8080", "curl"],
            &["serve", "--token-limit", "4096", "--max-tokens", "5", "--max-tokens=5", "--tokenizer", "x"],
            &["serve", "--user", "me:you", "--secret", "id=a,src=x"],
            &["curl", "-u", "user", "h:80"],
            &["curl", "-u", "user:$PASS", "-u", "user:", "-u", "$USER:$PASS"],
            &["sh", "-c", "curl -u \"user:$PASS\" h; serve -u 1000:1000"],
            &["sh", "-c", "curl h && serve -u 1000:1000 | cut -d: -u a:b"],
            &["curl", "-H", "Authorization: Bearer $X", "-H", "Authorization: $X", "-H", "Accept: a/b"],
            &["curl", "-H", "Authorization: Bearer ${X}", "-H", "Authorization:", "--url", "h"],
            &["sh", "-c", "echo authorization: needed, token: none"],
            &["get", "x-token:80", "my-secret:1.2", "{\"a\":1}", "http://h:80/token:x"],
            &["mysql", "-p", "db", "-P", "3306", "-P3306", "--port", "3306", "-uroot"],
            &["redis-cli", "-p", "6379", "--askpass"],
            &["sshpass", "-e", "ssh", "-p", "22", "h"],
            &["sshpass", "-f", "/run/secrets/x", "ssh", "-p22", "h"],
            &["docker", "login", "--password-stdin", "-u", "me:x"],
            &["mysql:8", "-phush"],
            &["curl", "-x", "http://proxy:80", "-x", "proxy:80", "--proxy", "user@proxy", "h"],
            &["fish", "-c", "set -x X_TOKENS 5; set -e X_TOKEN; serve token x"],
            &["serve", "{\"token\": null, \"api_key\": \"\", \"token\":{\"a\":1}, \"eos_token\":\"<s>\"}"],
            &["serve", "--api-key", "EMPTY", "--api-key=None", "--token", "null"],
        ] {
            assert_eq!(names().set_in(words.iter().copied()), None, "{words:?}");
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            assert_eq!(names().without_set_secrets(&words), words);
        }
    }

    #[test]
    fn a_program_may_be_said_elsewhere() {
        let words = ["-u".to_owned(), "user:hush".to_owned()];
        assert_eq!(names().without_secrets_of("/usr/bin/curl", &words), ["-u", "user:***"]);
        assert_eq!(names().without_secrets_of("serve", &words), words);
        assert_eq!(names().without_secrets_in("curl -u a:b http://u:p@h"), "curl -u a:***");
        assert_eq!(names().without_secrets_in("http://u:p@h --api-key x y"), "http://u:***@h --api-key ***");
        assert!(names().are_in("http://u:p@h") && names().are_in("--api-key x") && !names().are_in("-u a:b"));
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
            (&["curl", "-H", "Authorization: Bearer hush"], &["curl", "-H", "Authorization: Bearer ***"]),
            (&["curl", "-u", "user:hush", "h"], &["curl", "-u", "user:***", "h"]),
            (&["sh", "-c", "mysql -phush db"], &["sh", "-c", "mysql -p***"]),
            (&["redis-cli", "-a", "hush", "ping"], &["redis-cli", "-a", "***", "ping"]),
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
