//! `Text`: a word on its way into a file, with what is known only when the file is read: the caller's variables, their
//! home, the folder they stand in.

use crate::options::Row;
use crate::values::SecretNames;

/// The options whose words begin with a path of the host that may be relative to the file.
const PATHS: [&str; 6] = ["volume", "env-file", "label-file", "cidfile", "workspace", "build-on-missing"];

/// How a variable ends in a file that is nothing where nobody sets it.
const NOTHING: &str = ":-}";

/// A word, in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<Piece>,
    /// A variable that the script sets, that holds a secret, and that the word is made from.
    secret: Option<String>,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// As it stands.
    Plain(String),
    /// What `${...}` stands for in a file, as it is written there, and the variables of the caller's that it names.
    Made { written: String, variables: Vec<String> },
    /// The folder that the caller stands in.
    Folder,
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::default().then(text)
    }
}

impl From<Vec<Piece>> for Text {
    fn from(pieces: Vec<Piece>) -> Self {
        Self { pieces, secret: None }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl Text {
    /// A variable of the caller's environment, with what follows its name in a file: `:-default`, `:?message`.
    #[must_use]
    pub fn variable(name: &str, otherwise: &str) -> Self {
        Self::made(format!("${{env.{name}{otherwise}}}"))
    }

    /// What dynrun itself knows under this name: `home`, `uid`, `gid`, `workspace`.
    #[must_use]
    pub fn known(name: &str) -> Self {
        Self::made(format!("${{{name}}}"))
    }

    /// What stands so in a file.
    fn made(written: String) -> Self {
        let names = written.split("${env.").skip(1);
        let names = names.map(|rest| rest.split([':', '}']).next().unwrap_or_default().to_owned());
        Self::from(vec![Piece::Made { variables: names.collect(), written }])
    }

    /// The folder that the caller stands in.
    #[must_use]
    pub fn folder() -> Self {
        Self::from(vec![Piece::Folder])
    }

    /// The word with a further text behind it.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Plain(plain)) => plain.push_str(text),
            Some(Piece::Made { .. } | Piece::Folder) | None => {
                self.pieces.push(Piece::Plain(text.to_owned()));
            }
        }
        self
    }

