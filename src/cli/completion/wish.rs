//! `Wish`: what a word is to be completed to, read off an offer and what is typed of it; and `Candidate`, a whole word
//! that comes of it.

use crate::options::Row;
use crate::values::{Names, Offer};

/// Candidates of one kind for one place in a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What of the word stands before the place.
    pub before: String,
    /// What is typed at the place.
    pub typed: String,
    /// What comes there.
    pub what: What,
    /// The letter that begins the next part, where one has to follow.
    pub end: Option<char>,
    /// What stands in the word already, and is not offered again.
    pub said: Vec<String>,
}

/// What comes to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// These words, each with a line for people.
    Words(Vec<(String, String)>),
    /// Names, which somebody else knows.
    Names(Names),
    /// Files and folders.
    Files,
    /// Folders.
    Folders,
}

/// A word that the word under the cursor may become.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The word, whole.
    pub word: String,
    /// One line for people, or nothing.
    pub help: String,
}

impl Candidate {
    /// Whether more has to follow before the word is one.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.word.ends_with([':', '=', ',', '/'])
    }
}

impl Wish {
    /// The candidates among these names: those that begin with what is typed, in their order.
    pub fn candidates(
        &self,
        names: impl IntoIterator<Item = (String, String)>,
    ) -> impl Iterator<Item = Candidate> {
        let fitting = names.into_iter().filter(|(name, _)| {
            let is_plain = !name.is_empty() && !name.chars().any(char::is_control);
            is_plain && name.starts_with(&self.typed) && !self.said.contains(name)
        });
        fitting.map(|(name, help)| {
            let end = self.end.map(String::from).unwrap_or_default();
            Candidate { word: format!("{}{name}{end}", self.before), help }
        })
    }
}

/// Words without help.
pub(super) fn words<W: Into<String>>(words: impl IntoIterator<Item = W>) -> What {
    What::Words(words.into_iter().map(|word| (word.into(), String::new())).collect())
}

/// A place in a word: what stands before it, and what is typed there.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) before: String,
    pub(super) typed: String,
    end: Option<char>,
    said: Vec<String>,
}

impl Place {
    /// What stands before the place, and what is typed there.
    pub(super) fn new(before: &str, typed: &str) -> Self {
        Self { before: before.to_owned(), typed: typed.to_owned(), end: None, said: Vec::new() }
    }

    /// The same place, where these are not offered again.
    pub(super) fn without(self, said: Vec<String>) -> Self {
        Self { said, ..self }
    }

    /// The wish for something at this place.
    pub(super) fn wish(&self, what: What) -> Wish {
        let Self { before, typed, end, said } = self.clone();
        Wish { before, typed, what, end, said }
    }

    /// The same place further on in what is typed.
    fn further(&self, count: usize) -> Self {
        let (before, typed) = self.typed.split_at(count);
        Self { before: format!("{}{before}", self.before), typed: typed.to_owned(), ..self.clone() }
    }

