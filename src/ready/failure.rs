//! What is said of a launch whose container did not become ready.

use super::check::Subject;
use super::{Lacking, lacking, ports};
use crate::finding::Origin;
use crate::finding::{Code, Finding};
use crate::host::open_regular;
use crate::spec::{ImageSource, LaunchSpec, Readiness, Setting, asked};
use crate::values::{Authority, Duration, HealthCommand, IfExists, Ready, Secret, SecretNames, Value as _};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration as Time;
use tokio::time::{Instant, sleep};

/// How many of its last lines are shown.
const LINES: usize = 10;
/// The largest secret that is looked for in them.
const LARGEST_SECRET: u64 = 64 << 10;
/// How long the last of its output may take after its end.
const LAST_BYTES: Time = Time::from_secs(1);

/// Why it is not ready.
pub(super) enum Failure<'a> {
    /// It has ended, with this code; or that cannot be told.
    Ended(Result<i64, String>),
    /// It will never be.
    Never(String),
    /// Its time is over; this was lacking.
    TooLate(Vec<Lacking<'a>>),
}

/// What is lacking, as a line.
pub(super) fn words((check, why): &Lacking<'_>, secrets: &SecretNames) -> String {
    match check {
        Some(check) => format!("{}: {why}", check.shown(secrets)),
        None => why.clone(),
    }
}

impl Failure<'_> {
    pub(super) async fn told(
        self,
        (subject, spec): (&Subject<'_>, &LaunchSpec),
        readiness: &Readiness,
    ) -> Vec<Finding> {
        let what = spec.service.as_deref().unwrap_or("the container");
        let mut finding = match self {
            Self::Ended(Ok(code)) => {
                last_bytes(subject).await;
                let code = match subject.starts_again().await {
                    true => subject.engine.first_exit_code(subject.id).await.unwrap_or(code),
                    false => code,
                };
                let message = format!("{what} ended with exit code {code} before it was ready");
                ports::strangers(subject, spec)
                    .into_iter()
                    .fold(Finding::error(Code::EndedEarly, message), Finding::noted)
            }
            Self::Ended(Err(_)) if subject.is_gone().await => {
                Finding::error(Code::EndedEarly, format!("{what} was removed before it was ready"))
            }
            Self::Ended(Err(why)) => {
                let message = format!("the engine went away before {what} was ready");
                Finding::error(Code::EngineLost, message).noted(why)
            }
            Self::Never(why) => {
                let finding = Finding::error(Code::NotReady, format!("{what} is not ready")).noted(why);
                match readiness.checks.contains(&Ready::Health) && subject.lacks_health_check().await {
                    true => without_health_check(finding, spec),
                    false => finding.help(how_to_look(spec, readiness)),
                }
            }
            Self::TooLate(lacking) => too_late(&lacking, what, (subject, spec), readiness).await,
        };
        if finding.code == Code::NotReady && readiness.asks_health() {
            finding = with_missing_program(finding, subject, spec).await;
        }
        let of_files = contents(spec);
        let shown = |text: &String| spec.without_secret_values_and(text, &of_files);
        // A short line of a secret is seen only where nothing stands beside it.
        let wrote =
            subject.kept.last_lines(LINES).iter().map(|line| format!("it wrote: {}", shown(line))).collect();
        finding.notes = [finding.notes, wrote].concat().iter().map(shown).collect();
        let Setting { value, origin } = &readiness.asked;
        vec![finding.asked(asked("wait", &value.word(), origin), origin)]
    }
}

/// What the files of its secrets hold, as far as they can be read here. A large one is a store rather than a secret.
fn contents(spec: &LaunchSpec) -> Vec<Secret> {
    let of_file = |path: &Path| {
        let mut bytes = Vec::new();
        open_regular(path).ok()?.take(LARGEST_SECRET + 1).read_to_end(&mut bytes).ok()?;
        let is_small = bytes.len() as u64 <= LARGEST_SECRET;
        is_small.then(|| Secret::new(String::from_utf8_lossy(&bytes)))
    };
    spec.secret_files().filter_map(of_file).collect()
}

