//! GPUs where there are none, on a real engine: what is refused, what `auto` comes to, and what the engine says by
//! itself. With a GPU the refusals would be false: those tests say so and end.

use super::case::{BUSYBOX, Case};
use super::proxy::{Fault, Proxy, Rule, rule};
use std::io;
use std::net::{Shutdown, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;

/// Whether this machine has a GPU of NVIDIA's.
#[expect(clippy::print_stderr, reason = "what is not run says so")]
pub(super) fn has_gpu() -> bool {
    let has =
        ["/proc/driver/nvidia", "/dev/nvidiactl", "/dev/dxg"].iter().any(|path| Path::new(path).exists());
    if has {
        eprintln!("not run: this machine has a GPU");
    }
    has
}

/// What the engine says of its runtimes and of CDI, as a note has it.
fn engine_words(case: &Case) -> String {
    let info: serde_json::Value =
        serde_json::from_str(&case.docker(&["info", "--format", "{{json .}}"])).unwrap();
    let mut runtimes: Vec<&str> = info["Runtimes"].as_object().unwrap().keys().map(String::as_str).collect();
    runtimes.sort_unstable();
    let folders: Vec<&str> =
        info["CDISpecDirs"].as_array().into_iter().flatten().filter_map(|folder| folder.as_str()).collect();
    let cdi =
        if folders.is_empty() { "no CDI".to_owned() } else { format!("CDI from {}", folders.join(", ")) };
    format!("runtimes {}; {cdi}", runtimes.join(", "))
}

/// Whether the engine takes CDI devices.
pub(super) fn takes_cdi(case: &Case) -> bool {
    !engine_words(case).ends_with("no CDI")
}

/// The notes of a machine without anything for GPUs.
fn notes(case: &Case) -> String {
    format!(
        "  note: device: none of NVIDIA's on the PCI bus\n  \
         note: driver: none: no /proc/driver/nvidia/version, no /dev/nvidiactl\n  \
         note: toolkit: none of nvidia-container-runtime-hook, nvidia-container-runtime, nvidia-container-cli, nvidia-ctk\n  \
         note: engine: {}\n",
        engine_words(case)
    )
}

/// User-ask 28: refused before anything is made, with what there is and what is not.
#[test]
fn gpus_that_are_not_there_are_refused() {
    if has_gpu() {
        return;
    }
    let case = Case::new();
    for (said, shown) in [("all", "all"), ("1", "count=1"), ("0,1", "\"device=0,1\"")] {
        let done = case.launch(&["--rm", "--shm-size", "1g", "--gpus", said], &["true"]).run();
        done.expect(
            125,
            "",
            &format!(
                "error[gpu-device-missing]: this machine has no NVIDIA device\n  \
                 asked: `--gpus {shown}` on the command line\n{}  \
                 help: see what there is: grep -l 0x10de /sys/bus/pci/devices/*/vendor\n  help: or go without: --gpus none\n",
                notes(&case)
            ),
        );
        assert!(case.containers().is_empty());
    }
}

/// User-ask 29: the launch goes on without, and says so once.
#[test]
fn auto_goes_without_and_says_so() {
    if has_gpu() {
        return;
    }
    let case = Case::new();
    let done = case.launch(&["--rm=false", "--gpus", "auto"], &["true"]).run();
    done.expect(0, "", "note[gpus-chosen]: --gpus auto: none: this machine has no NVIDIA device\n");
    let made = case.inspect(&case.container());
    assert!(made["HostConfig"]["DeviceRequests"].is_null(), "{}", made["HostConfig"]["DeviceRequests"]);
    // A dry run that asks decides the same.
    let done = case.launch(&["--gpus", "auto", "--dry-run=engine"], &["true"]).run();
    let line = format!("docker run --label {} {BUSYBOX} true\n", case.label());
    done.expect(0, &line, "note[gpus-chosen]: --gpus auto: none: this machine has no NVIDIA device\n");
}

#[test]
fn none_is_silent_and_asks_nobody() {
    let case = Case::new();
    let proxy = Proxy::new(&case, Vec::new());
    let asked = |options: &[&str]| {
        let before = proxy.requests().len();
        case.launch(&[&["--rm", "--host", &proxy.address], options].concat(), &["true"])
            .run()
            .expect(0, "", "");
        proxy.requests()[before..].iter().filter(|line| line.contains("/info ")).count()
    };
    assert_eq!((asked(&["--gpus", "none"]), asked(&[]), asked(&["--runtime", ""])), (0, 0, 0));
    // A launch that names a runtime pays with one question.
    assert_eq!(asked(&["--runtime", "runc"]), 1);
    case.leaves_nothing();
}

/// User-ask 31.
#[test]
fn a_runtime_that_the_engine_does_not_have_is_refused() {
    let case = Case::new();
    let done = case.launch(&["--runtime", "rnuc"], &["true"]).run();
    let info = engine_words(&case);
    let runtimes = info.trim_start_matches("runtimes ").split(';').next().unwrap();
    done.expect(
        125,
        "",
        &format!(
            "error[runtime-missing]: the engine has no runtime rnuc\n  \
             asked: `--runtime rnuc` on the command line\n  \
             note: it has {runtimes}\n  help: did you mean runc?\n"
        ),
    );
    if !has_gpu() {
        let done = case.launch(&["--runtime", "nvidia"], &["true"]).run();
        done.expect(
            125,
            "",
            &format!(
                "error[gpu-runtime-missing]: the engine has no runtime nvidia\n  \
                 asked: `--runtime nvidia` on the command line\n{}  \
                 help: register it: nvidia-ctk runtime configure --runtime=docker && systemctl restart docker\n  \
                 help: or go by CDI: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml, then --gpus nvidia.com/gpu=all\n  \
                 help: or go without: leave --runtime nvidia out\n",
                notes(&case)
            ),
        );
    }
    assert!(case.containers().is_empty());
}

/// A device by a CDI name that nothing describes, as `--device` takes it, too.
#[test]
fn a_cdi_device_that_is_not_described_is_refused() {
    let case = Case::new();
    let done = case.launch(&["--rm", "--device", "vendor.com/nosuch=0"], &["true"]).run();
    let asked = "  asked: `--device vendor.com/nosuch=0` on the command line\n";
    if takes_cdi(&case) {
        let stderr = done.refused(125, "cdi-device-missing");
        let head = format!(
            "error[cdi-device-missing]: no CDI specification that the engine reads has the device vendor.com/nosuch=0\n{asked}"
        );
        assert!(stderr.starts_with(&head), "{stderr}");
    } else {
        let wanted = format!(
            "error[cdi-missing]: the engine takes no CDI devices, and vendor.com/nosuch=0 is one\n{asked}  \
             help: let it: \"features\": {{\"cdi\": true}} in the engine's daemon.json (from Docker 25 on), and restart it\n"
        );
        done.expect(125, "", &wanted);
    }
    assert!(case.containers().is_empty());
    // What nobody checks, the engine decides.
    let done =
        case.launch(&["--rm", "--preflight", "off", "--device", "vendor.com/nosuch=0"], &["true"]).run();
    assert_eq!(done.code, 125, "{}", done.stderr);
    case.leaves_nothing();
}

/// The engine behind a port, where its machine is not proven to be this one.
fn elsewhere(case: &Case, rules: Vec<Rule>) -> String {
    let proxy = Proxy::new(case, rules);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    let path = proxy.address.trim_start_matches("unix://").to_owned();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let engine = UnixStream::connect(&path).unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), engine.try_clone().unwrap());
            thread::spawn(move || {
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Write);
            });
            thread::spawn(move || {
                let (mut from, mut to) = (engine, client);
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
    });
    address
}

