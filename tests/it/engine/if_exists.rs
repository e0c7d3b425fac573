//! `--if-exists`: a container that has the name is told, reused where it is what is asked for, or replaced, and back where
//! the new one does not come up. Nobody is asked, and nothing ends well that did not launch. K19.

use super::case::{BUSYBOX, Case, Done};
use nix::sys::signal::Signal;

/// The output of a launch in the background under a name; its container holds no output.
#[track_caller]
fn named(case: &Case, name: &str, options: &[&str], command: &[&str]) -> Done {
    case.launch(&[&["-d", "--name", name], options].concat(), command).run()
}

/// The id of one that was launched.
#[track_caller]
fn launched(case: &Case, name: &str, options: &[&str], command: &[&str]) -> String {
    let done = named(case, name, options, command);
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.text().trim_end().to_owned()
}

#[test]
fn who_has_the_name_is_described() {
    let case = Case::new();
    let (ours, theirs, ended) = (case.name("ours"), case.name("theirs"), case.name("ended"));
    launched(&case, &ours, &["--label", "dev.dynrun.service=router"], &["sleep", "60"]);
    case.docker(&["create", "--name", &theirs, "--label", &case.label(), BUSYBOX, "true"]);
    assert_eq!(case.launch(&["--rm=false", "--name", &ended], &["sh", "-c", "exit 4"]).run().code, 4);
    for (name, is, since, by) in [
        (&ours, "it is running", "Up ", "dynrun launched it, "),
        (&theirs, "it was never started", "Created, of", "dynrun did not launch it"),
        (&ended, "it ended with exit code 4", "Exited (4) ", "dynrun launched it, with the profile bare"),
    ] {
        let done = named(&case, name, &[], &["true"]);
        let stderr = done.refused(125, "name-taken");
        let lines: Vec<&str> = stderr.lines().collect();
        assert_eq!(lines[0], format!("error[name-taken]: a container named {name} exists already"));
        assert_eq!(lines[2], format!("  note: {is}"), "{stderr}");
        assert!(lines[3].starts_with(&format!("  note: {since}")), "{stderr}");
        assert!(lines[3].ends_with(&format!(", of the image {BUSYBOX}")), "{stderr}");
        assert!(lines[4].starts_with(&format!("  note: {by}")), "{stderr}");
        let is_offered = stderr.contains("--if-exists replace");
        assert_eq!(is_offered, *name != theirs, "{stderr}");
    }
}

#[test]
fn one_that_is_what_is_asked_for_is_reused() {
    let case = Case::new();
    let name = case.name("same");
    let options = ["--memory", "64m", "-e", "API_TOKEN=hunter2", "-e", "A=1"];
    let command = ["sh", "-c", "echo up; exec sleep 60"];
    let id = launched(&case, &name, &options, &command);
    let reuse = [&options[..], &["--if-exists", "reuse"]].concat();
    let note = format!("note[reused]: the container {name} is reused\n");
    named(&case, &name, &reuse, &command).expect(0, &format!("{id}\n"), &note);
    // One that has ended is started again.
    case.docker(&["kill", &name]);
    named(&case, &name, &reuse, &command).expect(0, &format!("{id}\n"), &note);
    assert_eq!(case.inspect(&name)["State"]["Running"], true);
    // And it has to be ready, where that is asked.
    let ready = [&reuse[..], &["--wait=20s", "--ready", "log:^up$"]].concat();
    let done = named(&case, &name, &ready, &command);
    assert_eq!((done.code, done.text()), (0, format!("{id}\n")), "{}", done.stderr);
    case.docker(&["pause", &name]);
    let done = named(&case, &name, &reuse, &command);
    assert!(done.refused(125, "if-exists").contains(&format!("help: let it go on: docker unpause {name}\n")));
    assert_eq!(case.containers(), [id]);
}

