//! Help and the manual: a page that fits a screen, everything where it is asked for, examples that hold, and pages that
//! `man` reads.

use crate::common::Test;
use dynrun::cli::{Invocation, UsageError, VERBS, Verb, parse};
use dynrun::options::{ROWS, Row};
use dynrun::values::Roots;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A screen.
const LINES: usize = 40;
const COLUMNS: usize = 80;

fn help(words: &[&str]) -> String {
    Test::new().args(words).any_stdout().run().stdout
}

/// What stands under a title.
fn section<'h>(help: &'h str, title: &str) -> Vec<&'h str> {
    let after = help.split(&format!("\n{title}:\n")).nth(1).unwrap_or_else(|| panic!("no {title}: {help}"));
    after.lines().take_while(|line| line.starts_with(' ')).collect()
}

#[test]
fn the_help_of_every_verb_fits_a_screen() {
    let verbs = VERBS.iter().map(|verb| vec![verb.name, "--help"]);
    for words in verbs.chain([vec!["--help"]]) {
        let help = help(&words);
        let count = help.lines().count();
        assert!(count <= LINES, "{words:?} has {count} lines:\n{help}");
        for line in help.lines() {
            assert!(line.chars().count() <= COLUMNS, "{words:?}: {line}");
        }
    }
}

/// `-h` with nothing behind it, `--help` and `dynrun help VERB` are the same page.
#[test]
fn help_is_asked_for_in_three_ways() {
    for verb in VERBS {
        let page = help(&[verb.name, "--help"]);
        assert!(page.starts_with(&format!("{}\n\nusage: dynrun {}", verb.about, verb.name)), "{page}");
        Test::new().args([verb.name, "-h"]).stdout(&page).run();
        Test::new().args(["help", verb.name]).stdout(&page).run();
    }
}

#[test]
fn the_twenty_that_most_launches_need_come_first() {
    for verb in ["run", "shell", "check", "config"] {
        let page = help(&[verb, "--help"]);
        let common = section(&page, "Common options");
        assert_eq!(common.iter().filter(|line| line.contains("--")).count(), 20, "{page}");
        assert!(page.find("Common options:").unwrap() < page.find("Call:").unwrap());
        assert!(page.contains("\n      --help-all  "), "{page}");
    }
    assert!(help(&["shell", "--help"]).contains("\n      --new "));
    assert!(help(&["check", "--help"]).contains("\n      --list "));
}

#[test]
fn all_of_help_has_every_option() {
    for words in [&["run", "--help-all"][..], &["check", "gateway", "--help-all"], &["--help-all"]] {
        let page = help(words);
        for Row { name, .. } in ROWS {
            assert!(page.contains(&format!("--{name}")), "{words:?}: {name}");
        }
    }
    // Behind the dashes it is the command's own.
    let words = ["run", "--dry-run", "--image", "app:1", "--profile", "bare", "--", "ls", "--help-all"];
    Test::new().args(words).stdout("docker run app:1 ls --help-all\n").any_stderr().run();
}

/// The examples of a page: their lines for a shell.
fn examples(page: &str) -> Vec<String> {
    let lines = section(page, "examples").into_iter();
    lines.map(|line| line.trim().split("  ").next().unwrap().to_owned()).collect()
}

/// The words of the line's dynrun: what a shell does with them is the shell's.
fn words(line: &str) -> Vec<OsString> {
    let line = &line[line.find("dynrun").unwrap()..];
    let line = line.split(['|', '>', ')']).next().unwrap();
    let words = shlex::split(line).unwrap_or_else(|| panic!("{line}"));
    assert_eq!(words[0], "dynrun");
    words.into_iter().skip(1).map(OsString::from).collect()
}

#[test]
fn every_verb_has_examples_that_hold() {
    for verb in VERBS {
        let all = examples(&help(&[verb.name, "--help"]));
        assert!(!all.is_empty(), "{}", verb.name);
        for line in all {
            let words = words(&line);
            let roots = Roots { base: Path::new("/"), home: None };
            match parse(&words, roots) {
                Ok(Invocation { verb: Verb::Help(_) | Verb::Unknown(_), .. }) => panic!("{line} is no call"),
                Ok(_) => {}
                Err(UsageError { findings, .. }) => panic!("{line}: {findings:?}"),
            }
        }
    }
}

/// A launch among the examples is one that can be made.
#[test]
fn launches_among_the_examples_are_dry_runs() {
    for page in [help(&["--help"]), help(&["run", "--help"])] {
        for line in examples(&page) {
            let mut words: Vec<String> =
                words(&line).into_iter().map(|word| word.into_string().unwrap()).collect();
            match words[0].as_str() {
                "config" => {}
                "run" => words.insert(1, "--dry-run".to_owned()),
                _ => words.insert(0, "--dry-run".to_owned()),
            }
            Test::new().args(&words).any_stdout().any_stderr().run();
        }
    }
}

