//! `--gpus` and `--runtime` against machines that stand in for real ones (`tests/gpu`) and engines of every kind
//! (N25, user-asks 28, 29 and 31); and a whole run against an engine of which only its words are known.

use crate::common::{Test, expected};
use dynrun::cli::LogLevel;
use dynrun::config::secret_names;
use dynrun::engine::EngineInfo;
use dynrun::finding::{FileKind, Findings, Origin, Place, SourceFile, refuses};
use dynrun::host::{Host, Root};
use dynrun::options::Setting;
use dynrun::preflight::gpu::{Devices, Machine, World, judge};
use dynrun::spec::GpuOptions;
use dynrun::ui::Ui;
use dynrun::values::{Gpus, Text, Value};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gpu").join(name);
    assert!(folder.join("README.md").is_file(), "{name} does not say what it is modelled on");
    folder
}

fn fixtures() -> Vec<String> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gpu")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

pub(crate) fn machine(name: &str, engine: &EngineInfo) -> Machine {
    Machine::read(&Root::at(fixture(name)), "/usr/sbin:/usr/bin:relative", &engine.cdi_folders)
}

/// What an engine says of itself, by the word for it that the tests use.
pub(crate) fn engine(kind: &str) -> EngineInfo {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let plain = EngineInfo {
        runtimes: words(&["io.containerd.runc.v2", "runc"]),
        default_runtime: "runc".to_owned(),
        ..EngineInfo::default()
    };
    let cdi_folders = words(&["/etc/cdi", "/var/run/cdi"]);
    match kind {
        "plain" => plain,
        "nvidia" => EngineInfo { runtimes: words(&["io.containerd.runc.v2", "nvidia", "runc"]), ..plain },
        "cdi" => EngineInfo { cdi_folders, ..plain },
        "told" => EngineInfo {
            cdi_folders,
            cdi_devices: words(&["nvidia.com/gpu=0", "nvidia.com/gpu=all"]),
            ..plain
        },
        _ => panic!("no engine {kind}"),
    }
}

pub(crate) fn flag<T>(name: &str, value: T) -> Setting<T> {
    Setting { value, origin: Origin::Flag(name.to_owned()) }
}

/// A value as a service's own habit.
fn habit<T>(value: T) -> Setting<T> {
    let text = "runtime = \"nvidia\"\n".to_owned();
    let name = "profiles/inference.toml".to_owned();
    let file = SourceFile { kind: FileKind::BuiltIn, path: name.clone().into(), name, text };
    Setting { value, origin: Origin::File(Place { file: Arc::new(file), span: 0..1 }) }
}

/// What is asked for: `auto`, `all --runtime=nvidia`, `all habit=nvidia`, `--runtime=kata`.
fn asked(words: &str) -> GpuOptions {
    let mut options = GpuOptions::default();
    for word in words.split(' ') {
        if let Some(name) = word.strip_prefix("--runtime=") {
            options.runtime = Some(flag("--runtime", Text(name.to_owned())));
        } else if let Some(name) = word.strip_prefix("habit=") {
            options.runtime = Some(habit(Text(name.to_owned())));
        } else {
            options.gpus = Some(flag("--gpus", Gpus::parse(word).unwrap()));
        }
    }
    options
}

pub(crate) fn printed(findings: &Findings) -> String {
    let ui = Ui::new(&Host::default(), LogLevel::Info, secret_names());
    findings.iter().map(|finding| ui.text(finding)).collect()
}

/// The options that go on to the engine.
fn decided(options: &GpuOptions) -> String {
    let gpus = options.gpus.as_ref().map(|gpus| format!("--gpus {}", gpus.value.word()));
    let runtime = options.runtime.as_ref().map(|runtime| format!("--runtime {}", runtime.value.0));
    let words: Vec<String> = gpus.into_iter().chain(runtime).collect();
    if words.is_empty() { "(nothing)".to_owned() } else { words.join(" ") }
}

/// A machine, an engine, what is asked for: what is said, and what goes on.
fn case(place: &str, kind: &str, words: &str) -> String {
    let engine = engine(kind);
    let machine = (place != "elsewhere").then(|| machine(place, &engine));
    let (options, findings) = judge(&asked(words), &World { machine, engine });
    let end = if refuses(&findings) { "refused".to_owned() } else { decided(&options) };
    format!("# {place}, engine {kind}: {words}\n{}=> {end}\n\n", printed(&findings))
}

