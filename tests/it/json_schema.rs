//! The JSON Schema of a file, `dynrun schema`: held to the files that are built in, to those of the documents, to every
//! form of every option, and to the invalid samples.

use crate::bad;
use crate::common::{Test, expected};
use crate::config_forms::FORMS;
use crate::options::samples as options;
use boon::{Compiler, Draft, SchemaIndex, Schemas};
use dynrun::options::{Kind, Row};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The schema, ready to be held against a file.
struct Schema {
    schemas: Schemas,
    whole: SchemaIndex,
}

impl Schema {
    fn read() -> Self {
        const NAME: &str = "https://dynrun.invalid/schema.json";
        let text = Test::new().args(["schema"]).any_stdout().run().stdout;
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        compiler.set_default_draft(Draft::V7);
        compiler.add_resource(NAME, serde_json::from_str(&text).unwrap()).unwrap();
        let whole = compiler.compile(NAME, &mut schemas).unwrap();
        Self { schemas, whole }
    }

    /// What is wrong with a file.
    fn fault(&self, text: &str) -> Option<String> {
        let table: toml::Table = text.parse().unwrap();
        let file = json(&toml::Value::Table(table));
        self.schemas.validate(&file, self.whole).err().map(|error| format!("{error}"))
    }
}

/// A file as an editor hands it to a schema.
fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(is_true) => (*is_true).into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of configuration among those of `profiles/`; the others are data of other kinds.
#[test]
fn what_is_built_in_fits() {
    const DATA: &[&str] =
        &["gpus.toml", "log-drivers.toml", "machine.toml", "ports.toml", "secrets.toml", "urls.toml"];
    let schema = Schema::read();
    for entry in fs::read_dir(root().join("profiles")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !DATA.contains(&name) {
            assert_eq!(schema.fault(&fs::read_to_string(&path).unwrap()), None, "{name}");
        }
    }
}

/// A value that no word of it is, and a boolean never.
#[test]
fn a_size_is_no_switch() {
    let schema = Schema::read();
    for (line, fits) in [
        ("memory = \"1g\"", true),
        ("memory = 536870912", true),
        ("memory = true", false),
        ("rm = true", true),
        ("tty = true", true),
        ("tty = \"auto\"", true),
        ("env.A = true", true),
    ] {
        assert_eq!(schema.fault(&format!("[service.a]\n{line}\n")).is_none(), fits, "{line}");
    }
}

/// The blocks ```` ```toml ```` of a document.
fn blocks(text: &str) -> Vec<String> {
    let parts = text.split("```toml\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// Every block of every document is a file that dynrun takes, and that fits the schema.
#[test]
fn the_documents_files_are_taken_and_fit() {
    let schema = Schema::read();
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut count = 0;
    for path in
        docs.chain([root().join("README.md")]).filter(|path| path.extension().is_some_and(|end| end == "md"))
    {
        for block in blocks(&fs::read_to_string(&path).unwrap()) {
            count += 1;
            assert_eq!(schema.fault(&block), None, "{}:\n{block}", path.display());
            let test = Test::new().bytes("f.toml", block.as_bytes()).env("HF_TOKEN", "x");
            let output =
                test.args(["profile", "--config", "f.toml"]).any_stdout().any_stderr().any_status().run();
            assert_eq!(output.stderr, "", "{}:\n{block}", path.display());
        }
    }
    assert!(count >= 10, "{count} blocks");
}

/// Every long form and every other name, in a service, a profile, a profile's service and an arm of `when`.
#[test]
fn every_form_fits() {
    let schema = Schema::read();
    for (lines, _) in FORMS {
        let in_section = |section: &str| format!("[{section}]\n{}\n", lines.replace("service.s", section));
        for section in ["service.s", "profile.p", "profile.p.service.s", "service.s.when.detach.true"] {
            let own = lines.starts_with("[") && lines.contains("[service.s.build");
            if !own {
                assert_eq!(schema.fault(&in_section(section)), None, "{section}: {lines}");
            }
        }
    }
}

/// Every option, as a word, in a list, and as a value of its own type.
#[test]
fn every_option_fits() {
    let schema = Schema::read();
    for (name, word) in options() {
        let row = Row::find(name).unwrap();
        let word = toml::Value::String(word.to_owned());
        let mut values = vec![word.clone()];
        match row.kind {
            Kind::Many => values.push(toml::Value::Array(vec![word.clone(), word])),
            Kind::Switch => values.push(toml::Value::Boolean(true)),
            Kind::One => {}
        }
        values.push(toml::Value::String(format!("${{env.X:-{}}}", values[0].as_str().unwrap())));
        for value in values {
            for name in [name.to_owned(), name.replace('-', "_")] {
                let options = toml::Table::from_iter([(name.clone(), value.clone())]);
                let service = toml::Table::from_iter([("s".to_owned(), toml::Value::Table(options))]);
                let file = toml::Table::from_iter([("service".to_owned(), toml::Value::Table(service))]);
                let file = json(&toml::Value::Table(file));
                let fault = schema.schemas.validate(&file, schema.whole).err();
                assert!(fault.is_none(), "{name} = {value:?}: {}", fault.unwrap());
            }
        }
    }
}

/// What a schema can see of the invalid samples, it refuses: every unknown key, and every wrong type but one that
/// hangs on more than one value.
#[test]
fn what_can_be_seen_is_refused() {
    let schema = Schema::read();
    let mut text =
        String::from("# The invalid samples that are TOML, and whether the schema refuses them.\n");
    for (name, bytes) in bad::samples() {
        let Ok(file) = String::from_utf8(bytes) else { continue };
        if file.parse::<toml::Table>().is_err() {
            continue;
        }
        let is_refused = schema.fault(&file).is_some();
        let _ = writeln!(text, "{name}: {}", if is_refused { "refused" } else { "not seen" });
        let told = fs::read_to_string(root().join(format!("tests/bad/{name}.txt"))).unwrap();
        if told.starts_with("error[unknown-key]") {
            assert!(is_refused, "{name} is not refused");
        }
    }
    expected("schema-refuses.txt", &text);
}
