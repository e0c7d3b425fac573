//! What a launch's checks take, without the engine's part: the gateway's on the host's network from the files to the
//! sockets, three ports that are published, and a thousand containers that are listed to name a holder.
//! `cargo bench --bench preflight` fails where a target is missed.

#![expect(clippy::print_stdout, reason = "a measurement prints")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the measurement")]

use dynrun::config::{Request, settle};
use dynrun::engine::{Asker, Engine, Listeners, choose};
use dynrun::finding::Origin;
use dynrun::host::{Host, Owner};
use dynrun::preflight::{self, PortStatus, Scope, check};
use dynrun::rules::{World, judge};
use dynrun::spec::{LaunchSpec, plan};
use dynrun::values::{Day, ImageRef, Network, NetworkChoice, Publish, Value};
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const TIMES: usize = 201;
/// How many containers the engine has.
const CONTAINERS: usize = 1000;

/// What is measured, and how long it may take.
const TARGETS: [(&str, Duration); 3] = [
    ("the gateway on the host's network, from the files on", Duration::from_millis(6)),
    ("three published ports", Duration::from_millis(5)),
    ("a thousand containers listed", Duration::from_millis(300)),
];

fn main() -> ExitCode {
    if !std::env::args().any(|word| word == "--bench") {
        println!("a measurement: cargo bench --bench preflight");
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    serve(&socket);
    let host = Host::read();
    let url = format!("unix://{}", socket.display());
    let endpoint = choose(&host, Some(&url), None).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = runtime.block_on(Engine::connect(endpoint, Listeners::default())).unwrap();
    let medians = [
        median(|| runtime.block_on(gateway(&host, &engine))),
        median(|| runtime.block_on(three_ports(&host, &engine))),
        median(|| runtime.block_on(containers(&engine))),
    ];
    let mut is_met = true;
    for ((what, target), median) in TARGETS.iter().zip(medians) {
        println!("{what}, {TIMES} times, median: {median:?} (at most {target:?})");
        is_met &= median <= *target;
    }
    if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn median(once: impl Fn() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES).map(|_| once()).collect();
    times.sort_unstable();
    times[TIMES / 2]
}

/// A launch as it is decided without an engine.
fn planned(request: &Request, host: &Host) -> LaunchSpec {
    let (settled, _) = settle(request, host).unwrap();
    let (spec, _) = plan(settled).unwrap();
    let world = World {
        today: Day::of(host.now.as_secs()),
        addresses: &dynrun::host::addresses,
        interfaces: &dynrun::host::interfaces,
        socket: &|| None,
        real: &|_| None,
        file: &|_| None,
        home: None,
    };
    judge(spec, &world).unwrap().0
}

/// The checks of a launch. One that could not look would be fast.
async fn checked(spec: LaunchSpec, host: &Host, engine: &Engine, wanted: &[PortStatus]) {
    let asker = Asker { me: Owner::read(), shares_machine: true };
    let checked = check(spec, Scope::LAUNCH, &preflight::World { engine, host, asker }).await;
    let looked: Vec<_> = checked.ports.iter().map(|port| port.status).collect();
    assert_eq!(looked, wanted, "{:?}", checked.findings);
}

/// One preflight of the gateway, from the files on.
async fn gateway(host: &Host, engine: &Engine) -> Duration {
    let start = Instant::now();
    let mut request = Request { service: Some("gateway".to_owned()), ..Request::default() };
    let flag = Origin::Flag("--network".to_owned());
    request.options.network.push(NetworkChoice::plain(Network::Host), flag);
    checked(planned(&request, host), host, engine, &[PortStatus::Free]).await;
    start.elapsed()
}

/// The checks alone of a launch that publishes three ports.
async fn three_ports(host: &Host, engine: &Engine) -> Duration {
    let mut request = Request { profile: Some("bare".to_owned()), ..Request::default() };
    let flag = |name: &str| Origin::Flag(format!("--{name}"));
    request.options.image.set(ImageRef::parse("busybox:1").unwrap(), flag("image"));
    for port in ["27101:80", "27102:81", "27103:82/udp"] {
        request.options.publish.push(Publish::parse(port).unwrap(), flag("publish"));
    }
    let spec = planned(&request, host);
    let start = Instant::now();
    checked(spec, host, engine, &[PortStatus::Free; 3]).await;
    start.elapsed()
}

/// The running containers, as they are asked for when a port's holder is named.
async fn containers(engine: &Engine) -> Duration {
    let start = Instant::now();
    let found = engine.running_containers().await.unwrap();
    assert_eq!(found.len(), CONTAINERS);
    start.elapsed()
}

/// The engine's list of its containers, each with two ports.
fn list() -> String {
    let container = |number: usize| {
        let port = 1024 + number * 2;
        serde_json::json!({
            "Id": format!("{number:064x}"), "Names": [format!("/container-{number}")], "Image": "app:1",
            "State": "running", "Created": 1_700_000_000, "Labels": { "app": "bench", "number": number.to_string() },
            "Ports": [
                { "IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": port, "Type": "tcp" },
                { "IP": "::", "PrivatePort": 80, "PublicPort": port, "Type": "tcp" },
            ],
        })
    };
    serde_json::Value::from_iter((0..CONTAINERS).map(container)).to_string()
}

/// An engine that says its version and lists its containers. Its place is proven by its name, so this process takes one.
fn serve(socket: &Path) {
    std::fs::write("/proc/self/comm", "dockerd").unwrap();
    let listener = UnixListener::bind(socket).unwrap();
    let list = list();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap_or_default();
            let asks_for_list = String::from_utf8_lossy(&request[..read]).contains("/containers/json");
            let body = if asks_for_list { list.as_str() } else { "" };
            let head = format!(
                "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            if read > 0 {
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body.as_bytes()).unwrap();
            }
        }
    });
}
