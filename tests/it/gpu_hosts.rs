//! A look at the GPUs of machines that stand in for real ones (`tests/gpu`), each with a `nvidia-smi` of its own: what is
//! said of names that nobody has, of parts, of an image's requirements, and of memory that somebody holds (N25, B19, B20,
//! user-asks 28 and 32 to 35).

use crate::common::expected;
use crate::gpus::{engine, fixture, flag, machine, printed};
use dynrun::engine::{EngineInfo, RunningContainer};
use dynrun::finding::refuses;
use dynrun::host::{Host, Root};
use dynrun::preflight::gpu::{Place, Request, Silence, View, World, examine, look, survey_of};
use dynrun::spec::{DriverCuda, Lack};
use dynrun::values::{Gpus, Value as _};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// What NVIDIA's images of CUDA 12.4 require, cut down to three brands.
const CUDA_12_4: &str = "cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=tesla,driver>=535,driver<536 brand=geforce,driver>=535,driver<536";

/// How long a `nvidia-smi` may take here: one that does not end is waited for as long as that.
const WITHIN: Duration = Duration::from_secs(2);

/// A machine, its engine, what is asked for, and what else there is about it.
struct Case<'a> {
    place: &'a str,
    kind: &'a str,
    gpus: &'a str,
    env: &'a [(&'a str, &'a str)],
    is_detached: bool,
}

/// A plain question.
fn ask<'a>(place: &'a str, kind: &'a str, gpus: &'a str) -> Case<'a> {
    Case { place, kind, gpus, env: &[], is_detached: false }
}

