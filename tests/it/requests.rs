//! Words into the create request: what docker's client sends for the same words, one line each. N6, N25, E32.

use crate::common::Test;
use serde_json::{Value, json};

/// The request of a dry run.
#[track_caller]
fn request(words: &[&str]) -> Value {
    let test =
        Test::new().args(["run", "--profile", "bare", "--image", "app:1", "--dry-run", "--format", "json"]);
    let output = test.args(words).any_stdout().any_stderr().run();
    serde_json::from_str(&output.stdout).unwrap()
}

#[track_caller]
fn says(words: &[&str], pointer: &str, wanted: &Value) {
    let body = request(words);
    let got = body.pointer(pointer).unwrap_or(&Value::Null);
    assert_eq!(got, wanted, "{words:?}: {pointer} in {body:#}");
}

#[test]
fn nothing_said_is_nothing_sent() {
    let wanted = json!({
        "AttachStdin": false, "AttachStdout": true, "AttachStderr": true,
        "Tty": false, "OpenStdin": false, "StdinOnce": false,
        "Image": "app:1", "Labels": {}, "HostConfig": { "NetworkMode": "default" },
    });
    assert_eq!(request(&[]), wanted);
}

#[test]
fn streams() {
    for (words, attached, open) in [
        (&[] as &[&str], json!([false, true, true]), json!([false, false])),
        (&["-i"], json!([true, true, true]), json!([true, true])),
        (&["-d"], json!([false, false, false]), json!([false, false])),
        // Docker's: standard input stays open in the background, and nobody is attached to it.
        (&["-di"], json!([false, false, false]), json!([true, false])),
        (&["-a", "stdout"], json!([false, true, false]), json!([false, false])),
        (&["-a", "STDERR", "-a", "stdout"], json!([false, true, true]), json!([false, false])),
        (&["-a", "stdin"], json!([true, false, false]), json!([false, false])),
        (&["-a", "stdin", "-i"], json!([true, false, false]), json!([true, true])),
        // What is open is attached, whatever else is named.
        (&["-a", "stdout", "-i"], json!([true, true, false]), json!([true, true])),
    ] {
        let body = request(words);
        let streams = ["AttachStdin", "AttachStdout", "AttachStderr"].map(|key| body[key].clone());
        assert_eq!(json!(streams), attached, "{words:?}");
        assert_eq!(json!([body["OpenStdin"], body["StdinOnce"]]), open, "{words:?}");
    }
}

/// N6: every form of a publish.
#[test]
fn ports() {
    let port = |ip: &str, port: &str| json!([{ "HostIp": ip, "HostPort": port }]);
    for (word, key, wanted) in [
        ("80", "80~1tcp", port("", "")),
        ("8080:80", "80~1tcp", port("", "8080")),
        ("9999:9999/udp", "9999~1udp", port("", "9999")),
        ("1:1/sctp", "1~1sctp", port("", "1")),
        ("127.0.0.1:8080:80", "80~1tcp", port("127.0.0.1", "8080")),
        ("127.0.0.1::80", "80~1tcp", port("127.0.0.1", "")),
        ("[::1]:8080:80", "80~1tcp", port("::1", "8080")),
        ("8000-8001:80-81", "81~1tcp", port("", "8001")),
        ("8000-8009:80", "80~1tcp", port("", "8000-8009")),
    ] {
        says(&["-p", word], &format!("/HostConfig/PortBindings/{key}"), &wanted);
        says(&["-p", word], &format!("/ExposedPorts/{key}"), &json!({}));
    }
    says(&["--expose", "80-81/udp"], "/ExposedPorts", &json!({ "80/udp": {}, "81/udp": {} }));
    says(&["--expose", "80"], "/HostConfig/PortBindings", &Value::Null);
    let twice = json!([{ "HostIp": "", "HostPort": "1" }, { "HostIp": "", "HostPort": "2" }]);
    says(&["-p", "1:80", "-p", "2:80"], "/HostConfig/PortBindings/80~1tcp", &twice);
}

/// E32, N25, N26: numbers become what the engine counts in.
#[test]
fn resources() {
    for (words, pointer, wanted) in [
        (["--memory", "256m"], "/HostConfig/Memory", json!(268_435_456)),
        (["--cpus", "0.5"], "/HostConfig/NanoCpus", json!(500_000_000)),
        (["--cpus", "1.000000001"], "/HostConfig/NanoCpus", json!(1_000_000_001)),
        (["--shm-size", "10G"], "/HostConfig/ShmSize", json!(10_737_418_240_u64)),
        (
            ["--ulimit", "memlock=-1"],
            "/HostConfig/Ulimits",
            json!([{ "Name": "memlock", "Soft": -1, "Hard": -1 }]),
        ),
        (
            ["--ulimit", "nofile=1:2"],
            "/HostConfig/Ulimits",
            json!([{ "Name": "nofile", "Soft": 1, "Hard": 2 }]),
        ),
        (
            ["--gpus", "all"],
            "/HostConfig/DeviceRequests",
            json!([{ "Count": -1, "Capabilities": [["gpu"]] }]),
        ),
        (["--gpus", "2"], "/HostConfig/DeviceRequests", json!([{ "Count": 2, "Capabilities": [["gpu"]] }])),
        (
            ["--gpus", "0,1"],
            "/HostConfig/DeviceRequests",
            json!([{ "DeviceIDs": ["0", "1"], "Capabilities": [["gpu"]] }]),
        ),
        (["--gpus", "none"], "/HostConfig/DeviceRequests", Value::Null),
        (["--runtime", "nvidia"], "/HostConfig/Runtime", json!("nvidia")),
    ] {
        says(&words, pointer, &wanted);
    }
}