/// Each difference on a line; a secret's is told without its value.
#[test]
fn one_that_differs_is_not_reused() {
    let case = Case::new();
    let name = case.name("differs");
    let id = launched(&case, &name, &["--memory", "64m", "-e", "API_TOKEN=hunter2"], &["sleep", "60"]);
    for (options, command, lines) in [
        (
            &["--memory", "32m", "-e", "API_TOKEN=hunter3", "--init"][..],
            &["sleep", "61"][..],
            &[
                "command: sleep 60 there, sleep 61 asked for",
                "init: true asked for, and not there",
                "memory: 64m there, 32m asked for",
                "env: API_TOKEN has another value",
            ][..],
        ),
        (
            &[],
            &["sleep", "60"],
            &["env: API_TOKEN there, and not asked for", "memory: 64m there, and not asked for"],
        ),
    ] {
        let options = [options, &["--if-exists", "reuse"]].concat();
        let done = named(&case, &name, &options, command);
        let stderr = done.refused(125, "if-exists");
        let head = format!("error[if-exists]: the container {name} is not what is asked for\n");
        assert!(stderr.starts_with(&head) && !stderr.contains("hunter"), "{stderr}");
        let notes = stderr.lines().filter_map(|line| line.strip_prefix("  note: "));
        assert_eq!(notes.skip(3).collect::<Vec<_>>(), lines, "{stderr}");
    }
    assert_eq!(case.containers(), [id]);
}

/// A secret in a command is in neither of the two that are told.
#[test]
fn a_secret_of_a_command_is_told_in_none() {
    let case = Case::new();
    let name = case.name("words");
    launched(&case, &name, &[], &["sh", "-c", "sleep 60; curl -u a:hush-1 x"]);
    for (options, command, line) in [
        (
            &[][..],
            &["curl", "-u", "bob:hush-2", "x"][..],
            "command: sh -c sleep 60; curl -u a:*** there, curl -u bob:*** x asked for",
        ),
        (
            &[],
            &["sh", "-c", "sleep 60; curl -u a:hush-2 x"],
            "command: sh -c sleep 60; curl -u a:*** has another secret",
        ),
        (&[], &["mysql", "-phush-2"], "command: sh -c sleep 60; curl -u a:*** there, mysql -p*** asked for"),
        (
            &["--entrypoint", "curl"],
            &["-u", "bob:hush-2"],
            "command: sh -c sleep 60; curl -u a:*** there, -u bob:*** asked for",
        ),
    ] {
        let done = named(&case, &name, &[options, &["--if-exists", "reuse"]].concat(), command);
        let stderr = done.refused(125, "if-exists");
        assert!(stderr.contains(&format!("  note: {line}\n")) && !stderr.contains("hush"), "{stderr}");
    }
}

/// Lists are compared by what they hold, and how an image is had is no difference.
#[test]
fn another_order_is_no_difference() {
    let case = Case::new();
    let name = case.name("order");
    let logs = ["--log-driver", "json-file", "--log-opt"];
    let first = [&logs[..], &["max-size=10m", "--log-opt", "max-file=3", "-e", "A=1", "-e", "B=2"]].concat();
    let id = launched(&case, &name, &first, &["sleep", "60"]);
    let then = ["max-file=3", "--log-opt", "max-size=10m", "-e", "B=2", "-e", "A=1", "--pull", "never"];
    let then = [&logs[..], &then, &["--if-exists", "reuse"]].concat();
    let note = format!("note[reused]: the container {name} is reused\n");
    named(&case, &name, &then, &["sleep", "60"]).expect(0, &format!("{id}\n"), &note);
}

/// What is advised is not refused in its turn: one of `--rm` would be gone, and is not replaced.
#[test]
fn one_that_differs_is_told_with_what_replaces_it() {
    let gone = |name: &str| {
        format!(
            "let it go first: dynrun stop {name}\n  help: one that is to be replaced is launched with --rm=false"
        )
    };
    let stays = |_: &str| "let a new one take its place: --if-exists replace".to_owned();
    for (rm, help) in [("--rm", &gone as &dyn Fn(&str) -> String), ("--rm=false", &stays)] {
        let case = Case::new();
        let name = case.name("advised");
        launched(&case, &name, &[rm, "--memory", "64m"], &["sleep", "60"]);
        let done = named(&case, &name, &[rm, "--memory", "32m", "--if-exists", "reuse"], &["sleep", "60"]);
        // Its age is the engine's to tell.
        let age =
            done.stderr.lines().find_map(|line| line.strip_prefix("  note: Up ")?.split_once(", of the"));
        let age = age.unwrap_or_default().0;
        let stderr = format!(
            "error[if-exists]: the container {name} is not what is asked for\n  \
             asked: `--name {name}` on the command line\n  \
             note: it is running\n  \
             note: Up {age}, of the image {BUSYBOX}\n  \
             note: dynrun launched it, with the profile bare\n  \
             note: memory: 64m there, 32m asked for\n  \
             help: {}\n",
            help(&name)
        );
        done.expect(125, "", &stderr);
    }
}

