//! `ImageRef`: the image that a container is made of, for `--image`.

use super::{Names, Offer, Value, ValueError};

/// The longest name of a repository.
const LONGEST_NAME: usize = 255;
/// The longest tag.
const LONGEST_TAG: usize = 128;
/// The digests that can be verified, with the count of their hexadecimal digits.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// A reference to an image, as said: a repository with a tag, a digest, both or neither, or an image's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    name: String,
    tag: Option<String>,
    digest: Option<String>,
    is_id: bool,
}

impl ImageRef {
    /// The repository as said, without tag and digest: `nats`, `registry.test/org/app`. For an id, the id.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.name
    }

    /// The program that the image is called as: `curl` of `curlimages/curl:8`.
    #[must_use]
    pub fn program(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The tag, if one was said.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, if one was said: `sha256:...`.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Whether this is the id of an image that the engine has (64 hexadecimal digits), which no registry knows.
    #[must_use]
    pub fn is_id(&self) -> bool {
        self.is_id
    }

    /// Whether an image that is made can be given this name: a digest and an id are nobody's to give.
    #[must_use]
    pub fn can_be_given(&self) -> bool {
        self.digest.is_none() && !self.is_id
    }

    /// The reference with the tag that docker adds where neither tag nor digest was said: `nats:latest`.
    #[must_use]
    pub fn tagged(&self) -> String {
        if self.tag.is_none() && self.digest.is_none() && !self.is_id {
            format!("{}:latest", self.name)
        } else {
            self.word()
        }
    }
}

impl Value for ImageRef {
    const FORM: &'static str = "[REGISTRY[:PORT]/]REPOSITORY[:TAG][@DIGEST]";
    const OFFER: Offer = Offer::Names(Names::Images);