#[test]
fn the_process() {
    for (words, pointer, wanted) in [
        (&["--entrypoint", "/bin/sh"] as &[&str], "/Entrypoint", json!(["/bin/sh"])),
        (&["--entrypoint", ""], "/Entrypoint", json!([""])),
        (&["-w", "/work"], "/WorkingDir", json!("/work")),
        (&["-u", "1000:video"], "/User", json!("1000:video")),
        (&["--group-add", "video"], "/HostConfig/GroupAdd", json!(["video"])),
        (&["--", "a b", "", "*"], "/Cmd", json!(["a b", "", "*"])),
        (&["-e", "A=b c", "-e", "B=x\n\"*'"], "/Env", json!(["A=b c", "B=x\n\"*'"])),
        (&["-e", "A=1", "-e", "A=2"], "/Env", json!(["A=2"])),
        (&["-l", "a=b", "-l", "c"], "/Labels", json!({ "a": "b", "c": "" })),
        (&["--init"], "/HostConfig/Init", json!(true)),
        (&["--init=false"], "/HostConfig/Init", json!(false)),
        (&["--privileged"], "/HostConfig/Privileged", json!(true)),
        (&["--ipc", "host"], "/HostConfig/IpcMode", json!("host")),
        (&["--cap-add", "net_admin", "--cap-drop", "ALL"], "/HostConfig/CapAdd", json!(["CAP_NET_ADMIN"])),
    ] {
        says(words, pointer, &wanted);
    }
}

#[test]
fn life_and_end() {
    for (words, pointer, wanted) in [
        (&["-d", "--rm"] as &[&str], "/HostConfig/AutoRemove", json!(true)),
        // In the foreground dynrun removes the container itself.
        (&["--rm"], "/HostConfig/AutoRemove", Value::Null),
        (&["--stop-signal", "INT"], "/StopSignal", json!("INT")),
        (&["--stop-signal", ""], "/StopSignal", Value::Null),
        (&["--stop-timeout", "0"], "/StopTimeout", json!(0)),
        (&["--stop-timeout", "-1"], "/StopTimeout", json!(-1)),
        (&["--log-driver", "none"], "/HostConfig/LogConfig", json!({ "Type": "none" })),
        (
            &["--log-opt", "max-size=1m"],
            "/HostConfig/LogConfig",
            json!({ "Type": "", "Config": { "max-size": "1m" } }),
        ),
        // dynrun holds the container to it; the engine knows of no such limit.
        (&["--time-limit", "5m"], "/StopTimeout", Value::Null),
        (&["--restart", "always"], "/HostConfig/RestartPolicy/Name", json!("always")),
        (&["--restart", "on-failure:3"], "/HostConfig/RestartPolicy/MaximumRetryCount", json!(3)),
        (&["--restart", "unless-stopped"], "/HostConfig/RestartPolicy/Name", json!("unless-stopped")),
    ] {
        says(words, pointer, &wanted);
    }
}

/// M17: a container that restarts cannot be removed; a habit of dynrun's yields to either word.
#[test]
fn restart_and_rm() {
    Test::new()
        .args(["run", "--image", "app:1", "--dry-run", "--rm", "--restart", "always"])
        .stderr(
            "
            error[restart-removed]: a container that restarts cannot be removed at its end
              asked: `--rm` on the command line
              asked: `--restart always` on the command line
              help: leave one out: --rm=false, or --restart no
            ",
        )
        .status(125)
        .run();
    for (words, line) in [
        (
            &["--profile", "dev", "--restart", "always"] as &[&str],
            "docker run --restart always --init app:1\n",
        ),
        (
            &[
                "--profile",
                "prod",
                "--rm",
                "--user",
                "9",
                "--memory",
                "1g",
                "--cpus",
                "1",
                "--pids-limit",
                "9",
            ],
            "docker run --detach --user 9 --memory 1g --cpus 1 --pids-limit 9 --security-opt no-new-privileges \
             --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 --rm --init app:1\n",
        ),
    ] {
        let test = Test::new().args(["run", "--image", "app:1", "--dry-run"]).args(words);
        assert_eq!(test.any_stdout().any_stderr().run().stdout.replace('\'', ""), line);
    }
}

