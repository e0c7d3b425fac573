//! `Schema`: the variables that a service understands and how they go together, as a file says them. What a check
//! does is the business of `rules`.

use super::document::origin;
use super::read::{Entry, Node, Reader};
use crate::finding::{Code, Level};
use crate::options::Setting;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// What a service understands: `[schema.NAME]`, with what the service says beyond it.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Its variables.
    pub variables: BTreeMap<String, Variable>,
    /// How they go together.
    pub rules: Vec<Setting<Relation>>,
}

/// A variable that a service understands.
#[derive(Debug, Clone, Default)]
pub struct Variable {
    /// One line for people.
    pub about: Option<Setting<String>>,
    /// Whether its value is a secret.
    pub secret: Option<Setting<bool>>,
    /// What its value is; any text, unless said.
    pub kind: Option<Setting<VariableKind>>,
    /// The values that it takes; all of its kind, if none are said.
    pub values: Vec<Setting<String>>,
    /// Whether the service does not start without it.
    pub required: Option<Setting<bool>>,
    /// The launch option that it is easily taken for.
    pub unlike: Option<Setting<String>>,
    /// Values that are for development alone: what guides show, and what trusts everybody.
    pub development: Vec<Setting<String>>,
    /// Where it is written that it is so: a guide, with its line.
    pub source: Option<Setting<String>>,
}

/// What the value of a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number above zero, of 32 bits.
    Count,
    /// A port from 1 to 65535.
    Port,
    /// An IP address.
    Ip,
    /// A time above zero, which the service counts in milliseconds.
    Milliseconds,
    /// `true` or `false`.
    Boolean,
    /// A file in the container.
    Path,
    /// A URL, or several with commas between them.
    Url,
    /// The name of an image.
    Image,
    /// `TOKEN:ROLE,...`; the roles are the variable's values.
    Tokens,
}

/// The words of the kinds.
const KINDS: &[(&str, VariableKind)] = &[
    ("text", VariableKind::Text),
    ("integer", VariableKind::Integer),
    ("count", VariableKind::Count),
    ("port", VariableKind::Port),
    ("ip", VariableKind::Ip),
    ("milliseconds", VariableKind::Milliseconds),
    ("boolean", VariableKind::Boolean),
    ("path", VariableKind::Path),
    ("url", VariableKind::Url),
    ("image", VariableKind::Image),
    ("tokens", VariableKind::Tokens),
];

/// How much a rule's findings weigh, in its words.
const LEVELS: &[(&str, Level)] =
    &[("note", Level::Note), ("warning", Level::Warning), ("error", Level::Error)];

/// A check of what is said to a service, against itself or against the rest of the launch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relation {
    /// The check, by its name in `rules`.
    pub check: String,
    /// The variable that it looks at.
    pub variable: Option<String>,
    /// The argument of the command that it looks at: `--router-url`.
    pub argument: Option<String>,
    /// The folder of the container that it looks at.
    pub path: Option<String>,
    /// The network that it looks for.
    pub network: Option<String>,
    /// How much its findings weigh, where that is not the check's own word.
    pub level: Option<Level>,
    /// Where it is written that it is so: a guide, with its line.
    pub source: Option<String>,
    /// The variable and its value without which nothing is checked.
    pub when: Option<(String, String)>,
}

impl Schema {
    /// Lays what a higher file, or the service itself, says over this schema.
    pub(super) fn lay_over(&mut self, upper: Schema) {
        for (name, variable) in upper.variables {
            self.variables.entry(name).or_default().lay_over(variable);
        }
        for rule in upper.rules {
            if !self.rules.iter().any(|held| held.value == rule.value) {
                self.rules.push(rule);
            }
        }
    }
}

impl Variable {
    fn lay_over(&mut self, upper: Variable) {
        use super::document::replace;
        replace(&mut self.about, upper.about);
        replace(&mut self.secret, upper.secret);
        replace(&mut self.kind, upper.kind);
        replace(&mut self.required, upper.required);
        replace(&mut self.unlike, upper.unlike);
        replace(&mut self.source, upper.source);
        if !upper.values.is_empty() {
            self.values = upper.values;
        }
        self.development.extend(upper.development);
    }
}