/// What was lacking when its time was over, what is known of each port in its place, and what to do.
async fn too_late(
    lacking: &[Lacking<'_>],
    what: &str,
    (subject, spec): (&Subject<'_>, &LaunchSpec),
    readiness: &Readiness,
) -> Finding {
    let message = format!("{what} was not ready within {}", readiness.within.word());
    let mut finding = Finding::error(Code::NotReady, message);
    let mut time_helps = true;
    for one in lacking {
        finding = finding.noted(words(one, &spec.secrets));
        if let Some(known) = lacking::known(one, subject).await {
            time_helps &= known.time_helps;
            finding = finding.noted(known.note).helped(&known.help);
        }
    }
    let finding = match time_helps {
        true => with_time(finding, lacking, subject, readiness).await,
        false => finding,
    };
    finding.help(how_to_look(spec, readiness))
}

/// How much time may do. A health check that is made later than that is none that was too slow.
async fn with_time(
    finding: Finding,
    lacking: &[Lacking<'_>],
    subject: &Subject<'_>,
    readiness: &Readiness,
) -> Finding {
    let is_lacking = lacking.iter().any(|(check, _)| matches!(check, Some(Ready::Health)));
    let first = if is_lacking { subject.first_check().await } else { None };
    match first.filter(|(first, _)| *first >= readiness.within.0) {
        Some((first, option)) => {
            let after = Duration(first).word();
            let finding = finding.noted(format!("the engine makes the first check {after} after the start"));
            finding.helped(readiness.ways(first, option))
        }
        None => {
            let twice = Duration(readiness.within.0.saturating_mul(2)).word();
            finding.help(format!("give it more time: --wait={twice}"))
        }
    }
}

/// How to have the container and its log still there afterwards: both go with the launch that is undone.
fn how_to_look(spec: &LaunchSpec, readiness: &Readiness) -> String {
    let how = match &readiness.asked.origin {
        // What the command line says of a stack stands over the files, each service's `wait` among it.
        Origin::Flag(_) if spec.stack().is_none() && spec.update.is_none() => "without --wait",
        Origin::Flag(_) | Origin::File(_) | Origin::Variable(_) | Origin::Rule(_) => "with --wait=false",
    };
    let name = spec.options.name.get().map(|name| name.0.as_str()).filter(|name| !name.is_empty());
    let name = name.unwrap_or("NAME");
    let shell = |name: &str| match spec.image.source {
        ImageSource::Engine(_) => format!(", dynrun shell {name}"),
        // Its image has none.
        ImageSource::OwnBinary => String::new(),
    };
    let gone = "it is gone, and its log: to look at both";
    let look = |name: &str| format!("then dynrun logs {name}{}", shell(name));
    if spec.update.is_some() {
        // An update changes no name, and the old one does not come back where nobody waits.
        return format!("{gone}, update it {how}, which gives the old one up, {}", look(name));
    }
    match (spec.if_exists, spec.stack()) {
        (IfExists::Fail | IfExists::Reuse, _) => format!("{gone}, launch it {how}, {}", look(name)),
        // Its name is the old one's again.
        (IfExists::Replace, None) => {
            format!("{gone}, launch it {how}, under another --name, {}", look("NAME"))
        }
        (IfExists::Replace, Some(_)) => {
            let service = spec.service.as_deref().unwrap_or("SERVICE");
            format!("{gone}, launch the stack {how} --as NAME, {}", look(&format!("NAME-{service}")))
        }
    }
}

/// A health check was to tell, and there is none.
fn without_health_check(finding: Finding, spec: &LaunchSpec) -> Finding {
    let said = spec.said_ready().iter().filter(|said| said.value == Ready::Health);
    let finding = said.fold(finding, |finding, said| {
        finding.asked(asked("ready", &said.value.word(), &said.origin), &said.origin)
    });
    finding.help("say how its health is checked: --health-cmd 'COMMAND'")
}

/// M18: a health check whose program the image does not have never tells anything.
async fn with_missing_program(finding: Finding, subject: &Subject<'_>, spec: &LaunchSpec) -> Finding {
    let Some(program) = subject.missing_program().await else { return finding };
    let check = spec.options.health_cmd.get().map(HealthCommand::line).unwrap_or_default();
    let place = match url_of(&check) {
        Some((port, path)) => format!("{port}{path}"),
        None => "PORT/PATH".to_owned(),
    };
    // A key in a URL is in no note, and in no help either.
    let place = spec.without_secret_values(&place);
    let finding = finding.noted(format!("the image does not have what its health check runs: {program}"));
    let finding = match program.ends_with("/sh") {
        true => finding.help("check it without a shell, in a file: health-cmd = [\"CMD\", \"PROGRAM\", \"ARGUMENT\"]"),
        false => finding.help(format!(
            "check it with a program that the image has, often wget: --health-cmd 'wget -q -O /dev/null http://localhost:{place}'"
        )),
    };
    finding.help(format!(
        "or switch it off, and ask from outside of the container: --no-healthcheck --ready http:{place}"
    ))
}

/// The port and the path that a health check asks of its own container over HTTP: `/health` of
/// `curl -f http://localhost:8080/health`, whose scheme may be left out.
fn url_of(check: &str) -> Option<(u16, &str)> {
    /// What ends a URL in a line for a shell.
    const ENDS: [char; 10] = [' ', '\t', '"', '\'', '`', '(', ')', ';', '|', '>'];
    check.split(ENDS).find_map(|word| {
        let url = word.strip_prefix("http://");
        let rest = url.or_else(|| Some(word).filter(|word| !word.contains("://")))?;
        let authority = Authority::all(word).into_iter().find(Authority::is_loopback)?;
        let port = authority.port().or_else(|| url.map(|_| 80))?;
        Some((port, rest.find('/').map_or("", |at| &rest[at..])))
    })
}

/// Waits for what the container wrote last.
async fn last_bytes(subject: &Subject<'_>) {
    let until = Instant::now() + LAST_BYTES;
    while !subject.kept.has_ended() && Instant::now() < until {
        sleep(Time::from_millis(5)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn what_a_check_asks_of_its_own_container_is_known() {
        for (check, want) in [
            ("curl -f http://localhost:8080/health", Some((8080, "/health"))),
            ("curl -fs 'http://127.0.0.1/ready?full=1' || exit 1", Some((80, "/ready?full=1"))),
            ("wget -q http://[::1]:81", Some((81, ""))),
            ("curl -f http://other:8080/health", None),
            ("curl -fk https://localhost:8443/", None),
            ("curl -f localhost:8080/health || exit 1", Some((8080, "/health"))),
            ("curl other:80 127.0.0.1:8080", Some((8080, ""))),
            ("nc -z localhost 8080", None),
            ("pg_isready", None),
            ("", None),
        ] {
            assert_eq!(url_of(check), want, "{check}");
        }
    }
}