/// Design.md section 7: preflight advises, the engine's answer decides, and is put into the same words.
#[test]
fn what_the_engine_refuses_by_itself_has_the_same_codes() {
    if has_gpu() {
        return;
    }
    let case = Case::new();
    let engine = elsewhere(&case, Vec::new());
    let done = case.launch(&["--rm", "--host", &engine, "--gpus", "all"], &["true"]).run();
    done.expect(
        125,
        "",
        "warning[gpu-unknown]: whether the engine has GPUs cannot be told from here: it has no runtime nvidia\n  \
         asked: `--gpus all` on the command line\n\
         error[gpu-runtime-missing]: the engine cannot hand out GPUs\n  \
         asked: `--gpus all` on the command line\n  \
         note: the engine says: could not select device driver \"\" with capabilities: [[gpu]]\n  \
         help: register it: nvidia-ctk runtime configure --runtime=docker && systemctl restart docker\n  \
         help: or go by CDI: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml, then --gpus nvidia.com/gpu=all\n  \
         help: or go without: --gpus none\n",
    );
    case.leaves_nothing();
}

/// An engine whose runtimes changed between the question and the launch.
#[test]
fn a_runtime_that_is_gone_by_then_has_the_same_codes() {
    let case = Case::new();
    let info = r#"{"Runtimes":{"nvidia":{},"kata":{},"runc":{}},"DefaultRuntime":"runc"}"#;
    let engine = elsewhere(&case, vec![rule("GET", "/info", Fault::Answer(200, info))]);
    for (name, code) in [("nvidia", "gpu-runtime-missing"), ("kata", "runtime-missing")] {
        let done = case.launch(&["--rm", "--host", &engine, "--runtime", name], &["true"]).run();
        let stderr = done.refused(125, code);
        let head = format!(
            "error[{code}]: the engine has no runtime {name}\n  asked: `--runtime {name}` on the command line\n  note: the engine says: "
        );
        assert!(stderr.starts_with(&head), "{stderr}");
        case.leaves_nothing();
    }
}