/// One that does not run can be had as it is, too.
#[test]
fn one_that_differs_and_has_ended_is_told_with_what_starts_it() {
    let case = Case::new();
    let name = case.name("ended");
    launched(&case, &name, &["--memory", "64m"], &["true"]);
    case.docker(&["wait", &name]);
    let done = named(&case, &name, &["--memory", "32m", "--if-exists", "reuse"], &["true"]);
    let help = format!(
        "  note: memory: 64m there, 32m asked for\n  \
         help: let a new one take its place: --if-exists replace\n  \
         help: or start it again as it is: docker start {name}\n"
    );
    assert!(done.refused(125, "if-exists").ends_with(&help), "{}", done.stderr);
}

/// A port that the policy moved is no difference, whether its place is free again or not; without the policy it is one.
#[test]
fn a_port_that_was_moved_is_reused() {
    let case = Case::new();
    let name = case.name("moved");
    let listener = std::net::TcpListener::bind("127.0.0.1:21966").expect("a port");
    let text = format!("[service.web]\nimage = \"{BUSYBOX}\"\npublish = [\"127.0.0.1:21966:80\"]\n");
    let (file, label) = (case.file("web.toml", &text).display().to_string(), case.label());
    let run = |options: &[&str]| {
        let words = ["run", "web", "--profile", "bare", "--config", &file, "--label", &label, "-d"];
        let words =
            [&words[..], &["--name", &name, "--if-exists", "reuse"], options, &["--", "sleep", "600"]];
        case.dynrun(&words.concat()).run()
    };
    let next = ["--port-policy", "next"];
    let done = run(&next);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let id = case.container();
    let port = case.docker(&["port", &name]).trim_start_matches("80/tcp -> 127.0.0.1:").to_owned();
    let reused =
        format!("note[reused]: the container {name} is reused\nnote: published: 127.0.0.1:{port}->80/tcp\n");
    run(&next).expect(0, &format!("{id}\n"), &reused);
    drop(listener);
    run(&next).expect(0, &format!("{id}\n"), &reused);
    let stderr = run(&[]).refused(125, "if-exists").to_owned();
    let line = format!("  note: publish: 127.0.0.1:{port}:80 there, 127.0.0.1:21966:80 asked for\n");
    assert!(stderr.contains(&line), "{stderr}");
}

/// Its port is no port that is taken: the old one makes way for the new one.
#[test]
fn a_new_one_takes_the_place_of_the_old_one() {
    let case = Case::new();
    let name = case.name("placed");
    let options = ["-p", "127.0.0.1:21961:80", "--stop-timeout", "1"];
    let old = launched(&case, &name, &options, &["sleep", "60"]);
    let replace = [&options[..], &["--if-exists", "replace"]].concat();
    let done = named(&case, &name, &replace, &["sleep", "61"]);
    let new = done.text().trim_end().to_owned();
    done.expect(
        0,
        &format!("{new}\n"),
        &format!(
            "note[replaced]: the container {name} was replaced\nnote: published: 127.0.0.1:21961->80/tcp\n"
        ),
    );
    assert_ne!(new, old);
    assert_eq!(case.containers(), [new.as_str()]);
    assert_eq!(case.inspect(&name)["Id"], *new);
    // In the foreground, too, and one that has ended.
    case.docker(&["kill", &name]);
    let options = ["--rm", "--name", &name, "--if-exists", "replace"];
    case.launch(&options, &["echo", "hi"]).run().expect(
        0,
        "hi\n",
        &format!("note[replaced]: the container {name} was replaced\n"),
    );
    case.leaves_nothing();
}