fn host(place: &str) -> Host {
    let env = [("PATH".into(), "/usr/sbin:/usr/bin".into())].into();
    Host { root: Root::at(fixture(place)), env, ..Host::default() }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn seen(host: &Host, place: &str, engine: &EngineInfo, within: Duration) -> View {
    wait(look(host, &machine(place, engine), within))
}

/// The container that the engine has.
fn containers() -> Vec<RunningContainer> {
    vec![RunningContainer {
        id: "a1".repeat(32),
        name: "inference-7f3a".to_owned(),
        service: Some("inference".to_owned()),
        profile: None,
        machine: None,
        image: "dynamo:latest-vllm".to_owned(),
        created: 0,
        published: Vec::new(),
        networks: Vec::new(),
    }]
}

fn answer(case: &Case<'_>) -> String {
    let Case { place, kind, gpus, env, is_detached } = case;
    let info = EngineInfo { cgroup_driver: "systemd".to_owned(), ..engine(kind) };
    let host = host(place);
    let view = seen(&host, place, &info, WITHIN);
    let said = flag("--gpus", Gpus::parse(gpus).unwrap());
    let env: BTreeMap<String, String> =
        env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let decided = if said.value == Gpus::Auto { Gpus::All } else { said.value.clone() };
    let request = Request {
        said: &said,
        decided: &decided,
        image: "vllm/vllm-openai:v0.9.0",
        env: Some(&env),
        is_detached: *is_detached,
    };
    let world = World { machine: Some(machine(place, &info)), engine: info };
    let findings = examine(&request, &world, &view, &host.root, &containers());
    let end = if refuses(&findings) { "refused" } else { "goes on" };
    format!("# {place}, engine {kind}: {gpus}\n{}=> {end}\n\n", printed(&findings))
}

#[track_caller]
fn answers(file: &str, cases: &[Case<'_>]) {
    let mut text = String::new();
    for case in cases {
        let _ = write!(text, "{}", answer(case));
    }
    expected(file, &text);
}

/// A GPU that nobody has is named before anything is made, with those that there are.
#[test]
fn names_are_held_against_the_machine() {
    answers(
        "gpu-hosts-names.txt",
        &[
            ask("hgx-8", "nvidia", "all"),
            ask("hgx-8", "nvidia", "0,7"),
            ask("hgx-8", "nvidia", "device=8"),
            ask("hgx-8", "nvidia", "7,8,9"),
            ask("hgx-8", "nvidia", "8"),
            ask("hgx-8", "nvidia", "99"),
            ask("hgx-8", "nvidia", "device=GPU-9a1c54e3"),
            ask("hgx-8", "nvidia", "device=gpu-9A1C54E3-1d2f-4c3b-8e7d-0f1a2b3c4d5e"),
            ask("held", "nvidia", "device=GPU-00000000-1d2f-4c3b-8e7d-0f1a2b3c4d5e"),
            ask("held", "nvidia", "device=GPU-0b8d5a44"),
            ask("held", "nvidia", "driver=nvidia,count=3"),
            ask("passed-on", "nvidia", "device=1"),
            ask("driver-hung", "nvidia", "device=1"),
        ],
    );
}

/// Parts of GPUs: those that there are, and a whole that is handed out in parts.
#[test]
fn parts_are_held_against_the_machine() {
    answers(
        "gpu-hosts-mig.txt",
        &[
            ask("mig", "nvidia", "0:0"),
            ask("mig", "nvidia", "device=MIG-e07a497d-1bb6-5a42-b670-1c33bf55ab6e"),
            ask("mig", "nvidia", "all"),
            ask("mig", "nvidia", "device=1"),
            ask("mig", "nvidia", "0:2"),
            ask("mig", "nvidia", "device=MIG-00000000-1bb6-5a42-b670-1c33bf55ab6e"),
            ask("mig", "nvidia", "device=MIG-GPU-fcf41002-68b6-5900-d7d1-74026173bb44/1/0"),
            ask("mig", "nvidia", "device=0"),
            ask("mig", "nvidia", "2"),
            ask("mig-empty", "nvidia", "device=0"),
            ask("mig-empty", "nvidia", "0:0"),
            ask("held", "nvidia", "0:0"),
        ],
    );
}

/// CDI names are held against the specifications, where all of them are understood.
#[test]
fn cdi_names_are_held_against_the_specifications() {
    answers(
        "gpu-hosts-cdi.txt",
        &[
            ask("cdi", "cdi", "nvidia.com/gpu=0"),
            ask("cdi", "cdi", "nvidia.com/gpu=1"),
            ask("cdi", "cdi", "nvidia.com/gpu=GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f"),
            ask("cdi", "cdi", "nvidia.com/gpu=al"),
            ask("cdi-odd", "cdi", "nvidia.com/gpu=1"),
            ask("cdi", "told", "nvidia.com/gpu=1"),
        ],
    );
}

/// User-asks 34 and 35, B19, B20: who holds memory is named, with pid and container, and the line that ends it.
#[test]
fn holders_of_memory_are_named() {
    answers(
        "gpu-hosts-memory.txt",
        &[
            ask("held", "nvidia", "all"),
            ask("held", "nvidia", "device=0"),
            ask("held", "nvidia", "device=1"),
            ask("held-by-many", "nvidia", "all"),
            ask("held-by-many", "nvidia", "device=1"),
            ask("hidden-holders", "nvidia", "2"),
            ask("hidden-holders", "nvidia", "4,5"),
            ask("other-pids", "nvidia", "all"),
            ask("gb10", "nvidia", "all"),
            ask("wsl", "nvidia", "auto"),
        ],
    );
}

/// A `nvidia-smi` that is not there, fails or hangs is told, and one whose driver was replaced refuses.
#[test]
fn a_silent_nvidia_smi_is_told() {
    answers(
        "gpu-hosts-silent.txt",
        &[
            ask("h200", "nvidia", "all"),
            ask("driver-unwell", "nvidia", "all"),
            ask("driver-hung", "nvidia", "all"),
            ask("driver-replaced", "nvidia", "all"),
            ask("driver-replaced", "nvidia", "auto"),
            ask("tegra", "nvidia", "all"),
            ask("hidden-bus", "nvidia", "device=3"),
        ],
    );
}

/// User-ask 32: what the image requires is held against the driver before a container is made.
#[test]
fn an_image_for_a_newer_driver_is_refused() {
    let case = |place, env| Case { env, ..ask(place, "nvidia", "all") };
    answers(
        "gpu-hosts-cuda.txt",
        &[
            case("old-driver", &[("NVIDIA_REQUIRE_CUDA", CUDA_12_4)]),
            case("old-driver", &[("NVIDIA_REQUIRE_CUDA", CUDA_12_4), ("NVIDIA_DISABLE_REQUIRE", "1")]),
            case("old-driver", &[("NVIDIA_REQUIRE_CUDA", "cuda>=99.0")]),
            case("old-driver", &[("NVIDIA_REQUIRE_ARCH", "arch>=8.0")]),
            case("old-driver", &[("CUDA_VERSION", "12.1.1")]),
            case("old-driver", &[("CUDA_VERSION", "12.0.1")]),
            case("gb10", &[("NVIDIA_REQUIRE_CUDA", CUDA_12_4)]),
            case("wsl", &[("NVIDIA_REQUIRE_CUDA", "cuda>=13.1")]),
        ],
    );
}

/// User-ask 33: only where it runs on, by NVIDIA's own runtime, and systemd does not find the devices.
#[test]
fn gpus_that_a_reload_takes_are_told_of() {
    let case = |kind, gpus| Case { is_detached: true, ..ask("hgx-8", kind, gpus) };
    answers("gpu-hosts-reload.txt", &[case("nvidia", "all"), case("told", "nvidia.com/gpu=all")]);
}

/// What hangs is given up, and nothing of it is left behind.
#[test]
fn a_hung_nvidia_smi_is_ended() {
    let host = host("driver-hung");
    let within = Duration::from_millis(50);
    let view = seen(&host, "driver-hung", &engine("nvidia"), within);
    assert_eq!(view.silence, Some(Silence::Hung(within)));
    // Its driver's own words are there all the same.
    assert_eq!(view.listing.gpus[0].name, "NVIDIA GeForce RTX 3060");
    assert!(view.listing.is_whole && view.listing.migs.is_none());
    // One that cannot be started says why.
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("usr/bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::write(bin.join("nvidia-smi"), "").unwrap();
    let odd = Host { root: Root::at(folder.path()), ..host };
    let view = seen(&odd, "driver-hung", &engine("nvidia"), within);
    assert_eq!(view.silence, Some(Silence::Failed("Permission denied (os error 13)".to_owned())));
}

/// The whole picture, for whoever asks without a launch.
#[test]
fn a_machine_is_surveyed() {
    let survey = |place: &str, kind: &str, is_here: bool| {
        let info = engine(kind);
        let host = host(place);
        let machine = is_here.then(|| machine(place, &info));
        let elsewhere = (!is_here).then(|| "the engine is elsewhere".to_owned());
        wait(survey_of(&World { machine, engine: info }, elsewhere, &host, &containers()))
    };
    let held = survey("held-by-many", "nvidia", true);
    assert_eq!((held.gpus.len(), held.migs.as_deref(), held.silence), (2, Some(&[][..]), None));
    assert_eq!((held.driver.as_deref(), held.way.as_deref()), (Some("580.159.04"), Some("runtime nvidia")));
    assert!(matches!(held.cuda, Some(DriverCuda::Exactly(cuda)) if cuda.to_string() == "13.0"));
    let places: Vec<(u32, u32, Place)> =
        held.holders.into_iter().map(|holder| (holder.gpu, holder.pid, holder.place)).collect();
    let container =
        || Place::Container { name: "inference-7f3a".to_owned(), service: Some("inference".to_owned()) };
    assert_eq!(
        places,
        [
            (0, 4301, container()),
            (0, 5001, Place::Outside { is_left: false }),
            (1, 4302, container()),
            (1, 6001, Place::Elsewhere("b2".repeat(32))),
        ]
    );
    let none = survey("no-driver", "nvidia", true);
    assert_eq!((none.lack, none.gpus.len(), none.silence), (Some(Lack::Driver), 0, None));
    let far = survey("held", "nvidia", false);
    assert_eq!((far.elsewhere.as_deref(), far.gpus.len()), (Some("the engine is elsewhere"), 0));
    assert_eq!(far.inventory[0], "device, driver and toolkit: cannot be told from here");
}
