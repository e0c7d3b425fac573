//! Mounts and logs, judged without an engine: what a mount hands over, a volume that looks like a folder, a log driver
//! and its options, a health check's port, models without a network.

use crate::common::Test;

fn dry(words: &[&str]) -> Test {
    let base = ["run", "--profile", "bare", "--image", "app:1", "--dry-run"];
    Test::new().args([&base[..], words].concat())
}

/// S6: by its own name, a detour, a link, and from above.
#[test]
fn what_the_host_lives_by_is_named() {
    for (source, what) in [
        ("/etc", Some("the host's configuration, with its users and their passwords")),
        ("/etc/", Some("the host's configuration, with its users and their passwords")),
        ("/usr/..//etc/.", Some("the host's configuration, with its users and their passwords")),
        ("/proc", Some("the host's processes and kernel")),
        ("/sys", Some("the host's kernel and devices")),
        ("/dev", Some("every device of the host")),
        ("/boot", Some("what the host starts from")),
        ("/root", Some("the home of the host's superuser")),
        ("/var/lib/docker", Some("the engine's own data, with every container's files")),
        ("./to-etc", Some("the host's configuration, with its users and their passwords")),
        ("./home/.ssh/id", Some("a user's keys")),
        ("./home", Some("a user's credentials for registries")),
        ("/etc/hosts", None),
        ("./data", None),
    ] {
        let output = dry(&["-v", &format!("{source}:/x:ro")])
            .env("HOME", "[DIR]/home")
            .file("home/.docker/config.json", "{}")
            .dir("data")
            .link("to-etc", "/etc")
            .any_stderr()
            .any_stdout()
            .run();
        let told = output.stderr.lines().find(|line| line.starts_with("warning[host-path]: "));
        assert_eq!(told.is_some(), what.is_some(), "{source}: {}", output.stderr);
        assert!(what.is_none_or(|what| output.stderr.contains(what)), "{source}: {}", output.stderr);
    }
}

#[test]
fn a_volume_that_looks_like_a_folder_is_told() {
    dry(&["-v", "data:/x"])
        .dir("data")
        .any_stdout()
        .stderr(
            "
            warning[volume-or-folder]: data is a volume of the engine's here, and there is ./data, too
              asked: `-v data:/x` on the command line
              help: if that is meant: -v ./data:/x
            assumed: the engine has the image app:1
            ",
        )
        .run();
    dry(&["-v", "other:/x"]).dir("data").any_stdout().stderr_has("assumed: the engine").run();
}

#[test]
fn what_a_log_driver_does_not_know_is_refused() {
    for (words, message, help) in [
        (
            &["--log-driver", "json-file", "--log-opt", "max-sise=1m"][..],
            "the log driver `json-file` has no option max-sise",
            "did you mean max-size?",
        ),
        (
            &["--log-driver", "journald", "--log-opt", "max-size=1m"],
            "the log driver `journald` has no option max-size",
            "these have it: json-file, local",
        ),
        (
            &["--log-driver", "syslog", "--log-opt", "syslog-address=http://logs:514"],
            "syslog-address is none of udp://..., tcp://..., tcp+tls://..., unix://..., unixgram://...",
            "for example --log-opt syslog-address=udp://HOST:PORT",
        ),
        (
            &["--log-driver", "gelf", "--log-opt", "gelf-address=logs:12201"],
            "gelf-address is none of udp://..., tcp://...",
            "for example --log-opt gelf-address=udp://HOST:PORT",
        ),
        (
            &["--log-driver", "syslog", "--log-opt", "syslog-address=udp://"],
            "syslog-address names nobody behind udp://",
            "for example --log-opt syslog-address=udp://HOST:PORT",
        ),
        (
            &["--log-driver", "gelf"],
            "the log driver `gelf` needs to be told gelf-address",
            "say it: --log-opt gelf-address=udp://HOST:PORT",
        ),
    ] {
        let output = dry(words).any_stderr().status(125).run();
        assert!(output.stderr.starts_with(&format!("error[log-option]: {message}\n")), "{}", output.stderr);
        assert!(output.stderr.contains(&format!("  help: {help}\n")), "{}", output.stderr);
    }
    for words in [
        &["--log-driver", "json-file", "--log-opt", "max-size=1m", "--log-opt", "mode=non-blocking"][..],
        &["--log-driver", "syslog", "--log-opt", "syslog-address=tcp+tls://logs:6514"],
        &["--log-driver", "fluentd", "--log-opt", "fluentd-address=logs:24224"],
        &["--log-driver", "plugin/of-ours:1", "--log-opt", "anything=1"],
    ] {
        dry(words).any_stdout().stderr("assumed: the engine has the image app:1\n").run();
    }
}