#[track_caller]
fn cases(file: &str, cases: &[(&str, &str, &str)]) {
    let mut text = String::new();
    for (place, kind, words) in cases {
        let _ = write!(text, "{}", case(place, kind, words));
    }
    expected(file, &text);
}

/// User-ask 29: what there is, is taken, and what was taken is said.
#[test]
fn auto_takes_what_there_is() {
    let mut table: Vec<(String, &str)> = Vec::new();
    for name in fixtures() {
        table.extend(["plain", "nvidia", "cdi"].map(|kind| (name.clone(), kind)));
    }
    let mut rows: Vec<(&str, &str, &str)> =
        table.iter().map(|(name, kind)| (name.as_str(), *kind, "auto habit=nvidia")).collect();
    rows.extend([
        ("cdi", "told", "auto"),
        ("elsewhere", "plain", "auto habit=nvidia"),
        ("elsewhere", "nvidia", "auto habit=nvidia"),
        ("elsewhere", "told", "auto habit=nvidia"),
        ("h200", "nvidia", "auto"),
        ("no-device", "plain", "auto --runtime=nvidia"),
        ("no-device", "nvidia", "auto --runtime=nvidia"),
        ("no-device", "plain", "auto --runtime=runc"),
    ]);
    cases("gpus-auto.txt", &rows);
}

/// User-ask 28: the first thing that is missing is the cause, with its command.
#[test]
fn all_where_there_is_none_names_the_first_that_is_missing() {
    cases(
        "gpus-refused.txt",
        &[
            ("no-device", "plain", "all"),
            ("no-device", "nvidia", "all"),
            ("no-device", "plain", "2"),
            ("no-device", "plain", "0,1"),
            ("no-device", "plain", "all --runtime=nvidia"),
            ("no-device", "plain", "all habit=nvidia"),
            ("wsl-other", "nvidia", "all"),
            ("no-driver", "nvidia", "all"),
            ("no-toolkit", "plain", "all"),
            ("base-toolkit", "plain", "all"),
            ("base-toolkit", "cdi", "all"),
            ("base-toolkit", "cdi", "nvidia.com/gpu=0"),
            ("no-toolkit", "cdi", "nvidia.com/gpu=0"),
            ("h200", "nvidia", "nvidia.com/gpu=0"),
            ("no-device", "cdi", "nvidia.com/gpu=0"),
            ("no-device", "plain", "vendor.com/device=0"),
            ("elsewhere", "plain", "nvidia.com/gpu=all"),
        ],
    );
}

/// What can be had, or cannot be told, is not refused: the engine's answer decides.
#[test]
fn what_can_be_had_goes_on() {
    cases(
        "gpus-had.txt",
        &[
            ("h200", "nvidia", "all"),
            ("h200", "plain", "all"),
            ("h200", "plain", "all habit=nvidia"),
            ("h200", "nvidia", "all habit=nvidia"),
            ("h200", "plain", "driver=nvidia,count=1"),
            ("base-toolkit", "nvidia", "device=GPU-1a2b"),
            ("cdi", "cdi", "all"),
            ("cdi", "cdi", "nvidia.com/gpu=0"),
            ("hidden-bus", "plain", "all"),
            ("wsl", "plain", "all"),
            ("tegra", "nvidia", "all --runtime=nvidia"),
            ("amd", "plain", "all"),
            ("no-device", "plain", "driver=other,count=1"),
            ("no-device", "plain", "capabilities=amd"),
            ("no-device", "cdi", "vendor.com/device=0"),
            ("elsewhere", "nvidia", "all"),
            ("elsewhere", "plain", "all"),
            ("elsewhere", "cdi", "nvidia.com/gpu=0"),
            ("elsewhere", "told", "nvidia.com/gpu=0"),
        ],
    );
}

/// User-ask 31: a runtime that the engine does not have is named before anything is made.
#[test]
fn a_runtime_has_to_be_registered() {
    cases(
        "gpus-runtimes.txt",
        &[
            ("no-device", "plain", "--runtime=runc"),
            ("no-device", "plain", "--runtime=rnuc"),
            ("no-device", "plain", "--runtime=kata"),
            ("no-device", "plain", "--runtime=io.containerd.kata.v2"),
            ("no-device", "plain", "--runtime=nvidia"),
            ("h200", "plain", "--runtime=nvidia"),
            ("h200", "nvidia", "--runtime=nvidia"),
            ("elsewhere", "plain", "--runtime=nvidia"),
            ("no-device", "plain", "habit=nvidia"),
            ("no-device", "nvidia", "habit=nvidia"),
            ("no-device", "plain", "all --runtime=kata"),
        ],
    );
}

