//! What `dynrun import` makes of docker's own lines: a file whose launch asks for what docker's client was recorded to ask
//! for. Everything happens in this process, so that every case can be tried.

use super::case::{self, Case, VERSIONS, Who, cases};
use super::random::{Dice, pool, thrown};
use super::recorded::Recorded;
use super::side::{Answer, Side};
use super::{DIR, lines, request};
use crate::recorder::Asked;
use crate::share::{seed, share};
use dynrun::cli::{Invocation, Launch, Verb, parse};
use dynrun::config::{Request, secret_names, settle};
use dynrun::convert::{Import, Reading, SectionKind, Text, Word, docker};
use dynrun::engine::{Address, ApiVersion, choose, create_request, proxies};
use dynrun::finding::{Finding, Origin};
use dynrun::host::Host;
use dynrun::spec::{LaunchSpec, plan};
use dynrun::values::{Roots, Value as _};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Whether it says that a variable or a label stands in a file as well, which wins in a file of dynrun's.
fn is_file_winning(finding: &Finding) -> bool {
    finding.message.ends_with("in a file of dynrun's")
}

/// The world of a case: the folder with its files, and its variables.
pub(super) fn world(side: &Side, case: &Case) -> Host {
    let path = side.path();
    let folder = path.to_str().unwrap();
    let fixed = [
        ("HOME", folder.to_owned()),
        ("FORWARDED", "by name".to_owned()),
        ("DOCKER_HOST", side.address(VERSIONS[0]).to_owned()),
        ("XDG_CONFIG_HOME", "/nonexistent".to_owned()),
    ];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value));
    let said = case.env.iter().map(|(name, value)| (name.clone(), value.replace(DIR, folder)));
    let env = fixed.into_iter().chain(said).map(|(name, value)| (name.into(), value.into())).collect();
    Host { env, cwd: Some(path), ..Host::default() }
}

/// The file that is made of a case's line.
fn toml(case: &Case, host: &Host) -> Result<(String, Vec<Finding>), String> {
    let folder = host.folder().to_str().unwrap();
    let front = ["docker", "run"].map(str::to_owned).into_iter();
    let words = front.chain(case.args.iter().cloned()).chain(["img", "cmd"].map(str::to_owned));
    let word = |word: String| Word {
        text: Text::from(word.replace(DIR, folder)),
        origin: Origin::Flag(word),
        is_loose: false,
    };
    let words: Vec<Word> = words.map(word).collect();
    let (secrets, set) = (secret_names(), BTreeMap::new());
    let roots = Roots { base: host.folder(), home: host.home() };
    let reading = Reading { secrets: &secrets, roots, set: &set };
    let mut import = Import::new(SectionKind::Service, Some("case".to_owned()));
    let section = docker(&words, reading, &mut import.findings).unwrap();
    import.take(section.map_err(|faults| messages(&faults))?);
    Ok((import.toml(), import.findings))
}

pub(super) fn messages(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{}: {}\n", finding.code, finding.message)).collect()
}

/// The launch of the file.
pub(super) fn launched(toml: &str, side: &Side, host: &Host) -> Result<LaunchSpec, String> {
    let path = PathBuf::from(side.file("imported.toml", toml.as_bytes()));
    planned(Request { files: vec![path], ..Request::default() }, host)
}

/// The launch of the line's own options.
pub(super) fn said(case: &Case, host: &Host) -> Result<LaunchSpec, String> {
    let folder = host.folder().to_str().unwrap();
    let front = ["run", "--profile", "bare", "--image", "img"].map(str::to_owned).into_iter();
    let words = front.chain(case.args.iter().cloned()).chain(["--", "cmd"].map(str::to_owned));
    let words: Vec<OsString> = words.map(|word| word.replace(DIR, folder).into()).collect();
    let roots = Roots { base: host.folder(), home: host.home() };
    let Ok(Invocation { verb: Verb::Run(launch), .. }) = parse(&words, roots) else { panic!("{words:?}") };
    let Launch { options, command, call, .. } = *launch;
    planned(Request { options, command, profile: call.profile, ..Request::default() }, host)
}

fn planned(request: Request, host: &Host) -> Result<LaunchSpec, String> {
    let endpoint = choose(host, None, None).unwrap();
    let Address::Unix(socket) = &endpoint.address else { panic!("{endpoint:?}") };
    let (proxies, engine_socket) = (proxies(host, &endpoint), Some(socket.clone()));
    let (settled, _) = settle(&Request { proxies, engine_socket, ..request }, host)
        .map_err(|findings| messages(&findings))?;
    plan(settled).map(|(spec, _)| spec).map_err(|findings| messages(&findings))
}

