//! A secret that is written down in a file: told, in every profile, and refused where git keeps the file, as git itself
//! has it. M30.

use crate::common::Test;
use crate::rules::{USER, codes};
use std::path::Path;
use std::process::Command;

/// A project's file with a secret in it.
const LITERAL: &str = "[service.gateway]\nenv = [\"HF_TOKEN=hush\"]\n";

/// How a file is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kept {
    Tracked,
    NotIgnored,
    No,
}

use Kept::{No, NotIgnored, Tracked};

impl Kept {
    /// What is said of the secret.
    fn told(self) -> &'static str {
        match self {
            Tracked => {
                "error[secret-committed]: HF_TOKEN holds a secret in plain, and git keeps [DIR]/repo/a/dynrun.toml\n"
            }
            NotIgnored => {
                "error[secret-committed]: HF_TOKEN holds a secret in plain, and nothing keeps [DIR]/repo/a/dynrun.toml out of git\n"
            }
            No => "warning[secret-literal]: HF_TOKEN holds a secret in plain\n",
        }
    }
}

/// A repository: its files, what git is told, one line each, and how it keeps `a/dynrun.toml`.
struct Case {
    files: &'static [(&'static str, &'static str)],
    commands: &'static [&'static str],
    kept: Kept,
}

const fn case(
    files: &'static [(&'static str, &'static str)],
    commands: &'static [&'static str],
    kept: Kept,
) -> Case {
    Case { files, commands, kept }
}

const CASES: &[Case] = &[
    case(&[], &[], No),
    case(&[], &["init -q"], NotIgnored),
    case(&[], &["init -q", "add ."], Tracked),
    case(&[], &["init -q", "add .", "update-index --index-version 4"], Tracked),
    case(&[], &["init -q", "add -N ."], Tracked),
    case(&[("b", ""), ("a/a", "")], &["init -q", "add .", "commit -qm x"], Tracked),
    case(
        &[("a/dynrun.tom", ""), ("a/b/dynrun.toml", "")],
        &["init -q", "add a/dynrun.tom a/b", "update-index --index-version 4"],
        NotIgnored,
    ),
    case(&[(".gitignore", "dynrun.toml\n")], &["init -q"], No),
    case(&[(".gitignore", "dynrun.toml\n")], &["init -q", "add -f a/dynrun.toml"], Tracked),
    case(&[(".gitignore", "/a/\n")], &["init -q"], No),
    case(&[(".gitignore", "a\n!dynrun.toml\n")], &["init -q"], No),
    case(&[(".gitignore", "/b/\n")], &["init -q"], NotIgnored),
    case(&[(".gitignore", "a/*.toml\n")], &["init -q"], No),
    case(&[(".gitignore", "**/dyn[a-z]un.toml  \n")], &["init -q"], No),
    case(&[(".gitignore", "dynrun.toml/\n")], &["init -q"], NotIgnored),
    case(&[(".gitignore", "*.toml\n"), ("a/.gitignore", "!dynrun.toml\n")], &["init -q"], NotIgnored),
    case(&[("a/.gitignore", "*\n!.gitignore\n")], &["init -q"], No),
    case(&[(".git/info/exclude", "dynrun.toml\n")], &["init -q"], No),
];

