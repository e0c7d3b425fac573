//! CDI specifications: which devices the files of the engine's folders describe. Of YAML it reads the form in which
//! specifications are generated and written by hand, and says so of any other: such a file proves nothing.

use crate::host::Root;
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// Where CDI specifications are where an engine names no folder.
const FOLDERS: [&str; 2] = ["/etc/cdi", "/var/run/cdi"];

/// A file in one of the folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specification {
    /// Its path.
    pub path: String,
    /// What it describes; none where it may not be read, or is not understood.
    pub content: Option<Content>,
}

/// What a specification describes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Content {
    /// The kind of its devices: `nvidia.com/gpu`.
    pub kind: String,
    /// The names of its devices.
    #[serde(default, deserialize_with = "names")]
    pub devices: Vec<String>,
}

impl Specification {
    /// Whether its devices are of this kind.
    #[must_use]
    pub fn describes(&self, kind: &str) -> bool {
        self.content.as_ref().is_some_and(|content| content.kind == kind)
    }
}

/// The specifications of the folders, or of the usual ones where none is named, in order.
pub(super) fn specifications(root: &Root, folders: &[String]) -> Vec<Specification> {
    let usual = FOLDERS.map(str::to_owned);
    let folders = if folders.is_empty() { &usual[..] } else { folders };
    let mut found = Vec::new();
    for folder in folders {
        for name in super::machine::names(&root.path(folder)) {
            if [".yaml", ".json"].iter().any(|end| name.ends_with(end)) {
                let path = format!("{}/{name}", folder.trim_end_matches('/'));
                let content = read(&root.path(&path));
                found.push(Specification { path, content });
            }
        }
    }
    found
}

fn read(path: &Path) -> Option<Content> {
    parse(&fs::read_to_string(path).ok()?)
}

/// Reads a specification; none where it is not understood.
fn parse(text: &str) -> Option<Content> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).ok();
    }
    let mut reader = Reader::default();
    text.lines().try_for_each(|line| reader.line(line))?;
    reader.kind.map(|kind| Content { kind, devices: reader.devices })
}

/// The names of the devices, of which everything else is the engine's business.
fn names<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    struct Device {
        name: String,
    }
    let devices: Option<Vec<Device>> = Deserialize::deserialize(deserializer)?;
    Ok(devices.unwrap_or_default().into_iter().map(|device| device.name).collect())
}

/// Reads YAML line by line: keys of the document, and of the items of `devices`.
#[derive(Default)]
struct Reader {
    kind: Option<String>,
    devices: Vec<String>,
    is_in_devices: bool,
    /// The column of the dashes of `devices`, and that of their keys.
    columns: Option<(usize, usize)>,
    /// What is deeper than this is the text of a block, not keys.
    block: Option<usize>,
}

impl Reader {
    /// Takes a line. None for one that is not understood.
    fn line(&mut self, line: &str) -> Option<()> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let text = without_comment(line.trim());
        let is_marker = ["---", "..."].contains(&text) || text.starts_with('%');
        if text.is_empty() || is_marker || self.block.is_some_and(|block| indent > block) {
            return Some(());
        }
        self.block = text.ends_with(['|', '>']).then_some(indent).or_else(|| {
            let ends = ["|-", ">-", "|+", ">+"].iter().any(|end| text.ends_with(end));
            ends.then_some(indent)
        });
        if line[indent..].starts_with('\t') {
            return None;
        }
        match text.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
            Some(rest) => self.item(indent, rest),
            None if indent == 0 => self.top(text),
            None => self.key(indent, text),
        }
    }

    /// A key of the document.
    fn top(&mut self, text: &str) -> Option<()> {
        let (key, value) = pair(text)?;
        self.is_in_devices = key == "devices";
        match key.as_str() {
            "kind" => self.kind = Some(scalar(value)?),
            "devices" if !["", "[]", "null", "~"].contains(&value) => return None,
            _ => {}
        }
        Some(())
    }

    /// An item of a list, whose first key stands on the dash's line.
    fn item(&mut self, indent: usize, rest: &str) -> Option<()> {
        let column = indent + 1 + rest.len() - rest.trim_start().len();
        if !self.is_in_devices {
            return Some(());
        }
        let (dash, _) = *self.columns.get_or_insert((indent, column));
        if dash != indent {
            return Some(());
        }
        self.columns = Some((dash, column));
        match rest.trim() {
            // The keys stand on lines of their own: the first tells their column.
            "" => self.columns = Some((dash, 0)),
            first => return self.key(column, first),
        }
        Some(())
    }

    /// A key that is not the document's.
    fn key(&mut self, indent: usize, text: &str) -> Option<()> {
        let Some((dash, column)) = self.columns.filter(|_| self.is_in_devices) else { return Some(()) };
        let column = if column == 0 && indent > dash { indent } else { column };
        self.columns = Some((dash, column));
        if indent != column {
            return Some(());
        }
        let (key, value) = pair(text)?;
        if key == "name" {
            self.devices.push(scalar(value)?);
        }
        Some(())
    }
}

