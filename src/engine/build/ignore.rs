//! What `.dockerignore` keeps out of a build's context, by docker's own rules.

use regex_lite::Regex;

/// The patterns of a file, in their order. The last one that fits decides.
#[derive(Debug, Default)]
pub(super) struct Ignore(Vec<Pattern>);

#[derive(Debug)]
struct Pattern {
    text: String,
    regex: Regex,
    /// Whether what it fits is taken in again.
    is_exception: bool,
}

impl Ignore {
    /// Reads the file.
    ///
    /// # Errors
    /// The line, counted from 1, and what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut patterns = Vec::new();
        let text = text.trim_start_matches('\u{feff}');
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let line = line.trim();
            let (is_exception, line) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            if line.is_empty() && is_exception {
                return Err((index + 1, "`!` names nothing to take in again".to_owned()));
            }
            if line.is_empty() {
                continue;
            }
            let text = cleaned(line);
            let regex = Regex::new(&regex_of(&text));
            let regex = regex.map_err(|_| (index + 1, format!("`{line}` is no pattern")))?;
            patterns.push(Pattern { text, regex, is_exception });
        }
        Ok(Self(patterns))
    }

    /// Takes a file in whatever the patterns say: the engine cannot do without it.
    pub(super) fn keep(&mut self, path: &str) {
        if !self.leaves_out(path) {
            return;
        }
        let literal: String = path.chars().map(|letter| format!("\\{letter}")).collect();
        if let Ok(regex) = Regex::new(&regex_of(&literal)) {
            self.0.push(Pattern { text: path.to_owned(), regex, is_exception: true });
        }
    }

    /// Whether a path of the context stays out: by its own name, or by that of a folder that it lies in.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        let fits = |pattern: &Pattern| {
            let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
            std::iter::once(path).chain(folders).any(|part| pattern.regex.is_match(part))
        };
        self.0.iter().fold(false, |is_out, pattern| match pattern.is_exception == is_out && fits(pattern) {
            true => !pattern.is_exception,
            false => is_out,
        })
    }

    /// Whether something in a folder that stays out may be taken in again.
    pub(super) fn may_take_from(&self, folder: &str) -> bool {
        let front = format!("{folder}/");
        let mut exceptions = self.0.iter().filter(|pattern| pattern.is_exception);
        exceptions
            .any(|pattern| format!("{}/", pattern.text).starts_with(&front) || pattern.text.contains("**"))
    }
}

/// A path without `.`, `..`, doubled slashes and slashes at its ends.
fn cleaned(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            // The root has nothing above it.
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A pattern as a regular expression. `*` and `?` stop at a slash, `**` does not, and stands for nothing, too.
fn regex_of(pattern: &str) -> String {
    let mut regex = String::from("(?s)^");
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '*' if letters.next_if_eq(&'*').is_some() => {
                let _ = letters.next_if_eq(&'/');
                regex.push_str(if letters.peek().is_none() { ".*" } else { "(.*/)?" });
            }
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '\\' => escape(letters.next().unwrap_or('\\'), &mut regex),
            '[' | ']' | '^' | '-' => regex.push(letter),
            letter => escape(letter, &mut regex),
        }
    }
    regex.push('$');
    regex
}

fn escape(letter: char, regex: &mut String) {
    if letter.is_ascii_punctuation() {
        regex.push('\\');
    }
    regex.push(letter);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_leave_out_what_dockers_do() {
        for (file, out, kept) in [
            ("*/temp*", &["a/temporary", "a/temp/x"][..], &["temp", "a/b/temp"][..]),
            ("temp?", &["tempa", "tempa/x"], &["temp", "tempab", "x/tempa"]),
            ("**/*.go", &["a.go", "a/b.go", "a/b/c.go"], &["a.goo"]),
            ("dir/**", &["dir/x", "dir/a/b"], &["dir", "dirt"]),
            ("a/**/b", &["a/b", "a/x/y/b"], &["a/xb"]),
            ("/foo/bar/", &["foo/bar", "foo/bar/x"], &["x/foo/bar", "foo"]),
            ("./a/../b", &["b"], &["a"]),
            ("*.md\n!README*.md", &["x.md"], &["README.md"]),
            ("*.md\n!README*.md\nREADME-secret.md", &["README-secret.md"], &["README.md"]),
            ("*\n!src", &["x", "srcs"], &["src", "src/main.rs"]),
            ("src\n!src/a", &["src", "src/b"], &["src/a", "src/a/x"]),
            ("[ab].txt", &["a.txt", "b.txt"], &["c.txt"]),
            ("[^a].txt", &["b.txt"], &["a.txt"]),
            ("\\*.txt", &["*.txt"], &["a.txt"]),
            ("a+b(c).{d}", &["a+b(c).{d}"], &["aab(c).{d}"]),
            ("\u{feff}# no\n\n  x  \n#y", &["x"], &["# no", "#y"]),
            (" #x", &["#x"], &["x"]),
        ] {
            let ignore = Ignore::parse(file).unwrap();
            out.iter().for_each(|path| assert!(ignore.leaves_out(path), "{file:?} keeps {path}"));
            kept.iter().for_each(|path| assert!(!ignore.leaves_out(path), "{file:?} leaves {path} out"));
        }
    }

    #[test]
    fn what_is_no_pattern_is_named_by_its_line() {
        for (file, line) in [("a\n!", 2), ("a\n\n[", 3), ("a\n! \nb", 2)] {
            assert_eq!(Ignore::parse(file).unwrap_err().0, line, "{file:?}");
        }
    }

    #[test]
    fn what_the_engine_needs_is_kept() {
        let mut ignore = Ignore::parse("*").unwrap();
        ignore.keep("docker/Dockerfile[1]");
        assert!(!ignore.leaves_out("docker/Dockerfile[1]") && ignore.leaves_out("docker/x"));
        assert!(ignore.may_take_from("docker") && !ignore.may_take_from("src"));
    }
}