/// Runs git there, with nobody's configuration.
fn git(folder: &Path, line: &str) -> bool {
    let mut git = Command::new("git");
    git.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    git.args(["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]);
    git.args(line.split(' ')).output().unwrap().status.success()
}

/// A repository with a file that holds a secret.
fn repository(case: &Case) -> Test {
    let test = Test::new().file("repo/a/dynrun.toml", LITERAL);
    let repo = test.folder().join("repo");
    case.commands.first().iter().for_each(|line| assert!(git(&repo, line), "git {line}"));
    let test = case.files.iter().fold(test, |test, (path, text)| test.file(&format!("repo/{path}"), text));
    case.commands.iter().skip(1).for_each(|line| assert!(git(&repo, line), "git {line}"));
    test
}

#[test]
fn a_file_is_kept_as_git_says() {
    for (index, case) in CASES.iter().enumerate() {
        let test = repository(case);
        if case.kept != No || !case.commands.is_empty() {
            let repo = test.folder().join("repo");
            let is_tracked = git(&repo, "ls-files --error-unmatch a/dynrun.toml");
            let is_ignored = git(&repo, "check-ignore -q --no-index a/dynrun.toml");
            let kept = if is_tracked {
                Tracked
            } else if is_ignored {
                No
            } else {
                NotIgnored
            };
            assert_eq!(kept, case.kept, "case {index}: git says something else");
        }
        let test = test.cwd("repo/a").args(["run", "gateway", "--dry-run"]);
        let output = test.any_stdout().any_stderr().any_status().run();
        assert!(output.stderr.starts_with(case.kept.told()), "case {index}: {}", output.stderr);
        assert_eq!(output.status, if case.kept == No { 0 } else { 125 }, "case {index}");
        assert_eq!(codes(&output).len(), 1, "case {index}: {}", output.stderr);
        assert!(!output.all().contains("hush"), "case {index}");
    }
}

/// A linked work tree has a `.git` of its own, which is a file.
#[test]
fn a_linked_work_tree_is_one() {
    let test = Test::new().dir("main").dir("linked");
    let folder = test.folder();
    for line in ["init -q", "commit -q --allow-empty -m x", "worktree add -q ../linked/repo"] {
        assert!(git(&folder.join("main"), line), "git {line}");
    }
    let test = test.file("linked/repo/a/dynrun.toml", LITERAL);
    assert!(git(&folder.join("linked/repo"), "add ."));
    let test = test.cwd("linked/repo/a").args(["run", "gateway", "--dry-run"]);
    test.stderr_has(&Tracked.told().replace("[DIR]", "[DIR]/linked")).status(125).run();
}

/// The line that mends it can be pasted.
#[test]
fn the_line_that_mends_it_works() {
    let test = |file: &str| {
        let test = Test::new().file("team.toml", file).env("HF_TOKEN", "hush");
        assert!(git(&test.folder(), "init -q"));
        test.args(["run", "gateway", "--dry-run", "--config", "team.toml"])
            .any_stdout()
            .any_stderr()
            .any_status()
            .run()
    };
    let refused = test(LITERAL).stderr;
    let line = |front: &str| refused.lines().find_map(|line| line.strip_prefix(front)).unwrap();
    let section = line("  help: name it, at the end of the file: ");
    assert_eq!(section, "[service.gateway.secret.hf-token]");
    let key = line("  help: and in the line below: ");
    let mended = test(&format!("[service.gateway]\n{section}\n{key}\n"));
    assert_eq!((codes(&mended), mended.status), (vec![], 0), "{}", mended.stderr);
    assert!(mended.stdout.contains(" -e HF_TOKEN "), "{}", mended.stdout);
}

/// The same of the caller's own file and of one that is named; what a profile refuses besides stands, and a waiver lifts
/// one refusal alone.
#[test]
fn every_profile_refuses_it() {
    const WAIVER: &str = "[service.gateway]\nallow = [{ code = \"secret-committed\", reason = \"a token of the test bench\" }]\n";
    for (words, wanted) in [
        (&[][..], &["error[secret-committed]"][..]),
        (&["--config", "team.toml"], &["error[secret-committed]"]),
        (&["--profile", "bare"], &["error[secret-committed]"]),
        (&["--profile", "prod"], &["error[secret-literal]", "error[secret-committed]"]),
        (&["--config", "waiver.toml"], &["note[waived]"]),
        (&["--config", "waiver.toml", "--profile", "prod"], &["error[secret-literal]", "note[waived]"]),
    ] {
        let test = Test::new().file(USER, LITERAL).file("team.toml", LITERAL).file("waiver.toml", WAIVER);
        assert!(git(&test.folder(), "init -q"));
        let test = test.args(["run", "gateway", "--dry-run", "--publish-ip", "127.0.0.1"]).args(words);
        let output = test.any_stdout().any_stderr().any_status().run();
        assert_eq!(codes(&output), wanted, "{words:?}: {}", output.stderr);
    }
}

/// An environment file is refused where it is tracked, and not before.
#[test]
fn an_environment_file_is_told_once_it_is_tracked() {
    for (line, wanted) in [("status -s", &[][..]), ("add s.env", &["error[secret-committed]"])] {
        let test = Test::new().file("s.env", "API_KEY=hush\n").mode("s.env", 0o600);
        assert!(git(&test.folder(), "init -q") && git(&test.folder(), line));
        let test = test.args(["run", "gateway", "--dry-run", "--env-file", "s.env"]);
        let output = test.any_stdout().any_stderr().any_status().run();
        assert_eq!(codes(&output), wanted, "{line}: {}", output.stderr);
        assert_eq!(
            wanted.is_empty(),
            !output.stderr.contains("help: take the file out of git: git rm --cached [DIR]/s.env\n")
        );
    }
}

/// What a file makes from the caller's variables is no literal, and neither is what it forwards.
#[test]
fn references_are_not_told() {
    for text in
        ["env = [\"HF_TOKEN\"]", "env.HF_TOKEN = \"${env.HF_TOKEN}\"", "secret.hf.variable = \"HF_TOKEN\""]
    {
        let test = Test::new().dir(".git").file("team.toml", &format!("[service.gateway]\n{text}\n"));
        let test =
            test.env("HF_TOKEN", "hush").args(["run", "gateway", "--dry-run", "--config", "team.toml"]);
        assert_eq!(codes(&test.any_stdout().any_stderr().run()), [""; 0], "{text}");
    }
}

/// A value under a secret's name in a command, too, whoever reads the file; what is filled in is none.
#[test]
fn a_secret_in_a_command_is_told() {
    for (words, name) in [
        ("\"--api-key\", \"hunter2\"", Some("api-key")),
        ("\"--token=hunter2\"", Some("token")),
        ("\"X_TOKEN=hunter2\"", Some("X_TOKEN")),
        ("\"--workers\", \"${env.HOME}\", \"--token\", \"hunter2\"", Some("token")),
        ("\"curl\", \"-H\", \"Authorization: Bearer hunter2\"", Some("Authorization")),
        ("\"curl\", \"-u\", \"me:hunter2\", \"h\"", Some("-u")),
        ("\"sh\", \"-c\", \"mysql -phunter2 db\"", Some("-p")),
        ("\"redis-cli\", \"-a\", \"hunter2\"", Some("-a")),
        ("\"redis-server\", \"--requirepass\", \"hunter2\"", Some("requirepass")),
        ("\"sh\", \"-c\", \"PGPASSWORD=hunter2 psql\"", Some("PGPASSWORD")),
        ("\"sshpass\", \"-p\", \"hunter2\", \"ssh\", \"h\"", Some("-p")),
        (
            "\"-p\", \"8080:80\", \"-u\", \"1000:1000\", \"--token-limit\", \"4096\", \"--max-tokens\", \"5\"",
            None,
        ),
        ("\"curl\", \"-u\", \"me:$PASSWORD\", \"-H\", \"Authorization: Bearer $KEY\"", None),
        ("\"--token\", \"${env.HOME}\"", None),
        ("\"--token\", \"$TOKEN\", \"--credentials\", \"/run/secrets/key.json\"", None),
    ] {
        let text = format!("[service.a]\nimage = \"app:1\"\ncommand = [\"serve\", {words}]\n");
        for verb in
            [&["run", "a", "--dry-run"][..], &["check", "a", "--offline"], &["export", "compose", "a"]]
        {
            let test = Test::new().file("team.toml", &text);
            assert!(git(&test.folder(), "init -q"));
            let output =
                test.args(verb).args(["--config", "team.toml"]).any_stdout().any_stderr().any_status().run();
            let told = name.map(|name| {
                format!("error[secret-committed]: the command's {name} holds a secret in plain, and nothing keeps [DIR]/team.toml out of git\n")
            });
            let is_told = told.as_ref().is_some_and(|told| output.stderr.starts_with(told));
            assert_eq!(is_told, told.is_some(), "{verb:?} {words}: {}", output.stderr);
            assert!(!output.all().contains("hunter2"), "{verb:?} {words}: {}", output.all());
        }
    }
}

/// A file that git has holds no secret, whoever may read it.
#[test]
fn a_secrets_file_is_told_once_it_is_tracked() {
    let told = "error[secret-committed]: the file of the secret hub holds a secret in plain, and git keeps [DIR]/hub\n  \
                asked: `the file of the secret hub` as --secret on the command line\n  \
                help: take the file out of git: git rm --cached [DIR]/hub\n";
    for (line, is_told) in [("status -s", false), ("add hub", true)] {
        for verb in [&["run", "gateway", "--dry-run"][..], &["check", "gateway", "--offline"]] {
            let test = Test::new().file("hub", "hush\n").mode("hub", 0o600);
            assert!(git(&test.folder(), "init -q") && git(&test.folder(), line));
            let test = test.args(verb).args(["--secret", "id=hub,src=hub"]);
            let output = test.any_stdout().any_stderr().any_status().run();
            let wanted = if is_told { vec!["error[secret-committed]"] } else { vec![] };
            assert_eq!(codes(&output), wanted, "{line}: {}", output.stderr);
            assert_eq!(is_told, output.stderr.starts_with(told.lines().next().unwrap()), "{}", output.stderr);
            assert_eq!(
                is_told,
                output.stderr.contains("help: take the file out of git: git rm --cached [DIR]/hub\n")
            );
        }
    }
}
