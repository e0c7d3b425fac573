//! `--profile ci`: bounded, unnamed by anybody else, and gone on every way out. N20, N33, user-asks 39 and 40.

use super::case::{BUSYBOX, Call, Case, Done, wait_for};
use super::proxy::{Fault, Proxy, rule};
use nix::sys::signal::Signal;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::thread;
use std::time::{Duration, Instant};

/// Ignores what asks it to end.
const DEAF: &str = "trap '' INT TERM HUP QUIT USR1; echo up; while :; do sleep 0.1; done";
/// Prints without an end.
const FLOOD: &[&str] = &["sh", "-c", "trap '' INT TERM USR1; yes"];

/// A launch under `ci`, marked.
fn ci(case: &Case, options: &[&str], command: &[&str]) -> Call {
    let label = case.label();
    let base = ["run", "--profile", "ci", "--image", BUSYBOX, "--label", &label];
    case.dynrun(&[&base[..], options, &["--"], command].concat())
}

/// The finding for a limit that is over.
fn over(limit: &str, what: &str, twice: &str) -> String {
    format!(
        "error[time-limit]: the time limit of {limit} {what}\n  asked: `--time-limit {limit}` on the command line\n  help: give it more time: --time-limit {twice}, or all it takes: --time-limit 0\n"
    )
}

