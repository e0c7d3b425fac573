//! Called as `run.sh`: run.sh's options, habits and usage errors, and none of its faults. N24-N33, user-asks 43 and 44.
//!
//! The table `run-sh.toml` is compared twice: here with the lines that dynrun prints, and in `engine::run_sh` with
//! what docker's own client makes of the line that run.sh would have run.

use crate::common::{DYNRUN, Output, Test, expected};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// One call of run.sh.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    /// What it shows.
    pub(crate) about: String,
    /// run.sh's arguments.
    pub(crate) args: Vec<String>,
    /// What the environment holds beside what every call's does.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// The words after `docker run` that it comes to.
    docker: String,
}

/// The words that stand for more.
const STAND_FOR: &[(&str, &str)] = &[
    ("BASE", "--rm HOST GPUS ALWAYS -w /workspace"),
    ("HOST", "--network host"),
    ("GPUS", "--gpus all --runtime nvidia"),
    (
        "ALWAYS",
        "--shm-size=10G --ulimit memlock=-1 --ulimit stack=67108864 --ulimit nofile=65536:65536 \
         --cap-add CAP_SYS_PTRACE --ipc host",
    ),
    ("WORKSPACE", "-v [REPO]:/workspace -v /tmp:/tmp -v /mnt:/mnt"),
];

impl Call {
    /// The words after `docker run`, for a repository in that folder.
    pub(crate) fn docker(&self, repository: &Path) -> Vec<String> {
        let mut words = shlex::split(&self.docker).unwrap_or_else(|| panic!("{}: quotes", self.about));
        for (word, more) in STAND_FOR {
            let one = |said: String| match said == *word {
                true => more.split_whitespace().map(str::to_owned).collect(),
                false => vec![said],
            };
            words = words.into_iter().flat_map(one).collect();
        }
        words.iter().map(|word| word.replace("[REPO]", repository.to_str().unwrap())).collect()
    }
}

/// The table.
pub(crate) fn calls() -> Vec<Call> {
    #[derive(Deserialize)]
    struct Table {
        call: Vec<Call>,
    }
    toml::from_str::<Table>(include_str!("run-sh.toml")).unwrap().call
}

/// run.sh in the folder `container` of a repository, which is the working directory.
pub(crate) fn run_sh() -> Test {
    let test = Test::new().dir(".git").dir("container").link("container/run.sh", DYNRUN);
    test.program("container/run.sh")
}

#[track_caller]
fn dry(test: Test) -> Output {
    test.args(["--dry-run"]).any_stderr().any_stdout().run()
}

/// Everything below a folder.
fn found_in(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(found_in(&path));
        }
        found.push(path.to_str().unwrap().to_owned());
    }
    found.sort_unstable();
    found
}

/// N24, N26, N28, N30, N32, N33: every call of the table, in dynrun's words. N27: and nothing is made on the way.
#[test]
fn the_calls_of_the_table() {
    let mut text = String::new();
    let calls = calls();
    assert!(calls.len() >= 50, "{}", calls.len());
    for call in calls {
        let mut test = run_sh().args(["--dry-run"]).args(&call.args);
        for (name, value) in &call.env {
            test = test.env(name, value);
        }
        let output = test.any_stdout().any_stderr().run();
        assert!(!output.all().contains("canary"), "{}: a secret is printed", call.about);
        let made = found_in(output.folder.path());
        assert_eq!(made.len(), 3, "{}: {made:?}", call.about);
        let words: Vec<String> = call.args.iter().map(|word| format!("{word:?}")).collect();
        let env: String = call.env.iter().map(|(name, value)| format!("{name}={value:?} ")).collect();
        let env = env.replace("canary-7", "***");
        let _ = writeln!(text, "# {}\n$ {env}run.sh {}\n{}", call.about, words.join(" "), output.all());
    }
    expected("run-sh.txt", &text);
}