#[test]
fn pages_are_printed_and_written() {
    let page = Test::new().args(["man", "run"]).any_stdout().run().stdout;
    assert!(page.starts_with(".TH DYNRUN\\-RUN 1 \"\" \"dynrun "), "{page}");
    for name in ROWS.iter().map(|row| row.name) {
        assert!(page.contains(&format!("\\-\\-{}", name.replace('-', "\\-"))), "{name}");
    }
    let output = Test::new().args(["man", "--dir", "pages/man1"]).any_stdout().run();
    let mut names: Vec<String> = output.stdout.lines().map(str::to_owned).collect();
    let wanted = VERBS.iter().map(|verb| format!("[DIR]/pages/man1/dynrun-{}.1", verb.name));
    assert_eq!(names.remove(0), "[DIR]/pages/man1/dynrun.1");
    assert_eq!(names, wanted.collect::<Vec<_>>());
    let folder = output.folder.path().join("pages/man1");
    assert_eq!(fs::read_to_string(folder.join("dynrun-run.1")).unwrap(), page);
    let test = Test::new().args(["man", "ps", "--dir", "x"]).stdout("[DIR]/x/dynrun-ps.1\n");
    test.run();
}

#[test]
fn a_page_that_cannot_be_written_or_is_none_is_told() {
    Test::new()
        .args(["man", "--dir", "/dev/null/man1"])
        .stderr(
            "
            error[page-file]: /dev/null/man1 cannot be written: Not a directory (os error 20)
              help: name a folder that is yours: dynrun man --dir FOLDER
            ",
        )
        .status(1)
        .run();
    Test::new()
        .args(["man", "rnu"])
        .stderr_has("error[usage]: `rnu` is no value of [VERB]\n  help: did you mean run?\n")
        .status(2)
        .run();
}

/// groff reads every page without a warning, and shows what stands in it.
#[test]
fn man_reads_every_page() {
    if Command::new("groff").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("groff is not here: the pages are not read");
        return;
    }
    let output = Test::new().args(["man", "--dir", "pages"]).any_stdout().run();
    for entry in fs::read_dir(output.folder.path().join("pages")).unwrap() {
        let path = entry.unwrap().path();
        let done =
            Command::new("groff").args(["-man", "-Tutf8", "-P-cbou", "-ww"]).arg(&path).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{}", path.display());
        assert!(done.status.success(), "{}", path.display());
        let shown = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(shown.contains("SYNOPSIS") && shown.contains("EXAMPLES"), "{shown}");
        if path.ends_with("dynrun-run.1") {
            assert!(shown.contains("--device-cgroup-rule"), "{shown}");
        }
    }
}

#[test]
fn every_argument_that_is_missing_is_named() {
    let usage = "\n  help: usage: dynrun extract [OPTIONS] IMAGE PATH DEST|-\n";
    for (said, missing) in [
        (&["extract"][..], "IMAGE, PATH and DEST are missing"),
        (&["extract", "app"], "PATH and DEST are missing"),
        (&["extract", "app", "/x"], "DEST is missing"),
        (&["extract", "app", "", "x"], "PATH is empty"),
        (&["extract", "app", "/x", ""], "DEST is empty"),
    ] {
        Test::new().args(said).status(2).stderr(&format!("error[usage]: {missing}{usage}")).run();
    }
}

/// What is asked of a stack means the same to every verb that takes one.
#[test]
fn groups_names_and_what_is_left_out_are_every_verbs() {
    let said = ["--group", "observe", "--without", "nebula-gateway", "--without", "nebula-bff", "--as", "n2"];
    for (verb, has, lacks) in [
        (&["up", "nebula", "--dry-run"][..], "docker run --name n2-xtrace ", "n2-nebula-bff"),
        (&["export", "docker", "nebula"], "docker run --name n2-xtrace ", "n2-nebula-bff"),
        (&["export", "compose", "nebula"], "container_name: n2-xtrace", "nebula-bff:"),
        (&["config", "nebula"], "n2-xtrace", "n2-nebula-bff"),
        (&["check", "nebula", "--offline"], "xtrace", "nebula-bff"),
    ] {
        let output = Test::new().args(verb).args(said).any_status().any_stdout().any_stderr().run();
        assert!(output.stdout.contains(has), "{verb:?}: {}{}", output.stdout, output.stderr);
        assert!(!output.stdout.contains(lacks), "{verb:?}: {}", output.stdout);
    }
    for verb in [&["check"][..], &["config"], &["export", "docker"]] {
        let test = Test::new().args(verb).args(["gateway", "--as", "x"]);
        let want = "error[usage]: --as is said of a stack, and none is named\n  asked: `--as x` on the command line\n";
        test.status(if verb.len() == 1 { 2 } else { 1 }).stderr(want).run();
    }
}

/// Who reads the beginning alone has what they wanted.
#[test]
fn a_reader_that_closes_is_no_error() {
    for verb in [&["schema"][..], &["config", "gateway"], &["explain"], &["run", "gateway", "--dry-run"]] {
        let test = Test::new().args(verb);
        let mut child = test.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("error"), "{verb:?}: {}: {said}", output.status);
    }
}
