//! Findings, results and progress into text or JSON. The only room that prints, but for the container's own bytes
//! and the gateway's log.

mod clean;
mod progress;
mod snippet;
mod table;

pub use clean::{clean, clean_json};
pub use progress::Progress;
pub use table::{table, table_within};

use crate::cli::LogLevel;
use crate::finding::{Finding, Level, Origin};
use crate::host::Host;
use crate::values::SecretNames;
use annotate_snippets::Renderer;
use serde_json::json;
use std::io::{self, IsTerminal as _, Write};

/// How dynrun speaks.
#[derive(Debug)]
pub struct Ui {
    renderer: Renderer,
    colour: bool,
    /// Whether progress is drawn.
    has_bars: bool,
    level: LogLevel,
    secrets: SecretNames,
}

impl Ui {
    /// Speaks as the caller's terminal and environment ask for.
    #[must_use]
    pub fn new(host: &Host, level: LogLevel, secrets: SecretNames) -> Self {
        let forced = host.var_said("CLICOLOR_FORCE").is_some_and(|force| force != "0");
        let colour = (host.stderr_is_terminal || forced) && host.var_said("NO_COLOR").is_none();
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let has_bars = host.stderr_is_terminal && host.var_said("TERM").is_none_or(|term| term != "dumb");
        Self { renderer, colour, has_bars, level, secrets }
    }

    /// Says findings on standard error, each once; below the level that was asked for, nothing.
    pub fn findings(&self, findings: &[Finding]) {
        for finding in findings.iter().filter(|finding| self.is_heard(finding.level)) {
            self.say(&self.text(finding));
        }
    }

    /// Findings for a program, each with everything that is said of it.
    #[must_use]
    pub fn findings_json(&self, findings: &[Finding]) -> serde_json::Value {
        findings.iter().map(|finding| self.finding_json(finding)).collect()
    }

    fn finding_json(&self, finding: &Finding) -> serde_json::Value {
        let asked = finding.asked.iter().map(|asked| {
            json!({ "words": self.said(&asked.words), "origin": self.shown(&asked.origin.to_string()) })
        });
        let place = finding.snippet.as_ref().map(|snippet| self.shown(&snippet.place.to_string()));
        let shown = |lines: &[String]| lines.iter().map(|line| self.shown(line)).collect::<Vec<_>>();
        json!({
            "level": finding.level.word(),
            "code": finding.code.name(),
            "message": self.shown(&finding.message),
            "place": place,
            "asked": asked.collect::<Vec<_>>(),
            "notes": shown(&finding.notes),
            "help": shown(&finding.help),
        })
    }

    /// Says a line about what goes on.
    pub fn note(&self, line: &str) {
        if self.is_heard(Level::Note) {
            self.say(&format!("{}: {}\n", self.painted("note", "36"), self.shown(line)));
        }
    }

    /// Says a line that somebody else wrote.
    fn line(&self, line: &str) {
        self.say(&format!("{}\n", self.shown(line)));
    }

    /// Begins a new line after what a container wrote to the terminal last.
    pub fn new_line(&self) {
        if self.is_heard(Level::Note) {
            self.say("\n");
        }
    }

    /// Says the assumption that a dry run makes in the engine's place.
    pub fn assumed(&self, line: &str) {
        self.say(&format!("assumed: {}\n", self.shown(line)));
    }

    /// Prints a result on standard output.
    ///
    /// # Errors
    /// Nobody reads it, or it cannot be written.
    pub fn result(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// Writes bytes on standard output, as they are.
    ///
    /// # Errors
    /// As with `result`.
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    /// A text for any reader's eyes. What a user mistypes may hold a secret: `HF_TOKEN=x` without its `-e`.
    fn shown(&self, text: &str) -> String {
        clean(&self.secrets.without_secrets(text))
    }

    /// The same of words as they were said: they may be a command's, and each may be credentials with a host.
    fn said(&self, words: &str) -> String {
        let words = words.split_inclusive(' ').map(|word| self.secrets.without_credentials(word));
        self.shown(&self.secrets.without_secrets_in(&words.collect::<String>()))
    }

    fn is_heard(&self, level: Level) -> bool {
        match level {
            Level::Error => true,
            Level::Warning => self.level >= LogLevel::Warn,
            Level::Note => self.level >= LogLevel::Info,
        }
    }

    /// A closed standard error is no reason to fail: the exit code still tells.
    fn say(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn painted(&self, word: &str, colour: &str) -> String {
        if self.colour { format!("\x1b[1;{colour}m{word}\x1b[0m") } else { word.to_owned() }
    }

    /// A finding as it is printed.
    #[must_use]
    pub fn text(&self, finding: &Finding) -> String {
        let colour = match finding.level {
            Level::Error => "31",
            Level::Warning => "33",
            Level::Note => "36",
        };
        let word = finding.level.word();
        let mut text = match &finding.snippet {
            Some(_) => snippet::rendered(finding, &self.renderer, &self.secrets),
            None => {
                let head = self.painted(&format!("{word}[{}]", finding.code), colour);
                format!("{head}: {}\n", self.shown(&finding.message))
            }
        };
        for asked in &finding.asked {
            let words = self.said(&asked.words);
            text.push_str(&match &asked.origin {
                Origin::File(place) => format!("  asked: `{words}` at {}\n", self.shown(&place.to_string())),
                Origin::Variable(name) if words.starts_with(name.as_str()) => {
                    format!("  asked: `{words}` in the environment\n")
                }
                Origin::Rule(rule) => format!("  asked: `{words}`, {rule}\n"),
                origin @ (Origin::Variable(_) | Origin::Flag(_)) => format!("  asked: `{words}` {origin}\n"),
            });
        }
        for note in &finding.notes {
            text.push_str(&format!("  {}: {}\n", self.painted("note", "36"), self.shown(note)));
        }
        for help in &finding.help {
            text.push_str(&format!("  {}: {}\n", self.painted("help", "32"), self.shown(help)));
        }
        text
    }
}

/// Says something without a `Ui`: the listener of requests and the panic hook have none.
pub fn raw_line(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", clean(line));
}

/// Says a note without a `Ui`, while a container may have the terminal: in raw mode a line has to be begun and ended by
/// hand.
pub fn raw_note(line: &str) {
    let mut stderr = io::stderr().lock();
    let end = if stderr.is_terminal() { "\r\n" } else { "\n" };
    let _ = write!(stderr, "note: {}{end}", clean(line));
}