/// Every folder that stands in for a machine is read as its README says.
#[test]
fn the_machines_are_read() {
    let plain = engine("plain");
    let seen = fixtures().into_iter().map(|name| {
        let machine = machine(&name, &plain);
        let driver = machine.driver.as_ref().map(|driver| driver.version.clone().unwrap_or("?".to_owned()));
        (name, machine.gpus(), driver, machine.programs.len(), machine.gpu_specifications().len())
    });
    let seen: Vec<String> = seen
        .map(|(name, gpus, driver, programs, cdi)| {
            format!(
                "{name}: {gpus} GPUs, driver {}, {programs} programs, {cdi} CDI",
                driver.unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            "amd: 0 GPUs, driver , 0 programs, 0 CDI",
            "base-toolkit: 1 GPUs, driver 550.54.15, 2 programs, 0 CDI",
            "cdi: 1 GPUs, driver 550.54.15, 2 programs, 1 CDI",
            "cdi-odd: 1 GPUs, driver 550.54.15, 2 programs, 1 CDI",
            "driver-hung: 1 GPUs, driver 550.54.14, 4 programs, 0 CDI",
            "driver-replaced: 1 GPUs, driver 550.54.14, 4 programs, 0 CDI",
            "driver-unwell: 1 GPUs, driver 550.54.14, 4 programs, 0 CDI",
            "gb10: 1 GPUs, driver 580.95.05, 4 programs, 0 CDI",
            "h200: 1 GPUs, driver 580.159.04, 4 programs, 0 CDI",
            "held: 2 GPUs, driver 580.159.04, 4 programs, 0 CDI",
            "held-by-many: 2 GPUs, driver 580.159.04, 4 programs, 0 CDI",
            "hgx-8: 8 GPUs, driver 550.54.15, 4 programs, 0 CDI",
            "hidden-bus: 1 GPUs, driver ?, 4 programs, 0 CDI",
            "hidden-holders: 8 GPUs, driver 580.105.08, 4 programs, 0 CDI",
            "mig: 2 GPUs, driver 550.54.15, 4 programs, 0 CDI",
            "mig-empty: 1 GPUs, driver 550.54.15, 4 programs, 0 CDI",
            "no-device: 0 GPUs, driver , 0 programs, 0 CDI",
            "no-driver: 2 GPUs, driver , 4 programs, 0 CDI",
            "no-toolkit: 1 GPUs, driver 535.183.01, 0 programs, 0 CDI",
            "old-driver: 1 GPUs, driver 525.147.05, 4 programs, 0 CDI",
            "other-pids: 1 GPUs, driver 580.105.08, 4 programs, 0 CDI",
            "passed-on: 1 GPUs, driver 550.54.15, 4 programs, 0 CDI",
            "tegra: 1 GPUs, driver ?, 4 programs, 0 CDI",
            "wsl: 1 GPUs, driver ?, 4 programs, 0 CDI",
            "wsl-other: 0 GPUs, driver , 0 programs, 0 CDI",
        ]
    );
}

/// Programs are found on the caller's `PATH`, and only in folders that it names from the root.
#[test]
fn programs_are_looked_for_on_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::at(folder.path());
    let opt = folder.path().join("opt/nvidia/bin");
    std::fs::create_dir_all(&opt).unwrap();
    std::fs::write(opt.join("nvidia-ctk"), "").unwrap();
    assert_eq!(Machine::read(&root, "/bin:/opt/nvidia/bin", &[]).programs, ["nvidia-ctk"]);
    assert_eq!(Machine::read(&root, "opt/nvidia/bin:", &[]).programs, [""; 0]);
    assert_eq!(Machine::read(&root, "", &[]).devices, Devices::None { has_bus: false });
}

/// An engine behind a port that knows nothing but its version and what it has. Whether it is this machine's cannot
/// be told.
struct Words {
    address: String,
}

impl Words {
    fn new(info: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).unwrap_or_default() == 1 {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let (status, body) = match head.split(' ').nth(1).unwrap_or_default() {
                    "/_ping" => (200, ""),
                    "/v1.45/info" => (200, info),
                    _ => (501, r#"{"message":"this was not to be asked"}"#),
                };
                let length = body.len();
                let _ = write!(
                    client,
                    "HTTP/1.1 {status} X\r\nApi-Version: 1.45\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
            }
        });
        Self { address }
    }

    fn test(&self, options: &[&str]) -> Test {
        let base =
            ["run", "--host", &self.address, "--profile", "bare", "--image", "app:1", "--dry-run=engine"];
        Test::new().args(base).args(options)
    }
}

