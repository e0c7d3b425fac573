//! The patterns of a `.gitignore`, by git's rules. <https://git-scm.com/docs/gitignore>

/// The longest pattern: the kernel knows no longer path.
const LONGEST: usize = 4096;

/// The patterns of a file, in their order.
#[derive(Debug, Default)]
pub(super) struct Patterns(Vec<Pattern>);

#[derive(Debug)]
struct Pattern {
    /// Its parts between slashes; one of any folder begins with `**`.
    parts: Vec<Vec<u8>>,
    /// Whether it is about folders alone.
    is_for_folders: bool,
    /// Whether what it fits is taken in again.
    is_exception: bool,
}

impl Patterns {
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        Self(text.split('\n').filter_map(Pattern::parse).collect())
    }

    /// What the last pattern that fits says of a path below the file's folder: that it is out, or in; none where no
    /// pattern fits.
    pub(super) fn verdict(&self, path: &str, is_folder: bool) -> Option<bool> {
        let parts: Vec<&[u8]> = path.split('/').map(str::as_bytes).collect();
        let fits = |pattern: &&Pattern| (is_folder || !pattern.is_for_folders) && pattern.fits(&parts);
        self.0.iter().rev().find(fits).map(|pattern| !pattern.is_exception)
    }
}

impl Pattern {
    fn parse(line: &str) -> Option<Self> {
        let line = without_blanks(line.strip_suffix('\r').unwrap_or(line));
        if line.starts_with('#') || line.len() > LONGEST {
            return None;
        }
        let (is_exception, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (is_for_folders, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if line.is_empty() {
            return None;
        }
        let mut parts: Vec<Vec<u8>> =
            line.trim_start_matches('/').split('/').map(|part| part.as_bytes().to_vec()).collect();
        // Without a slash it is a name in any folder.
        if !line.contains('/') {
            parts.insert(0, b"**".to_vec());
        }
        // What lies in a folder is not the folder.
        if parts.len() > 1 && parts.last().is_some_and(|last| last == b"**") {
            parts.push(b"*".to_vec());
        }
        Some(Self { parts, is_for_folders, is_exception })
    }

    fn fits(&self, path: &[&[u8]]) -> bool {
        starred(&self.parts, path, |part| part == b"**", |part, name| part_fits(part, name))
    }
}

/// Blanks at the end are none of the pattern, unless a backslash stands before one.
fn without_blanks(line: &str) -> &str {
    let short = line.trim_end_matches(' ');
    let is_escaped = short.len() < line.len() && short.ends_with('\\');
    if is_escaped { &line[..=short.len()] } else { short }
}

/// Whether a pattern with stars, each for any number of things, fits them all. A star takes as little as it can, and
/// more when the rest does not fit: no pattern takes longer than its length times theirs.
fn starred<P, T>(pattern: &[P], things: &[T], is_star: fn(&P) -> bool, fits: fn(&P, &T) -> bool) -> bool {
    let (mut at, mut seen, mut last_star) = (0, 0, None);
    while seen < things.len() {
        match pattern.get(at) {
            Some(part) if is_star(part) => {
                last_star = Some((at, seen));
                at += 1;
            }
            Some(part) if fits(part, &things[seen]) => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((star, taken)) = last_star else { return false };
                last_star = Some((star, taken + 1));
                at = star + 1;
                seen = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(is_star)
}

/// A letter of a part of a pattern.
#[derive(Debug)]
enum Letter {
    Star,
    Any,
    One(u8),
    /// Ranges, and whether all others are meant.
    Class(Vec<(u8, u8)>, bool),
}

fn part_fits(part: &[u8], name: &[u8]) -> bool {
    let fits = |letter: &Letter, byte: &u8| match letter {
        Letter::Star | Letter::Any => true,
        Letter::One(one) => one == byte,
        Letter::Class(ranges, is_others) => {
            ranges.iter().any(|(first, last)| (first..=last).contains(&byte)) != *is_others
        }
    };
    starred(&letters(part), name, |letter| matches!(letter, Letter::Star), fits)
}

fn letters(part: &[u8]) -> Vec<Letter> {
    let (mut letters, mut rest) = (Vec::new(), part);
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        letters.push(match first {
            b'*' => Letter::Star,
            b'?' => Letter::Any,
            b'\\' => match after.split_first() {
                Some((escaped, after)) => {
                    rest = after;
                    Letter::One(*escaped)
                }
                None => Letter::One(b'\\'),
            },
            b'[' => match class(after) {
                Some((class, after)) => {
                    rest = after;
                    class
                }
                None => Letter::One(b'['),
            },
            other => Letter::One(*other),
        });
    }
    letters
}

/// What stands between brackets: `a-z`, and with `!` or `^` in front all others. None without its end.
fn class(text: &[u8]) -> Option<(Letter, &[u8])> {
    let (is_others, inner) = match text.split_first()? {
        (b'!' | b'^', rest) => (true, rest),
        _ => (false, text),
    };
    // A bracket right at the beginning is one of the letters.
    let end = inner.iter().skip(1).position(|byte| *byte == b']')? + 1;
    let (letters, after) = (&inner[..end], &inner[end + 1..]);
    let (mut ranges, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        let is_range = letters.get(at + 1) == Some(&b'-') && at + 2 < letters.len();
        let last = if is_range { at + 2 } else { at };
        ranges.push((letters[at], letters[last]));
        at = last + 1;
    }
    Some((Letter::Class(ranges, is_others), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_fit_as_gits_do() {
        for (text, path, want) in [
            ("dynrun.toml", "dynrun.toml", Some(true)),
            ("dynrun.toml", "a/b/dynrun.toml", Some(true)),
            ("/dynrun.toml", "a/dynrun.toml", None),
            ("/dynrun.toml", "dynrun.toml", Some(true)),
            ("a/dynrun.toml", "a/dynrun.toml", Some(true)),
            ("a/dynrun.toml", "b/a/dynrun.toml", None),
            ("**/a/x", "b/a/x", Some(true)),
            ("**/a/x", "a/x", Some(true)),
            ("a/**/x", "a/x", Some(true)),
            ("a/**/x", "a/b/c/x", Some(true)),
            ("a/**", "a/b/c", Some(true)),
            ("*.toml", "x.toml", Some(true)),
            ("*.toml\n!dynrun.toml", "dynrun.toml", Some(false)),
            ("!dynrun.toml\n*.toml", "dynrun.toml", Some(true)),
            ("dyn*n.t?ml", "dynrun.toml", Some(true)),
            ("a*/x", "ab/c/x", None),
            ("[a-c]x", "bx", Some(true)),
            ("[!a-c]x", "bx", None),
            ("[^a-c]x", "dx", Some(true)),
            ("[]-]x", "]x", Some(true)),
            ("[ax", "[ax", Some(true)),
            ("# dynrun.toml", "dynrun.toml", None),
            ("\\#x", "#x", Some(true)),
            ("\\!x", "!x", Some(true)),
            ("x  ", "x", Some(true)),
            ("x\\ ", "x ", Some(true)),
            ("x\r", "x", Some(true)),
            ("\u{feff}x", "x", Some(true)),
            ("x/", "x", None),
            ("\n/\n!\n", "x", None),
        ] {
            assert_eq!(Patterns::parse(text).verdict(path, false), want, "{text:?} {path}");
        }
        assert_eq!(Patterns::parse("x/").verdict("a/x", true), Some(true));
        assert_eq!(Patterns::parse("a/**").verdict("a", true), None);
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "*a".repeat(2000);
        let path = "a".repeat(4000) + "b";
        assert_eq!(Patterns::parse(&"*".repeat(5000)).verdict("x", false), None);
        assert_eq!(Patterns::parse(&pattern).verdict(&path, false), None);
        let pattern = "**/a/".repeat(300) + "x";
        assert_eq!(Patterns::parse(&pattern).verdict(&"a/".repeat(600), false), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[a-c*?!/\\\\\\[\\]^ \n-]{0,20}", path in "[a-c/\\[-]{0,12}") {
            let _ = Patterns::parse(&text).verdict(&path, false);
        }
    }
}
