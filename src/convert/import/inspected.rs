//! An inspected container into a section: what its image says itself, and what the engine fills in where nobody says
//! anything, is no part of it.

use super::untold::untold;
use super::{Reading, Section, Text, left_out};
use crate::finding::{Findings, Origin};
use crate::options::{Layer, Row};
use crate::values::Roots;
use serde_json::Value;

/// Options, each with its words.
pub type OptionWords = Vec<(&'static str, Vec<String>)>;

/// What `docker inspect` tells of a container, and of its image where that is known.
#[derive(Debug)]
pub struct Inspected<'a> {
    /// The container as the engine tells of it.
    pub container: &'a Value,
    /// Its options, as words.
    pub options: OptionWords,
    /// The image, and what it says itself, as words.
    pub image: Option<(&'a Value, OptionWords)>,
    /// Who says the namespace of its control groups: the engine fills in a word where nobody says one.
    pub cgroupns: Cgroupns,
    /// The file, or the engine, that tells of it.
    pub origin: Origin,
}

/// Who says the namespace of a container's control groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cgroupns {
    /// Its label tells that nobody did: the engine did it by itself.
    Unsaid,
    /// Somebody, where it is another word than the engine's own.
    Other(&'static str),
    /// Nothing tells: with control groups of version 1 the engine says `host` by itself, with version 2 `private`.
    Unknown,
}

impl Cgroupns {
    /// By the options that dynrun's label keeps, where it launched the container, and by the engine's own word, where it
    /// is known.
    #[must_use]
    pub fn of(container: &Value, own: Option<&'static str>) -> Self {
        let options = kept_options(container);
        match own {
            _ if options.is_object() && options["cgroupns"].is_null() => Self::Unsaid,
            Some(own) => Self::Other(own),
            None if options.is_object() => Self::Other(""),
            None => Self::Unknown,
        }
    }
}

/// The options that dynrun's label keeps of the launch; null where dynrun did not launch it.
#[must_use]
pub fn kept_options(container: &Value) -> Value {
    let label = container["Config"]["Labels"]["dev.dynrun.options"].as_str();
    label.and_then(|label| serde_json::from_str(label).ok()).unwrap_or_default()
}

/// What the engine says of a container where nobody says anything.
const UNSAID: &[(&str, &str)] = &[
    ("network", "default"),
    ("network", "bridge"),
    ("shm-size", "64m"),
    ("memory-swappiness", "-1"),
    ("runtime", "runc"),
    ("ipc", "private"),
    ("isolation", "default"),
    ("log-driver", "json-file"),
    ("restart", "no"),
];

/// Options of which the image may say the same, as a whole; of these, nothing is said again.
const OF_IMAGE: [&str; 10] = [
    "user",
    "workdir",
    "stop-signal",
    "no-healthcheck",
    "health-cmd",
    "health-interval",
    "health-timeout",
    "health-start-period",
    "health-start-interval",
    "health-retries",
];

/// Lists to which the image adds its own.
const WITH_IMAGES: [&str; 4] = ["env", "label", "expose", "volume"];

/// The beginnings of labels that another program keeps its books in.
const BOOKS: [&str; 4] = ["dev.dynrun.", "com.docker.compose.", "io.podman.", "nerdctl/"];

/// Reads an inspected container into a section.
///
/// # Errors
/// A word of it is none that dynrun takes.
pub fn inspected(
    it: &Inspected<'_>,
    reading: Reading<'_>,
    findings: &mut Findings,
) -> Result<Section, Findings> {
    let mut section = Section::default();
    let mut faults = Findings::new();
    it.each_word(reading.roots, findings, |row, word, findings| {
        let spelling = format!("--{}", row.name);
        let said = section.say(row, &Text::from(word), (&spelling, &it.origin), reading, findings);
        faults.extend(said.err());
    });
    let command = it.command().into_iter().map(Text::from).collect();
    section.command(command, &it.origin, reading.secrets, findings);
    it.rest(findings);
    if faults.is_empty() { Ok(section) } else { Err(faults) }
}

/// The word as its option writes it; as it is, where it is none.
fn normal(row: &Row, word: &str, roots: Roots<'_>) -> String {
    let mut layer = Layer::default();
    let put = (row.slots.put)(&mut layer, word, roots, Origin::Rule("inspected"));
    let written = put.ok().and_then(|()| (row.slots.words)(&layer).pop());
    written.unwrap_or_else(|| word.to_owned())
}

impl Inspected<'_> {
    /// What was said at its launch: each word as its option writes it, in the order of the options. Secrets are among them.
    pub fn each_word(
        &self,
        roots: Roots<'_>,
        findings: &mut Findings,
        mut say: impl FnMut(&'static Row, String, &mut Findings),
    ) {
        for (name, words) in &self.options {
            let Some(row) = Row::find(name) else { continue };
            let words = self.said(name, words, findings).into_iter().map(|word| normal(row, &word, roots));
            let is_unsaid = |word: &String| {
                UNSAID.contains(&(name, word)) && !(*name == "log-driver" && self.has("log-opt"))
            };
            words.filter(|word| !is_unsaid(word)).for_each(|word| say(row, word, findings));
        }
    }

    /// Whether the option has a word.
    fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(known, words)| *known == name && !words.is_empty())
    }

    /// The words of the image for an option.
    fn images(&self, name: &str) -> &[String] {
        let options = self.image.as_ref().map(|(_, options)| options.as_slice()).unwrap_or_default();
        options
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, words)| words.as_slice())
            .unwrap_or_default()
    }

    /// What was said of an option: without what the image and the engine say by themselves.
    fn said(&self, name: &str, words: &[String], findings: &mut Findings) -> Vec<String> {
        let config = &self.container["Config"];
        let host = &self.container["HostConfig"];
        let id = self.container["Id"].as_str().unwrap_or_default();
        let shares_network =
            host["NetworkMode"].as_str().is_some_and(|mode| mode == "host" || mode.starts_with("container:"));
        match name {
            "hostname" => {
                let own =
                    |word: &&String| !shares_network && (word.is_empty() || !id.starts_with(word.as_str()));
                words.iter().filter(own).cloned().collect()
            }
            "name" => words.iter().filter(|word| !word.is_empty()).cloned().collect(),
            "entrypoint" if self.image_has("Entrypoint") => Vec::new(),
            "entrypoint" if config["Entrypoint"].is_null() => Vec::new(),
            "shm-size"
                if host["IpcMode"]
                    .as_str()
                    .is_some_and(|mode| mode == "host" || mode.starts_with("container:")) =>
            {
                Vec::new()
            }
            // The engine gives as much swap as memory.
            "memory-swap"
                if host["MemorySwap"].as_i64() == host["Memory"].as_i64().map(|memory| memory * 2) =>
            {
                Vec::new()
            }
            "cgroupns" => self.cgroupns(words, findings),
            "label" => self.labels(words, findings),
            "security-opt" => self.security(words, findings),
            _ if OF_IMAGE.contains(&name) && words == self.images(name) => Vec::new(),
            _ if WITH_IMAGES.contains(&name) => {
                words.iter().filter(|word| !self.images(name).contains(word)).cloned().collect()
            }
            _ => words.to_vec(),
        }
    }

    /// Whether the image's member says the same.
    fn image_has(&self, member: &str) -> bool {
        self.image
            .as_ref()
            .is_some_and(|(image, _)| image["Config"][member] == self.container["Config"][member])
    }

    /// The namespace of control groups, unless it only repeats what the engine says by itself.
    fn cgroupns(&self, words: &[String], findings: &mut Findings) -> Vec<String> {
        let is_host = words == ["host"];
        // With version 1, a privileged container is given the host's, too, and its line says it at no loss.
        let is_privileged = self.container["HostConfig"]["Privileged"] == true;
        let is_said = match self.cgroupns {
            Cgroupns::Unsaid => false,
            Cgroupns::Other(own) => words != [own],
            Cgroupns::Unknown => is_host && is_privileged,
        };
        if is_host && !is_said && self.cgroupns == Cgroupns::Unknown {
            let note = left_out(
                "`cgroupns = \"host\"` is left out: engines with control groups of version 1 say it by themselves",
            );
            findings.push(note.help("if somebody said it: cgroupns = \"host\""));
        }
        if is_said { words.to_vec() } else { Vec::new() }
    }

    /// The labels without those of the image, and those in which another program keeps its books.
    fn labels(&self, words: &[String], findings: &mut Findings) -> Vec<String> {
        let is_book = |word: &&String| BOOKS.iter().any(|front| word.starts_with(front));
        let (books, said): (Vec<_>, Vec<_>) =
            words.iter().filter(|word| !self.images("label").contains(word)).partition(is_book);
        for front in BOOKS.iter().filter(|front| **front != BOOKS[0]) {
            if books.iter().any(|word| word.starts_with(front)) {
                findings.push(left_out(format!(
                    "labels `{front}*` are left out: another program keeps its books in them"
                )));
            }
        }
        said.into_iter().cloned().collect()
    }

    /// The security options; the text of a seccomp profile is no option, its file is.
    fn security(&self, words: &[String], findings: &mut Findings) -> Vec<String> {
        let (texts, said): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.starts_with("seccomp={"));
        if !texts.is_empty() {
            let note = left_out("the text of a seccomp profile is left out: an option names its file");
            findings.push(note.help("write it to a file, and say security-opt = [\"seccomp=FILE\"]"));
        }
        said.into_iter().cloned().collect()
    }

    /// The command, behind the words of the entrypoint that no option holds; empty where the image says the same.
    #[must_use]
    pub fn command(&self) -> Vec<String> {
        let words = |member: &str| {
            let words = self.container["Config"][member].as_array().into_iter().flatten();
            words.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        };
        let has_images_entrypoint = self.image_has("Entrypoint");
        if has_images_entrypoint && self.image_has("Cmd") {
            return Vec::new();
        }
        let further = words("Entrypoint").into_iter().skip(1).filter(|_| !has_images_entrypoint);
        further.chain(words("Cmd")).collect()
    }

    /// Names what no option is made from.
    pub fn unsaid(&self, findings: &mut Findings) {
        findings.extend(untold(self.container));
    }

    /// The same, and what cannot be told from what the image says.
    fn rest(&self, findings: &mut Findings) {
        self.unsaid(findings);
        if self.image.is_none() {
            let image = self.container["Config"]["Image"].as_str().unwrap_or("IMAGE");
            let name = self.container["Name"].as_str().unwrap_or("CONTAINER").trim_start_matches('/');
            let note = left_out(
                "nothing tells what the image says itself: its variables, command and labels are said again",
            );
            findings.push(note.help(format!("inspect both: docker inspect {name} {image}")));
        }
    }
}