/// Every option of run.sh's is in the table; the table of the code has twenty, and `-it`, `--dry-run`, `--`.
#[test]
fn every_option_is_in_the_table() {
    let said: Vec<String> = calls().into_iter().flat_map(|call| call.args).collect();
    let help = run_sh().args(["--help"]).any_stdout().run().stdout;
    let spellings = help.lines().filter_map(|line| line.strip_prefix("  -")?.split_whitespace().next());
    let spellings: Vec<String> =
        spellings.map(|word| format!("-{word}")).filter(|word| word != "-h,").collect();
    assert_eq!(spellings.len(), 23, "{spellings:?}");
    let document = include_str!("../../docs/run-sh.md");
    let named = |spelling: &str| {
        document.contains(&format!("`{spelling}`")) || document.contains(&format!("`{spelling} "))
    };
    for spelling in spellings {
        assert!(said.contains(&spelling), "{spelling} is not in the table");
        assert!(spelling == "--" || named(&spelling), "{spelling} is not in docs/run-sh.md");
    }
}

/// run.sh's usage errors end with 1, in dynrun's words.
#[test]
fn wrong_usage_ends_with_1() {
    let mut text = String::new();
    for words in [
        &["--name"][..],
        &["--name", ""],
        &["-v"],
        &["--framework", "vlm"],
        &["--framework", "TENSORRT"],
        &["--rm", "no"],
        &["--rm", "--dry-run"],
        &["--privileged", "0"],
        &["--nmae", "x"],
        &["--name=x"],
        &["--rm=FALSE"],
        &["-e=TOKEN=canary"],
        &["--mount-workspace=true"],
        &["--dry-run=engine"],
        &["--memory", "8g"],
        &["--env-file", "my file"],
        &["-d"],
        &["-i"],
        &["--zzz"],
        &["bash"],
        &["--dry-run", "--gpus", "none", "bash", "-l"],
    ] {
        let output = run_sh().args(words).any_stderr().status(1).run();
        let _ = writeln!(text, "$ run.sh {}\n{}", words.join(" "), output.stderr);
    }
    expected("run-sh-usage.txt", &text);
}

/// A fault is said once, in words that run.sh has (N34), and of what the caller said.
#[test]
fn what_is_wrong_is_said_in_run_shs_words() {
    run_sh()
        .args(["--gpus", "none", "-it"])
        .stderr(
            "
            error[not-a-terminal]: the input device is not a TTY: a terminal needs one on standard input
              asked: `-it` on the command line
              help: leave -it out
            ",
        )
        .status(125)
        .run();
    let colon = |asked: &str| {
        format!(
            "error[hf-home]: the models' folder /a:b cannot be mounted: there is a colon in its path\n  \
             asked: `{asked}\n  \
             help: name one without: --hf-home FOLDER, or HF_HOME=FOLDER in the environment\n  \
             help: or mount none: --hf-home none\n"
        )
    };
    let built_in = colon("hf-home = \"/a:b\"` at profiles/run-sh.toml:32 (built in)");
    let test = run_sh().env("HF_HOME", "/a:b").args(["--mount-workspace", "--dry-run"]);
    test.stderr(&built_in).status(125).run();
    let said = colon("--hf-cache /a:b` on the command line");
    run_sh().args(["--hf-cache", "/a:b", "--dry-run"]).stderr(&said).status(125).run();
    for option in ["-e", "--image"] {
        let line = format!("container/run.sh {option} \"$(printf '\\377=1')\"");
        let test = Test::sh(&line).dir("container").link("container/run.sh", DYNRUN);
        test.stderr(&format!("error[usage]: {option} is not valid UTF-8\n")).status(125).run();
    }
}

/// What docker would not take ends as docker's refusal does: with 125. Nothing is asked of an engine first.
#[test]
fn what_docker_would_not_take_ends_with_125() {
    for (words, part) in [
        (&["--network", "hots"][..], "did you mean --network host?"),
        (&["--gpus", "0"], "say device=0 or none"),
        (&["-p", "70000:1", "--network", "bridge"], "asked: `-p 70000:1` on the command line"),
        (&["--port", "x", "-v", "a b:c:d:e"], "asked: `--port x` on the command line"),
        (&["--name", "--rm"], "asked: `--name --rm` on the command line"),
        (&["--image", "Not An Image"], "asked: `--image 'Not An Image'` on the command line"),
        (&["--network", "container:redis", "-p", "1:1"], "error[dead-publish]"),
    ] {
        run_sh().args(words).args(["--dry-run"]).stderr_has(part).status(125).run();
    }
}

