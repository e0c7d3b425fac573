//! Launches that fail: the exit code says at which step, the message what the engine said, and nothing is left.

use super::case::Case;
use super::proxy::{Fault, Proxy, Rule, rule};

#[test]
fn a_missing_command_is_127() {
    let case = Case::new();
    let done = case.launch(&["--rm"], &["nosuchcommand", "x"]).run();
    let stderr = done.refused(127, "command-not-found");
    let mut lines = stderr.lines();
    assert_eq!(
        lines.next(),
        Some("error[command-not-found]: nosuchcommand was not found in dynrun-test/busybox:1")
    );
    let note = lines.next().expect("the engine's words");
    assert!(note.starts_with("  note: the engine says: ") && note.contains("nosuchcommand"), "{note}");
    assert_eq!(lines.next(), None);
    case.leaves_nothing();
}

/// Behind an init process the engine says nothing of it, and in the background nobody would.
#[test]
fn a_missing_command_behind_an_init_process_is_127_in_the_background() {
    let case = Case::new();
    let done = case.launch(&["-d", "--rm", "--init"], &["nosuchcommand", "x"]).run();
    let stderr = done.refused(127, "command-not-found");
    assert_eq!(stderr, "error[command-not-found]: nosuchcommand was not found in dynrun-test/busybox:1\n");
    for command in [["true", "x"], ["/bin/true", "x"]] {
        assert_eq!(case.launch(&["-d", "--rm", "--init"], &command).run().code, 0, "{command:?}");
    }
}

/// E5, and the newcomer's question: which of my words was it?
#[test]
fn a_refusal_names_the_words_that_it_is_about() {
    for (options, asked) in [
        (&["--device", "/dev/nosuch"][..], "  asked: `--device /dev/nosuch` on the command line\n"),
        (&["--user", "nosuch"], "  asked: `--user nosuch` on the command line\n"),
        (&["--log-opt", "bogus=1"], "  asked: `--log-opt bogus=1` on the command line\n"),
        (&["--skip", "limits", "--cpus", "9999"], "  asked: `--cpus 9999` on the command line\n"),
        (&["--skip", "limits", "--cpuset-cpus", "999"], "  asked: `--cpuset-cpus 999` on the command line\n"),
        (&["--storage-opt", "size=1g"], "  asked: `--storage-opt size=1g` on the command line\n"),
        (
            &["-v", "vol:/x", "--volume-driver", "nosuch"],
            "  asked: `--volume-driver nosuch` on the command line\n",
        ),
    ] {
        let case = Case::new();
        let done = case.launch(options, &["true"]).run();
        let stderr = done.refused(125, "engine-error");
        assert!(stderr.contains(asked), "{stderr}");
        case.leaves_nothing();
    }
}

#[test]
fn a_folder_as_command_is_126() {
    let case = Case::new();
    for options in [&["--rm"][..], &["-d"], &["--rm=false"]] {
        let done = case.launch(options, &["/etc"]).run();
        let stderr = done.refused(126, "command-not-invocable");
        let head = "error[command-not-invocable]: /etc cannot be started in dynrun-test/busybox:1\n  note: the engine says: ";
        assert!(stderr.starts_with(head) && stderr.lines().count() == 2, "{stderr}");
        case.leaves_nothing();
    }
}

#[test]
fn a_missing_entrypoint_is_named() {
    let case = Case::new();
    let done = case.launch(&["--entrypoint", "/nowhere/prog"], &["argument"]).run();
    let stderr = done.refused(127, "command-not-found");
    assert!(stderr.starts_with("error[command-not-found]: /nowhere/prog was not found"), "{stderr}");
    case.leaves_nothing();
}

/// Docker's client takes these for a command that cannot be started: it looks at the words alone.
#[test]
fn a_fault_of_the_container_is_not_the_commands() {
    let case = Case::new();
    let folder = case.folder().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let over_file = format!("{}:/etc/passwd", folder.display());
    for (options, code) in [
        (&["-v", over_file.as_str()][..], "mount-source-kind"),
        (&["--user", "nosuchuser"], "engine-error"),
        (&["--workdir", "/etc/passwd"], "engine-error"),
    ] {
        let done = case.launch(options, &["true"]).run();
        let stderr = done.refused(125, code);
        assert!(stderr.contains("\n  note: the engine says: "), "{stderr}");
        case.leaves_nothing();
    }
}

