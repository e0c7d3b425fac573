//! Lines of docker's client and of those like it, alone or in a script.

use super::{STANDARD_INPUT, roots, run_sh, secret_names};
use crate::convert::{
    Command, Import, Reading, Text, Word, as_source, compose_services, docker, shell_commands, unwrapped,
};
use crate::finding::{Code, Finding, Findings, Origin, refuses};
use crate::host::Host;
use crate::values::SecretNames;
use std::collections::BTreeMap;
use std::path::Path;

/// What is said of a compose file that is launched.
const COMPOSE: &str = "import its file: dynrun import --compose FILE";

/// Verbs of docker's client that make something which a launch needs, and what is said in its place.
const MAKERS: &[(&[&str], &str)] = &[
    (&["network", "create"], "declare it as [network.NAME], and say create-network = true"),
    (&["volume", "create"], "a volume is made when it is mounted first: say its driver with --mount"),
    (&["build"], "say the folder: build-on-missing = \"FOLDER\""),
    (&["buildx", "build"], "say the folder: build-on-missing = \"FOLDER\""),
    (&["start"], "import the container: dynrun import --container NAME"),
    (&["service", "create"], "a swarm's service is several containers: say one of them as docker run ..."),
    (&["stack", "deploy"], COMPOSE),
    (&["compose"], COMPOSE),
    (&["exec"], "run it when the container runs: dynrun shell NAME -- COMMAND"),
];

/// One line, as its words.
pub(super) fn line(words: &[String], import: &mut Import, host: &Host) {
    let word = |word: &String| Word {
        text: Text::from(word.as_str()),
        origin: Origin::Flag(word.clone()),
        is_loose: false,
    };
    let words = words.iter().map(word);
    // As a user types it: `sudo docker run`.
    let words: Vec<Word> = unwrapped(words.collect());
    let command = Command { words, set: BTreeMap::new(), findings: Findings::new() };
    take(&command, &secret_names(), import, host);
}

/// Every line of a script.
pub(super) fn script(path: &Path, text: String, import: &mut Import, host: &Host) {
    let name = super::shown(path);
    let path = host.folder().join(path);
    let source = as_source(&path.canonicalize().unwrap_or(path), &name, text);
    let secrets = secret_names();
    let (commands, findings) = shell_commands(&source, &secrets);
    for command in commands {
        take(&command, &secrets, import, host);
    }
    import.findings.extend(findings);
    if import.is_empty() && !compose_services(&source).is_empty() {
        import.findings = vec![composed(&source.name)];
    }
}

/// The script is a compose file: what a shell would make of it is of no use.
fn composed(name: &str) -> Finding {
    let finding = Finding::error(Code::NothingImported, format!("{name} is a compose file, and no script"));
    let name = if name == STANDARD_INPUT { "-" } else { name };
    let line = shlex::try_join(["dynrun", "import", "--compose", name]).unwrap_or_default();
    finding.help(format!("import its services: {line}"))
}

/// Takes in what the command launches, if it launches.
fn take(command: &Command, secrets: &SecretNames, import: &mut Import, host: &Host) {
    let reading = Reading { secrets, roots: roots(host), set: &command.set };
    let mut said = Findings::new();
    let launch = docker(&command.words, reading, &mut said)
        .or_else(|| run_sh::launch(&command.words, reading, &mut said));
    match launch {
        None => import.findings.extend(made(&command.words)),
        // What is not known is told alone: what it does to the rest is no fault of the line's.
        Some(_) if refuses(&command.findings) => import.findings.extend(command.findings.clone()),
        Some(Err(faults)) => import.findings.extend(said.into_iter().chain(faults)),
        Some(Ok(section)) => {
            import.findings.extend(command.findings.iter().cloned().chain(said));
            import.take(section);
        }
    }
}

/// What the command makes that a launch may need.
fn made(words: &[Word]) -> Option<Finding> {
    let plain: Vec<&str> = words.iter().map(|word| word.text.plain().unwrap_or_default()).collect();
    let (first, rest) = plain.split_first()?;
    let client = first.rsplit('/').next()?;
    let (verbs, help) = match client {
        "docker-compose" => (&["docker-compose"][..], COMPOSE),
        "docker" | "podman" | "nerdctl" => {
            let (verbs, help) = MAKERS.iter().find(|(verbs, _)| rest.starts_with(verbs))?;
            (*verbs, *help)
        }
        _ => return None,
    };
    let said = if verbs.len() == 1 && verbs[0] == client {
        client.to_owned()
    } else {
        format!("{client} {}", verbs.join(" "))
    };
    let finding =
        Finding::note(Code::NotCarriedOver, format!("`{said}` launches no container, and is left out"));
    Some(finding.asked(format!("{said} ..."), &words[0].origin).help(help))
}