#[test]
fn help_is_asked_for_in_three_ways() {
    let help = run_sh().args(["--help"]).any_stdout().run().stdout;
    expected("run-sh-help.txt", &help);
    run_sh().args(["-h"]).stdout(&help).run();
    run_sh().args(["--gpus", "none", "-?", "--no-such"]).stdout(&help).run();
}

/// The link's own folder is the script's: called by a path, by a relative one, through `PATH`, and through a link to
/// the folder.
#[test]
fn the_scripts_folder() {
    let line = |script: &str| {
        let test = Test::sh(script).dir("repo/container").link("repo/container/run.sh", DYNRUN);
        let test = test.link("elsewhere", "repo").dir("work");
        let output = test.any_stderr().any_stdout().run();
        let mounts = output.stdout.split("--volume ").skip(1);
        let mut mounts: Vec<String> = mounts.map(|rest| rest.split(' ').next().unwrap().to_owned()).collect();
        mounts.sort_unstable();
        mounts
    };
    let wanted = [
        "/mnt:/mnt",
        "/tmp:/tmp",
        "[DIR]/repo/container/.cache/huggingface:/home/dynamo/.cache/huggingface",
        "[DIR]/repo:/workspace",
    ];
    for script in [
        "repo/container/run.sh --mount-workspace --dry-run",
        "\"$PWD/repo/container/run.sh\" --mount-workspace --dry-run",
        "cd repo/container; ./run.sh --mount-workspace --dry-run",
        "cd work; ../repo/container/run.sh --mount-workspace --dry-run",
        "cd work; PATH=../repo/container:$PATH; run.sh --mount-workspace --dry-run",
        "PATH=$PATH:$PWD/repo/container; run.sh --mount-workspace --dry-run",
        "elsewhere/container/run.sh --mount-workspace --dry-run",
    ] {
        assert_eq!(line(script), wanted, "{script}");
    }
}

/// The same container on every machine: no file and no DYNRUN_* variable changes it. What names the engine counts.
#[test]
fn files_and_variables_change_nothing() {
    let plain = dry(run_sh());
    let changed = run_sh()
        .file(
            ".config/dynrun/config.toml",
            "[service.inference]\nimage = \"x\"\n[profile.run-sh]\nrm = false\n",
        )
        .file("dynrun.toml", "[service.inference]\nprivileged = true\nbroken\n")
        .env("DYNRUN_NETWORK", "bridge")
        .env("DYNRUN_NO_SUCH", "1");
    let output = dry(changed);
    assert_eq!((output.stdout, output.stderr), (plain.stdout, plain.stderr));
    run_sh().stderr_has("no engine answers at unix:///nonexistent/docker.sock").status(125).run();
}

/// In its own voice, dynrun shows run.sh's habits with their places.
#[test]
fn the_habits_are_shown_with_their_places() {
    Test::new()
        .dir(".git")
        .args(["config", "inference", "privileged", "--profile", "run-sh", "--mount-workspace", "--origin"])
        .stdout("true\tprofiles/run-sh.toml:30 (built in)\n")
        .run();
    Test::new()
        .dir(".git")
        .args(["config", "inference", "hf-home", "--profile", "run-sh", "--mount-workspace"])
        .stdout("[DIR]/container/.cache/huggingface\n")
        .run();
}

/// N31, user-ask 44: a secret is forwarded by its name, and in no output.
#[test]
fn a_secret_is_not_printed() {
    for words in
        [&["-e", "HF_TOKEN=canary"][..], &["--mount-workspace"], &["-e", "HF_TOKEN=canary", "--no-such"]]
    {
        let test = run_sh().env("HF_TOKEN", "canary").args(["--dry-run"]).args(words);
        let output = test.any_stdout().any_stderr().any_status().run();
        assert!(!output.all().contains("canary"), "{}", output.all());
    }
}
