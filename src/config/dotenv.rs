//! `--dotenv`: the variables of the project's `.env`, in the dialect of compose. It is read where somebody asks for it
//! and nowhere else, and it says so.

use super::named_file;
use super::trust::is_inside;
use super::variables::is_nameless;
use crate::finding::{Code, Finding, Findings, Origin};
use crate::host::{Host, open};
use crate::options::{Layer, Setting};
use crate::values::{DotenvLine, EnvFile, EnvVar, SecretNames, is_plausible_name, parse_dotenv};
use std::io::ErrorKind;
use std::path::Path;

/// The name of the file.
const NAME: &str = ".env";

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Dotenv {
    /// The file.
    pub file: Option<Setting<EnvFile>>,
    /// Its variables.
    pub variables: Vec<Setting<EnvVar>>,
    /// The caller's variables that values were made from, as if they were forwarded.
    pub taken: Vec<Setting<EnvVar>>,
}

/// Reads the file of this folder where the option is on. A project without one has said nothing.
pub(super) fn read(
    options: &Layer,
    folder: &Path,
    (host, secrets): (&Host, &SecretNames),
    findings: &mut Findings,
) -> Dotenv {
    let Some(switch) = options.dotenv.setting().filter(|switch| switch.value) else {
        return Dotenv::default();
    };
    let (path, origin) = (folder.join(NAME), &switch.origin);
    let lines = match lines(&path, folder, host) {
        Ok(Some(lines)) => lines,
        Ok(None) => return Dotenv::default(),
        Err(problem) => {
            let finding = Finding::error(Code::EnvFile, format!("{}{problem}", path.display()));
            findings.push(finding.asked(asked(origin), origin));
            return Dotenv::default();
        }
    };
    let bare = |line: &DotenvLine| line.value.is_none() && is_nameless(&line.name, host);
    let (nameless, lines): (Vec<_>, Vec<_>) = lines.into_iter().partition(bare);
    findings.push(told(&path, lines.len(), origin));
    let nameless: Vec<usize> = nameless.iter().map(|line| line.line).collect();
    findings.extend(named_file::nameless(Code::VariableUnset, &path, &nameless, (asked(origin), origin)));
    findings.extend(lines.iter().filter_map(|line| exposed(line, secrets, &path, origin)));
    findings.extend(lines.iter().flat_map(|line| unset(line, secrets, &path, origin)));
    let bare = |name: &str| EnvVar { name: name.to_owned(), value: None };
    let taken = lines.iter().flat_map(|line| &line.taken);
    let taken = taken.map(|(name, _)| Setting { value: bare(name), origin: origin.clone() }).collect();
    let variable = |line: DotenvLine| EnvVar { name: line.name, value: line.value };
    let variables = lines.into_iter().map(|line| Setting { value: variable(line), origin: origin.clone() });
    let file = Some(Setting { value: EnvFile(path), origin: origin.clone() });
    Dotenv { file, variables: variables.collect(), taken }
}

/// The file's lines; none where there is no file. A link that leaves the folder is no file of the project's: it would
/// hand over whatever it leads to.
fn lines(path: &Path, folder: &Path, host: &Host) -> Result<Option<Vec<DotenvLine>>, String> {
    // Where it leads is looked at first: to open a file is to do something with it.
    if !is_inside(path, folder) {
        return Err(" is not read: it leads out of its folder".to_owned());
    }
    match open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!(" cannot be read: {error}")),
        Ok(file) => {
            if let Some(why) = super::files::somebody_elses(&file, host) {
                return Err(format!(" is not read: {why}"));
            }
        }
    }
    let bytes = named_file::regular_bytes(path)?;
    let caller = |name: &str| host.var(name).map(str::to_owned);
    let lines =
        parse_dotenv(&bytes, &caller).map_err(|error| format!(":{}: {}", error.line, error.problem))?;
    Ok(Some(lines))
}

/// A value that is made from a secret, under a name that is none: it would be printed.
fn exposed(line: &DotenvLine, secrets: &SecretNames, path: &Path, origin: &Origin) -> Option<Finding> {
    let secret = line.made_of.iter().find(|name| secrets.is_secret(name))?;
    if secrets.is_secret(&line.name) {
        return None;
    }
    let place = format!("{}:{}", path.display(), line.line);
    let name = named_file::shown(&line.name, line.line);
    let message = format!("{name} is made from {secret}, a secret, and would be printed: {place}");
    let finding = Finding::error(Code::SecretExposed, message).asked(asked(origin), origin);
    Some(finding.help(format!("give it a name that tells: {name}_TOKEN")))
}

fn told(path: &Path, count: usize, origin: &Origin) -> Finding {
    let variables = if count == 1 { "one variable is".to_owned() } else { format!("{count} variables are") };
    Finding::note(Code::Dotenv, format!("{variables} read from {}", path.display()))
        .asked(asked(origin), origin)
}

/// What a value was made from that nobody set: it reads as nothing there. What follows a `${` in a secret, or is no name,
/// may be a part of the secret.
fn unset(line: &DotenvLine, secrets: &SecretNames, path: &Path, origin: &Origin) -> Vec<Finding> {
    let (owner, place) =
        (named_file::shown(&line.name, line.line), format!("{}:{}", path.display(), line.line));
    let missing = line.taken.iter().filter(|(_, is_set)| !is_set);
    let told = missing.map(|(name, _)| {
        if secrets.is_secret(&line.name) || !is_plausible_name(name) {
            let message = format!("a variable in {owner} is not set, and reads as nothing there: {place}");
            let finding = Finding::warning(Code::VariableUnset, message).asked(asked(origin), origin);
            return finding.help("a value with `${` in it stands between single quotes");
        }
        let message = format!("{name} is not set, so {owner} is made from nothing there: {place}");
        let finding = Finding::warning(Code::VariableUnset, message).asked(asked(origin), origin);
        finding.help(format!("export {name}=..., or write ${{{name}:-DEFAULT}}"))
    });
    told.collect()
}

fn asked(origin: &Origin) -> String {
    crate::config::row("dotenv").map(|row| row.asked("true", origin)).unwrap_or_default()
}
