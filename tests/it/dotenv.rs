//! `.env`, only where it is asked for, in the dialect of compose: a folder of files, and what docker-compose 1.29.2 reads
//! in each, as it was recorded. Where that is at hand it is asked again. M3, M4, M8.
//!
//! `DYNRUN_BLESS=1` writes anew what it reads.

use crate::common::Test;
use dynrun::values::parse_dotenv;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variables of the caller.
const CALLER: [(&str, &str); 3] = [("SET", "by the caller"), ("SET2", "too"), ("EMPTY", "")];

const FORMS: &str = "line 1: a `${` is neither ${NAME} nor ${NAME:-DEFAULT}; single quotes keep it as it is";

/// What dynrun refuses and compose reads in a way of its own, or leaves out with a warning.
const REFUSED: &[(&str, &str)] = &[
    ("an-escaped-quote-at-the-end", "line 1: a quote is not closed"),
    ("behind-a-quote", "line 1: something stands behind the closing quote"),
    ("colon-for-equals", "line 1: something stands behind the name, and no `=` between them"),
    ("empty-reference", FORMS),
    ("latin-1", "line 1: the line is not valid UTF-8"),
    ("no-name", "line 2: the name is missing"),
    ("nul", "line 1: the line holds a NUL byte"),
    ("open-double-quote", "line 1: a quote is not closed"),
    ("open-reference", FORMS),
    ("open-single-quote", "line 1: a quote is not closed"),
    ("reference-of-a-position", FORMS),
    ("reference-with-a-hyphen", FORMS),
    ("reference-with-an-error", FORMS),
    ("two-words", "line 1: something stands behind the name, and no `=` between them"),
    ("two-words-and-a-value", "line 1: something stands behind the name, and no `=` between them"),
    ("utf-16", "line 1: the line is not valid UTF-8"),
    ("yaml", "line 1: something stands behind the name, and no `=` between them"),
];

/// What dynrun reads in a way of its own: between single quotes all is literal, as in every shell.
const LITERAL: &str = "reference-in-single-quotes";

type Variables = BTreeMap<String, Option<String>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dotenv")
}

/// What docker-compose read in each file; a text where it read nothing.
fn recorded() -> BTreeMap<String, Value> {
    serde_json::from_str(&std::fs::read_to_string(folder().join("recorded.json")).unwrap()).unwrap()
}

fn by_dynrun(name: &str) -> Result<Variables, String> {
    let bytes = std::fs::read(folder().join(format!("{name}.env"))).unwrap();
    let caller =
        |asked: &str| CALLER.iter().find(|(name, _)| *name == asked).map(|(_, value)| (*value).to_owned());
    let lines = parse_dotenv(&bytes, &caller).map_err(|error| error.to_string())?;
    let value =
        |line: &dynrun::values::DotenvLine| line.value.as_ref().map(|value| value.expose().to_owned());
    Ok(lines.iter().map(|line| (line.name.clone(), value(line))).collect())
}

