//! `Row`: one option of the table, with everything that is known of it and what can be done with its field.

use super::{Layer, ROWS, Slot};
use crate::finding::{Code, Finding, Origin, Place};
use crate::values::{Offer, Power, Roots, SecretNames, Value, ValueError};
use std::path::Path;

/// How often an option may be said, and whether it needs a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On or off; a word only after `=`.
    Switch,
    /// One value; the last one said counts.
    One,
    /// A collection.
    Many,
}

/// The headings of help, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// What is launched, and how.
    General,
    /// Inference engines: images, workspace, models.
    Inference,
    /// Networks, ports and names.
    Network,
    /// Variables of the container.
    Environment,
    /// Volumes and memory file systems.
    Storage,
    /// Limits.
    Resources,
    /// Accelerators.
    Gpu,
    /// Rights.
    Security,
    /// How the engine asks whether the container is well.
    Health,
    /// Where the container's output is kept.
    Logging,
    /// Start, end and restart.
    Lifecycle,
    /// What others read of the container.
    Metadata,
}

impl Heading {
    /// The heading's words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Inference => "Inference",
            Self::Network => "Network",
            Self::Environment => "Environment",
            Self::Storage => "Storage",
            Self::Resources => "Resources",
            Self::Gpu => "GPU",
            Self::Security => "Security",
            Self::Health => "Health",
            Self::Logging => "Logging",
            Self::Lifecycle => "Lifecycle",
            Self::Metadata => "Metadata",
        }
    }
}

/// A value as it may be shown, and where it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The word, without secrets.
    pub text: String,
    /// Where it was said.
    pub origin: Origin,
}

type Put = fn(&mut Layer, &str, Roots<'_>, Origin) -> Result<(), ValueError>;

/// What can be done with the row's field of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Slots {
    /// Reads a word into the field.
    pub put: Put,
    /// What the field says, for any reader's eyes.
    pub said: fn(&Layer, &SecretNames) -> Vec<Said>,
    /// The place in a file that says the field.
    pub place: fn(&Layer) -> Option<Place>,
    /// The words that say the field again; they may hold secrets.
    pub words: fn(&Layer) -> Vec<String>,
    /// What the field gives to the container beyond its own walls.
    pub powers: fn(&Layer) -> Vec<(Power, Origin)>,
    /// Lays a higher layer's field over a lower one's.
    pub lay_over: fn(&mut Layer, &Layer),
    /// Unsays the field.
    pub clear: fn(&mut Layer),
}

/// One option.
#[derive(Debug)]
pub struct Row {
    /// The long flag, TOML key, and name everywhere.
    pub name: &'static str,
    /// One line of help, without a period.
    pub help: &'static str,
    /// The short flag.
    pub short: Option<char>,
    /// Further long flags.
    pub aliases: &'static [&'static str],
    /// The lists as which a file may say its one value; none where it may not.
    pub lists: Option<&'static str>,
    /// How often it may be said.
    pub kind: Kind,
    /// The form of its value: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`.
    pub form: &'static str,
    /// Its place in help.
    pub heading: Heading,
    /// Whether the option is dynrun's own: `docker run` has none of that name.
    pub is_own: bool,
    /// The separator between key and value where a TOML table is taken.
    pub pair: Option<char>,
    /// Whether errors may quote its words.
    pub quotable: bool,
    /// What a shell completes its value to.
    pub offer: Offer,
    /// What the option can do with its field of a layer.
    pub slots: Slots,
    pub(super) power: PowerRule,
}

/// Where the powers of an option's values come from.
#[derive(Debug, Clone, Copy)]
pub(super) enum PowerRule {
    Value,
    Everything,
    None,
}

impl Row {
    /// A row with what its slot's type tells.
    pub(super) const fn new<S: Slot>(
        name: &'static str,
        help: &'static str,
        heading: Heading,
        slots: Slots,
    ) -> Self {
        Self {
            name,
            help,
            short: None,
            aliases: &[],
            lists: None,
            kind: S::KIND,
            form: <S::Value as Value>::FORM,
            heading,
            is_own: false,
            pair: <S::Value as Value>::PAIR,
            quotable: <S::Value as Value>::QUOTABLE,
            offer: <S::Value as Value>::OFFER,
            slots,
            power: PowerRule::Value,
        }
    }

    /// Marks an option that `docker run` does not have.
    pub(super) const fn own(mut self) -> Self {
        self.is_own = true;
        self
    }

    /// Names the value where its type's form says too little.
    pub(super) const fn value_name(mut self, name: &'static str) -> Self {
        self.form = name;
        self
    }