    fn parse(word: &str) -> Result<Self, ValueError> {
        if word.is_empty() {
            return Err(ValueError::new("the image is missing"));
        }
        if is_hex(word.strip_prefix("sha256:").unwrap_or(word), 64) {
            return Ok(Self { name: word.to_owned(), tag: None, digest: None, is_id: true });
        }
        let (rest, digest) = match word.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (word, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        check_name(name, word)?;
        tag.map_or(Ok(()), check_tag)?;
        digest.map_or(Ok(()), check_digest)?;
        let (tag, digest) = (tag.map(str::to_owned), digest.map(str::to_owned));
        Ok(Self { name: name.to_owned(), tag, digest, is_id: false })
    }

    fn word(&self) -> String {
        let tag = self.tag.as_ref().map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = self.digest.as_ref().map(|digest| format!("@{digest}")).unwrap_or_default();
        format!("{}{tag}{digest}", self.name)
    }
}

/// Checks registry and repository.
fn check_name(name: &str, word: &str) -> Result<(), ValueError> {
    let (registry, repository) = match name.split_once('/') {
        Some((first, rest)) if is_registry(first) => (Some(first), rest),
        _ => (None, name),
    };
    if let Some(registry) = registry {
        // Docker takes `a.b_c/d`, too, where the first part can only be one of the repository's.
        check_component(registry).or_else(|_| check_registry(registry))?;
    }
    if repository.is_empty() {
        return Err(ValueError::new("the repository is missing"));
    }
    if repository.bytes().any(|byte| byte.is_ascii_uppercase()) {
        // A registry without a domain or a port is one by its capitals alone: an owner was meant.
        let front = registry.filter(|registry| registry.contains(['.', ':'])).unwrap_or_default();
        let lower = name[front.len()..].to_ascii_lowercase();
        let behind = &word[name.len()..];
        return Err(ValueError::new("a repository is written in lower case")
            .suggest(format!("{front}{lower}{behind}")));
    }
    // An image that names neither a registry nor an owner lives in `library/`, which counts.
    let is_official = !repository.contains('/') && registry.is_none();
    let library = if is_official { "library/".len() } else { 0 };
    if library + repository.len() > LONGEST_NAME {
        return Err(ValueError::new(format!(
            "a repository has {} characters at most",
            LONGEST_NAME - library
        )));
    }
    repository.split('/').try_for_each(check_component)
}

/// Whether the part before the first slash is a registry, by docker's rule.
fn is_registry(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost" || first.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Checks `HOST[:PORT]`, where the host may be an IPv6 address in brackets.
fn check_registry(registry: &str) -> Result<(), ValueError> {
    let error = || ValueError::new("what stands before the first slash is not a registry");
    let (host, port) = match registry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((ip, rest))
            if ip.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') && !ip.is_empty() =>
        {
            (None, rest)
        }
        Some(_) => return Err(error()),
        None => {
            let end = registry.find(':').unwrap_or(registry.len());
            (Some(&registry[..end]), &registry[end..])
        }
    };
    let is_label = |label: &str| {
        label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.is_some_and(|host| !host.split('.').all(is_label)) {
        return Err(error());
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok(()),
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        _ => Err(ValueError::new("the registry's port is not a number")),
    }
}

/// Checks what stands between two slashes: runs of letters and digits, with `.`, `_`, `__` or hyphens between.
fn check_component(component: &str) -> Result<(), ValueError> {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if component.is_empty() {
        return Err(ValueError::new("a part of the repository between slashes is empty"));
    }
    if !component.bytes().all(|byte| is_word(byte) || b"._-".contains(&byte)) {
        return Err(ValueError::new(
            "a repository holds only lower-case letters, digits, `.`, `_`, `-` and slashes",
        ));
    }
    let mut separators = component.split(|letter: char| letter.is_ascii_alphanumeric());
    // Outside of letters and digits: nothing at either end, and a separator between two runs.
    let ends_in_words =
        [component.bytes().next(), component.bytes().last()].into_iter().flatten().all(is_word);
    let between =
        separators.all(|run| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|byte| byte == b'-'));
    if !ends_in_words || !between {
        return Err(ValueError::new(
            "`.`, `_`, `__` and hyphens stand between letters or digits of a repository only",
        ));
    }
    Ok(())
}

/// Checks a tag.
fn check_tag(tag: &str) -> Result<(), ValueError> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if tag.is_empty() {
        return Err(ValueError::new("the tag after the colon is missing"));
    }
    if tag.len() > LONGEST_TAG {
        return Err(ValueError::new(format!("a tag has {LONGEST_TAG} characters at most")));
    }
    if !tag.bytes().all(|byte| is_word(byte) || b".-".contains(&byte)) || tag.starts_with(['.', '-']) {
        return Err(ValueError::new(
            "a tag holds only letters, digits, `_`, `.` and `-`, and starts with none of the last two",
        ));
    }
    Ok(())
}

/// Checks a digest.
fn check_digest(digest: &str) -> Result<(), ValueError> {
    let Some((algorithm, hex)) = digest.split_once(':') else {
        return Err(ValueError::new("the digest is not of the form sha256:HEX"));
    };
    let Some((_, digits)) = DIGESTS.iter().find(|(known, _)| *known == algorithm) else {
        return Err(ValueError::new("the digest is not one of sha256, sha384, sha512"));
    };
    if !is_hex(hex, *digits) {
        return Err(ValueError::new(format!(
            "a {algorithm} digest has {digits} lower-case hexadecimal digits"
        )));
    }
    Ok(())
}