/// Everything that the engine holds.
fn held(case: &Case) -> BTreeSet<String> {
    let lists: [&[&str]; 3] = [
        &["ps", "--all", "--no-trunc", "--format", "container {{.ID}} {{.Names}}"],
        &["network", "ls", "--no-trunc", "--format", "network {{.ID}} {{.Name}}"],
        &["volume", "ls", "--format", "volume {{.Name}}"],
    ];
    lists.iter().flat_map(|list| case.docker(list).lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// busybox with a volume of its own, which every container of it gets anew, and a stop signal.
fn image_of_its_own(case: &Case) -> String {
    let (made, image) = (case.name("made"), format!("dynrun-test/{}:own", case.word));
    let label = case.label();
    case.docker(&[
        "create",
        "--name",
        &made,
        "--label",
        &label,
        "--stop-signal",
        "SIGUSR1",
        "-v",
        "/kept",
        BUSYBOX,
    ]);
    // An image has what the container was created with.
    case.docker(&["commit", &made, &image]);
    case.docker(&["rm", "--volumes", &made]);
    image
}

/// One way out of a launch under `ci`, and its exit code.
struct Way {
    name: &'static str,
    out: fn(&Case, &str) -> Done,
    code: i32,
}

const fn way(name: &'static str, code: i32, out: fn(&Case, &str) -> Done) -> Way {
    Way { name, out, code }
}

/// A launch of the image with a volume, and a network that has to be made.
fn of(case: &Case, image: &str, options: &[&str], command: &[&str]) -> Call {
    let network = case.name("net");
    let own = ["--image", image, "--network", &network, "--create-network", "-v", "/anonymous"];
    ci(case, &[&own[..], options].concat(), command)
}

/// A signal once the command runs.
fn signalled(call: Call, signals: &[Signal]) -> Done {
    let running = call.limit(40).start();
    running.says("up\n");
    for signal in signals {
        running.signal(*signal);
        thread::sleep(Duration::from_millis(100)); // signals of a kind merge while they wait
    }
    running.end()
}

/// A signal while a step of the launch does not end.
fn held_up(case: &Case, image: &str, (method, step): (&'static str, &'static str), signal: Signal) -> Done {
    let fault = if step == "/images/create" { Fault::Silent } else { Fault::Withheld };
    let proxy = Proxy::new(case, vec![rule(method, step, fault)]);
    let pull = if step == "/images/create" { "always" } else { "missing" };
    let call = of(case, image, &["--host", &proxy.address, "--pull", pull], &["sleep", "30"]);
    let running = call.limit(40).start();
    proxy.met(1);
    running.signal(signal);
    running.end()
}

const SLEEP: &[&str] = &["sh", "-c", "echo up; exec sleep 60"];
const PULL: (&str, &str) = ("POST", "/images/create");
const CREATE: (&str, &str) = ("POST", "/containers/create");
const START: (&str, &str) = ("POST", "/start");

const WAYS: &[Way] = &[
    way("its end", 0, |case, image| of(case, image, &[], &["true"]).run()),
    way("its own code", 3, |case, image| of(case, image, &[], &["sh", "-c", "exit 3"]).run()),
    way("a code of dynrun's", 125, |case, image| of(case, image, &[], &["sh", "-c", "exit 125"]).run()),
    way("no command", 127, |case, image| of(case, image, &[], &["nosuchcommand"]).run()),
    way("a folder", 126, |case, image| of(case, image, &[], &["/etc"]).run()),
    way("a refused create", 125, |case, image| of(case, image, &["--runtime", "nosuch"], &["true"]).run()),
    way("INT", 130, |case, image| signalled(of(case, image, &[], SLEEP), &[Signal::SIGINT])),
    way("TERM", 143, |case, image| signalled(of(case, image, &[], SLEEP), &[Signal::SIGTERM])),
    way("HUP", 129, |case, image| signalled(of(case, image, &[], SLEEP), &[Signal::SIGHUP])),
    way("QUIT", 131, |case, image| signalled(of(case, image, &[], SLEEP), &[Signal::SIGQUIT])),
    way("TERM to a deaf command", 137, |case, image| {
        signalled(of(case, image, &["--stop-timeout", "1"], &["sh", "-c", DEAF]), &[Signal::SIGTERM])
    }),
    way("INT during pull", 130, |case, image| held_up(case, image, PULL, Signal::SIGINT)),
    way("TERM during pull", 143, |case, image| held_up(case, image, PULL, Signal::SIGTERM)),
    way("HUP during create", 129, |case, image| held_up(case, image, CREATE, Signal::SIGHUP)),
    way("QUIT during create", 131, |case, image| held_up(case, image, CREATE, Signal::SIGQUIT)),
    way("INT during start", 130, |case, image| held_up(case, image, START, Signal::SIGINT)),
    way("TERM during start", 143, |case, image| held_up(case, image, START, Signal::SIGTERM)),
    way("the limit during pull", 124, |case, image| {
        let proxy = Proxy::new(case, vec![rule(PULL.0, PULL.1, Fault::Silent)]);
        of(case, image, &["--host", &proxy.address, "--pull", "always", "--time-limit", "1s"], &["true"])
            .run()
    }),
    way("the limit", 124, |case, image| of(case, image, &["--time-limit", "2s"], SLEEP).run()),
    way("the limit of a deaf command", 124, |case, image| {
        of(case, image, &["--time-limit", "2s", "--stop-timeout", "1"], &["sh", "-c", DEAF]).run()
    }),
    way("a flood, killed", 137, |case, image| {
        let sink = OpenOptions::new().write(true).open("/dev/null").expect("/dev/null");
        let running = of(case, image, &[], FLOOD).limit(40).start_into(sink);
        wait_for("a running flood", || {
            case.docker(&["ps", "-q", "--filter", &format!("label={}", case.label())])
                .lines()
                .next()
                .map(drop)
        });
        thread::sleep(Duration::from_millis(500));
        for _ in 0..3 {
            running.signal(Signal::SIGINT);
            thread::sleep(Duration::from_millis(100));
        }
        running.end()
    }),
    way("a full disk", 125, |case, image| {
        let full = OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        of(case, image, &["--stop-timeout", "1"], &["yes"]).limit(40).start_into(full).end()
    }),
    way("a pipe that is closed while nothing is printed", 141, |case, image| piped(case, image, "| sleep 2")),
    way("a closed pipe", 141, |case, image| piped(case, image, "| head -n 1 >&2")),
    way("closed streams", 4, |case, image| piped(case, image, "<&- >&- 2>&-; exit $?")),
    way("memory", 137, |case, image| {
        of(case, image, &["--memory", "32m"], &["dd", "if=/dev/zero", "of=/dev/null", "bs=256M"]).run()
    }),
];

/// A launch in a shell's line, whose own code is the launch's.
fn piped(case: &Case, image: &str, rest: &str) -> Done {
    let command = match rest {
        head if head.contains("head") => "yes",
        "| sleep 2" => "sleep 30",
        _ => "sh -c 'exit 4'",
    };
    let options = format!("--image {image} --network {0} --create-network -v /anonymous", case.name("net"));
    let launch = format!("$DYNRUN run --profile ci --label {} {options} -- {command}", case.label());
    let line = format!("{{ {launch}; echo $? >code; }} {rest}");
    let mut done = case.shell(&line).limit(40).run();
    let code = std::fs::read_to_string(case.folder().join("code")).expect("a code");
    done.code = code.trim().parse().expect("a number");
    done
}

/// Nothing else runs beside this test (.config/nextest.toml): what is new on the engine is this test's.
#[test]
fn every_way_out_leaves_the_engine_as_it_was() {
    let stage = Case::new();
    let image = image_of_its_own(&stage);
    let before = held(&stage);
    let queue = std::sync::Mutex::new(WAYS.iter());
    let wrong = std::sync::Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let Some(way) = queue.lock().expect("no panic").next() else { return };
                    let case = Case::new();
                    let done = (way.out)(&case, &image);
                    // A network that was made on the way out of a launch that ran stays, as asked for.
                    case.call("docker", &["network", "rm", &case.name("net")]).run();
                    if done.code != way.code {
                        let line =
                            format!("{}: {} in place of {}: {}", way.name, done.code, way.code, done.stderr);
                        wrong.lock().expect("no panic").push(line);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    let left: Vec<String> = held(&stage).difference(&before).cloned().collect();
    stage.call("docker", &["image", "rm", &image]).run();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(left, Vec::<String>::new(), "left behind");
}

/// Everything that was printed arrives, the finding says what happened, and the report carries it.
#[test]
fn a_time_limit_ends_the_container() {
    let case = Case::new();
    let line = "seq 1 20000; trap 'echo asked; exit 7' TERM; while :; do sleep 0.05; done";
    let options = ["--time-limit", "3s", "--report", "report.json"];
    let done = ci(&case, &options, &["sh", "-c", line]).run();
    let whole: String = (1..=20000).map(|number| format!("{number}\n")).collect();
    let what = "is over; the container was stopped, and its exit code is 7";
    done.expect(124, &format!("{whole}asked\n"), &over("3s", what, "6s"));
    let text = std::fs::read_to_string(case.folder().join("report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let told = ["phase", "error", "exit_code"].map(|key| report[key].clone());
    assert_eq!(told, [json!("ended"), json!("time-limit"), json!(7)]);
    case.leaves_nothing();
}

/// One that ends well within its grace was late all the same.
#[test]
fn a_container_that_ends_by_itself_after_its_time_is_late() {
    let case = Case::new();
    let line = "trap 'sleep 0.5; echo done; exit 0' TERM; echo up; while :; do sleep 0.05; done";
    let done = ci(&case, &["--time-limit", "2s"], &["sh", "-c", line]).run();
    let what = "is over; the container was stopped, and its exit code is 0";
    done.expect(124, "up\ndone\n", &over("2s", what, "4s"));
    case.leaves_nothing();
}

#[test]
fn a_command_that_ends_in_time_keeps_its_code() {
    let case = Case::new();
    ci(&case, &["--time-limit", "1m"], &["sh", "-c", "echo hi; exit 3"]).run().expect(3, "hi\n", "");
    ci(&case, &["--time-limit", "0"], &["sh", "-c", "sleep 1; exit 4"]).run().expect(4, "", "");
    case.leaves_nothing();
}

/// The ladder goes on while the grace runs.
#[test]
fn a_caller_can_end_the_grace_of_a_time_limit() {
    let case = Case::new();
    let options = ["--time-limit", "2s", "--stop-timeout", "300"];
    let running = ci(&case, &options, &["sh", "-c", DEAF]).limit(30).start();
    running.says("up\n");
    thread::sleep(Duration::from_secs(3));
    for _ in 0..3 {
        running.signal(Signal::SIGINT);
        thread::sleep(Duration::from_millis(100));
    }
    let what = "is over; the container was stopped, and its exit code is 137";
    running.end().expect(124, "up\n", &over("2s", what, "4s"));
    case.leaves_nothing();
}

/// M36: the container's own stop signal and grace, and those of its image.
#[test]
fn the_stop_signal_is_the_containers_own() {
    let case = Case::new();
    let line =
        "trap 'exit 21' USR1; trap 'exit 22' INT; trap 'exit 23' TERM; echo up; while :; do sleep 0.05; done";
    let image = image_of_its_own(&case);
    for (options, code) in [
        (&["--stop-signal", "INT"][..], 22),
        (&["--image", &image], 21),
        (&["--image", &image, "--stop-signal", "SIGTERM"], 23),
    ] {
        let done = ci(&case, &[&["--time-limit", "4s"], options].concat(), &["sh", "-c", line]).run();
        let what = format!("is over; the container was stopped, and its exit code is {code}");
        done.expect(124, "up\n", &over("4s", &what, "8s"));
    }
    case.docker(&["image", "rm", &image]);
    let began = Instant::now();
    let running = ci(&case, &["--stop-timeout", "2"], &["sh", "-c", DEAF]).limit(30).start();
    running.says("up\n");
    running.signal(Signal::SIGTERM);
    running.end().expect(137, "up\n", "");
    assert!(began.elapsed() < Duration::from_secs(9), "the grace was {:?}", began.elapsed());
    case.leaves_nothing();
}

/// Every step of the launch counts.
#[test]
fn a_time_limit_calls_a_launch_off() {
    let case = Case::new();
    for (method, step, fault) in [
        ("HEAD", "/_ping", Fault::Silent),
        ("POST", "/images/create", Fault::Silent),
        ("POST", "/containers/create", Fault::Withheld),
        ("POST", "/attach", Fault::Silent),
        ("POST", "/start", Fault::Withheld),
    ] {
        let pull = if step == "/images/create" { "always" } else { "missing" };
        let proxy = Proxy::new(&case, vec![rule(method, step, fault)]);
        let options =
            ["--host", &proxy.address, "--pull", pull, "--time-limit", "1s", "--report", "report.json"];
        let done = ci(&case, &options, &["sleep", "60"]).limit(20).run();
        assert_eq!((done.code, done.text().as_str()), (124, ""), "{step}: {}", done.stderr);
        let finding = over("1s", "was over before the command ran", "2s");
        let finding = finding.replace("  help:", "  note: nothing was left behind\n  help:");
        assert!(done.stderr.ends_with(&finding), "{step}: {}", done.stderr);
        let report = std::fs::read_to_string(case.folder().join("report.json")).expect("a report");
        assert!(report.contains("\"error\": \"time-limit\""), "{step}: {report}");
        case.leaves_nothing();
    }
}

/// An engine that passes no signal on and tells of no end does not hold a limited launch for ever.
#[test]
fn a_time_limit_holds_where_the_engine_does_not() {
    let case = Case::new();
    let proxy = Proxy::new(&case, vec![rule("POST", "/kill", Fault::Silent)]);
    let options = ["--host", &proxy.address, "--time-limit", "1s", "--stop-timeout", "1"];
    let done = ci(&case, &options, &["sleep", "600"]).limit(50).run();
    let said = done.refused(125, "engine-lost");
    assert_eq!(case.left(), Vec::<String>::new(), "{said}");
}

/// N20: thirty launches at once, thirty names that say what they are; the caller's own is the caller's.
#[test]
fn names_are_unique_and_say_what_they_are() {
    let case = Case::new();
    let mut running: Vec<_> = (0..30).map(|_| ci(&case, &["-i"], &["cat"]).start()).collect();
    let filter = format!("label={}", case.label());
    let names = wait_for("thirty containers", || {
        let names = case.docker(&["ps", "--filter", &filter, "--format", "{{.Names}}"]);
        let names: BTreeSet<String> = names.lines().map(str::to_owned).collect();
        (names.len() == 30).then_some(names)
    });
    for name in names {
        let word = name.strip_prefix("dynrun-ci-busybox-").unwrap_or_else(|| panic!("{name}"));
        assert!(word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    }
    running.iter_mut().for_each(|running| drop(running.child.stdin.take()));
    running.into_iter().for_each(|running| running.end().expect(0, "", ""));
    case.leaves_nothing();
    let name = case.name("own");
    let running = ci(&case, &["-i", "--name", &name], &["cat"]).start();
    assert_eq!(case.inspect(&case.container())["Name"], format!("/{name}"));
    drop(running);
}

/// In the foreground the caller has the output; in the background the log is all that there is.
#[test]
fn a_background_launch_keeps_its_log() {
    let case = Case::new();
    let done = ci(&case, &["-d", "--rm=false"], &["echo", "kept"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let id = done.text().trim_end().to_owned();
    case.docker(&["wait", &id]);
    assert_eq!(case.docker(&["logs", &id]), "kept");
    let bounds = case.inspect(&id);
    assert_eq!(bounds["HostConfig"]["PidsLimit"], 4096);
    assert_eq!(bounds["HostConfig"]["Memory"], 8_u64 << 30);
}

/// The launch's output arrives whole and in order, whatever becomes of the log.
#[track_caller]
fn comes_whole(lines: usize, drivers: &[&str]) {
    let case = Case::new();
    let text: String = (1..=lines)
        .map(|number| format!("{number} of a hundred letters or so, as programs print them\n"))
        .collect();
    let wanted = Sha256::digest(&text);
    let file = case.file("text", &text);
    let mount = format!("{}:/text:ro", file.display());
    for driver in drivers {
        let mut options = vec!["-v", &mount];
        if !driver.is_empty() {
            options.extend(["--log-driver", driver]);
        }
        let done = ci(&case, &options, &["cat", "/text"]).limit(120).run();
        assert_eq!((done.code, done.stderr.as_str(), done.stdout.len()), (0, "", text.len()), "{driver}");
        assert_eq!(Sha256::digest(&done.stdout), wanted, "{driver}");
    }
    case.leaves_nothing();
}

#[test]
fn output_comes_whole() {
    comes_whole(200_000, &[""]);
}

/// 128 MiB with each driver.
#[test]
#[ignore = "long"]
fn much_output_comes_whole_with_each_driver() {
    comes_whole(2_100_000, &["", "none", "local", "json-file"]);
}
