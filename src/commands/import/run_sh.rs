//! A call of run.sh into a profile that builds on run.sh's habits: its options as dynrun called as run.sh reads them.

use crate::cli::{HABITS, RunShTakes, run_sh_option};
use crate::convert::{Reading, Section, Text, Word, loose};
use crate::finding::{Code, Finding, Findings};
use crate::options::Row;

/// Reads a call into a section; none where it is none of run.sh.
pub(super) fn launch(
    words: &[Word],
    reading: Reading<'_>,
    said: &mut Findings,
) -> Option<Result<Section, Findings>> {
    let (program, rest) = words.split_first()?;
    let name = program.text.written();
    if name.rsplit('/').next() != Some("run.sh") {
        return None;
    }
    let (profile, service) = HABITS;
    let mut section = Section::default();
    section.key("extends", profile);
    section.of_service(service);
    let mut faults = Findings::new();
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let spelling = word.text.written();
        if word.is_loose || loose::is_option_list(&word.text) {
            said.push(loose::not_taken(word));
            continue;
        }
        match spelling.as_str() {
            "" | "--" => break,
            "-it" => {
                for name in ["interactive", "tty"] {
                    let row = Row::find(name)
                        .map(|row| section.say(row, &"true".into(), ("-it", &word.origin), reading, said));
                    faults.extend(row.and_then(Result::err));
                }
            }
            "--dry-run" => {}
            _ => match option(&spelling, word, &mut words) {
                Ok((row, value)) => {
                    faults.extend(section.say(row, &value, (&spelling, &word.origin), reading, said).err());
                }
                Err(fault) => {
                    faults.push(*fault);
                    break;
                }
            },
        }
    }
    let command = loose::command(words, said);
    section.command(command, &program.origin, reading.secrets, said);
    Some(if faults.is_empty() { Ok(section) } else { Err(faults) })
}

/// The row and the value of an option.
fn option<'a>(
    spelling: &str,
    word: &Word,
    words: &mut impl Iterator<Item = &'a Word>,
) -> Result<(&'static Row, Text), Box<Finding>> {
    let Some((row, takes)) = run_sh_option(spelling) else {
        let name = spelling.split('=').next().unwrap_or_default();
        let finding = Finding::error(Code::UnknownOption, format!("run.sh has no option `{name}`"));
        return Err(Box::new(finding.asked(name, &word.origin).help("run.sh --help lists its options")));
    };
    let value = match takes {
        RunShTakes::Nothing => Text::from("true"),
        RunShTakes::One | RunShTakes::Many | RunShTakes::Truth => {
            let value = words.next().map(|word| word.text.clone()).filter(|text| text.plain() != Some(""));
            let missing = || {
                let finding = Finding::error(Code::Usage, format!("{spelling} requires an argument"));
                Box::new(finding.asked(spelling, &word.origin))
            };
            let value = value.ok_or_else(missing)?;
            match value.plain().filter(|_| takes == RunShTakes::Truth) {
                Some(plain) => Text::from(plain.to_ascii_lowercase()),
                None => value,
            }
        }
    };
    Ok((row, value))
}