#[test]
fn a_missing_image_is_not_launched() {
    let case = Case::new();
    let image = "dynrun-test/nosuchimage:1";
    let done =
        case.dynrun(&["run", "--profile", "bare", "--image", image, "--pull", "never", "--", "true"]).run();
    done.expect(
        125,
        "",
        "error[image-missing]: the engine does not have the image dynrun-test/nosuchimage:1, and --pull never forbids to pull it\n  \
         asked: `--image dynrun-test/nosuchimage:1` on the command line\n  \
         help: load it: docker load -i FILE, or build it: docker build -t dynrun-test/nosuchimage:1 FOLDER\n",
    );
}

#[test]
fn an_image_that_cannot_be_pulled_is_told_in_the_engines_words() {
    let case = Case::new();
    // Nobody answers there, at once.
    let image = "127.0.0.1:1/dynrun-test/nosuchimage:1";
    let done = case.dynrun(&["run", "--profile", "bare", "--image", image, "--", "true"]).run();
    let stderr = done.refused(125, "registry-unreachable");
    assert!(stderr.starts_with(&format!("note: pulling {image}\n")), "{stderr}");
    assert!(
        stderr.contains("  note: the engine says: ") && stderr.contains("connection refused"),
        "{stderr}"
    );
}

#[test]
fn warnings_of_the_engine_are_printed() {
    let case = Case::new();
    let body =
        Box::leak(format!(r#"{{"Id":"{}","Warnings":["mind the gap"]}}"#, "a".repeat(64)).into_boxed_str());
    let rules = vec![
        rule("POST", "/containers/create", Fault::Answer(201, body)),
        rule("POST", "/start", Fault::Answer(204, "")),
    ];
    let proxy = Proxy::new(&case, rules);
    let done = case.launch(&["-d", "--host", &proxy.address], &["true"]).run();
    done.expect(
        0,
        &format!("{}\n", "a".repeat(64)),
        "warning[engine-warning]: the engine warns: mind the gap\n",
    );
}

/// One launch through an engine with faults: 125, this code, these words, and nothing left.
#[track_caller]
fn fails(options: &[&str], rules: Vec<Rule>, code: &str, words: &str) {
    let case = Case::new();
    let proxy = Proxy::new(&case, rules);
    let call = case.launch(&[&["--host", &proxy.address], options].concat(), &["sh", "-c", "sleep 30"]);
    let done = call.limit(20).run();
    let stderr = done.refused(125, code);
    assert!(stderr.contains(words), "no `{words}` in {stderr}");
    proxy.met(1);
    case.leaves_nothing();
}

/// Attached and removed, kept, and detached: the clean-up is the same.
const WAYS: [&[&str]; 3] = [&["--rm"], &["--rm=false"], &["-d"]];
const BOOM: &str = r#"{"message":"boom"}"#;

#[test]
fn create_that_is_refused() {
    for options in WAYS {
        let words = " refused to create the container\n  note: the engine says: boom\n";
        fails(
            options,
            vec![rule("POST", "/containers/create", Fault::Answer(500, BOOM))],
            "engine-error",
            words,
        );
    }
}

/// What the engine refused to make is not looked for.
#[test]
fn a_create_that_is_refused_is_followed_by_no_search() {
    let case = Case::new();
    let name = case.name("held");
    assert_eq!(case.launch(&["-d", "--name", &name], &["sleep", "60"]).run().code, 0);
    let proxy = Proxy::new(&case, Vec::new());
    let done = case.launch(&["--host", &proxy.address, "--name", &name], &["true"]).run();
    done.refused(125, "name-taken");
    let requests = proxy.requests();
    let create = requests.iter().position(|line| line.contains("/containers/create")).expect("a create");
    let after = &requests[create + 1..];
    assert_eq!(after.len(), 2, "the holder alone is asked for: {requests:#?}");
    assert!(after[0].contains(&format!("/containers/{name}/json")), "{requests:#?}");
    assert!(after[1].contains("/containers/json?all=1&filters=%7B%22id%22"), "{requests:#?}");
}

/// An engine that takes long is waited for, and that is said.
#[test]
fn a_slow_create_is_said_to_be_one() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/containers/create", Fault::Slow(5500))]);
    let done = case.launch(&["--host", &proxy.address, "--rm"], &["echo", "hi"]).run();
    done.expect(0, "hi\n", "");
    assert!(
        done.stalls.starts_with(
            "note: the engine has not answered for 5 s when asked to create the container; Ctrl-C gives up\n"
        ),
        "{}",
        done.stalls
    );
    case.leaves_nothing();
}

#[test]
fn create_that_is_answered_with_garbage() {
    let create = |status, body| vec![rule("POST", "/containers/create", Fault::Answer(status, body))];
    fails(WAYS[0], create(500, "<html>oops</html>"), "engine-error", "<html>oops</html> (status 500)");
    fails(WAYS[0], create(500, ""), "engine-error", "(status 500, without words)");
    fails(WAYS[0], create(201, "garbage"), "engine-error", "gave an answer that is not an engine's");
    fails(WAYS[0], create(201, "{}"), "engine-error", "gave an answer that is not an engine's");
    fails(WAYS[0], create(201, r#"{"Id":"../../x"}"#), "engine-error", "it names no container");
    fails(WAYS[0], create(403, BOOM), "engine-denied", "the engine says: boom");
}

#[test]
fn create_whose_request_is_lost() {
    // The engine may have heard all the same: that it has not made the container is not said.
    let open =
        "error[cleanup-failed]: the engine has not said whether it made the container: it may be there yet";
    fails(WAYS[0], vec![rule("POST", "/containers/create", Fault::Unheard)], "engine-lost", open);
}

#[test]
fn create_whose_answer_is_lost() {
    for options in WAYS {
        let lost = vec![rule("POST", "/containers/create", Fault::Unanswered)];
        fails(options, lost, "engine-lost", "broke the connection when asked to create the container");
    }
}

#[test]
fn create_whose_answer_is_cut() {
    for length in [40, 200] {
        fails(WAYS[0], vec![rule("POST", "/containers/create", Fault::Cut(length))], "engine-lost", "create");
    }
}

#[test]
fn attach_that_is_refused() {
    for (status, words) in [(409, "boom"), (500, "boom"), (400, "boom"), (200, "boom")] {
        fails(WAYS[0], vec![rule("POST", "/attach", Fault::Answer(status, BOOM))], "engine-error", words);
    }
    fails(WAYS[1], vec![rule("POST", "/attach", Fault::Answer(500, BOOM))], "engine-error", "attach");
}

#[test]
fn attach_that_is_lost() {
    for fault in [Fault::Unheard, Fault::Unanswered, Fault::Cut(20)] {
        fails(WAYS[0], vec![rule("POST", "/attach", fault)], "engine-lost", "attach to the container");
    }
}

#[test]
fn a_wait_that_is_refused_or_lost_is_answered_by_the_containers_state() {
    for fault in [
        Fault::Answer(500, BOOM),
        Fault::Answer(404, BOOM),
        Fault::Unheard,
        Fault::Cut(20),
        Fault::CutAfterHead(5),
        Fault::CutAfterHead(0),
    ] {
        let case = Case::new();
        let proxy = Proxy::new(&case, vec![rule("POST", "/wait", fault)]);
        let command = ["sh", "-c", "echo hi; sleep 0.5; exit 9"];
        case.launch(&["--rm", "--host", &proxy.address], &command).limit(20).run().expect(9, "hi\n", "");
        proxy.met(1);
        case.leaves_nothing();
    }
}

/// F17: the word of the end never comes, though the output has ended.
#[test]
fn a_wait_that_is_silent_is_answered_by_the_containers_state() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/wait", Fault::Hung)]);
    let command = ["sh", "-c", "echo hi; exit 9"];
    case.launch(&["--rm", "--host", &proxy.address], &command).limit(10).run().expect(9, "hi\n", "");
    case.leaves_nothing();
}

#[test]
fn start_that_is_refused() {
    for status in [500, 404, 409] {
        for options in WAYS {
            let refused = vec![rule("POST", "/start", Fault::Answer(status, BOOM))];
            fails(
                options,
                refused,
                "engine-error",
                "refused to start the container\n  note: the engine says: boom",
            );
        }
    }
    let html = vec![rule("POST", "/start", Fault::Answer(502, "<html>"))];
    fails(WAYS[0], html, "engine-error", "<html> (status 502)");
}

#[test]
fn start_that_is_lost() {
    fails(WAYS[0], vec![rule("POST", "/start", Fault::Unheard)], "engine-lost", "start the container");
}

/// F14: the container runs, and nobody was told. Its state tells.
#[test]
fn a_start_whose_answer_is_lost_is_answered_by_the_containers_state() {
    for options in WAYS {
        let case = Case::new();
        let proxy = Proxy::new(&case, vec![rule("POST", "/start", Fault::Unanswered)]);
        let command = ["sh", "-c", "echo up; exit 7"];
        let done = case.launch(&[&["--host", &proxy.address], options].concat(), &command).limit(20).run();
        match options.contains(&"-d") {
            true => assert_eq!((done.code, done.text()), (0, format!("{}\n", case.container()))),
            false => done.expect(7, "up\n", ""),
        }
    }
}

#[test]
fn a_command_of_126_is_the_containers_own() {
    let case = Case::new();
    case.launch(&["--rm"], &["sh", "-c", "/etc"]).run().expect(126, "", "sh: /etc: Permission denied\n");
    case.leaves_nothing();
}

#[test]
fn a_failed_launch_takes_its_anonymous_volume_along() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/start", Fault::Silent)]);
    let running = case.launch(&["-v", "/anonymous", "--host", &proxy.address], &["true"]).start();
    proxy.met(1);
    let volume = case.inspect(&case.container())["Mounts"][0]["Name"].as_str().expect("a volume").to_owned();
    running.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(running.end().code, 143);
    case.leaves_nothing();
    assert_eq!(case.call("docker", &["volume", "inspect", &volume]).run().code, 1, "{volume} is left");
}

#[test]
fn a_network_that_the_launch_made_goes_with_it() {
    for (step, fault) in [
        ("/containers/create", Fault::Answer(500, BOOM)),
        ("/containers/create", Fault::Unanswered),
        ("/attach", Fault::Unheard),
        ("/start", Fault::Answer(500, BOOM)),
    ] {
        let case = Case::new();
        let network = case.name("net");
        let proxy = Proxy::new(&case, vec![rule("POST", step, fault)]);
        let options = ["--host", &proxy.address, "--network", &network, "--create-network"];
        let done = case.launch(&options, &["true"]).limit(20).run();
        assert_eq!((done.code, done.text().as_str()), (125, ""), "{}", done.stderr);
        assert!(
            done.stderr.starts_with(&format!("note: created the network {network}\n")),
            "{}",
            done.stderr
        );
        case.leaves_nothing();
    }
}

#[test]
fn a_network_whose_creation_was_not_answered_goes_too() {
    let case = Case::new();
    let network = case.name("net");
    let proxy = Proxy::new(&case, vec![rule("POST", "/networks/create", Fault::Unanswered)]);
    let options = ["--host", &proxy.address, "--network", &network, "--create-network"];
    let done = case.launch(&options, &["true"]).limit(20).run();
    assert_eq!(done.code, 125, "{}", done.stderr);
    case.leaves_nothing();
}

#[test]
fn a_container_that_cannot_be_removed_is_told_with_the_line_that_does_it() {
    let case = Case::new();
    let rules = vec![
        rule("POST", "/start", Fault::Answer(500, BOOM)),
        rule("DELETE", "", Fault::Answer(500, r#"{"message":"no"}"#)),
    ];
    let proxy = Proxy::new(&case, rules);
    let done = case.launch(&["--host", &proxy.address], &["true"]).run();
    let id = case.container();
    let stderr = done.refused(125, "cleanup-failed");
    assert!(stderr.contains(&format!("  help: docker rm -fv {id}\n")), "{stderr}");
}

/// A line of 15 bytes, which the engine sends in a frame of 23, two hundred times on either stream.
const LINES: &str = "for i in $(seq 101 300); do echo the line no $i; echo not the one $i >&2; done";
const FROM_LOG: &str = "note: the output's stream broke; the rest of it comes from the container's log\n";

fn lines(words: &str) -> String {
    (101..=300).map(|number| format!("{words} {number}\n")).collect()
}

/// F9: in the middle of a head, of a payload, and between two frames; while the container runs on, and at its end.
#[test]
fn output_that_is_cut_off_comes_from_the_log() {
    for cut in [0, 4, 12, 23, 46, 400, 8000] {
        let runs_on = Some(("sleep 3.5; echo end", 0)).filter(|_| cut == 400);
        for (rest, exit) in runs_on.into_iter().chain([("", 7)]) {
            let case = Case::new();
            let proxy = Proxy::new(&case, vec![rule("POST", "/attach", Fault::CutAfterHead(cut))]);
            let line = format!("{LINES}; {rest}\nexit {exit}");
            let done = case.launch(&["--rm", "--host", &proxy.address], &["sh", "-c", &line]).limit(30).run();
            let end = if rest.is_empty() { "" } else { "end\n" };
            assert_eq!(
                (done.code, done.text()),
                (exit, lines("the line no") + end),
                "cut at {cut}: {}",
                done.stderr
            );
            let stderr = done.stderr.replace(FROM_LOG, "");
            assert_eq!(stderr, lines("not the one"), "cut at {cut}");
            case.leaves_nothing();
        }
    }
}

/// Where the engine has kept nothing, what is missing is an error, whatever the container's own code.
#[test]
fn output_that_is_cut_off_and_in_no_log_is_an_error() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/attach", Fault::CutAfterHead(400))]);
    let options = ["--rm", "--log-driver", "none", "--host", &proxy.address];
    let done = case.launch(&options, &["sh", "-c", LINES]).limit(30).run();
    assert_eq!(done.code, 125, "{}", done.stderr);
    let told =
        "error[output-lost]: the output's stream broke before the container ended: bytes are missing\n";
    assert!(done.stderr.ends_with(told), "{}", done.stderr);
    case.leaves_nothing();
}

/// F40: nothing is lost, and nothing is said.
#[test]
fn a_container_that_closes_its_output_is_waited_for() {
    let case = Case::new();
    let line = "echo hi; exec >&- 2>&-; sleep 3; exit 4";
    case.launch(&["--rm"], &["sh", "-c", line]).run().expect(4, "hi\n", "");
    case.leaves_nothing();
}

#[test]
fn the_order_of_requests_is_create_attach_wait_start() {
    let case = Case::new();
    let proxy = Proxy::new(&case, Vec::new());
    case.launch(&["--rm", "--host", &proxy.address], &["true"]).run().expect(0, "", "");
    let requests = proxy.requests();
    let steps: Vec<&str> = requests
        .iter()
        .filter_map(|line| line.split([' ', '?']).nth(1)?.rsplit('/').next())
        .filter(|word| ["create", "attach", "wait", "start"].contains(word))
        .collect();
    assert_eq!(steps, ["create", "attach", "wait", "start"], "{requests:#?}");
    let unversioned: Vec<&String> = requests.iter().filter(|line| !line.contains(" /v1.")).collect();
    assert_eq!(unversioned, ["HEAD /_ping HTTP/1.1"]);
    // With the look for what others have left, and whether the log holds more than came.
    assert!(requests.len() <= 10, "{requests:#?}");
}

/// What the launch made is taken back; what was there stays (design.md section 7).
#[test]
fn a_volume_that_a_failed_launch_made_is_taken_back() {
    let case = Case::new();
    let volume = format!("{}-states", case.word);
    let mount = format!("{volume}:/data");
    let launch = || case.launch(&["--rm", "-v", &mount], &["/nosuch"]).run();
    let exists = || case.call("docker", &["volume", "inspect", &volume]).run().code == 0;
    launch().refused(127, "command-not-found");
    assert!(!exists(), "the volume is left");
    case.docker(&["volume", "create", &volume]);
    launch().refused(127, "command-not-found");
    assert!(exists(), "a volume that was there before is gone");
    case.docker(&["volume", "rm", &volume]);
    case.leaves_nothing();
}

/// What runc says comes with the option that asked for it, and where.
#[test]
fn what_the_engine_may_not_give_is_named() {
    const BEGIN: &str = "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: \
         unable to start container process: error during container init: ";
    let body = |words: &str| -> &'static str {
        Box::leak(serde_json::json!({ "message": format!("{BEGIN}{words}") }).to_string().into_boxed_str())
    };
    let (memlock, caps) = (
        "error setting rlimit type 8: operation not permitted",
        "unable to apply caps: operation not permitted",
    );
    for (words, options, wanted) in [
        (
            memlock,
            &["--ulimit", "nofile=64", "--ulimit", "memlock=-1"][..],
            "error[ulimit-refused]: the engine may not raise the limit memlock so far\n  \
             asked: `--ulimit memlock=-1` on the command line\n",
        ),
        (
            caps,
            &["--privileged"],
            "error[rights-refused]: the engine does not have all the rights that it is to give the container\n  \
             asked: `--privileged` on the command line\n",
        ),
        (
            caps,
            &["--cap-add", "SYS_ADMIN"],
            "error[rights-refused]: the engine does not have all the rights that it is to give the container\n  \
             asked: `--cap-add CAP_SYS_ADMIN` on the command line\n",
        ),
        // Nobody asked for it: the engine's words are all there is.
        (memlock, &["--ulimit", "nofile=64"], "error[engine-error]: "),
    ] {
        let case = Case::new();
        let proxy = Proxy::new(&case, vec![rule("POST", "/start", Fault::Answer(400, body(words)))]);
        let done = case.launch(&[&["--host", &proxy.address], options].concat(), &["true"]).run();
        let help = match words == memlock {
            true if wanted.contains("ulimit") => {
                "  help: go without any limit of its own: leave --ulimit out\n  \
                 help: or raise the engine's: LimitMEMLOCK=infinity under [Service] of docker.service, and start it anew\n"
            }
            true => "",
            false if options.len() == 1 => {
                "  help: go without: --privileged=false\n  \
                 help: or use an engine that runs as root, and not in a container without these rights\n"
            }
            false => {
                "  help: go without the capabilities: leave --cap-add out\n  \
                 help: or use an engine that runs as root, and not in a container without these rights\n"
            }
        };
        assert_eq!((done.code, done.text().as_str()), (125, ""), "{}", done.stderr);
        assert!(done.stderr.starts_with(wanted) && done.stderr.ends_with(help), "{}", done.stderr);
        assert!(
            done.stderr.contains(&format!("  note: the engine says: {BEGIN}{words}\n")),
            "{}",
            done.stderr
        );
        case.leaves_nothing();
    }
}

/// An engine that is silent on one question alone costs the holder's name, and the question is told.
#[test]
fn a_holder_that_is_not_told_in_time_has_no_name() {
    let case = Case::new();
    let name = case.name("holder");
    case.launch(&["-d", "--name", &name, "-p", "21018:80"], &["sleep", "60"]).run();
    let proxy = Proxy::new(&case, vec![rule("GET", "/containers/json", Fault::Silent)]);
    let began = std::time::Instant::now();
    let options = ["--host", &proxy.address, "-p", "21018:81", "--log-level", "debug"];
    let done = case.launch(&options, &["true"]).limit(20).run();
    let stderr = done.refused(125, "port-taken");
    assert!(!stderr.contains(&name) && began.elapsed().as_secs() < 10, "{:?}: {stderr}", began.elapsed());
    // The look for what others have left asks for another list, and is not waited for.
    let silent = |line: &&str| line.contains("GET ") && line.contains("/containers/json: no answer, 2");
    let (asked, told) = (
        proxy.requests().iter().filter(|line| line.contains("/containers/json HTTP")).count(),
        stderr.lines().filter(silent).count(),
    );
    assert!(told == asked && told > 0, "{told} of {asked}: {stderr}");
}
