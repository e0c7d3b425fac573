//! Configuration (design.md section 4): which file and variable wins, how values merge, what a project's file may say,
//! and how each fault is told. M3, M5, M6, M7, M8, F10.

use crate::common::{Output, Test, expected};
use std::fmt::Write as _;

const USER: &str = ".config/dynrun/config.toml";

/// What an option is settled to, with its origin, one a line.
#[track_caller]
fn settled(test: Test, key: &str) -> String {
    test.args(["config", "gateway", key, "--origin"]).any_stdout().run().stdout
}

/// The values alone, as a list.
#[track_caller]
fn values(test: Test, key: &str) -> Vec<String> {
    let lines = settled(test, key);
    lines.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

/// Service, profile with what it extends, profile's service, variable, flag: each overrides those before it.
#[test]
fn sources_in_their_order() {
    let files = [
        "[service.gateway]\nname = \"service\"\n",
        "[profile.base]\nname = \"base\"\n",
        "[profile.top]\nname = \"top\"\n",
        "[profile.base.service.gateway]\nname = \"base-service\"\n",
        "[profile.top.service.gateway]\nname = \"top-service\"\n",
    ];
    let winners = [
        "service\t.config/dynrun/config.toml:4\n",
        "base\t.config/dynrun/config.toml:6\n",
        "top\t.config/dynrun/config.toml:8\n",
        "base-service\t.config/dynrun/config.toml:10\n",
        "top-service\t.config/dynrun/config.toml:12\n",
        "variable\tDYNRUN_NAME in the environment\n",
        "flag\ton the command line\n",
    ];
    for (count, winner) in winners.iter().enumerate() {
        let said = files.iter().take(count + 1).copied().collect::<String>();
        let text = format!("[profile.top]\nextends = \"base\"\n{said}");
        // A table may be opened once only: the extending line moves into it where the profile says more.
        let text = match text.matches("[profile.top]").count() {
            2 => text.replacen("[profile.top]\nextends = \"base\"\n", "\n\n", 1).replace(
                "[profile.top]\nname = \"top\"\n",
                "[profile.top]\nname = \"top\"\nextends = \"base\"\n",
            ),
            _ => text,
        };
        let extra = if count == 0 { "[profile.base]\n" } else { "" };
        let mut test = Test::new().file(USER, &format!("{text}{extra}")).args(["--profile", "top"]);
        if count >= 5 {
            test = test.env("DYNRUN_NAME", "variable");
        }
        let mut query = vec!["config", "gateway", "name", "--origin"];
        if count >= 6 {
            query.extend(["--name", "flag"]);
        }
        let got = test.args(query).any_stdout().any_stderr().run().stdout;
        let (value, origin) = got.trim_end().split_once('\t').unwrap_or_default();
        let (wanted, place) = winner.trim_end().split_once('\t').unwrap_or_default();
        assert_eq!(value, wanted, "{text}");
        // The line of a file shifts with what is said above; its name does not.
        assert_eq!(origin.split(':').next(), place.split(':').next(), "{text}");
    }
}

/// Built in, user, project, `--config` in the order given.
#[test]
fn files_in_their_order() {
    let say = |name: &str| format!("[service.gateway]\nimage = \"{name}:1\"\n");
    let image = |test: Test| settled(test, "image");
    assert_eq!(image(Test::new()), "dynrun/state-gateway:latest\tprofiles/gateway.toml:6 (built in)\n");
    let user = || Test::new().file(USER, &say("user"));
    assert_eq!(image(user()), "user:1\t.config/dynrun/config.toml:2\n");
    let project = || user().file("dynrun.toml", &say("project"));
    assert_eq!(image(project()), "project:1\tdynrun.toml:2\n");
    let given = || project().file("one.toml", &say("one")).file("two.toml", &say("two"));
    assert_eq!(image(given().args(["--config", "one.toml"])), "one:1\tone.toml:2\n");
    let both = given().args(["--config", "one.toml", "--config", "two.toml"]);
    assert_eq!(image(both), "two:1\ttwo.toml:2\n");
    let turned = given().args(["--config", "two.toml", "--config=one.toml"]);
    assert_eq!(image(turned), "one:1\tone.toml:2\n");
}

/// Files merge key by key: what a higher one does not say stays.
#[test]
fn files_merge_key_by_key() {
    let test = || {
        Test::new()
            .file(USER, "[service.gateway]\nname = \"mine\"\nlabel = { a = \"1\", b = \"1\" }\n")
            .file("dynrun.toml", "[service.gateway]\nlabel = { b = \"2\", c = \"2\" }\n")
    };
    assert_eq!(values(test(), "name"), ["mine"]);
    assert_eq!(values(test(), "label"), ["a=1", "b=2", "c=2"]);
    // A collection said in the higher file keeps the built-in entries of other keys.
    assert_eq!(values(test(), "env").len(), 6);
}

/// Between layers an entry replaces that of the same key; within one layer all that is said stays.
#[test]
fn collections_merge_by_their_keys() {
    let file = "
        [service.gateway]
        publish = [\"8000-8002:8000-8002\", \"53:53/udp\"]
        volume = [\"va:/a\", \"vb:/b\"]
        ulimit = [\"nofile=1:2\", \"core=0\"]
        dns = [\"1.1.1.1\", \"8.8.8.8\"]
        group-add = [\"video\"]
        cap-drop = [\"NET_RAW\"]
        network = \"backend\"
        expose = [\"1\", \"2\"]
        add-host = [\"db:10.0.0.1\"]
        ";
    let with = |words: &[&str], key: &str| {
        let test = Test::new().file(USER, file).args(["config", "gateway", key, "--profile", "bare"]);
        let lines = test.args(words).any_stdout().run().stdout;
        lines.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    for (words, key, want) in [
        (
            &["-p", "9001:8001"] as &[&str],
            "publish",
            &["8000:8000", "8002:8002", "53:53/udp", "9001:8001"] as &[&str],
        ),
        (&["-p", "53:53"], "publish", &["8000-8002:8000-8002", "53:53/udp", "53:53"]),
        (
            &["-p", "1:8001", "-p", "2:8001"],
            "publish",
            &["8000:8000", "8002:8002", "53:53/udp", "1:8001", "2:8001"],
        ),
        (&["-v", "vc:/b"], "volume", &["va:/a", "vc:/b"]),
        (&["--ulimit", "nofile=9"], "ulimit", &["core=0", "nofile=9"]),
        (&["--dns", "8.8.8.8", "--dns", "9.9.9.9"], "dns", &["1.1.1.1", "8.8.8.8", "9.9.9.9"]),
        (&["--group-add", "video", "--group-add", "audio"], "group-add", &["video", "audio"]),
        (&["--cap-drop", "NET_RAW"], "cap-drop", &["CAP_NET_RAW"]),
        (&["--network", "front", "--network", "back"], "network", &["front", "back"]),
        (&["--expose", "2"], "expose", &["1", "2"]),
        (&["--add-host", "db:10.0.0.2"], "add-host", &["db:10.0.0.1", "db:10.0.0.2"]),
    ] {
        assert_eq!(with(words, key), want, "{words:?}");
    }
}

/// `reset` drops what lower layers said, in a file and as a flag; its own layer's words stay.
#[test]
fn reset_drops_what_lower_layers_said() {
    let test = || {
        Test::new().file(
            USER,
            "
            [service.gateway]
            volume = [\"va:/a\"]
            name = \"mine\"
            [profile.clean]
            reset = [\"volume\", \"name\"]
            volume = [\"vb:/b\"]
            ",
        )
    };
    assert_eq!(values(test(), "volume"), ["va:/a"]);
    assert_eq!(values(test().args(["--profile", "clean"]), "volume"), ["vb:/b"]);
    test().args(["config", "gateway", "name", "--profile", "clean"]).status(1).run();
    let by_flag = |words: &[&str]| {
        let query = ["config", "gateway", "volume"];
        test().args(query).args(words).any_stdout().any_status().run().stdout
    };
    assert_eq!(by_flag(&["--reset", "volume"]), "");
    assert_eq!(by_flag(&["--reset", "volume", "-v", "vc:/c"]), "vc:/c\n");
    assert_eq!(by_flag(&["--profile", "clean", "--reset", "volume"]), "");
}

/// M3, all sixteen combinations: `-e`, `--env-file`, `env` of the profile, `env` of the service.
#[test]
fn the_environment_in_its_order() {
    for said in 0..16_u8 {
        let has = |bit: u8| said & (1 << bit) != 0;
        let mut file = "[service.s]\nimage = \"x:1\"\n".to_owned();
        if has(0) {
            file.push_str("env = { V = \"service\" }\n");
        }
        file.push_str("[profile.p]\n");
        if has(1) {
            file.push_str("env = [\"V=profile\"]\n");
        }
        let mut test = Test::new().file(USER, &file).file("v.env", "V=file\n");
        test = test.args(["config", "s", "env", "--profile", "p"]);
        if has(2) {
            test = test.args(["--env-file", "v.env"]);
        }
        if has(3) {
            test = test.args(["-e", "V=flag"]);
        }
        let winner = ["service", "profile", "file", "flag"]
            .iter()
            .enumerate()
            .rfind(|(bit, _)| said & (1 << bit) != 0);
        let want = winner.map(|(_, winner)| format!("V={winner}\n")).unwrap_or_default();
        assert_eq!(test.any_stdout().any_stderr().any_status().run().stdout, want, "{said:04b}");
    }
}

/// M8: of several environment files the later wins, and `DYNRUN_ENV` stands with `-e`.
#[test]
fn the_later_file_and_the_variable_win() {
    let test = || Test::new().file("a.env", "V=a\nW=a\n").file("b.env", "V=b\n");
    let line = |words: &[&str], variable: &str| {
        let image = ["run", "--dry-run", "--profile", "bare", "--image", "x:1"];
        let test = test().env("DYNRUN_ENV", variable).args(image).args(words);
        test.any_stdout().any_stderr().run().stdout
    };
    // Docker's rule for a repeated name: the last counts, and the container knows nothing of the others.
    assert_eq!(
        line(&["--env-file", "a.env", "--env-file", "b.env"], "X=1"),
        "docker run -e W=a -e V=b -e X=1 x:1\n"
    );
    assert_eq!(line(&["--env-file", "a.env"], "V=variable"), "docker run -e W=a -e V=variable x:1\n");
    assert_eq!(line(&["-e", "V=flag"], "V=variable"), "docker run -e V=flag x:1\n");
}

/// M5: a name alone is forwarded; unset, it stays a name, which takes the image's own variable away, and that is said.
#[test]
fn forwarded_names() {
    let test = || Test::new().args(["config", "env", "--profile", "bare", "--image", "x:1"]);
    test().args(["-e", "LANG_X"]).env("LANG_X", "de").stdout("LANG_X=de\n").run();
    test().args(["-e", "LANG_X"]).env("LANG_X", "").stdout("LANG_X=\n").run();
    let unset = "
        warning[variable-unset]: LANG_X is not set here, so the container does not get it
          asked: `-e LANG_X` on the command line
          help: export LANG_X=..., or say a value: -e LANG_X=...
        ";
    test().args(["-e", "LANG_X"]).stdout("LANG_X\n").stderr(unset).run();
    test()
        .args(["--env-file", "x.env"])
        .file("x.env", "LANG_X\n")
        .env("LANG_X", "de")
        .stdout("LANG_X=de\n")
        .run();
}

/// `DYNRUN_*`: one word, or a TOML array; an unknown one is a warning.
#[test]
fn variables_of_the_caller() {
    let list = "[\"80:80\", \"81:81/udp\"]";
    assert_eq!(values(Test::new().env("DYNRUN_PUBLISH", list), "publish"), ["80:80", "81:81/udp"]);
    assert_eq!(values(Test::new().env("DYNRUN_PUBLISH", "80:80"), "publish"), ["80:80"]);
    assert_eq!(values(Test::new().env("DYNRUN_RM", "0"), "rm"), ["false"]);
    let mut text = String::new();
    for (name, value) in [
        ("DYNRUN_NETWROK", "host"),
        ("DYNRUN_SOMETHING_ELSE", "1"),
        ("DYNRUN_NETWORK", "hots"),
        ("DYNRUN_PUBLISH", "[\"80:80\""),
        ("DYNRUN_PUBLISH", "[true]"),
        ("DYNRUN_PUBLISH", "[\"80:80\", \"x\"]"),
        ("DYNRUN_RM", "yes"),
        ("DYNRUN_MEMORY", ""),
        ("DYNRUN_SERVICE", "gatway"),
    ] {
        let output = Test::new()
            .env(name, value)
            .args(["config", "name", "--name", "box"])
            .any_stdout()
            .any_stderr()
            .any_status()
            .run();
        let _ = writeln!(
            text,
            "$ {name}='{value}' dynrun config name --name box\n{}exit {}\n",
            output.all(),
            output.status
        );
    }
    expected("variables.txt", &text);
}

/// Faults of several files and variables are told together.
#[test]
fn faults_of_every_source_are_told_together() {
    let output = Test::new()
        .file(USER, "[service.gateway]\nnetwrok = 1\n")
        .file("dynrun.toml", "[service.gateway]\nrm = 1\n")
        .file("more.toml", "x = = 1\n")
        .env("DYNRUN_MEMORY", "lots")
        .args(["run", "--config", "more.toml", "--config", "missing.toml", "--dry-run"])
        .any_stderr()
        .status(125)
        .run();
    for code in ["unknown-key", "wrong-type", "toml-syntax", "bad-value", "config-unreadable"] {
        assert!(output.stderr.contains(&format!("error[{code}]")), "{code}: {}", output.stderr);
    }
}

/// What is named and cannot be read is an error; what is merely looked for may be missing.
#[test]
fn files_that_cannot_be_read() {
    let told = |name: &str, test: Test| {
        let output = test.args(["config", "--config", name]).any_stderr().status(1).run();
        output.stderr
    };
    assert_eq!(
        told("missing.toml", Test::new()),
        "error[config-unreadable]: [DIR]/missing.toml does not exist\n  asked: `--config [DIR]/missing.toml` on the command line\n"
    );
    let cannot = |why: &str| format!("error[config-unreadable]: [DIR]/x cannot be read: {why}\n");
    assert_eq!(told("x", Test::new().dir("x")), cannot("it is not a regular file"));
    let fifo = Test::new();
    nix::unistd::mkfifo(&fifo.folder().join("x"), nix::sys::stat::Mode::S_IRUSR).unwrap();
    assert_eq!(told("x", fifo), cannot("it is not a regular file"));
    assert_eq!(told("x", Test::new().bytes("x", &vec![b'#'; 2 << 20])), cannot("it is larger than 1 MiB"));
    assert_eq!(told("x", Test::new().bytes("x", b"a = 1\n\xff")), cannot("line 2 is not valid UTF-8"));
    assert_eq!(
        told("x/y", Test::new().file("x", "")),
        "error[config-unreadable]: [DIR]/x/y cannot be read: Not a directory (os error 20)\n"
    );
}

/// The nearest project file upwards; the search ends at the repository's root and at home.
#[test]
fn the_search_for_the_project() {
    let file = "[service.gateway]\nname = \"project\"\n";
    let name = |test: Test| test.args(["config", "gateway", "name"]).any_stdout().any_status().run().stdout;
    assert_eq!(name(Test::new().file("a/dynrun.toml", file).cwd("a/b/c")), "project\n");
    assert_eq!(name(Test::new().file("dynrun.toml", file).cwd("a/b")), "project\n");
    let nearer = "[service.gateway]\nname = \"nearer\"\n";
    assert_eq!(
        name(Test::new().file("dynrun.toml", file).file("a/dynrun.toml", nearer).cwd("a/b")),
        "nearer\n"
    );
    assert_eq!(name(Test::new().file("dynrun.toml", file).dir("a/.git").cwd("a/b")), "");
    assert_eq!(name(Test::new().file("a/dynrun.toml", file).dir("a/.git").cwd("a/b")), "project\n");
    assert_eq!(name(Test::new().file("dynrun.toml", file).env("HOME", "[DIR]/a").cwd("a/b")), "");
    assert_eq!(name(Test::new().file("a/dynrun.toml", file).env("HOME", "[DIR]/a").cwd("a/b")), "project\n");
}

/// A relative path is relative to the file that says it; `~` is home.
#[test]
fn paths_start_at_their_file() {
    let test = || {
        Test::new()
            .file(
                "etc/more.toml",
                "[service.gateway]\nvolume = [\"./data:/data\", \"~/x:/x\", \"named:/n\"]\n",
            )
            .cwd("work")
            .args(["--config", "../etc/more.toml"])
    };
    assert_eq!(values(test(), "volume"), ["[DIR]/etc/data:/data", "[DIR]/x:/x", "named:/n"]);
    assert_eq!(values(Test::new().cwd("work").env("DYNRUN_VOLUME", "./d:/d"), "volume"), ["[DIR]/work/d:/d"]);
}

/// M7: variables, folders and ids in the strings of a file.
#[test]
fn strings_are_filled_in() {
    let test = Test::new()
        .file(
            USER,
            "
            [service.gateway]
            label = [
              \"a=${env.SAID}\", \"b=${env.UNSAID:-default}\", \"c=${workspace}\", \"d=${home}\", \"e=$${env.X}\",
            ]
            ",
        )
        .env("SAID", "yes")
        .dir("repo/.git")
        .cwd("repo/sub");
    assert_eq!(values(test, "label"), ["a=yes", "b=default", "c=[DIR]/repo", "d=[DIR]", "e=${env.X}"]);
}

/// A file that others may write to, or that a stranger owns, is not the project's word: ignored, and said.
#[test]
fn a_project_file_of_others_is_ignored() {
    let test = || Test::new().file("dynrun.toml", "[service.gateway]\nname = \"project\"\n");
    for (mode, shown) in [(0o666, "666"), (0o664, "664"), (0o646, "646")] {
        test()
            .mode("dynrun.toml", mode)
            .args(["config", "gateway", "name"])
            .stderr_has(&format!("warning[config-ignored]: [DIR]/dynrun.toml is not read: others may write to it (mode {shown})\n"))
            .stderr_has("; chmod go-w [DIR]/dynrun.toml\n")
            .status(1)
            .run();
    }
    if nix::unistd::geteuid().is_root() {
        let test = test();
        std::os::unix::fs::chown(test.folder().join("dynrun.toml"), Some(12345), None).unwrap();
        test.args(["config", "gateway", "name"])
            .stderr_has("[DIR]/dynrun.toml is not read: it belongs to user 12345\n")
            .status(1)
            .run();
    }
}

/// What a project's file asks for beyond the container's walls.
const POWERS: &str = "
    [service.gateway]
    privileged = true
    network = \"host\"
    ipc = \"host\"
    cap-add = [\"NET_ADMIN\"]
    gpus = \"all\"
    volume = [
      \"/var/run/docker.sock:/var/run/docker.sock\",
      \"/etc:/etc\",
      \"../outside:/a\",
      \"./link:/b\",
      \"./link/deeper:/c\",
      \"./inside:/d\",
      \"named:/e\",
    ]
    env = [\"SEED\", \"OPEN=1\"]
    env-file = [\"/etc/hostname\", \"./inside.env\"]
    [service.gateway.env]
    ";

fn powers() -> Test {
    let text = POWERS.replace("    [service.gateway.env]\n", "    label = [\"who=${env.WHO:-nobody}\"]\n");
    Test::new()
        .dir("repo/.git")
        .dir("repo/inside")
        .link("repo/link", "/etc")
        .file("repo/inside.env", "FROM_FILE=1\n")
        .file("repo/dynrun.toml", &text)
        .cwd("repo")
        .env("SEED", "7")
}

/// Everything that is refused is named at once.
#[test]
fn a_project_may_not_reach_beyond_its_folder() {
    powers()
        .args(["run", "gateway", "--dry-run"])
        .stderr(
            "
            error[untrusted]: dynrun.toml asks for what a project's file may not give
              asked: `the host's own namespace (network = \"host\")` at dynrun.toml:3
              asked: `the caller's variable SEED` at dynrun.toml:16
              asked: `the path /etc/hostname, outside the project (env-file)` at dynrun.toml:17
              asked: `the path /var/run/docker.sock, outside the project (volume)` at dynrun.toml:8
              asked: `the path /etc, outside the project (volume)` at dynrun.toml:9
              asked: `the path [DIR]/outside, outside the project (volume)` at dynrun.toml:10
              asked: `the path [DIR]/repo/link, outside the project (volume)` at dynrun.toml:11
              asked: `the path [DIR]/repo/link/deeper, outside the project (volume)` at dynrun.toml:12
              asked: `devices of the host (gpus)` at dynrun.toml:6
              asked: `privileged` at dynrun.toml:2
              asked: `a capability (cap-add)` at dynrun.toml:5
              asked: `the host's own namespace (ipc = \"host\")` at dynrun.toml:4
              asked: `the caller's variable WHO` at dynrun.toml:18
              help: read the file, then add --trust to follow it this once
              help: or for ever, in your own configuration: trusted = [\"[DIR]/repo\"]
            ",
        )
        .status(125)
        .run();
}

/// A variable that a text names again and again is told of once.
#[test]
fn a_variable_is_asked_for_once_a_place() {
    let file = format!("[service.gateway]\nlabel = [\"a={}\"]\n", "${env.SEED}".repeat(1000));
    let test = Test::new().file("repo/dynrun.toml", &file).cwd("repo").env("SEED", "7");
    let output = test.args(["config", "gateway"]).any_stderr().status(1).run();
    assert_eq!(output.stderr.matches("the caller's variable SEED").count(), 1, "{}", output.stderr);
}

/// Each power alone is refused; what stays inside is not.
#[test]
fn each_power_alone_is_refused() {
    for (line, refused) in [
        ("privileged = true", true),
        ("privileged = false", false),
        ("network = \"host\"", true),
        ("network = \"bridge\"", false),
        ("network = \"backend\"", false),
        ("ipc = \"host\"", true),
        ("ipc = \"private\"", false),
        ("cap-add = [\"ALL\"]", true),
        ("network = \"container:victim\"", true),
        ("ipc = \"container:victim\"", true),
        ("link = [\"victim:v\"]", true),
        ("cap-drop = [\"ALL\"]", false),
        ("security-opt = [\"seccomp=unconfined\"]", true),
        ("security-opt = [\"apparmor=unconfined\"]", true),
        ("security-opt = [\"no-new-privileges\"]", false),
        ("pids-limit = 64", false),
        ("gpus = \"0,1\"", true),
        ("gpus = \"none\"", false),
        ("volume = [\"/var/run/docker.sock:/s\"]", true),
        ("volume = [\"~/x:/x\"]", true),
        ("volume = [\".:/x\"]", false),
        ("volume = [\"./missing:/x\"]", false),
        ("volume = [\"./a/../..:/x\"]", true),
        ("volume = [\"${home}:/x\"]", true),
        ("env = [\"SEED\"]", true),
        ("env = [\"DECLARED\"]", false),
        ("env = [\"SEED=1\"]", false),
        ("label = [\"a=${env.SEED}\"]", true),
        ("label = [\"a=${env.DECLARED}\"]", false),
        ("env-file = [\"forwards.env\"]", true),
        ("env-file = [\"plain.env\"]", false),
    ] {
        let output = Test::new()
            .dir("repo")
            .file("repo/dynrun.toml", &format!("[service.gateway]\n{line}\n"))
            .file("repo/forwards.env", "SEED\n")
            .file("repo/plain.env", "A=1\n")
            .file(USER, "[service.other.variable.DECLARED]\nabout = \"one that may be forwarded\"\n")
            .cwd("repo")
            .env("SEED", "7")
            .env("DECLARED", "8")
            .args(["config", "gateway"])
            .any_stdout()
            .any_stderr()
            .any_status()
            .run();
        assert_eq!(output.status, i32::from(refused), "{line}: {}", output.stderr);
        assert_eq!(output.stderr.contains("error[untrusted]"), refused, "{line}: {}", output.stderr);
    }
}

/// A FIFO that a project names as its environment file would hold the launch for ever; the caller's own is read.
#[test]
fn a_fifo_is_no_environment_file_of_a_projects() {
    use nix::sys::stat::Mode;
    let test = Test::new().file("dynrun.toml", "[service.gateway]\nenv-file = [\"x\"]\n");
    nix::unistd::mkfifo(&test.folder().join("x"), Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    test.args(["config", "gateway"])
        .stderr_has("error[env-file]: [DIR]/x cannot be read: it is not a regular file\n")
        .status(1)
        .run();
    let test = Test::new().args(["config", "gateway", "env", "--env-file", "x"]);
    let path = test.folder().join("x");
    nix::unistd::mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    let writer = std::thread::spawn(move || std::fs::write(path, "FROM_FIFO=1\n"));
    let output = test.any_stdout().run();
    writer.join().unwrap().unwrap();
    assert!(output.stdout.contains("FROM_FIFO=1"), "{}", output.stdout);
}

/// `--trust`, and `trusted` in the user's own file, follow the project; the project cannot trust itself.
#[test]
fn who_may_trust_a_project() {
    let is_followed = |test: Test| -> Output {
        test.args(["config", "gateway", "privileged"]).any_stdout().any_stderr().any_status().run()
    };
    assert_eq!(is_followed(powers().args(["--config", "../none.toml"]).file("none.toml", "")).status, 1);
    let trusted =
        powers().args(["config", "gateway", "privileged", "--trust"]).any_stdout().any_stderr().run();
    assert_eq!(trusted.stdout, "true\n");
    for folder in ["[DIR]/repo", "~/repo", "../../repo"] {
        let output = is_followed(powers().file(USER, &format!("trusted = [\"{folder}\"]\n")));
        assert_eq!(output.stdout, "true\n", "{folder}: {}", output.stderr);
    }
    for folder in ["[DIR]", "[DIR]/repo/inside", "[DIR]/other"] {
        let output = is_followed(powers().file(USER, &format!("trusted = [\"{folder}\"]\n")));
        assert_eq!(output.status, 1, "{folder}");
    }
    let itself = Test::new()
        .file("repo/dynrun.toml", "trusted = [\".\", \"[DIR]/repo\"]\n[service.gateway]\nprivileged = true\n")
        .cwd("repo");
    let output = is_followed(itself);
    assert!(output.stderr.contains("error[untrusted]"), "{}", output.stderr);
}

/// What the caller says beside a project's file is the caller's own.
#[test]
fn the_callers_own_words_are_not_the_projects() {
    Test::new()
        .file("dynrun.toml", "[service.gateway]\nname = \"project\"\n")
        .args(["config", "gateway", "network", "--network", "host", "--privileged", "-v", "/:/host"])
        .stdout("host\n")
        .run();
}

/// The whole of a launch's settings, with where each was said.
#[test]
fn the_whole_table() {
    Test::new()
        .file("dynrun.toml", "[service.gateway]\nlabel = [\"team=infra\"]\n")
        .env("DYNRUN_MEMORY", "64m")
        .args(["config", "gateway", "--origin", "--name", "gw"])
        .stdout(
            "
            # service gateway, profile dev
            image            \"dynrun/state-gateway:latest\"                            profiles/gateway.toml:6 (built in)
            name             \"gw\"                                                     on the command line
            reset            \"init\"                                                   profiles/gateway.toml:39 (built in)
                             \"tty\"                                                    profiles/gateway.toml:39 (built in)
                             \"interactive\"                                            profiles/gateway.toml:39 (built in)
            network          \"bridge\"                                                 profiles/gateway.toml:11 (built in)
            publish-service  true                                                     profiles/gateway.toml:12 (built in)
            env              \"VLLM_STATE_GATEWAY_NETWORK_MODE=unicast\"                profiles/gateway.toml:18 (built in)
                             \"VLLM_STATE_GATEWAY_UDP_PORT=9999\"                       profiles/gateway.toml:19 (built in)
                             \"VLLM_STATE_GATEWAY_BIND_ADDRESS=0.0.0.0\"                profiles/gateway.toml:21 (built in)
                             \"VLLM_STATE_GATEWAY_STALE_THRESHOLD=2000\"                profiles/gateway.toml:23 (built in)
                             \"VLLM_STATE_GATEWAY_ENABLE_LOG=false\"                    profiles/gateway.toml:25 (built in)
                             \"VLLM_STATE_GATEWAY_LOG_FILE=/data/engine_states.jsonl\"  profiles/gateway.toml:26 (built in)
            memory           \"64m\"                                                    DYNRUN_MEMORY in the environment
            rm               true                                                     profiles/dev.toml:6 (built in)
            label            \"team=infra\"                                             dynrun.toml:2
            ",
        )
        .run();
}

#[test]
fn the_whole_as_json() {
    Test::new()
        .args([
            "config",
            "--image",
            "app:1",
            "--format",
            "json",
            "--origin",
            "-e",
            "A=1",
            "--profile",
            "bare",
        ])
        .stdout(
            "
            {
              \"service\": null,
              \"profile\": \"bare\",
              \"options\": {
                \"service\": {
                  \"value\": \"none\",
                  \"origin\": \"profiles/bare.toml:6 (built in)\"
                },
                \"image\": {
                  \"value\": \"app:1\",
                  \"origin\": \"on the command line\"
                },
                \"env\": [
                  {
                    \"value\": \"A=1\",
                    \"origin\": \"on the command line\"
                  }
                ]
              }
            }
            ",
        )
        .run();
}

/// M13: a build's table, and what is wrong in one. A project's file may not have an image built under any name.
#[test]
fn a_build_is_a_table_of_its_service() {
    let build = |table: &str| {
        let file = format!("[service.x]\nimage = \"x:1\"\n{table}\n");
        Test::new()
            .file(USER, &file)
            .args(["config", "x"])
            .any_stdout()
            .any_stderr()
            .any_status()
            .run()
            .stderr
    };
    for table in [
        "build = \"src\"",
        "[service.x.build]\ncontext = \"src\"\nargs = [\"A=b\", \"C\"]\nlabels = { a = \"b\" }\npull = true\n\
         dockerfile = \"D\"\ntarget = \"t\"\nnetwork = \"none\"\ncache-from = [\"a:1\", \"b:1\"]",
        "[service.x.build]\nargs = { HF_TOKEN = \"${env.HF_TOKEN:-}\" }",
    ] {
        assert_eq!(build(table), "", "{table}");
    }
    for (table, want) in [
        ("build = 5", "`build` is a folder or a table, not an integer"),
        ("build = \"\"", "the context's folder is empty"),
        ("[service.x.build]\ncontxt = \"src\"", "a build has no key `contxt`"),
        ("[service.x.build]\nargs = 5", "`args` is a list or a table, not an integer"),
        ("[service.x.build]\nargs = [\"=b\"]", "the variable's name is missing"),
        ("[service.x.build]\npull = \"yes\"", "`pull` is true or false, not a string"),
        (
            "[service.x.build]\nargs = { A = \"${env.HF_TOKEN:-}\" }",
            "`HF_TOKEN` is a secret, and `args` does not hide its value",
        ),
        (
            "[service.x.build]\nlabels = { HF_TOKEN = \"${env.HF_TOKEN:-}\" }",
            "`HF_TOKEN` is a secret, and `labels` does not hide its value",
        ),
    ] {
        let said = build(table);
        assert!(said.contains(want), "{table}: {said}");
    }
    let project = |rest: &[&str]| {
        let test = Test::new().file("dynrun.toml", "[service.x]\nimage = \"x:1\"\nbuild = \"src\"\n");
        test.args(["config", "x", "image"]).args(rest).any_stdout().any_stderr().any_status().run()
    };
    let refused = project(&[]);
    assert!(
        refused.stderr.contains("  asked: `an image that is built (build)` at dynrun.toml:3\n"),
        "{}",
        refused.stderr
    );
    assert_eq!(project(&["--trust"]).stdout, "x:1\n");
}

/// E21: what is dynrun's own of pulling and building is in no line of docker's, and a folder to build from is as much a
/// stranger's word as a table is.
#[test]
fn what_a_launch_pulls_and_builds_is_said_beside_dockers_line() {
    let dry = |words: &[&str]| {
        let base = ["run", "--profile", "bare", "--image", "app:1", "--dry-run"];
        Test::new().args([&base[..], words].concat()).stdout("docker run app:1\n")
    };
    dry(&["--pull", "newer"])
        .stderr(
            "
            assumed: the engine has the image app:1
            assumed: no registry is asked for a newer image: docker run has no --pull newer (--pull always pulls, or fails)
            ",
        )
        .run();
    dry(&["--build-on-missing", "src"])
        .stderr(
            "assumed: the engine has the image app:1 (else dynrun pulls it, or builds it from [DIR]/src)\n",
        )
        .run();
    let project =
        Test::new().file("dynrun.toml", "[service.x]\nimage = \"x:1\"\nbuild-on-missing = \"src\"\n");
    project
        .args(["config", "x"])
        .any_stderr()
        .stderr_has("  asked: `an image that is built (build)` at dynrun.toml:3\n")
        .status(1)
        .run();
}
