//! The JSON Schema of a configuration file, for editors: made from the table of options and from the keys of the
//! sections, by which files are read.

use super::keys::{Form, KeyShape, Shape};
use super::long;
use super::read::ARM;
use super::sections::FILE;
use crate::options::{Kind, ROWS, Row};
use serde_json::{Map, Value, json};

/// The form of a switch that is on or off, and nothing else.
const ON_OR_OFF: &str = "true|false";

/// The words of a switch.
const SWITCH: [&str; 12] = ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];

/// What `when` refers to.
const WHEN: &str = "when";

/// The schema of a whole file, draft 7.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = Schema::default();
    let file = schema.object(&FILE.shape());
    let options = ROWS.iter().map(|row| (option_name(row), option(row, &mut schema)));
    let options: Vec<(String, Value)> = options.collect();
    let longs: Vec<(String, Value)> =
        long::longs().map(|long| (long_name(long.name), schema.described(long.about, long.form))).collect();
    schema.definitions.extend(options.into_iter().chain(longs));
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    whole.insert("title".to_owned(), json!("A configuration file of dynrun's"));
    whole.extend(file);
    whole.insert("definitions".to_owned(), Value::Object(schema.definitions));
    Value::Object(whole)
}

fn option_name(row: &Row) -> String {
    format!("option-{}", row.name)
}

fn long_name(name: &str) -> String {
    format!("keys-{name}")
}

/// A reference to a definition.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

/// A word, as a flag takes it.
fn word() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn list_of(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn table_of(values: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

/// One of these words; or one that is filled in, or that the option knows in capitals, or as nothing.
fn one_of(words: &[impl AsRef<str>]) -> Value {
    one_of_or(words, &[])
}

/// The same, or a word that begins so: `container:`.
fn one_of_or(words: &[impl AsRef<str>], begun: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let begun: String = begun.iter().map(|begun| format!("|^{begun}.")).collect();
    let pattern = format!("^$|[A-Z]|\\$\\{{{begun}");
    json!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": pattern }] })
}

/// The schema so far.
#[derive(Default)]
struct Schema {
    /// What is referred to by name: the sections with launch options, and the options.
    definitions: Map<String, Value>,
}

impl Schema {
    /// What a key holds.
    fn form(&mut self, form: Form) -> Value {
        match form {
            Form::Text => json!({ "type": "string" }),
            Form::Boolean => json!({ "type": "boolean" }),
            Form::Word => word(),
            Form::Words => json!({ "anyOf": [{ "type": "string" }, list_of(&word())] }),
            Form::Pairs => json!({ "anyOf": [table_of(&word()), list_of(&word())] }),
            Form::Lists => table_of(&self.form(Form::Words)),
            Form::OneOf(words) => one_of(&words()),
            Form::Table(shape) => self.section(&shape()),
            Form::Named(shape) => table_of(&self.section(&shape())),
            Form::List(shape) => list_of(&self.section(&shape())),
            Form::When => self.when(),
            Form::Any(forms) => {
                let forms: Vec<Value> = forms.iter().map(|form| self.form(*form)).collect();
                json!({ "anyOf": forms })
            }
            Form::Nothing => json!(false),
        }
    }

    fn described(&mut self, about: &str, form: Form) -> Value {
        let mut value = self.form(form);
        if let Value::Object(object) = &mut value
            && !object.contains_key("$ref")
        {
            object.insert("description".to_owned(), json!(about));
        }
        value
    }

    /// A section: by reference where it takes launch options, which are many.
    fn section(&mut self, shape: &Shape) -> Value {
        if !shape.takes_options {
            return Value::Object(self.object(shape));
        }
        let name = shape.title.replace(['\'', '`'], "").replace(' ', "-");
        if !self.definitions.contains_key(&name) {
            // A section that holds itself, as an arm in an arm would, refers to what is being made.
            self.definitions.insert(name.clone(), Value::Null);
            let object = self.object(shape);
            self.definitions.insert(name.clone(), Value::Object(object));
        }
        reference(&name)
    }

    /// A table with these keys, and no others.
    fn object(&mut self, shape: &Shape) -> Map<String, Value> {
        let mut properties = Properties::default();
        for key in &shape.keys {
            let value = self.described(key.about, key.form);
            properties.add(key.name, key.also.iter().copied(), &value);
        }
        if shape.takes_options {
            let own = |name: &str| shape.keys.iter().any(|key| key.name == name);
            for row in ROWS.iter().filter(|row| !own(row.name)) {
                let names = row.aliases.iter().copied().chain(long::of(row));
                properties.add(row.name, names, &reference(&option_name(row)));
            }
            for long in long::longs() {
                properties.add(long.name, std::iter::empty(), &reference(&long_name(long.name)));
            }
        }
        let mut object = properties.object();
        let needed = shape.needed.iter().filter_map(|name| shape.keys.iter().find(|key| key.name == *name));
        let needed: Vec<Value> = needed.map(required).collect();
        if !needed.is_empty() {
            object.insert("allOf".to_owned(), json!(needed));
        }
        object
    }

    /// `when.OPTION.WORD`.
    fn when(&mut self) -> Value {
        if !self.definitions.contains_key(WHEN) {
            let arms = table_of(&self.section(&ARM.shape()));
            self.definitions.insert("arms".to_owned(), arms);
            let mut properties = Properties::default();
            for row in ROWS.iter().filter(|row| row.kind != Kind::Many) {
                properties.add(row.name, row.aliases.iter().copied(), &reference("arms"));
            }
            self.definitions.insert(WHEN.to_owned(), Value::Object(properties.object()));
        }
        reference(WHEN)
    }
}

/// A key that has to be there, under one of its names.
fn required(key: &KeyShape) -> Value {
    let names = std::iter::once(key.name).chain(key.also.iter().copied());
    let spellings = names.flat_map(|name| {
        let underscored = name.contains('-').then(|| name.replace('-', "_"));
        std::iter::once(name.to_owned()).chain(underscored)
    });
    let ways: Vec<Value> = spellings.map(|name| json!({ "required": [name] })).collect();
    json!({ "anyOf": ways })
}

/// The keys of a table, each under all of its names.
#[derive(Default)]
struct Properties {
    /// By the names that an editor offers.
    named: Map<String, Value>,
    /// By their further names, and with underscores.
    further: Map<String, Value>,
}

impl Properties {
    fn add<'n>(&mut self, name: &str, also: impl Iterator<Item = &'n str>, value: &Value) {
        self.named.insert(name.to_owned(), value.clone());
        let also: Vec<&str> = also.collect();
        if also.is_empty() && !name.contains('-') {
            return;
        }
        let all: Vec<String> =
            std::iter::once(name).chain(also).map(|name| name.replace('-', "[-_]")).collect();
        self.further.insert(format!("^({})$", all.join("|")), value.clone());
    }

    fn object(self) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("type".to_owned(), json!("object"));
        object.insert("additionalProperties".to_owned(), json!(false));
        object.insert("properties".to_owned(), Value::Object(self.named));
        if !self.further.is_empty() {
            object.insert("patternProperties".to_owned(), Value::Object(self.further));
        }
        object
    }
}

