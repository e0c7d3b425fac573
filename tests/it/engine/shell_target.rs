//! `dynrun shell` by a service: which of its containers is entered, and the new one where none runs.

use super::case::{BUSYBOX, Case, wait_for};
use super::shell::{running, shell};
use std::time::SystemTime;

/// A service of the test's own, in its user's configuration.
fn service(case: &Case) -> String {
    let name = case.name("svc");
    let folder = case.folder().join(".config/dynrun");
    std::fs::create_dir_all(&folder).unwrap();
    let (label, own) = (case.label(), format!("image = \"{BUSYBOX}\"\ncommand = [\"sleep\", \"600\"]"));
    std::fs::write(folder.join("config.toml"), format!("[service.{name}]\n{own}\nlabel = [\"{label}\"]\n"))
        .unwrap();
    name
}

/// The newest is entered, and the others are listed.
#[test]
fn of_several_containers_the_newest_is_entered() {
    let case = Case::new();
    let service = service(&case);
    let launch = |what: &str| {
        let name = case.name(what);
        let done = case.dynrun(&["run", &service, "-d", "--name", &name]).run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        name
    };
    let one = launch("one");
    shell(&case, &[&service, "--", "hostname"]).run().expect(
        0,
        &format!("{}\n", &case.container()[..12]),
        &format!("note: entering {one}, which runs {service}\n"),
    );
    // The engine lists its containers with the second of their making.
    let second = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let made = second();
    wait_for("another second", || (second() > made).then_some(()));
    let two = launch("two");
    let done = shell(&case, &[&service, "--", "hostname"]).run();
    assert_eq!(done.text(), format!("{}\n", &case.inspect(&two)["Id"].as_str().unwrap()[..12]));
    let lines: Vec<&str> = done.stderr.lines().collect();
    assert_eq!(lines.len(), 4, "{}", done.stderr);
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["note:", "NAME", "SERVICE", "PROFILE", "AGE", "IMAGE"]
    );
    for (line, name) in lines[1..3].iter().zip([&two, &one]) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[..4], ["note:", name, &service, "dev"], "{line}");
        assert_eq!((words[5], words[6]), ("s", BUSYBOX), "{line}");
    }
    let entered = format!("entering {two}, the newest of 2 that run {service}");
    assert_eq!(lines[3], format!("note: {entered}; another: dynrun shell NAME"));
    // Of one profile alone.
    let bare = case.name("bare");
    let options = ["run", &service, "-d", "--profile", "bare", "--name", &bare, "--init"];
    assert_eq!(case.dynrun(&options).run().code, 0);
    let done = shell(&case, &[&service, "--profile", "bare", "--", "true"]).run();
    done.expect(0, "", &format!("note: entering {bare}, which runs {service}\n"));
}

/// A container may be called like a service.
#[test]
fn a_containers_own_name_goes_before_a_services() {
    let case = Case::new();
    let service = service(&case);
    case.docker(&["run", "-d", "--name", &service, "--label", &case.label(), BUSYBOX, "sleep", "600"]);
    shell(&case, &[&service, "--", "true"]).run().expect(
        0,
        "",
        &format!(
            "note: {service} is a container and a service: the container is entered\n\
             note: the service: dynrun shell --service {service}\n"
        ),
    );
}

/// Whoever shares an engine does not mean another's container unless they say so.
#[test]
fn a_container_of_another_machine_is_entered_by_name_alone() {
    let case = Case::new();
    let service = service(&case);
    let label = format!("dev.dynrun.service={service}");
    let owner = r#"dev.dynrun.owner={"machine":"elsewhere"}"#;
    let name = running(&case, "theirs", &["--label", &label, "--label", owner]);
    let done = shell(&case, &[&service]).input(b"exit 6").run();
    done.expect(
        6,
        "",
        &format!(
            "note: {name} runs {service}, launched from another machine: dynrun shell {name}\n\
             note: no container of {service} runs: a new one is launched\n"
        ),
    );
    shell(&case, &[&name, "--", "true"]).run().expect(0, "", "");
}

/// The new container is the shell's alone: the image's entrypoint and the service's command do not run, and it goes.
#[test]
fn a_new_container_runs_the_shell_alone_and_goes() {
    let case = Case::new();
    let service = service(&case);
    let note = format!("note: no container of {service} runs: a new one is launched\n");
    let line = b"echo $0 $#; exit 7";
    shell(&case, &[&service]).input(line).run().expect(7, "sh 0\n", &note);
    case.leaves_nothing();
    // With an init process, and without; a command; a shell of the caller's choice.
    for (words, code, out) in [
        (&["--new", "--init=false"][..], 7, "sh 0\n"),
        (&["--new", "--entrypoint", "ash"], 7, "ash 0\n"),
        (&["--new", "--", "sh", "-c", "echo $1; exit 8", "x", "an argument"], 8, "an argument\n"),
        (&["--new", "--entrypoint", "echo", "--", "an argument"], 0, "an argument\n"),
        (&["--new", "--profile", "bare", "--rm"], 7, "sh 0\n"),
    ] {
        shell(&case, &[&[service.as_str()], words].concat()).input(line).run().expect(code, out, "");
    }
    case.leaves_nothing();
    let done = shell(&case, &[&service, "--new", "-e", "PATH=/nope"]).run();
    done.expect(
        127,
        "",
        &format!(
            "error[command-not-found]: sh was not found in {BUSYBOX}\n  note: bash was not found either\n"
        ),
    );
    case.leaves_nothing();
}

#[test]
fn a_new_container_takes_bash_where_the_image_has_it() {
    let case = Case::new();
    let bash = case.file("bash", "#!/bin/sh\necho this is bash\nexec sh\n");
    let mode = case.call("chmod", &["+x", "bash"]).run();
    assert_eq!(mode.code, 0);
    let mount = format!("{}:/bin/bash:ro", bash.display());
    let label = case.label();
    let words = ["--image", BUSYBOX, "--label", &label, "-v", &mount];
    shell(&case, &words).input(b"exit 9").run().expect(9, "this is bash\n", "");
    case.leaves_nothing();
}

/// The gateway's image holds one program.
#[test]
fn a_service_without_a_shell_is_refused_before_anything_is_made() {
    let case = Case::new();
    let done = shell(&case, &["gateway", "--new"]).run();
    assert!(done.refused(125, "no-command").contains("dynrun run inference -- COMMAND\n"), "{}", done.stderr);
}