/// N30: relative sources start at the working directory, named ones stay names, and nothing is split at a blank. M27: modes of SELinux go along.
#[test]
fn volumes() {
    for (word, wanted) in [
        ("data:/data", "data:/data"),
        ("/a b:/c", "/a b:/c"),
        ("./x:/y:ro", "[DIR]/x:/y:ro"),
        ("~/x:/y", "[DIR]/x:/y"),
        ("/a:/b:rslave,z", "/a:/b:rslave,z"),
    ] {
        says(&["-v", word], "/HostConfig/Binds", &json!([wanted]));
    }
    says(&["-v", "/only"], "/Volumes", &json!({ "/only": {} }));
}

/// Docker gives the endpoint options to the first network; each network is an endpoint of the one request.
#[test]
fn networks() {
    let words =
        ["--network", "front", "--network", "name=back,alias=app,ip=10.0.0.9", "--network-alias", "web"];
    says(&words, "/HostConfig/NetworkMode", &json!("front"));
    let endpoints = json!({
        "front": { "Aliases": ["web"] },
        "back": { "Aliases": ["app"], "IPAMConfig": { "IPv4Address": "10.0.0.9" } },
    });
    says(&words, "/NetworkingConfig/EndpointsConfig", &endpoints);
    says(&["--network", "container:db"], "/HostConfig/NetworkMode", &json!("container:db"));
}

/// A limit that nobody would hold is refused, and one of the profile's own is dropped with a word.
#[test]
fn a_time_limit_needs_somebody_who_holds_it() {
    let run = ["run", "--image", "app:1", "--dry-run"];
    Test::new()
        .args(run)
        .args(["--detach", "--time-limit", "5m"])
        .stderr(
            "
            error[limit-not-held]: nobody watches the time of a container in the background
              asked: `--time-limit 5m` on the command line
              asked: `--detach` on the command line
              help: leave -d out, or the limit: --time-limit 0
            ",
        )
        .status(125)
        .run();
    Test::new()
        .args(run)
        .args(["--stop-timeout", "-1", "--time-limit", "90"])
        .stderr(
            "
            error[limit-not-held]: a container that is never killed cannot be held to a time limit
              asked: `--time-limit 1m30s` on the command line
              asked: `--stop-timeout -1` on the command line
              help: give it some seconds to end: --stop-timeout 30
              help: or all the time it takes: --time-limit 0
            ",
        )
        .status(125)
        .run();
    Test::new()
        .args(run)
        .args(["--time-limit", "1m", "-d", "--time-limit", "0"])
        .any_stdout()
        .any_stderr()
        .run();
    let test = Test::new().args(run).args(["--profile", "ci", "--name", "mine", "-d"]).any_stdout();
    let warned = "warning[limit-not-held]: nobody watches the time of a container in the background\n";
    assert!(
        test.stderr_has(warned).run().stdout.starts_with("docker run --name mine --detach --network bridge ")
    );
}

/// M22: a driver that somebody chose does not get the options that dynrun gives to its own.
#[test]
fn log_options_go_with_their_driver() {
    Test::new()
        .args(["run", "--image", "app:1", "--dry-run", "--log-driver", "none", "--log-opt", "tag=x"])
        .stderr(
            "
            error[log-option]: the log driver `none` keeps nothing, and takes no option
              asked: `--log-driver none` on the command line
              asked: `--log-opt tag=x` on the command line
              help: leave the option out, or choose a driver: --log-driver local
            ",
        )
        .status(125)
        .run();
    let rotation = json!({ "max-size": "10m", "max-file": "3" });
    for (words, wanted) in [
        (&[] as &[&str], json!({ "Type": "json-file", "Config": rotation })),
        (&["--log-driver", "local"], json!({ "Type": "local", "Config": rotation })),
        (
            &["--log-opt", "max-size=1g"],
            json!({ "Type": "json-file", "Config": { "max-size": "1g", "max-file": "3" } }),
        ),
        (&["--log-driver", "journald"], json!({ "Type": "journald" })),
        (
            &["--log-driver", "journald", "--log-opt", "tag=x"],
            json!({ "Type": "journald", "Config": { "tag": "x" } }),
        ),
        (&["--log-driver", "none"], json!({ "Type": "none" })),
    ] {
        let prod = ["--profile", "prod", "--user", "9", "--memory", "1g", "--cpus", "1", "--pids-limit", "9"];
        says(&[&prod[..], words].concat(), "/HostConfig/LogConfig", &wanted);
    }
    let words = ["--log-driver", "splunk", "--log-opt", "splunk-token=hush"];
    let hidden = json!({ "splunk-token": "***" });
    says(&words, "/HostConfig/LogConfig/Config", &hidden);
}