    /// Names the lists of words as which a file may say the value. It is written as JSON then.
    pub(super) const fn lists(mut self, forms: &'static str) -> Self {
        self.lists = Some(forms);
        self
    }

    /// Says what a shell completes the value to, where its type says too little.
    pub(super) const fn offers(mut self, offer: Offer) -> Self {
        self.offer = offer;
        self
    }

    /// Marks a switch that takes every wall down when it is on.
    pub(super) const fn everything(mut self) -> Self {
        self.power = PowerRule::Everything;
        self
    }

    /// Marks an option that only takes rights away.
    pub(super) const fn harmless(mut self) -> Self {
        self.power = PowerRule::None;
        self
    }

    /// The row of this name or alias.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.name == name || row.aliases.contains(&name))
    }

    /// The words that the form of the value spells out: `host` and `container:` of `host|container:NAME|NETWORK`.
    #[must_use]
    pub fn spelled(&self) -> Vec<String> {
        let mut depth = 0;
        let mut required = self.form.to_owned();
        required.retain(|letter| {
            depth += i32::from(letter == '[');
            let is_required = depth == 0;
            depth -= i32::from(letter == ']');
            is_required
        });
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        let alternatives = required.split('|').map(|way| match way.split_once(':') {
            Some((word, _)) => (word, ":"),
            None => (way, ""),
        });
        alternatives.filter(|(word, _)| is_word(word)).map(|(word, end)| format!("{word}{end}")).collect()
    }

    /// The environment variable that says the option: `DYNRUN_ENV_FILE`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("DYNRUN_{}", self.name.to_ascii_uppercase().replace('-', "_"))
    }

    /// What the option gives to the container beyond its own walls, with where each was said.
    #[must_use]
    pub fn powers(&self, layer: &Layer) -> Vec<(Power, Origin)> {
        match self.power {
            PowerRule::Value => (self.slots.powers)(layer),
            PowerRule::None => Vec::new(),
            PowerRule::Everything => {
                let said = (self.slots.said)(layer, &SecretNames::default());
                let on = said.into_iter().filter(|said| said.text == "true");
                on.map(|said| (Power::Everything, said.origin)).collect()
            }
        }
    }

    /// Whether a word of the command line is a value of the option.
    #[must_use]
    pub fn takes(&self, word: &str) -> bool {
        let roots = Roots { base: Path::new("/"), home: None };
        (self.slots.put)(&mut Layer::default(), word, roots, Origin::Flag(self.name.to_owned())).is_ok()
    }

    /// The finding for a word, said there, that is not a value of the option. One with credentials was meant for another
    /// option, and is not to be repeated in pieces; what would be refused, too, is no suggestion.
    #[must_use]
    pub fn bad_value(&self, word: &str, error: &ValueError, origin: &Origin) -> Finding {
        let said = match origin {
            Origin::Variable(name) => name.clone(),
            Origin::Flag(_) | Origin::File(_) | Origin::Rule(_) => format!("--{}", self.name),
        };
        let finding = Finding::error(Code::BadValue, format!("{said}: {}", error.problem));
        let shown = SecretNames::default().without_credentials(word);
        let finding = finding.asked(self.asked(&shown, origin), origin);
        let meant = error.suggestion.as_ref().filter(|meant| shown == word && self.takes(meant));
        let finding = match meant {
            Some(suggestion) => finding.help(format!("did you mean {}?", self.asked(suggestion, origin))),
            None => finding,
        };
        finding.help(format!("the accepted form is {}", self.form))
    }

    /// The option as it was said there, for an error: `-p 9999:9999`, `publish = "9999:9999"`. A word that
    /// could hold a secret is left out.
    #[must_use]
    pub fn asked(&self, word: &str, origin: &Origin) -> String {
        let word = if self.quotable { word } else { "***" };
        let is_bare = !word.is_empty() && !word.contains(char::is_whitespace);
        match origin {
            Origin::Flag(spelling) if !is_bare => format!("{spelling} '{word}'"),
            // A switch is mostly said without a word, and means the same then.
            Origin::Flag(spelling) if self.kind == Kind::Switch && word == "true" => spelling.clone(),
            Origin::Flag(spelling) if self.kind == Kind::Switch => format!("{spelling}={word}"),
            Origin::Flag(spelling) => format!("{spelling} {word}"),
            Origin::Variable(name) => format!("{name}={word}"),
            Origin::File(_) | Origin::Rule(_) => match (self.kind, word) {
                (Kind::Switch, "true" | "false") => format!("{} = {word}", self.name),
                (Kind::Switch | Kind::One | Kind::Many, _) => format!("{} = {word:?}", self.name),
            },
        }
    }
}