/// What a launch option takes: a word, a list of words, and its long forms.
fn option(row: &Row, schema: &mut Schema) -> Value {
    let one = value(row);
    let item = long::item(row).map(|item| schema.section(&(item.shape)()));
    let mut ways = vec![one.clone()];
    let items: Vec<Value> = std::iter::once(one).chain(item.clone()).collect();
    match row.kind {
        Kind::Many => ways.push(list_of(&json!({ "anyOf": items }))),
        Kind::One if row.lists.is_some() => ways.push(list_of(&word())),
        Kind::One if long::takes_list(row) => {
            ways.push(json!({ "type": "array", "items": { "anyOf": items }, "maxItems": 1 }));
        }
        Kind::One | Kind::Switch => {}
    }
    ways.extend(item);
    let named = long::named(row).map(|named| schema.form(named.form));
    let pairs = row.pair.filter(|_| row.kind == Kind::Many).map(|_| word());
    ways.extend(named.or(pairs).map(|value| table_of(&value)));
    json!({ "description": row.help.trim(), "anyOf": ways })
}

/// One word of an option.
fn value(row: &Row) -> Value {
    match row.kind {
        Kind::Switch if row.form == ON_OR_OFF => {
            json!({ "anyOf": [{ "type": "boolean" }, one_of(&SWITCH)] })
        }
        Kind::Switch => match closed(row) {
            Some((mut words, begun)) => {
                words.extend(SWITCH.iter().filter(|word| !["true", "false"].contains(word)));
                json!({ "anyOf": [{ "type": "boolean" }, one_of_or(&words, &begun)] })
            }
            None => json!({ "type": ["boolean", "string"] }),
        },
        Kind::One | Kind::Many => match closed(row) {
            Some((words, begun)) => one_of_or(&words, &begun),
            None if row.takes("true") => word(),
            None => json!({ "type": ["string", "number"] }),
        },
    }
}

/// The words of an option that takes no others, and how its longer ones begin: `container:` of `container:NAME`,
/// `on-failure:` of `on-failure[:RETRIES]`.
fn closed(row: &Row) -> Option<(Vec<&'static str>, Vec<&'static str>)> {
    let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let (mut words, mut begun) = (Vec::new(), Vec::new());
    for part in row.form.split('|') {
        let (head, is_optional) = match part.split_once("[:") {
            Some((head, _)) => (head, true),
            None => (part.split_once(':').map_or(part, |(head, _)| head), false),
        };
        if head.is_empty() || !is_word(head) {
            return None;
        }
        if is_optional || head == part {
            words.push(head);
        }
        if head != part {
            begun.push(part.get(..=head.len()).filter(|_| !is_optional).unwrap_or(head));
        }
    }
    (words.len() > 1).then_some((words, begun))
}