/// Whether the text is this many lower-case hexadecimal digits.
fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<ImageRef>(&[
            ("nats", "nats"),
            ("nats:2.10", "nats:2.10"),
            ("dynamo:latest-vllm-dev", "dynamo:latest-vllm-dev"),
            ("registry.test/org/app:v1", "registry.test/org/app:v1"),
            ("localhost:5000/x", "localhost:5000/x"),
            ("localhost:5000", "localhost:5000"),
            ("a.b:5/c_d", "a.b:5/c_d"),
            ("Foo/bar", "Foo/bar"),
            ("Foo:5/bar", "Foo:5/bar"),
            ("[::1]:5000/a", "[::1]:5000/a"),
            ("a__b", "a__b"),
            ("a--b", "a--b"),
            ("a.b_c/d", "a.b_c/d"),
            (
                "a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ),
            (
                "a:t@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "a:t@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ),
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ),
            (
                "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ),
            ("sha256:abc", "sha256:abc"),
            (
                "x/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "x/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ),
            ("aaaaaaaaaaaa", "aaaaaaaaaaaa"),
            ("a:_x", "a:_x"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<ImageRef>(&[
            ("", "the image is missing"),
            ("FOO", "a repository is written in lower case -> foo"),
            ("registry.test/Org/App:V1", "a repository is written in lower case -> registry.test/org/app:V1"),
            ("Org/App:V1", "a repository is written in lower case -> org/app:V1"),
            ("Org:5/App", "a repository is written in lower case -> Org:5/app"),
            ("localhost/App", "a repository is written in lower case -> localhost/app"),
            ("a/b:", "the tag after the colon is missing"),
            ("a:b/c", "the registry's port is not a number"),
            (
                "a:.x",
                "a tag holds only letters, digits, `_`, `.` and `-`, and starts with none of the last two",
            ),
            (
                "a:b c",
                "a tag holds only letters, digits, `_`, `.` and `-`, and starts with none of the last two",
            ),
            (
                "a:ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt",
                "a tag has 128 characters at most",
            ),
            ("a b", "a repository holds only lower-case letters, digits, `.`, `_`, `-` and slashes"),
            ("é", "a repository holds only lower-case letters, digits, `.`, `_`, `-` and slashes"),
            ("a___b", "`.`, `_`, `__` and hyphens stand between letters or digits of a repository only"),
            ("a.-b", "`.`, `_`, `__` and hyphens stand between letters or digits of a repository only"),
            ("a..b", "`.`, `_`, `__` and hyphens stand between letters or digits of a repository only"),
            ("a_-b", "`.`, `_`, `__` and hyphens stand between letters or digits of a repository only"),
            ("a-", "`.`, `_`, `__` and hyphens stand between letters or digits of a repository only"),
            ("_a", "`.`, `_`, `__` and hyphens stand between letters or digits of a repository only"),
            ("/a", "a part of the repository between slashes is empty"),
            ("a//b", "a part of the repository between slashes is empty"),
            ("a/", "a part of the repository between slashes is empty"),
            ("localhost:5000/", "the repository is missing"),
            ("[zz]/a", "a repository holds only lower-case letters, digits, `.`, `_`, `-` and slashes"),
            ("A-/b", "what stands before the first slash is not a registry"),
            ("-a.b/c", "what stands before the first slash is not a registry"),
            ("a@sha256:abc", "a sha256 digest has 64 lower-case hexadecimal digits"),
            (
                "a@sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "a sha256 digest has 64 lower-case hexadecimal digits",
            ),
            ("a@md5:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "the digest is not one of sha256, sha384, sha512"),
            ("a@b", "the digest is not of the form sha256:HEX"),
            (
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "a repository has 247 characters at most",
            ),
            (
                "x/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "a repository has 255 characters at most",
            ),
        ]);
    }

    #[test]
    fn latest_is_added_where_nothing_is_said() {
        let digest = format!("a@sha256:{}", "0".repeat(64));
        for (word, repository, tag, tagged) in [
            ("nats", "nats", None, "nats:latest"),
            ("localhost:5000/x", "localhost:5000/x", None, "localhost:5000/x:latest"),
            ("nats:2", "nats", Some("2"), "nats:2"),
            (&digest, "a", None, &digest),
            (&digest[9..], &digest[9..], None, &digest[9..]),
        ] {
            let image = ImageRef::parse(word).unwrap();
            assert_eq!((image.repository(), image.tag(), image.tagged().as_str()), (repository, tag, tagged));
        }
        assert_eq!(ImageRef::parse(&digest).unwrap().digest(), Some(&digest[2..]));
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(registry in prop::option::of("[a-z0-9]{1,5}[.][a-z0-9]{1,5}(:[0-9]{1,5})?"),
            path in "[a-z0-9]{1,5}((__|[.]|_|-{1,3})[a-z0-9]{1,3}){0,2}(/[a-z0-9]{1,5}){0,2}",
            tag in prop::option::of("[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}"),
            digest in prop::option::of("sha256:[0-9a-f]{64}"),
        ) {
            let name = registry.map_or(path.clone(), |registry| format!("{registry}/{path}"));
            round_trips(&ImageRef { name, tag, digest, is_id: false });
        }
    }
}