    /// The word with another behind it.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        for piece in other.pieces {
            match piece {
                Piece::Plain(text) => self = self.then(&text),
                piece => self.pieces.push(piece),
            }
        }
        self.secret = self.secret.or(other.secret);
        self
    }

    /// The word as one that is made from a secret which the script itself sets.
    #[must_use]
    pub fn of_secret(self, name: &str) -> Self {
        Self { secret: Some(name.to_owned()), ..self }
    }

    /// The word as one that is made from the same secret as another one.
    #[must_use]
    pub fn of_same(self, other: &Self) -> Self {
        let secret = self.secret.or_else(|| other.secret.clone());
        Self { secret, ..self }
    }

    /// The variable that holds a secret and that the word is made from: the script's own, else the caller's.
    #[must_use]
    pub fn secret<'a>(&'a self, names: &SecretNames) -> Option<&'a str> {
        self.secret.as_deref().or_else(|| self.variables().find(|name| names.is_secret(name)))
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain() == Some("")
    }

    /// Whether the folder that the caller stands in is in it.
    #[must_use]
    pub fn names_folder(&self) -> bool {
        self.pieces.contains(&Piece::Folder)
    }

    /// The text, where all of it is known.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Plain(text)] => Some(text),
            _ => None,
        }
    }

    /// The beginning of the text, as far as it is known.
    #[must_use]
    pub fn start(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Plain(text)) => text,
            Some(Piece::Made { .. } | Piece::Folder) | None => "",
        }
    }

    /// The variables of the caller's that it is made from.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Made { variables, .. } => variables.iter().map(String::as_str).collect::<Vec<_>>(),
            Piece::Folder => vec!["PWD"],
            Piece::Plain(_) => Vec::new(),
        })
    }

    /// Whether a `$` stands right before what is filled in: a file has no word for that.
    #[must_use]
    pub fn is_unwritable(&self) -> bool {
        self.pieces.windows(2).any(|pair| match pair {
            [Piece::Plain(text), Piece::Made { .. } | Piece::Folder] => text.ends_with('$'),
            _ => false,
        })
    }

    /// The text cut at the first place where the letter is known to stand.
    #[must_use]
    pub fn split_once(&self, letter: char) -> Option<(Self, Self)> {
        let known = |piece: &Piece| matches!(piece, Piece::Plain(text) if text.contains(letter));
        let at = self.pieces.iter().position(known)?;
        let Piece::Plain(text) = &self.pieces[at] else { return None };
        let (before, behind) = text.split_once(letter)?;
        let front = Self::from(self.pieces[..at].to_vec()).then(before);
        let back = Self::from(behind).joined(Self::from(self.pieces[at + 1..].to_vec()));
        Some((front.of_same(self), back.of_same(self)))
    }

    /// The word without a beginning that is known.
    #[must_use]
    pub fn strip_prefix(&self, front: &str) -> Option<Self> {
        let rest = self.start().strip_prefix(front)?;
        let behind = self.pieces.get(1..).unwrap_or_default();
        Some(Self::from(rest).joined(Self::from(behind.to_vec())).of_same(self))
    }

    /// The words that a shell cuts the line into; none where a quote has no end. What is filled in is not cut.
    pub(super) fn split_as_shell(&self) -> Option<Vec<Self>> {
        /// A letter of nobody's for each part that is filled in.
        const FIRST: u32 = 0xF_0000;
        let mut made = Vec::new();
        let mut line = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(text) => line.push_str(text),
                piece => {
                    line.extend(u32::try_from(made.len()).ok().and_then(|at| char::from_u32(FIRST + at)));
                    made.push(piece.clone());
                }
            }
        }
        let filled = |word: String| {
            word.chars().fold(Self::default(), |text, letter| {
                let at = u32::from(letter).checked_sub(FIRST).and_then(|at| usize::try_from(at).ok());
                match at.and_then(|at| made.get(at)) {
                    Some(piece) => text.joined(Self::from(vec![piece.clone()])),
                    None => text.then(letter.encode_utf8(&mut [0; 4])),
                }
            })
        };
        Some(shlex::split(&line)?.into_iter().map(|word| filled(word).of_same(self)).collect())
    }

    /// The word as a value of this option: a path in the caller's folder is one in the file's.
    pub(super) fn for_row(&self, row: &Row) -> Self {
        match row.name {
            "mount" => self.with_source_of_folder(),
            name if PATHS.contains(&name) => self.of_file_folder(),
            _ => self.clone(),
        }
    }

    /// The path, from the file's folder where it is one in the caller's.
    fn of_file_folder(&self) -> Self {
        let [Piece::Folder, rest @ ..] = self.pieces.as_slice() else { return self.clone() };
        let rest = Self::from(rest.to_vec()).of_same(self);
        let is_below = rest.is_empty() || rest.start().starts_with(['/', ':']);
        if is_below { Self::from(".").joined(rest) } else { self.clone() }
    }

    /// The fields of a mount, whose source is a path.
    fn with_source_of_folder(&self) -> Self {
        let Some((field, rest)) = self.split_once(',') else { return self.source_of_folder() };
        field.source_of_folder().then(",").joined(rest.with_source_of_folder())
    }

    /// A field of a mount: what a source says is a path.
    fn source_of_folder(&self) -> Self {
        let keys = ["source=", "src="];
        let said = keys.iter().find_map(|key| Some((key, self.strip_prefix(key)?)));
        match said {
            Some((key, path)) => Self::from(*key).joined(path.of_file_folder()).of_same(self),
            None => self.clone(),
        }
    }

    /// The word as it comes to where none of the caller's variables is set, as far as defaults tell.
    #[must_use]
    pub fn unset(&self) -> String {
        let unset = self.pieces.iter().map(|piece| match piece {
            Piece::Plain(text) => text.as_str(),
            Piece::Made { written, variables } if variables.len() == 1 => {
                let default = written.split_once(":-").map(|(_, default)| default.trim_end_matches('}'));
                default.unwrap_or_default()
            }
            // What has no default, or one of its own, is there.
            Piece::Made { .. } | Piece::Folder => "/1",
        });
        unset.collect()
    }

    /// Whether nothing is left of it where none of the caller's variables is set.
    #[must_use]
    pub fn vanishes(&self) -> bool {
        let vanishes =
            |piece: &Piece| matches!(piece, Piece::Made { written, .. } if written.ends_with(NOTHING));
        !self.pieces.is_empty() && self.pieces.iter().all(vanishes)
    }

    /// The word, of which no variable may be unset.
    #[must_use]
    pub fn demanding(self) -> Self {
        let demanded = self.pieces.into_iter().map(|piece| match piece {
            Piece::Made { written, variables } => match written.strip_suffix(NOTHING) {
                Some(front) => Piece::Made { written: format!("{front}}}"), variables },
                None => Piece::Made { written, variables },
            },
            piece => piece,
        });
        Self { pieces: demanded.collect(), secret: self.secret }
    }

    /// The word in the language of files: `${env.X}` for what is filled in, `$${` for a `${` that is meant.
    #[must_use]
    pub fn written(&self) -> String {
        let written = self.pieces.iter().map(|piece| match piece {
            Piece::Plain(text) => text.replace("${", "$${"),
            Piece::Made { written, .. } => written.clone(),
            Piece::Folder => "${env.PWD}".to_owned(),
        });
        written.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_written_and_what_is_meant_is_escaped() {
        for (text, want) in [
            (Text::from("a"), "a"),
            (Text::from("a ${b} $c $${d}"), "a $${b} $c $$${d}"),
            (Text::from("x=").joined(Text::variable("A", ":-b")).then("/c"), "x=${env.A:-b}/c"),
            (Text::known("home").then("/x:/y"), "${home}/x:/y"),
            (Text::folder().then("/x"), "${env.PWD}/x"),
        ] {
            assert_eq!(text.written(), want);
        }
    }

    #[test]
    fn the_callers_folder_is_the_files_in_options_that_take_paths() {
        let row = |name| Row::find(name).unwrap();
        for (name, rest, want) in [
            ("volume", ":/work", ".:/work"),
            ("volume", "/x:/y", "./x:/y"),
            ("volume", "-x:/y", "${env.PWD}-x:/y"),
            ("env-file", "/.env", "./.env"),
            ("workdir", "/x", "${env.PWD}/x"),
        ] {
            assert_eq!(Text::folder().then(rest).for_row(row(name)).written(), want);
        }
        for (front, rest, want) in [
            ("type=bind,src=", "/x,dst=/y", "type=bind,src=./x,dst=/y"),
            ("type=bind,source=", ",dst=/y", "type=bind,source=.,dst=/y"),
            ("source=", "-x,dst=/y", "source=${env.PWD}-x,dst=/y"),
            ("type=bind,dst=", "/x", "type=bind,dst=${env.PWD}/x"),
        ] {
            let word = Text::from(front).joined(Text::folder()).then(rest);
            assert_eq!(word.for_row(row("mount")).written(), want);
        }
    }

    #[test]
    fn words_are_cut_where_they_are_known() {
        let text = Text::from("A=b").joined(Text::variable("C", "")).then("=d");
        let (name, value) = text.split_once('=').unwrap();
        assert_eq!((name.plain(), value.written().as_str()), (Some("A"), "b${env.C}=d"));
        assert_eq!(text.strip_prefix("A=").unwrap().written(), "b${env.C}=d");
        assert!(Text::from("$").joined(Text::variable("C", "")).is_unwritable());
    }
}