/// Whatever keeps the new one from coming up: the old one has its name again, and runs.
#[test]
fn the_old_one_is_back_where_the_new_one_does_not_come_up() {
    let case = Case::new();
    let name = case.name("back");
    let options = ["-p", "127.0.0.1:21962:80", "--stop-timeout", "1"];
    let old = launched(&case, &name, &options, &["sleep", "600"]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let third = format!("127.0.0.1:{}:80", listener.local_addr().unwrap().port());
    let started = |case: &Case| case.inspect(&name)["State"]["StartedAt"].clone();
    for (options, command, code, error, is_touched) in [
        (&["--device", "/dev/nosuch"][..], "true", 125, "engine-error", true),
        (&["-p", "127.0.0.1:21962:80"], "nosuch", 127, "command-not-found", true),
        (&["--wait=20s"], "false", 125, "ended-early", true),
        (&["--network", "nosuch-network"], "true", 125, "network-missing", false),
        (&["-p", &third], "true", 125, "port-taken", false),
    ] {
        let before = started(&case);
        let options = [&["--if-exists", "replace"], options].concat();
        let done = named(&case, &name, &options, &[command]);
        let stderr = done.refused(code, error);
        let is_told = stderr.contains(&format!("note: the old container {name} is back\n"));
        assert_eq!(is_told, is_touched, "{stderr}");
        let state = case.inspect(&name);
        assert_eq!((&state["Id"], &state["State"]["Running"]), (&old.clone().into(), &true.into()));
        assert_eq!(started(&case) == before, !is_touched, "{error}");
        assert_eq!(case.containers(), [old.as_str()], "{error}");
        let port = case.docker(&["port", &name]);
        assert_eq!(port, "80/tcp -> 127.0.0.1:21962");
    }
}

/// It has its name again, and what it mounts is gone: what remains is to start it, and why it did not is said.
#[test]
fn an_old_one_that_does_not_start_again_is_told() {
    let case = Case::new();
    let name = case.name("gone");
    let source = case.folder().canonicalize().unwrap().join("source");
    std::fs::create_dir(&source).unwrap();
    let mount = format!("type=bind,source={},target=/m", source.display());
    let old = launched(&case, &name, &["--mount", &mount, "--stop-timeout", "1"], &["sleep", "600"]);
    std::fs::remove_dir(&source).unwrap();
    let options = ["--if-exists", "replace", "--device", "/dev/nosuch"];
    let done = named(&case, &name, &options, &["sleep", "600"]);
    let stderr = done.refused(125, "engine-error");
    let head = "\nerror[cleanup-failed]: the engine at unix://";
    let tail = format!(
        " refused to start the old container {name} again, which has its name back\n  \
         note: the engine says: invalid mount config for type \"bind\": bind source path does not exist: {}\n  \
         help: docker start {name}\n",
        source.display()
    );
    assert!(stderr.contains(head) && stderr.ends_with(&tail), "{stderr}");
    let state = case.inspect(&name);
    assert_eq!((&state["Id"], &state["State"]["Running"]), (&old.clone().into(), &false.into()));
    assert_eq!(case.containers(), [old]);
}

/// The one that failed is not looked at under its name, which the old one has again.
#[test]
fn how_to_look_at_the_new_one_spares_the_old_one() {
    let case = Case::new();
    let name = case.name("spared");
    launched(&case, &name, &["--stop-timeout", "0"], &["sleep", "600"]);
    let options = ["--if-exists", "replace", "--wait=1s", "--ready", "log:never"];
    named(&case, &name, &options, &["sleep", "600"]).expect(
        125,
        "",
        &format!(
            "note: waiting until it is ready, 1s at most: log:never\n\
             note: the old container {name} is back\n\
             error[not-ready]: the container was not ready within 1s\n  \
             asked: `--wait=1s` on the command line\n  \
             note: log:never: it has written no such line\n  \
             help: give it more time: --wait=2s\n  \
             help: it is gone, and its log: to look at both, launch it without --wait, under another --name, then \
             dynrun logs NAME, dynrun shell NAME\n"
        ),
    );
}

#[test]
fn a_signal_brings_the_old_one_back() {
    let case = Case::new();
    let name = case.name("called");
    let old = launched(&case, &name, &["--stop-timeout", "1"], &["sleep", "600"]);
    let options = ["-d", "--name", &name, "--if-exists", "replace", "--wait=60s", "--ready", "tcp:1"];
    let running = case.launch(&options, &["sleep", "600"]).limit(30).start();
    while !running.has_complained("waiting until it is ready") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    running.signal(Signal::SIGTERM);
    let done = running.end();
    assert_eq!((done.code, done.text().as_str()), (143, ""), "{}", done.stderr);
    let state = case.inspect(&name);
    assert_eq!((&state["Id"], &state["State"]["Running"]), (&old.clone().into(), &true.into()));
    assert_eq!(case.containers(), [old]);
}

/// Who waits for another launch of the name says so, and for whom.
#[test]
fn another_launch_of_the_name_is_waited_for_and_named() {
    let case = Case::new();
    let name = case.name("held");
    let first = ["-d", "--name", &name, "--wait=60s", "--ready", "tcp:1"];
    let first = case.launch(&first, &["sleep", "600"]).limit(30).start();
    while !first.has_complained("waiting until it is ready") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let second = ["-d", "--name", &name, "--if-exists", "reuse"];
    let second = case.launch(&second, &["sleep", "600"]).limit(30).start();
    let note = format!(", which is at {name}\n");
    while !second.has_complained(&note) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    second.signal(Signal::SIGTERM);
    let done = second.end();
    assert_eq!(done.code, 143, "{}", done.stderr);
    let begin = "note: waiting for another dynrun, process ";
    assert!(done.stderr.starts_with(begin) && done.stderr.matches(begin).count() == 1, "{}", done.stderr);
    first.signal(Signal::SIGTERM);
    assert_eq!(first.end().code, 143);
    assert_eq!(case.containers(), [""; 0]);
}

#[test]
fn what_cannot_be_reused_or_replaced_is_left_alone() {
    let case = Case::new();
    let (theirs, going) = (case.name("theirs"), case.name("going"));
    let id = case.docker(&["run", "-d", "--name", &theirs, "--label", &case.label(), BUSYBOX, "sleep", "60"]);
    for word in ["reuse", "replace"] {
        let done = named(&case, &theirs, &["--if-exists", word], &["sleep", "60"]);
        let stderr = done.refused(125, "if-exists");
        let head =
            format!("error[if-exists]: the container {theirs} is not dynrun's to reuse or to replace\n");
        assert!(stderr.starts_with(&head), "{stderr}");
    }
    assert_eq!(case.inspect(&theirs)["State"]["Running"], true);
    let other = launched(&case, &going, &["--rm"], &["sleep", "60"]);
    let done = named(&case, &going, &["--if-exists", "replace"], &["sleep", "60"]);
    let stderr = done.refused(125, "if-exists");
    let head =
        "error[if-exists]: a container of --rm is gone once it is stopped, and could not be brought back\n";
    let way =
        format!("dynrun stop {going}\n  help: one that is to be replaced is launched with --rm=false\n");
    assert!(stderr.starts_with(head) && stderr.ends_with(&way), "{stderr}");
    let mut both = [id, other];
    both.sort();
    let mut left = case.containers();
    left.sort();
    assert_eq!(left, both);
    case.launch(&["--if-exists", "reuse", "--name", &theirs], &["true"]).run().refused(125, "if-exists");
    case.launch(&["-d", "--if-exists", "replace"], &["true"]).run().refused(125, "if-exists");
    // A free name is a free name.
    let name = case.name("free");
    case.launch(&["--rm", "--name", &name, "--if-exists", "replace"], &["true"]).run().expect(0, "", "");
}

/// Whoever takes the new one away, and however late its name is free again.
#[test]
fn the_old_one_is_back_where_the_new_one_is_taken_away() {
    let case = Case::new();
    let name = case.name("taken");
    let old = launched(&case, &name, &["--stop-timeout", "1"], &["sleep", "600"]);
    let is_back = |done: Done, code: &str| {
        let stderr = done.refused(125, code);
        assert!(stderr.contains(&format!("note: the old container {name} is back\n")), "{stderr}");
        let state = case.inspect(&name);
        assert_eq!((&state["Id"], &state["State"]["Running"]), (&old.clone().into(), &true.into()));
        assert_eq!(case.containers(), [old.as_str()]);
    };
    let options = ["--rm", "--if-exists", "replace", "--wait=20s", "--ready", "tcp:81"];
    is_back(named(&case, &name, &options, &["sh", "-c", "sleep 0.2; exit 4"]), "ended-early");
    let options = ["-d", "--name", &name, "--if-exists", "replace", "--wait=20s", "--ready", "tcp:81"];
    let running = case.launch(&options, &["sleep", "600"]).start();
    while !running.has_complained("waiting until it is ready") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    case.docker(&["rm", "-f", &name]);
    is_back(running.end(), "ended-early");
}

/// One after the other: a launch on its way is waited for, and in the end one container has the name and nothing is left.
#[test]
fn launches_for_one_name_take_turns() {
    let case = Case::new();
    let name = case.name("turns");
    launched(&case, &name, &["--stop-timeout", "1"], &["sleep", "600"]);
    let replace = |number: usize| {
        let (line, ready) =
            (format!("sleep 0.3; echo up {number}; exec sleep 600"), format!("log:up {number}"));
        let options = ["--stop-timeout", "1", "--if-exists", "replace", "--wait=20s", "--ready", &ready];
        let options = [&["-d", "--name", &name], &options[..]].concat();
        case.launch(&options, &["sh", "-c", &line]).limit(100).run()
    };
    let all: Vec<Done> = std::thread::scope(|scope| {
        let replace = &replace;
        let running: Vec<_> = (0..3).map(|number| scope.spawn(move || replace(number))).collect();
        running.into_iter().map(|running| running.join().expect("no panic")).collect()
    });
    let ids: Vec<String> = all.iter().map(|done| done.text().trim_end().to_owned()).collect();
    for done in &all {
        assert_eq!(done.code, 0, "{}", done.stderr);
    }
    let state = case.inspect(&name);
    let id = state["Id"].as_str().unwrap().to_owned();
    assert!(ids.contains(&id) && state["State"]["Running"] == true, "{ids:?}");
    assert_eq!(case.containers(), [id]);
}

/// The others take what the first one launches.
#[test]
fn of_three_at_once_that_reuse_one_launches() {
    let case = Case::new();
    let name = case.name("shared");
    let options = ["-d", "--name", &name, "--if-exists", "reuse", "--wait=20s", "--ready", "log:up"];
    let all: Vec<Done> = std::thread::scope(|scope| {
        let launch =
            || case.launch(&options, &["sh", "-c", "sleep 0.3; echo up; exec sleep 600"]).limit(60).run();
        let running: Vec<_> = (0..3).map(|_| scope.spawn(launch)).collect();
        running.into_iter().map(|running| running.join().expect("no panic")).collect()
    });
    let id = case.container();
    for done in &all {
        assert_eq!((done.code, done.text()), (0, format!("{id}\n")), "{}", done.stderr);
    }
    assert_eq!(all.iter().filter(|done| done.stderr.contains("[reused]")).count(), 2);
}

/// What is started again for a launch that fails is stopped again.
#[test]
fn one_that_is_not_ready_is_not_left_running() {
    let case = Case::new();
    let name = case.name("stopped");
    let id = launched(&case, &name, &["--stop-timeout", "1"], &["sleep", "600"]);
    case.docker(&["kill", &name]);
    let options = ["--stop-timeout", "1", "--if-exists", "reuse", "--wait=1s", "--ready", "tcp:1"];
    named(&case, &name, &options, &["sleep", "600"]).refused(125, "not-ready");
    let state = case.inspect(&name);
    assert_eq!((&state["Id"], &state["State"]["Running"]), (&id.into(), &false.into()));
}

#[test]
fn a_check_tells_what_a_launch_would() {
    let case = Case::new();
    let (name, going) = (case.name("told"), case.name("going"));
    launched(&case, &name, &["--memory", "64m"], &["sleep", "600"]);
    launched(&case, &going, &["--rm"], &["sleep", "600"]);
    let check = |name: &str, options: &[&str]| {
        let label = case.label();
        let words =
            ["check", "--image", BUSYBOX, "--profile", "bare", "--label", &label, "-d", "--name", name];
        case.dynrun(&[&words[..], options, &["--", "sleep", "600"]].concat()).run()
    };
    assert_eq!(check(&name, &["--memory", "64m", "--if-exists", "reuse"]).code, 0);
    let done = check(&name, &["--if-exists", "reuse"]);
    assert!(
        done.code == 1 && done.stderr.contains("note: memory: 64m there, and not asked for\n"),
        "{}",
        done.stderr
    );
    assert_eq!(check(&name, &["--if-exists", "replace"]).code, 0);
    let done = check(&going, &["--if-exists", "replace"]);
    assert!(done.code == 1 && done.stderr.contains("could not be brought back\n"), "{}", done.stderr);
}

/// The engine renames no container that waits to be started again: it stops first.
#[test]
fn one_that_ends_again_and_again_is_replaced() {
    let case = Case::new();
    let name = case.name("loop");
    let old = launched(&case, &name, &["--restart", "always"], &["sh", "-c", "exit 1"]);
    super::case::wait_for("a container that waits to be started again", || {
        let state = case.inspect(&old)["State"].clone();
        (state["Restarting"] == true && case.inspect(&old)["RestartCount"].as_u64() > Some(3)).then_some(())
    });
    let new = launched(&case, &name, &["--if-exists", "replace"], &["sleep", "60"]);
    assert_eq!(case.containers(), [new]);
}