/// M22: what runs on in the background does not fill the disk, at a desk either, unless somebody says otherwise.
#[test]
fn a_log_in_the_background_is_bounded() {
    let line = |words: &[&str]| {
        let base = ["run", "--image", "app:1", "--dry-run"];
        Test::new().args([&base[..], words].concat()).any_stderr().any_stdout().run().stdout
    };
    let bounded = "--log-driver json-file --log-opt max-size=10m --log-opt max-file=3";
    assert!(line(&["-d"]).contains(bounded), "{}", line(&["-d"]));
    assert!(!line(&[]).contains("--log-"), "{}", line(&[]));
    assert!(!line(&["-d", "--profile", "bare"]).contains("--log-"));
    let other = line(&["-d", "--log-driver", "journald"]);
    assert!(other.contains("--log-driver journald") && !other.contains("--log-opt"), "{other}");
    let larger = line(&["-d", "--log-opt", "max-size=1g"]);
    assert!(larger.contains("--log-opt max-file=3") && larger.contains("--log-opt max-size=1g"), "{larger}");
}

/// The words that have dynrun make a folder are no words of docker's.
#[test]
fn a_folder_that_is_made_is_assumed() {
    for (words, line) in [
        (["-v", "/srv/x:/x:ro,create"], "docker run --volume /srv/x:/x:ro app:1\n"),
        (
            ["--mount", "type=bind,src=/srv/x,dst=/x,create"],
            "docker run --mount type=bind,source=/srv/x,target=/x app:1\n",
        ),
    ] {
        dry(&words)
            .stdout(line)
            .stderr(
                "
                assumed: the engine has the image app:1
                assumed: /srv/x is there (dynrun makes it as you when it launches)
                ",
            )
            .run();
    }
    // One after the folder that it is in, whichever was said first.
    let mount = |folder: &str, how: &str| format!("type=bind,src=/srv/{folder},dst=/{folder},create{how}");
    let (inner, outer) = (mount("x y/z", ""), mount("x y", ",mode=750,owner=1000:44"));
    dry(&["--mount", &inner, "--mount", &outer])
        .stdout(
            "docker run --mount 'type=bind,source=/srv/x y/z,target=/x y/z' --mount 'type=bind,source=/srv/x y,target=/x y' app:1\n",
        )
        .stderr(
            "
            assumed: the engine has the image app:1
            assumed: /srv/x y is there (dynrun makes it so when it launches: mkdir -p '/srv/x y' && chmod 0750 '/srv/x y' && chown 1000:44 '/srv/x y')
            assumed: /srv/x y/z is there (dynrun makes it as you when it launches)
            ",
        )
        .run();
}

/// Mode and owner are fields of a mount in every source, and shown; without `create` they mean nothing.
#[test]
fn how_a_folder_is_made_is_said_in_files_too() {
    let word = "type=bind,source=[DIR]/x,target=/x,create,mode=0755,owner=me:7";
    let config = ["config", "mount", "--config", "app.toml", "--profile", "bare", "--service", "app"];
    Test::new()
        .file(
            "app.toml",
            "
            [service.app]
            image = \"app:1\"
            mount = [\"type=bind,src=./x,dst=/x,create,owner=me:7,mode=755\"]
            ",
        )
        .args(config)
        .stdout(&format!("{word}\n"))
        .run();
    let wrong = "type=bind,src=./x,dst=/x,owner=0";
    dry(&["--mount", wrong])
        .stderr(&format!(
            "
            error[bad-value]: --mount: mode and owner are for a folder that dynrun makes: they need create
              asked: `--mount {wrong}` on the command line
              help: did you mean --mount {wrong},create?
              help: the accepted form is type=TYPE,source=SOURCE,target=PATH[,FIELD[=VALUE]]
            "
        ))
        .status(125)
        .run();
}

/// One folder is made in one way: of two that differ nothing can be chosen, and what one leaves open the other says.
#[test]
fn a_folder_is_made_in_one_way() {
    let mount = |at: &str, how: &str| format!("type=bind,source=/srv/x,target=/{at},create{how}");
    let (first, second) = (mount("a", ",mode=0700"), mount("b", ",mode=0755"));
    dry(&["--mount", &first, "--mount", &second])
        .stderr(&format!(
            "
            error[mount-twice]: /srv/x is to be made in two ways
              asked: `--mount {first}` on the command line
              asked: `--mount {second}` on the command line
              help: say mode and owner once, or the same
            "
        ))
        .status(125)
        .run();
    let owned = mount("b", ",owner=7");
    dry(&["--mount", &first, "--mount", &owned])
        .stdout(
            "docker run --mount type=bind,source=/srv/x,target=/a --mount type=bind,source=/srv/x,target=/b app:1\n",
        )
        .stderr(
            "
            assumed: the engine has the image app:1
            assumed: /srv/x is there (dynrun makes it so when it launches: mkdir -p /srv/x && chmod 0700 /srv/x && chown 7 /srv/x)
            ",
        )
        .run();
}