#[test]
fn files_are_read_as_compose_reads_them() {
    let recorded = recorded();
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|end| end == "env")).count();
    assert_eq!(files, recorded.len(), "each file is recorded");
    let mut wrong = Vec::new();
    for (name, compose) in recorded {
        let dynrun = by_dynrun(&name);
        let refused = REFUSED.iter().find(|(refused, _)| *refused == name);
        let is_as_said = match (refused, &dynrun) {
            (Some((_, why)), Err(said)) => why == said,
            (None, Ok(read)) => (json!(read) == compose) == (name != LITERAL),
            (Some(_), Ok(_)) | (None, Err(_)) => false,
        };
        if !is_as_said {
            wrong.push(format!("{name}:\n- compose {compose}\n+ dynrun {dynrun:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(by_dynrun(LITERAL), Ok(Variables::from([("A".to_owned(), Some("${SET}".to_owned()))])));
}

/// M4: nobody asked, nothing is read; asked, it is said what was.
#[test]
fn it_is_read_where_it_is_asked_for() {
    let test = || {
        let test = Test::new()
            .dir("repo/.git")
            .file("repo/.env", "A=1\nB=\"${A} 2\"\n")
            .file("repo/deep/.env", "A=deep\n");
        test.file("repo/dynrun.toml", "").cwd("repo/deep").args([
            "config",
            "env",
            "--profile",
            "bare",
            "--image",
            "x:1",
        ])
    };
    test().status(1).run();
    test().args(["--dotenv=false"]).status(1).run();
    test()
        .args(["--dotenv"])
        .stdout("A=1\nB=1 2\n")
        .stderr("note[dotenv]: 2 variables are read from [DIR]/repo/.env\n  asked: `--dotenv` on the command line\n")
        .run();
    test().env("DYNRUN_DOTENV", "true").stdout("A=1\nB=1 2\n").any_stderr().run();
    let file = test().file("repo/dynrun.toml", "[profile.bare]\ndotenv = true\n");
    file.stdout("A=1\nB=1 2\n")
        .stderr("note[dotenv]: 2 variables are read from [DIR]/repo/.env\n  asked: `dotenv = true` at [DIR]/repo/dynrun.toml:2\n")
        .run();
    // Without a project's file it is that of the working directory, and one that is missing says nothing.
    let test = || Test::new().args(["config", "env", "--profile", "bare", "--image", "x:1", "--dotenv"]);
    test().file(".env", "A=here\n").stdout("A=here\n").any_stderr().run();
    test().status(1).run();
}

/// A fault is told with its line, and none of what the line holds.
#[test]
fn a_fault_is_told() {
    let test = |text: &str| {
        let test =
            Test::new().file(".env", text).args(["config", "env", "--profile", "bare", "--image", "x:1"]);
        test.args(["--dotenv"])
    };
    test("A=1\nTOKEN hush\n")
        .stderr(
            "
            error[env-file]: [DIR]/.env:2: something stands behind the name, and no `=` between them
              asked: `--dotenv` on the command line
            ",
        )
        .status(1)
        .run();
    test("A=${NOT_SET}x\n")
        .stdout("A=x\n")
        .stderr_has("note[dotenv]: one variable is read from [DIR]/.env\n")
        .stderr_has(
            "warning[variable-unset]: NOT_SET is not set, so A is made from nothing there: [DIR]/.env:1\n  \
             asked: `--dotenv` on the command line\n  help: export NOT_SET=..., or write ${NOT_SET:-DEFAULT}\n",
        )
        .run();
}

/// A value made from a secret is one, also where a service or `--secret` says that it is; and what a `$` in a secret was
/// taken for may be a part of it. S2.
#[test]
fn what_is_made_from_a_declared_secret_is_none_to_print() {
    let service = "[service.s]\nimage = \"x:1\"\n[service.s.variable.LICENCE]\nsecret = true\n";
    let test = |text: &str| {
        let test = Test::new().file(".env", text).mode(".env", 0o600).file("c.toml", service);
        test.args(["config", "s", "env", "--profile", "bare", "--config", "c.toml", "--dotenv"])
    };
    let refused = |words: &[&str], name: &str| {
        let text = format!("{name}=hush\nURL=http://h/?k=${{{name}}}\n");
        let output = test(&text).args(words).status(1).any_stderr().run();
        let want = format!(
            "error[secret-exposed]: URL is made from {name}, a secret, and would be printed: [DIR]/.env:2\n"
        );
        assert!(output.stderr.contains(&want) && !output.all().contains("hush"), "{}", output.all());
    };
    refused(&[], "LICENCE");
    refused(&["--secret", "id=a,env=OTHER,target=PASS"], "PASS");
    let output = test("API_KEY=\"x${hush}\"\nPLAIN=${Hush1Hush}\n").any_stderr().any_stdout().run();
    assert!(!output.all().to_lowercase().contains("hush"), "{}", output.all());
    let want = "warning[variable-unset]: a variable in API_KEY is not set, and reads as nothing there: [DIR]/.env:1\n  \
                asked: `--dotenv` on the command line\n  help: a value with `${` in it stands between single quotes\n";
    assert!(output.stderr.contains(want), "{}", output.stderr);
}

/// A secret by its variable is found there, too, below the caller's own variables.
#[test]
fn a_secret_is_found_there() {
    let test = || {
        let test = Test::new().file(".env", "HUB=hush\nEMPTY=\n").mode(".env", 0o600);
        test.args(["run", "--profile", "bare", "--image", "x:1", "--dotenv", "--secret"])
    };
    let output = test().args(["id=h,env=HUB,target=HF_TOKEN", "--dry-run", "--format", "json"]);
    let output = output.any_stdout().any_stderr().run();
    assert!(output.stdout.contains("HF_TOKEN") && !output.all().contains("hush"), "{}", output.all());
    test()
        .args(["id=h,env=EMPTY"])
        .stderr_has("error[secret-missing]: the secret h is missing: EMPTY is not set here\n")
        .status(125)
        .run();
}

/// What it leads to is handed to nobody: a link out of the folder, a pipe, a file that others may write to.
#[test]
fn it_is_a_file_of_the_projects() {
    let test =
        || Test::new().args(["config", "env", "--profile", "bare", "--image", "x:1", "--dotenv"]).cwd("repo");
    let out = test().file("credentials", "aws_key=hush\n").link("repo/.env", "../credentials");
    out.stderr_has("error[env-file]: [DIR]/repo/.env is not read: it leads out of its folder\n")
        .status(1)
        .run();
    let inside = test().file("repo/dev.env", "A=1\n").link("repo/.env", "dev.env");
    inside.stdout("A=1\n").any_stderr().run();
    let open = test().file("repo/.env", "A=1\n").mode("repo/.env", 0o666);
    open.stderr_has("error[env-file]: [DIR]/repo/.env is not read: others may write to it (mode 666)\n")
        .status(1)
        .run();
    test().dir("repo/.env").stderr_has("error[env-file]: [DIR]/repo/.env ").status(1).run();
    let pipe = test();
    nix::unistd::mkfifo(&pipe.folder().join("repo/.env"), nix::sys::stat::Mode::S_IRUSR).unwrap();
    pipe.stderr_has("error[env-file]: [DIR]/repo/.env ").status(1).run();
}

/// A project that turns it on may make values from what is its own, and not from the caller's variables.
#[test]
fn a_projects_file_takes_nothing_from_the_caller() {
    let test = |text: &str| {
        let test =
            Test::new().file("repo/dynrun.toml", "[profile.bare]\ndotenv = true\n").file("repo/.env", text);
        test.cwd("repo").env("SEED", "7").args(["config", "env", "--profile", "bare", "--image", "x:1"])
    };
    test("A=1\nB=${A}\n").stdout("A=1\nB=1\n").any_stderr().run();
    for text in ["A=${SEED}\n", "A=\"x${SEED:-y}\"\n", "SEED\n", "export SEED\n"] {
        test(text)
            .stderr_has("error[untrusted]: dynrun.toml asks for what a project's file may not give\n  asked: `the caller's variable SEED` at dynrun.toml:2\n")
            .status(1)
            .run();
        test(text).args(["--trust"]).any_stdout().any_stderr().run();
    }
}

/// M3, all thirty-two combinations: `-e`, `--env-file`, `.env`, `env` of the profile, `env` of the service.
#[test]
fn the_environment_in_its_order() {
    const NAMES: [&str; 5] = ["service", "profile", "dotenv", "file", "flag"];
    for said in 0..32_u8 {
        let has = |bit: u8| said & (1 << bit) != 0;
        let mut file = "[service.s]\nimage = \"x:1\"\n".to_owned();
        if has(0) {
            file.push_str("env = { V = \"service\" }\n");
        }
        file.push_str("[profile.p]\n");
        if has(1) {
            file.push_str("env = [\"V=profile\"]\n");
        }
        let mut test = Test::new().file(".config/dynrun/config.toml", &file).file("v.env", "V=file\n");
        test = test.file(".env", "V=dotenv\n").args(["config", "s", "env", "--profile", "p"]);
        for (bit, words) in [(2, &["--dotenv"][..]), (3, &["--env-file", "v.env"]), (4, &["-e", "V=flag"])] {
            if has(bit) {
                test = test.args(words);
            }
        }
        let winner = (0..5).rfind(|bit| has(*bit)).map(|bit| NAMES[usize::from(bit)]);
        let want = winner.map(|winner| format!("V={winner}\n")).unwrap_or_default();
        assert_eq!(test.any_stdout().any_stderr().any_status().run().stdout, want, "{said:05b}");
    }
}

/// docker-compose, where it is the one that was recorded.
mod reference {
    use super::*;

    /// What its own code reads, all files in one process.
    const SCRIPT: &str = "
import json, sys, pathlib, logging
logging.disable(logging.CRITICAL)
from compose.config.environment import env_vars_from_file
read = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob('*.env')):
    try:
        read[path.stem] = env_vars_from_file(str(path))
    except Exception as error:
        read[path.stem] = type(error).__name__
print(json.dumps(read))
";

    #[test]
    fn compose_does_what_is_recorded() {
        let version = Command::new("docker-compose").args(["version", "--short"]).output();
        if !version.is_ok_and(|output| output.stdout.starts_with(b"1.29.2")) {
            eprintln!("not run: docker-compose 1.29.2 is missing");
            return;
        }
        let mut python = Command::new("/usr/bin/python3");
        python.args(["-c", SCRIPT]).arg(folder()).env_clear().env("LC_ALL", "C.UTF-8").envs(CALLER);
        let output = python.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let read: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).unwrap();
        if std::env::var_os("DYNRUN_BLESS").is_some() {
            let text = serde_json::to_string_pretty(&read).unwrap();
            return std::fs::write(folder().join("recorded.json"), text + "\n").unwrap();
        }
        assert_eq!(read, recorded());
    }
}

/// What is made from a secret would be printed under its own name. S3.
#[test]
fn a_value_that_is_made_from_a_secret_is_refused() {
    for (file, name) in [("HF_TOKEN=hush\nCOPY=\"${HF_TOKEN}\"\n", 2), ("COPY=${MY_TOKEN}\n", 1)] {
        let output = Test::new()
            .file(".env", file)
            .mode(".env", 0o600)
            .env("MY_TOKEN", "hush")
            .args(["run", "--image", "n:1", "--dotenv", "--dry-run"])
            .status(125)
            .any_stderr()
            .run();
        assert!(!output.all().contains("hush"), "{}", output.all());
        let want = format!("a secret, and would be printed: [DIR]/.env:{name}\n");
        assert!(output.stderr.contains("error[secret-exposed]: COPY is made from "), "{}", output.stderr);
        assert!(output.stderr.contains(&want), "{}", output.stderr);
    }
    let test = Test::new().file(".env", "A_TOKEN=hush\nB_TOKEN=${A_TOKEN}\n").mode(".env", 0o600);
    let line = "docker run -e A_TOKEN -e B_TOKEN --rm --init n:1\n";
    test.args(["run", "--image", "n:1", "--dotenv", "--dry-run"]).stdout(line).any_stderr().run();
}