    /// The wishes that an offer comes to here; `row` spells the words of its form.
    pub(super) fn wishes(&self, offer: &Offer, row: Option<&Row>) -> Vec<Wish> {
        match offer {
            Offer::Form => row.map(|row| self.wish(words(row.spelled()))).into_iter().collect(),
            Offer::Words(known) => vec![self.wish(words(known.iter().copied()))],
            Offer::Names(names) => vec![self.wish(What::Names(*names))],
            Offer::Files => vec![self.wish(What::Files)],
            Offer::Folders => vec![self.wish(What::Folders)],
            Offer::Any(offers) => offers.iter().flat_map(|offer| self.wishes(offer, row)).collect(),
            Offer::Behind(front, offer) => match self.typed.starts_with(front) {
                true => self.further(front.len()).wishes(offer, row),
                false => vec![self.wish(words([*front]))],
            },
            Offer::Parts(between, offers) => {
                let part = offers.get(self.typed.matches(*between).count());
                let start = self.typed.rfind(*between).map_or(0, |at| at + between.len_utf8());
                part.map(|offer| self.further(start).wishes(offer, row)).unwrap_or_default()
            }
            Offer::Begun(end, offer) => Self { end: Some(*end), ..self.clone() }.wishes(offer, row),
            Offer::List(offer) => {
                let start = self.typed.rfind(',').map_or(0, |at| at + 1);
                let said = self.typed[..start].split_terminator(',').map(str::to_owned).collect();
                Self { said, ..self.further(start) }.wishes(offer, row)
            }
            Offer::Fields(after) => {
                let start = self.typed.rfind(',').map_or(0, |at| at + 1);
                let said: Vec<&str> = self.typed[..start].split_terminator(',').collect();
                let field = self.further(start);
                let fields = after(&said);
                match field.typed.split_once('=') {
                    None => vec![field.wish(words(fields.iter().map(|field| field.name)))],
                    Some((name, _)) => {
                        let known = fields.iter().find(|known| known.name.strip_suffix('=') == Some(name));
                        let value = field.further(name.len() + 1);
                        known.map(|known| value.wishes(&known.value, row)).unwrap_or_default()
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is offered for a value without any names: the words that are known by themselves.
    fn offered(option: &str, typed: &str) -> Vec<String> {
        let row = Row::find(option).unwrap();
        let wishes = Place::new("", typed).wishes(&row.offer, Some(row));
        let mut all: Vec<String> = Vec::new();
        for wish in wishes {
            match &wish.what {
                What::Words(words) => {
                    all.extend(wish.candidates(words.clone()).map(|candidate| candidate.word));
                }
                What::Names(names) => all.push(format!("{}<{names:?} {}>", wish.before, wish.typed)),
                What::Files => all.push(format!("{}<files {}>", wish.before, wish.typed)),
                What::Folders => all.push(format!("{}<folders {}>", wish.before, wish.typed)),
            }
        }
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn a_value_is_offered_part_by_part() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("network", "h", &["<Networks h>", "host"]),
            ("network", "container:a", &["<Networks container:a>", "container:<Running a>"]),
            ("network", "name=b", &["<Networks name=b>", "name=<Networks b>"]),
            ("volumes-from", "a", &["<Containers a>"]),
            ("volumes-from", "a:r", &["a:ro", "a:rw"]),
            ("volume", "da", &["<Volumes da>", "<files da>"]),
            ("volume", "data:/x", &[]),
            ("volume", "data:/x:ro,no", &["data:/x:ro,nocopy"]),
            (
                "volume",
                "data:/x:ro,r",
                &["data:/x:ro,rprivate", "data:/x:ro,rshared", "data:/x:ro,rslave", "data:/x:ro,rw"],
            ),
            (
                "mount",
                "",
                &[
                    "readonly",
                    "source=",
                    "src=",
                    "target=",
                    "type=",
                    "volume-driver=",
                    "volume-label=",
                    "volume-nocopy",
                    "volume-opt=",
                    "volume-subpath=",
                ],
            ),
            ("mount", "type=b", &["type=bind,"]),
            ("mount", "type=bind,so", &["type=bind,source="]),
            ("mount", "type=bind,source=./m", &["type=bind,source=<files ./m>"]),
            ("mount", "type=volume,src=d", &["type=volume,src=<Volumes d>"]),
            (
                "mount",
                "type=tmpfs,target=/x,",
                &["type=tmpfs,target=/x,tmpfs-mode=", "type=tmpfs,target=/x,tmpfs-size="],
            ),
            (
                "mount",
                "type=bind,bind-propagation=rs",
                &["type=bind,bind-propagation=rshared", "type=bind,bind-propagation=rslave"],
            ),
            ("security-opt", "se", &["seccomp="]),
            ("security-opt", "seccomp=u", &["seccomp=<files u>", "seccomp=unconfined"]),
            ("gpus", "0,", &["0,<Gpus >"]),
            ("gpus", "device=0", &["<Gpus device=0>", "device=<Gpus 0>"]),
            ("tmpfs", "/x", &[]),
            ("tmpfs", "/x:no", &["/x:nodev", "/x:noexec", "/x:nosuid"]),
            ("add-host", "me:", &["me:host-gateway"]),
            ("publish", "target=80,pro", &["<Ports target=80,pro>", "target=80,protocol="]),
            ("restart", "on", &["on-failure"]),
            ("hf-home", "n", &["<folders n>", "none"]),
        ];
        for (option, typed, want) in cases {
            assert_eq!(offered(option, typed), *want, "--{option} {typed}");
        }
    }
}