/// What an engine of that version is asked for.
pub(super) fn answer(
    launch: &Result<LaunchSpec, String>,
    side: &Side,
    version: &str,
    base: &Value,
) -> Answer {
    let spec = match launch {
        Ok(spec) => spec,
        Err(said) => return Answer::Refused(said.clone()),
    };
    let asked = Asked { query: query(spec), body: body(spec, version) };
    let (folder, engine) = (side.path(), side.address(VERSIONS[0]));
    Answer::Sent(request::settled(&asked, Some(base), folder.to_str().unwrap(), engine))
}

fn body(spec: &LaunchSpec, version: &str) -> Value {
    let (major, minor) = version.split_once('.').unwrap();
    let version = ApiVersion(major.parse().unwrap(), minor.parse().unwrap());
    create_request(spec, &BTreeMap::new(), version).unwrap()
}

fn query(spec: &LaunchSpec) -> BTreeMap<String, String> {
    let name = spec.options.name.get().map(|name| name.word());
    let pairs = [("name", name), ("platform", spec.platform().map(str::to_owned))];
    let said = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    said.filter(|(_, value)| !value.is_empty()).collect()
}

/// What differs between what docker is recorded to ask for and what the file does that a line becomes.
fn differences<'a>(
    case: &Case,
    side: &Side,
    docker: impl Fn(&'static str) -> Cow<'a, Answer>,
    recorded: &Recorded,
) -> Vec<String> {
    let host = world(side, case);
    let toml = match toml(case, &host) {
        // What is not carried over is named.
        Ok((_, findings)) if findings.iter().any(is_file_winning) => return Vec::new(),
        Ok((toml, _)) => toml,
        Err(said) => return vec![format!("{} is not imported: {said}", case.line)],
    };
    let launch = launched(&toml, side, &host);
    let differs = |version: &&'static str| {
        let (docker, answer) = (docker(version), answer(&launch, side, version, recorded.base(version)));
        let how = match (docker.as_ref(), &answer) {
            (docker, answer) if docker == answer => return None,
            (Answer::Sent(docker), Answer::Sent(answer)) => lines(docker, answer),
            (docker, answer) => format!("docker {docker}\ndynrun {answer}"),
        };
        Some(format!("{} at {version}:\n{toml}\n{how}", case.line))
    };
    case.versions.iter().filter_map(differs).collect()
}

fn holds(heading: &str) {
    let (recorded, side) = (Recorded::read(), Side::new());
    let cases = share(cases(heading), 3).filter(|case| case.who == Who::Nobody);
    let docker = |case: &Case| {
        let line = case.line.clone();
        let recorded = &recorded;
        move |version: &'static str| Cow::Borrowed(recorded.answer(&line, version))
    };
    let wrong: Vec<String> =
        cases.flat_map(|case| differences(&case, &side, docker(&case), &recorded)).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A line becomes a file that launches what the line does: docker's own request, as it was recorded.
mod a_line_becomes_a_file_that_asks_for_the_same {
    super::super::headings!(super::holds: general network environment storage resources gpu security health lifecycle logging metadata);
}

/// How many combinations are thrown.
const THROWS: u64 = 60;

/// Lines thrown together become files that ask for what the lines ask for themselves, or are refused as they are.
#[test]
fn combinations_become_files_that_ask_for_the_same() {
    let seed = seed();
    println!("DYNRUN_TEST_SEED={seed}");
    let (mut dice, pool, recorded, side) = (Dice(seed), pool(), Recorded::read(), Side::new());
    let mut wrong = Vec::new();
    for _ in 0..THROWS {
        let case = thrown(&pool, &mut dice);
        let said = said(&case, &world(&side, &case));
        let said = |version: &'static str| Cow::Owned(answer(&said, &side, version, recorded.base(version)));
        wrong.extend(differences(&case, &side, said, &recorded));
    }
    assert!(wrong.is_empty(), "DYNRUN_TEST_SEED={seed}, {} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The one thing that a file cannot say as docker's line does is named, and stands in three cases.
#[test]
fn what_a_file_cannot_say_is_named() {
    let side = Side::new();
    let all = ["environment", "metadata"].into_iter().flat_map(cases).filter(|case| case.who == Who::Nobody);
    let named = all.filter(|case| {
        toml(case, &world(&side, case)).is_ok_and(|(_, findings)| findings.iter().any(is_file_winning))
    });
    let named: Vec<String> = named.map(|case| case.line).collect();
    let want = [
        "--env-file env.list -e B=line",
        "--env-file env.list --env FROM_FILE",
        "--label-file [DIR]/labels.list -l a=line",
    ];
    assert_eq!(named, want);
}