/// A line up to where a comment starts outside of quotes.
fn without_comment(text: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '#') if before == ' ' => return text[..at].trim_end(),
            (None, '"' | '\'') if [' ', '[', '{', ','].contains(&before) => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
        before = letter;
    }
    text
}

/// `key: value`; the value is empty where it stands on further lines.
fn pair(text: &str) -> Option<(String, &str)> {
    let (key, value) = text.split_once(": ").or_else(|| Some((text.strip_suffix(':')?, "")))?;
    Some((scalar(key.trim())?, value.trim()))
}

/// The text of a scalar on one line; none where it could be anything else.
fn scalar(text: &str) -> Option<String> {
    let quoted = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    match text.chars().next()? {
        '"' => quoted('"').filter(|text| !text.contains(['\\', '"'])).map(str::to_owned),
        '\'' => quoted('\'').map(|text| text.replace("''", "'")),
        '&' | '*' | '!' | '|' | '>' | '[' | '{' | '@' | '`' | '%' => None,
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Vec<String>)> {
        parse(text).map(|content| (content.kind, content.devices))
    }

    fn gpus(names: &[&str]) -> Option<(String, Vec<String>)> {
        Some(("nvidia.com/gpu".to_owned(), names.iter().map(|name| (*name).to_owned()).collect()))
    }

    /// The forms in which `nvidia-ctk cdi generate` and people write them.
    #[test]
    fn specifications_are_read() {
        let generated = "---\ncdiVersion: 0.5.0\ncontainerEdits:\n  env:\n  - NVIDIA_VISIBLE_DEVICES=void\n  hooks:\n  - args:\n    - nvidia-ctk\n    - hook\n    hookName: createContainer\n    path: /usr/bin/nvidia-ctk\ndevices:\n- containerEdits:\n    deviceNodes:\n    - path: /dev/nvidia0\n    hooks:\n    - args:\n      - name\n      name: no\n  name: \"0\"\n- containerEdits:\n    deviceNodes:\n    - path: /dev/nvidia0\n  name: GPU-1a2b\n- containerEdits: {}\n  name: all\nkind: nvidia.com/gpu\n";
        assert_eq!(read(generated), gpus(&["0", "GPU-1a2b", "all"]));
        let by_hand = "# mine\ncdiVersion: \"0.6.0\"\nkind: 'nvidia.com/gpu' # NVIDIA's\n\ndevices:\n    - name: all\n      containerEdits:\n        deviceNodes:\n            - path: /dev/dxg          # the one device\n              name: x\n    -\n        name: '0:1'\n        annotations:\n            name: y\n";
        assert_eq!(read(by_hand), gpus(&["all", "0:1"]));
        let block = "kind: nvidia.com/gpu\nannotations:\n  about: |\n    devices:\n    - name: no\ndevices:\n- name: a\n  annotations:\n    text: >-\n      name: no\n";
        assert_eq!(read(block), gpus(&["a"]));
        let json = r#"{"cdiVersion":"0.5.0","kind":"nvidia.com/gpu","devices":[{"name":"0","containerEdits":{}},{"name":"all"}]}"#;
        assert_eq!(read(json), gpus(&["0", "all"]));
        for empty in [
            "kind: nvidia.com/gpu\n",
            "kind: nvidia.com/gpu\ndevices: []\n",
            r#"{"kind":"nvidia.com/gpu","devices":null}"#,
        ] {
            assert_eq!(read(empty), gpus(&[]), "{empty}");
        }
    }

    /// What is not understood proves nothing: no device is said to be missing for it.
    #[test]
    fn what_is_not_understood_is_none() {
        for text in [
            "",
            "devices:\n- name: a\n",
            "kind: nvidia.com/gpu\ndevices: [{name: a}]\n",
            "kind: nvidia.com/gpu\ndevices:\n- {name: a}\n",
            "kind: nvidia.com/gpu\ndevices:\n- name: *other\n",
            "kind: nvidia.com/gpu\ndevices:\n- name: \"a\\x41\"\n",
            "kind: nvidia.com/gpu\ndevices:\n\t- name: a\n",
            "kind: &kind nvidia.com/gpu\n",
            "{\"kind\": 1}",
            "{",
            "some words\n",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
