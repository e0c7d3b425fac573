//! The gateway's whole preflight on the host's network, without the engine's part: what a launch does before its first
//! request, from the files to the sockets. `cargo bench --bench preflight` fails where it takes more than 6 ms.

#![expect(clippy::print_stdout, reason = "a measurement prints")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the measurement")]

use dynrun::config::{Request, settle};
use dynrun::engine::{Engine, Listeners, choose};
use dynrun::host::Host;
use dynrun::preflight::{PortStatus, check};
use dynrun::rules::{World, judge};
use dynrun::spec::plan;
use dynrun::values::{Day, Network, NetworkChoice};
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const TARGET: Duration = Duration::from_millis(6);
const TIMES: usize = 201;

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
    let mut times: Vec<Duration> = (0..TIMES).map(|_| runtime.block_on(once(&host, &engine))).collect();
    times.sort_unstable();
    let median = times[TIMES / 2];
    println!("preflight of the gateway on the host's network, {TIMES} times, median: {median:?}");
    if median <= TARGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One preflight, from the files on.
async fn once(host: &Host, engine: &Engine) -> Duration {
    let start = Instant::now();
    let mut request = Request { service: Some("gateway".to_owned()), ..Request::default() };
    let flag = dynrun::finding::Origin::Flag("--network".to_owned());
    request.options.network.push(NetworkChoice::plain(Network::Host), flag);
    let (settled, _) = settle(&request, host).unwrap();
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
    let (spec, _) = judge(spec, &world).unwrap();
    let checked = check(spec, engine, host).await;
    let took = start.elapsed();
    // A preflight that could not look would be fast.
    let looked: Vec<_> = checked.ports.iter().map(|port| port.status).collect();
    assert_eq!(looked, [PortStatus::Free], "{:?}", checked.findings);
    took
}

/// An engine that says its version and nothing else. Its place is proven by its name, so this process takes one.
fn serve(socket: &Path) {
    std::fs::write("/proc/self/comm", "dockerd").unwrap();
    let listener = UnixListener::bind(socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 1024];
            if stream.read(&mut request).unwrap_or_default() > 0 {
                let answer =
                    b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                stream.write_all(answer).unwrap();
            }
        }
    });
}
