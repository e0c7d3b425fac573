//! Layers that lie over each other: profiles that extend several, words that are overridden, defaults of variables.

use crate::common::Test;

const USER: &str = ".config/dynrun/config.toml";

#[track_caller]
fn name(file: &str, profile: &str) -> String {
    let query = ["config", "gateway", "name", "--origin", "--profile", profile];
    Test::new().file(USER, file).args(query).any_stdout().any_stderr().run().stdout
}

/// Of several, a later one lies over those before it; one that two build on counts once, below both.
#[test]
fn a_profile_extends_several() {
    let file = "
        [profile.base]
        name = \"base\"
        label = [\"a=base\", \"b=base\"]
        [profile.left]
        extends = \"base\"
        name = \"left\"
        [profile.right]
        extends = [\"base\"]
        label = [\"b=right\"]
        [profile.both]
        extends = [\"left\", \"right\"]
        [profile.turned]
        extends = [\"right\", \"left\"]
        name = \"turned\"
        [profile.none]
        extends = []
        ";
    assert_eq!(name(file, "both"), "left\t.config/dynrun/config.toml:6\n");
    assert_eq!(name(file, "turned"), "turned\t.config/dynrun/config.toml:14\n");
    let query = ["config", "gateway", "label", "--profile", "both"];
    Test::new().file(USER, file).args(query).stdout("a=base\nb=right\n").any_stderr().run();
    let query = ["config", "gateway", "name", "--profile", "none"];
    Test::new().file(USER, file).args(query).any_stderr().status(1).run();
}

/// A circle is told link by link, each with its place; what leads to it is no part of it.
#[test]
fn a_circle_is_told_link_by_link() {
    let file = "
        [profile.start]
        extends = [\"dev\", \"a\"]
        [profile.a]
        extends = \"b\"
        [profile.b]
        extends = [\"ci\", \"c\"]
        [profile.c]
        extends = \"a\"
        [profile.self]
        extends = \"self\"
        ";
    let refused = |profile: &str, stderr: &str| {
        Test::new().file(USER, file).args(["config", "--profile", profile]).stderr(stderr).status(1).run();
    };
    refused(
        "start",
        "
        error[profile-cycle]: profiles extend each other in a circle: a -> b -> c -> a
          asked: `extends = \"b\"` at .config/dynrun/config.toml:4
          asked: `extends = \"c\"` at .config/dynrun/config.toml:6
          asked: `extends = \"a\"` at .config/dynrun/config.toml:8
          help: take one of these out
        ",
    );
    refused(
        "self",
        "
        error[profile-cycle]: profiles extend each other in a circle: self -> self
          asked: `extends = \"self\"` at .config/dynrun/config.toml:10
          help: take one of these out
        ",
    );
}

const LAYERED: &str = "
    [service.s]
    image = \"app:1\"
    memory = \"1g\"
    rm = false
    env = { A = \"service\", B = \"service\" }
    [profile.p]
    memory = \"2g\"
    env = { A = \"profile\" }
    [profile.p.service.s]
    memory = \"3g\"
    ";

/// `--all` tells what was said and does not count, and who overrides it.
#[test]
fn what_is_overridden_is_listed() {
    let test =
        || Test::new().file("f.toml", LAYERED).args(["config", "s", "--config", "f.toml", "--profile", "p"]);
    let note = |option: &str, was: &str, line: u8, by: &str, by_line: u8| {
        format!(
            "note[overridden]: what [service.s] says of `{option}` does not count: the profile says another\n  \
             asked: `{option} = \"{was}\"` at f.toml:{line}\n  asked: `{option} = \"{by}\"` at f.toml:{by_line}\n  \
             help: to have it count, say it in [profile.p.service.s]\n"
        )
    };
    // What a profile says of the service itself is what counts, and no news.
    let notes = note("env", "A=service", 5, "A=profile", 8);
    test()
        .args(["--all", "--memory", "4g"])
        .stdout(
            "
            # service s, profile p
            image            \"app:1\"                                                  f.toml:2
            env              \"B=service\"                                              f.toml:5
                             \"A=profile\"                                              f.toml:8
              overridden     \"A=service\"                                              f.toml:5, by f.toml:8
            memory           \"4g\"                                                     on the command line
              overridden     \"1g\"                                                     f.toml:3, by f.toml:7
              overridden     \"2g\"                                                     f.toml:7, by f.toml:10
              overridden     \"3g\"                                                     f.toml:10, by the command line
            rm               false                                                    f.toml:4
            ",
        )
        .stderr(&notes)
        .run();
    test()
        .args(["memory", "--all"])
        .stdout(
            "
            3g\tf.toml:10
            1g\tf.toml:3\toverridden by f.toml:7
            2g\tf.toml:7\toverridden by f.toml:10
            ",
        )
        .stderr(&notes)
        .run();
    let json = test().args(["memory", "--all", "--format", "json"]).any_stdout().any_stderr().run().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["options"]["memory"], serde_json::json!({ "value": "3g", "origin": "f.toml:10" }));
    assert_eq!(
        json["overridden"],
        serde_json::json!([
            { "option": "memory", "value": "1g", "origin": "f.toml:3", "by": "f.toml:7" },
            { "option": "memory", "value": "2g", "origin": "f.toml:7", "by": "f.toml:10" },
        ])
    );
}

/// `reset` overrides as well, and nothing is said in the place of what it drops. It is meant so, and no news.
#[test]
fn what_is_dropped_is_listed() {
    let file = "
        [service.s]
        image = \"app:1\"
        volume = [\"data:/data\"]
        [profile.p]
        reset = [\"volume\"]
        ";
    Test::new()
        .file("f.toml", file)
        .args(["config", "s", "volume", "--config", "f.toml", "--profile", "p", "--all"])
        .stdout("data:/data\tf.toml:3\toverridden by f.toml:5\n")
        .run();
}

/// A check tells it as well, whatever becomes of the rest.
#[test]
fn a_check_tells_it() {
    Test::new()
        .file("f.toml", LAYERED)
        .args(["check", "s", "--config", "f.toml", "--profile", "p"])
        .any_stdout()
        .stderr_has(
            "note[overridden]: what [service.s] says of `env` does not count: the profile says another\n",
        )
        .any_status()
        .run();
}

/// A launch does not tell; what says the same, and what is built in on both sides, is no news.
#[test]
fn a_launch_is_silent_of_it() {
    let base = ["run", "s", "--config", "f.toml", "--profile", "p", "--dry-run"];
    Test::new()
        .file("f.toml", LAYERED)
        .args(base)
        .any_stdout()
        .stderr("assumed: the engine has the image app:1\n")
        .run();
    Test::new().args(["config", "gateway", "--profile", "ci"]).any_stdout().run();
    let same = "[service.s]\nimage = \"app:1\"\nrm = true\n";
    Test::new().file("f.toml", same).args(["config", "s", "--config", "f.toml"]).any_stdout().run();
}

/// A variable that nobody says has its default, below all that is said of it.
#[test]
fn a_variable_has_its_default() {
    let file = "
        [service.s]
        image = \"app:1\"
        [service.s.variable.LEVEL]
        values = [\"info\", \"debug\"]
        default = \"info\"
        [service.s.variable.WORKERS]
        type = \"count\"
        default = 4
        ";
    let env = |words: &[&str]| {
        let test = Test::new().file("f.toml", file).file("e.env", "LEVEL=debug\n");
        let query = ["config", "s", "env", "--config", "f.toml", "--profile", "bare", "--origin"];
        test.args(query).args(words).any_stdout().any_stderr().run().stdout
    };
    assert_eq!(env(&[]), "LEVEL=info\tf.toml:5\nWORKERS=4\tf.toml:8\n");
    assert_eq!(env(&["-e", "WORKERS=8"]), "LEVEL=info\tf.toml:5\nWORKERS=8\ton the command line\n");
    let from_file = env(&["--env-file", "e.env"]);
    assert_eq!(from_file, "WORKERS=4\tf.toml:8\nLEVEL=debug\tby --env-file, on the command line\n");
    // It is held to its own type as any other value is.
    let bad = file.replace("default = 4", "default = \"few\"");
    Test::new()
        .file("f.toml", &bad)
        .args(["run", "s", "--config", "f.toml", "--dry-run"])
        .stderr_has("error[variable-value]")
        .stderr_has("f.toml:8")
        .status(125)
        .run();
}

/// A stranger's default is as much a stranger's word as `env` is.
#[test]
fn a_strangers_default_is_not_trusted() {
    let file = "
        [service.inference.variable.PYTHONSTARTUP]
        default = \"/workspace/x.py\"
        ";
    Test::new()
        .file("dynrun.toml", file)
        .args(["config", "inference"])
        .stderr_has("error[untrusted]")
        .stderr_has("at dynrun.toml:2")
        .status(1)
        .run();
}

/// Variables of files of variables, and defaults, are listed where another value counts.
#[test]
fn variables_that_do_not_count_are_listed() {
    let file = "[service.s]\nimage = \"app:1\"\nenv = { B = \"service\" }\n[service.s.variable.A]\ndefault = \"default\"\n";
    let test =
        Test::new().file("f.toml", file).file(".env", "A=dotenv\nB=dotenv\n").file("e", "A=file\nC=c\n");
    test.mode(".env", 0o600)
        .args(["config", "s", "env", "--config", "f.toml", "--profile", "bare", "--all"])
        .args(["--dotenv", "--env-file", "e", "-e", "A=flag"])
        .stdout(
            "
            B=dotenv\tby --dotenv, on the command line
            C=c\tby --env-file, on the command line
            A=flag\ton the command line
            A=default\tf.toml:5\toverridden by the command line
            B=service\tf.toml:3\toverridden by the command line
            A=dotenv\tby --dotenv, on the command line\toverridden by the command line
            A=file\tby --env-file, on the command line\toverridden by the command line
            ",
        )
        .any_stderr()
        .run();
}

/// A launch as docker's line, with a user's and a project's file.
fn launch(user: &str, project: &str, words: &[&str]) -> Test {
    let test = Test::new().file(USER, user).file("dynrun.toml", project);
    test.args(["run", "--dry-run", "--profile", "bare"]).args(words)
}

const SHIPPED: &str = "[service.s]\nimage = \"app:1\"\ncommand = [\"serve\"]\n";

/// A command counts with the image of its own file or of a lower one, as any key of a higher file does.
#[test]
fn a_command_of_a_higher_file_counts() {
    let assumed = "assumed: the engine has the image app:1\n";
    let other = "[service.s]\ncommand = [\"serve\", \"--verbose\"]\n";
    // A project's file is told of, as it may be a stranger's; nobody has to trust it for that.
    let note = "note[overridden]: the project gives `s` another command\n  \
                asked: `command` at dynrun.toml:2\n  asked: `command` at .config/dynrun/config.toml:3\n";
    let line = "docker run app:1 serve --verbose\n";
    launch(SHIPPED, other, &["s"]).stdout(line).stderr(&format!("{note}{assumed}")).run();
    launch(SHIPPED, other, &["s", "--trust"]).stdout(line).stderr(assumed).run();
    launch(SHIPPED, "", &["s", "--config", "c.toml"])
        .file("c.toml", other)
        .stdout(line)
        .stderr(assumed)
        .run();
    // Of two files that are named, the later one is the higher.
    let files = ["s", "--config", "a.toml", "--config", "b.toml"];
    let named =
        |first: &str, second: &str| launch("", "", &files).file("a.toml", first).file("b.toml", second);
    named(SHIPPED, other).stdout(line).stderr(assumed).run();
    let lower = "warning[overridden]: the command of `s` does not count: a higher file says its image\n  \
                 asked: `command` at a.toml:2\n  asked: `image` at b.toml:2\n  \
                 help: say the command beside the image, or behind `--`\n";
    let image = "[service.s]\nimage = \"app:1\"\n";
    named(other, image).stdout("docker run app:1\n").stderr(&format!("{lower}{assumed}")).run();
    // The caller's own words stand over all files, and are told of nothing.
    launch(SHIPPED, other, &["s", "--", "x"]).stdout("docker run app:1 x\n").stderr(assumed).run();
    // What runs in one tag of an image runs in another.
    let tag = launch(SHIPPED, "", &["s", "--image", "app:2"]);
    tag.stdout("docker run app:2 serve\n").stderr("assumed: the engine has the image app:2\n").run();
    let elsewhere = launch(SHIPPED, "", &["s", "--image", "other:2"]);
    let told = "warning[overridden]: the command of `s` does not count: it is another image that is said\n  \
                asked: `command` at .config/dynrun/config.toml:3\n  asked: `--image other:2` on the command line\n  \
                help: say the command beside the image, or behind `--`\n\
                assumed: the engine has the image other:2\n";
    elsewhere.stdout("docker run other:2\n").stderr(told).run();
}

/// A command of a service that is built in counts in a file of one's own, without the image beside it.
#[test]
fn a_shipped_service_is_given_another_command() {
    let file = "[service.nebula-router]\ncommand = [\"nebula-router\", \"--help\"]\n";
    launch(file, "", &["nebula-router"])
        .stdout(
            "docker run --network nebula --publish 18081:18081 nebula-router:latest nebula-router --help\n",
        )
        .any_stderr()
        .run();
}

/// What a service of the user's own may do, with the user's own words, is not for a stranger's program.
#[test]
fn a_stranger_decides_nothing_of_a_service_with_powers() {
    let user = format!("{SHIPPED}privileged = true\n");
    for (said, asked) in [("command = [\"evil\"]", "command"), ("image = \"evil:1\"", "image")] {
        let project = format!("[service.s]\n{said}\n");
        let test = |words: &[&str]| launch(&user, &project, words);
        test(&["s"])
            .stderr_has("error[untrusted]: dynrun.toml asks for what a project's file may not give\n")
            .stderr_has(&format!("  asked: `{asked}, for a container with privileged` at dynrun.toml:2\n"))
            .status(125)
            .run();
        test(&["s", "--trust"]).any_stdout().any_stderr().run();
    }
    // Wherever the user's own file says it of that service.
    for (own, more) in [
        ("[profile.bare.service.t]\nprivileged = true\n", &["run", "t"][..]),
        ("[stack.w]\nservices = [\"t\"]\nprivileged = true\n", &["up", "w"]),
        ("[stack.w]\nservices = [\"t\"]\n[stack.w.service.t]\nprivileged = true\n", &["up", "w"]),
    ] {
        let project = "[service.t]\nimage = \"evil:1\"\ncommand = [\"evil\"]\n";
        let test = |words: &[&str]| {
            let test = Test::new().file(USER, own).file("dynrun.toml", project);
            test.args(more).args(["--dry-run", "--profile", "bare"]).args(words)
        };
        test(&[])
            .stderr_has("  asked: `image, for a container with privileged` at dynrun.toml:2\n")
            .stderr_has("  asked: `command, for a container with privileged` at dynrun.toml:3\n")
            .status(125)
            .run();
        test(&["--trust"]).any_stdout().any_stderr().run();
    }
    // What the caller says of a service is the caller's own affair.
    launch(SHIPPED, "[service.s]\ncommand = [\"other\"]\n", &["s", "--privileged"])
        .stdout("docker run --privileged app:1 other\n")
        .any_stderr()
        .run();
}

/// What the user's own file confines stays confined under a stranger's: it may tighten nothing loose again.
#[test]
fn a_stranger_undoes_no_confinement() {
    let user = "[service.s]\nimage = \"app:1\"\nuser = \"1000\"\ncap-drop = [\"ALL\"]\nmemory = \"1g\"\nread-only = true\n\
                security-opt = [\"no-new-privileges\"]\n";
    let asked = |option: &str, line: u8, by: u8| {
        format!(
            "  asked: `{option}, in another way than .config/dynrun/config.toml:{line} says` at dynrun.toml:{by}\n"
        )
    };
    let help = "  help: read the file, then add --trust to follow it this once\n";
    for (said, want) in [
        ("read-only = false", vec![asked("read-only", 6, 2)]),
        ("memory = \"64g\"", vec![asked("memory", 5, 2)]),
        ("user = \"0\"", vec![asked("user", 3, 2)]),
        ("security-opt = [\"no-new-privileges=false\"]", vec![asked("security-opt", 7, 2)]),
        (
            "reset = [\"user\", \"cap-drop\", \"security-opt\", \"memory\"]",
            vec![
                asked("user", 3, 2),
                asked("cap-drop", 4, 2),
                asked("security-opt", 7, 2),
                asked("memory", 5, 2),
            ],
        ),
    ] {
        let project = format!("[service.s]\n{said}\n");
        let refused = format!(
            "error[untrusted]: dynrun.toml asks for what a project's file may not give\n{}{help}",
            want.concat()
        );
        launch(user, &project, &["s"]).stderr_has(&refused).status(125).run();
        launch(user, &project, &["s", "--trust"]).any_stdout().any_stderr().run();
    }
    // What is said alike, or by the caller in the end, takes nothing away; nor does what is added.
    for (said, words) in [
        ("read-only = true\nuser = \"1000\"\ncap-drop = [\"NET_RAW\"]", &["s"][..]),
        ("memory = \"64g\"", &["s", "--memory", "2g"]),
        ("security-opt = [\"seccomp=builtin\"]", &["s"]),
    ] {
        launch(user, &format!("[service.s]\n{said}\n"), words).any_stdout().any_stderr().run();
    }
}

/// Whoever has `prod` for a default keeps it, and what it refuses, in a stranger's folder.
#[test]
fn a_stranger_changes_no_profile_of_ones_own() {
    let service = "[service.s]\nimage = \"app:1\"\n";
    let test = |user: &str, project: &str, words: &[&str]| {
        let test = Test::new().file(USER, user).file("dynrun.toml", project);
        test.args(["run", "--dry-run", "s"]).args(words)
    };
    let user = format!("default-profile = \"strict\"\n{service}[profile.strict]\nextends = \"ci\"\n");
    let asked = |key: &str, line: u8, by: u8| {
        format!(
            "error[untrusted]: dynrun.toml asks for what a project's file may not give\n  \
             asked: `{key}, in another way than .config/dynrun/config.toml:{line} says` at dynrun.toml:{by}\n"
        )
    };
    let other = "default-profile = \"bare\"\n";
    test(&user, other, &[]).stderr_has(&asked("default-profile", 1, 1)).status(125).run();
    test(&user, other, &["--trust"]).stdout("docker run app:1\n").any_stderr().run();
    test(&user, other, &["--profile", "bare"]).stdout("docker run app:1\n").any_stderr().run();
    let emptied = "[profile.strict]\nextends = \"bare\"\n";
    test(&user, emptied, &[]).stderr_has(&asked("extends", 5, 2)).status(125).run();
    test(&user, emptied, &["--profile", "bare"]).stdout("docker run app:1\n").any_stderr().run();
    // Where nobody has said one, or the same, a project may have its own.
    test(service, other, &[]).stdout("docker run app:1\n").any_stderr().run();
    test(&user, "default-profile = \"strict\"\n", &[]).any_stdout().any_stderr().run();
}

/// Of a command that the stack says in its place, nothing is told.
#[test]
fn a_stacks_command_is_no_matter_for_a_warning() {
    let user = "[service.s]\nimage = \"app:1\"\ncommand = [\"own\"]\n[stack.w]\nservices = [\"s\"]\n\
                [stack.w.service.s]\ncommand = [\"stacks\"]\n";
    let given = "[service.s]\nimage = \"app:2\"\n";
    let test = Test::new().file(USER, user).file("g.toml", given).args(["up", "w", "--dry-run"]);
    let output = test.args(["--profile", "bare", "--config", "g.toml"]).any_stdout().any_stderr().run();
    assert!(!output.stderr.contains("overridden"), "{}", output.stderr);
    assert!(output.stdout.contains(" app:2 stacks\n"), "{}", output.stdout);
}

/// F67: no home, a folder that is gone and words that are no UTF-8 are told of, and are no panic.
#[test]
fn odd_surroundings_are_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let dynrun = env!("CARGO_BIN_EXE_dynrun");
    let run = |command: &mut Command| {
        let output = command.env_clear().current_dir(folder.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let shown = run(Command::new(dynrun).args(["config", "nats", "image"]));
    assert_eq!(shown, (Some(0), "nats:2.11\n".to_owned(), String::new()));
    let line = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" config nats image";
    let gone = run(Command::new("/bin/sh").args(["-c", line, dynrun]));
    let want = "error[usage]: the working directory was deleted: no path can start from it\n  help: go to a folder that exists: cd\n";
    assert_eq!(gone, (Some(1), String::new(), want.to_owned()));
    let odd = OsStr::from_bytes(b"a\xff");
    for words in [[OsStr::new("run"), odd], [odd, OsStr::new("x")], [OsStr::new("--image"), odd]] {
        let (code, stdout, stderr) = run(Command::new(dynrun).args(words));
        assert!(matches!(code, Some(2 | 125)) && stdout.is_empty(), "{code:?} {stdout}");
        assert!(stderr.starts_with("error[") && !stderr.contains("panic"), "{stderr}");
    }
}

/// A chain without end is no stack without end.
#[test]
fn a_long_chain_of_profiles_is_refused() {
    let link = |n: u32| format!("[profile.p{n}]\nextends = [\"p{}\"]\n", n + 1);
    let text: String = (0..5000).map(link).chain(["[profile.p5000]\n".to_owned()]).collect();
    let output =
        Test::new().file("f.toml", &text).args(["config", "nats", "--config", "f.toml", "--profile", "p0"]);
    let output = output.status(1).any_stderr().run();
    let want = "error[profile-cycle]: more than 64 profiles extend each other, one behind the other\n";
    assert!(output.stderr.starts_with(want), "{}", output.stderr);
}