impl Reader<'_> {
    /// `[schema.NAME]`.
    pub(super) fn schema(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> Schema {
        let mut schema = Schema::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "variable" => schema.variables = self.sections(key, value, Self::variable),
                "rule" => schema.rules = self.relations(key, value),
                _ => self.unknown_key(key, ["rule", "variable"].into_iter(), "a schema"),
            }
        }
        schema
    }

    /// `[service.S.variable.NAME]`, `[schema.S.variable.NAME]`.
    pub(super) fn variable(&mut self, _name: Entry<'_>, table: &DeTable<'_>) -> Variable {
        const KEYS: &[&str] =
            &["about", "development", "required", "secret", "source", "type", "unlike", "values"];
        let mut variable = Variable::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "about" => variable.about = self.text(key, value),
                "secret" => variable.secret = self.boolean(key, value),
                "required" => variable.required = self.boolean(key, value),
                "unlike" => variable.unlike = self.text(key, value),
                "values" => variable.values = self.list(key, value),
                "development" => variable.development = self.list(key, value),
                "source" => variable.source = self.text(key, value),
                "type" => variable.kind = self.kind(key, value),
                _ => self.unknown_key(key, KEYS.iter().copied(), "a variable"),
            }
        }
        variable
    }

    fn kind(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Setting<VariableKind>> {
        let word = self.text(key, value)?;
        let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == word.value) else {
            let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            let message = format!("a variable's type is one of {}", names.join(", "));
            self.fault(value.span(), Code::BadValue, &message, "no such type");
            return None;
        };
        Some(Setting { value: *kind, origin: word.origin })
    }

    /// `[[service.S.rule]]`, `[[schema.S.rule]]`.
    pub(super) fn relations(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
    ) -> Vec<Setting<Relation>> {
        self.tables(key, value, Self::relation)
    }

    /// An array of tables, each read by itself.
    pub(super) fn tables<T>(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Node<'_>,
        read: fn(&mut Self, Node<'_>, &DeTable<'_>) -> Option<T>,
    ) -> Vec<Setting<T>> {
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(key, value, "an array of tables");
            return Vec::new();
        };
        let tables = array.iter().filter_map(|item| {
            let table = self.table(key, item)?;
            let value = read(self, item, table)?;
            Some(Setting { value, origin: origin(self.source, item.span()) })
        });
        tables.collect()
    }

    fn relation(&mut self, item: Node<'_>, table: &DeTable<'_>) -> Option<Relation> {
        const KEYS: &[&str] =
            &["argument", "check", "level", "network", "path", "source", "variable", "when"];
        let (mut check, mut relation) = (None, Relation::default());
        let before = self.findings.len();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "check" => check = self.plain_text(key, value),
                "variable" => relation.variable = self.plain_text(key, value),
                "argument" => relation.argument = self.plain_text(key, value),
                "path" => relation.path = self.plain_text(key, value),
                "network" => relation.network = self.plain_text(key, value),
                "source" => relation.source = self.plain_text(key, value),
                "level" => relation.level = self.level(key, value),
                "when" => relation.when = self.condition(key, value),
                _ => self.unknown_key(key, KEYS.iter().copied(), "a rule"),
            }
        }
        if check.is_none() && self.findings.len() == before {
            self.fault(item.span(), Code::WrongType, "a rule needs `check`", "no check");
        }
        Some(Relation { check: check?, ..relation })
    }

    fn level(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<Level> {
        let word = self.plain_text(key, value)?;
        let known = LEVELS.iter().find(|(name, _)| *name == word).map(|(_, level)| *level);
        if known.is_none() {
            self.fault(
                value.span(),
                Code::BadValue,
                "a level is one of note, warning, error",
                "no such level",
            );
        }
        known
    }

    /// `VARIABLE=VALUE`, as after `-e`.
    fn condition(&mut self, key: &Spanned<DeString<'_>>, value: Node<'_>) -> Option<(String, String)> {
        let word = self.text(key, value)?;
        let pair = word.value.split_once('=');
        if pair.is_none() {
            self.fault(value.span(), Code::BadValue, "`when` is VARIABLE=VALUE", "no `=`");
        }
        pair.map(|(name, value)| (name.to_owned(), value.to_owned()))
    }
}