const PLAIN: &str = r#"{"Runtimes":{"runc":{"path":"runc"},"io.containerd.runc.v2":{"path":"runc"}},"DefaultRuntime":"runc","CDISpecDirs":["/etc/cdi"]}"#;
const NVIDIA: &str = r#"{"Runtimes":{"nvidia":{"path":"nvidia-container-runtime"},"runc":{"path":"runc"}},"DefaultRuntime":"runc"}"#;

/// Design.md section 6: what is not proven to be this machine is "cannot be told from here".
#[test]
fn an_engine_elsewhere_is_judged_by_its_own_words() {
    let engine = Words::new(NVIDIA);
    engine
        .test(&["--gpus", "auto"])
        .stdout("docker run --gpus all app:1\n")
        .stderr("note[gpus-chosen]: --gpus auto: all of the engine's machine (runtime nvidia); how many they are cannot be told from here\n")
        .run();
    engine
        .test(&["--gpus", "all", "--runtime", "nvidia"])
        .stdout("docker run --gpus all --runtime nvidia app:1\n")
        .run();
    let engine = Words::new(PLAIN);
    engine
        .test(&["--gpus", "auto"])
        .stdout("docker run app:1\n")
        .stderr("note[gpus-chosen]: --gpus auto: none: the engine has no runtime nvidia, and what its machine has cannot be told from here\n")
        .run();
    engine
        .test(&["--gpus", "all"])
        .stdout("docker run --gpus all app:1\n")
        .stderr(
            "
            warning[gpu-unknown]: whether the engine has GPUs cannot be told from here: it has no runtime nvidia
              asked: `--gpus all` on the command line
            ",
        )
        .run();
    engine
        .test(&["--runtime", "nvidia"])
        .stderr(
            "
            error[gpu-runtime-missing]: the engine has no runtime nvidia
              asked: `--runtime nvidia` on the command line
              note: device, driver and toolkit: cannot be told from here
              note: engine: runtimes io.containerd.runc.v2, runc; CDI from /etc/cdi
              help: register it: nvidia-ctk runtime configure --runtime=docker && systemctl restart docker
              help: or go by CDI: nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml, then --gpus nvidia.com/gpu=all
              help: or go without: leave --runtime nvidia out
            ",
        )
        .status(125)
        .run();
}

/// An engine that does not tell: `auto` goes without, and nothing else is refused for it.
#[test]
fn an_engine_that_does_not_tell_refuses_nothing() {
    let engine = Words::new("[]");
    let output = engine.test(&["--gpus", "auto"]).stdout("docker run app:1\n").any_stderr().run();
    let head = "warning[gpus-chosen]: --gpus auto: none: the engine does not tell what it has: ";
    assert!(output.stderr.starts_with(head), "{}", output.stderr);
    engine.test(&["--gpus", "all"]).stdout("docker run --gpus all app:1\n").run();
}

/// A dry run that asks nobody assumes what the launch wants, as it does of the image.
#[test]
fn an_offline_dry_run_assumes_gpus() {
    let test = |options: &[&str]| {
        let base = ["run", "--profile", "bare", "--image", "app:1", "--dry-run"];
        Test::new().args(base).args(options)
    };
    test(&["--gpus", "auto"])
        .stdout("docker run --gpus all app:1\n")
        .stderr(
            "
            assumed: the engine has the image app:1
            assumed: the engine has GPUs: --gpus auto takes them all (--dry-run=engine asks it)
            ",
        )
        .run();
    test(&["--gpus", "none"])
        .stdout("docker run app:1\n")
        .stderr("assumed: the engine has the image app:1\n")
        .run();
}

/// N25: `none` takes a runtime with it that a service's habit named, and leaves one that somebody said.
#[test]
fn none_leaves_what_was_said() {
    let test = Test::new()
        .file("c.toml", "[service.app]\nimage = \"app:1\"\nruntime = \"nvidia\"\ngpus = \"all\"\n");
    test.args(["run", "app", "--profile", "bare", "--config", "c.toml", "--dry-run", "--gpus", "none"])
        .stdout("docker run --runtime nvidia app:1\n")
        .stderr("assumed: the engine has the image app:1\n")
        .run();
}
