//! Sends 50,000 states a second for ten seconds from eight engines to the built-in gateway, logging to a file, and
//! fails if one is lost: `cargo bench --bench gateway [-- RATE [SECONDS]]`.

#![expect(clippy::print_stdout, reason = "a measurement prints")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the measurement")]

use std::fs;
use std::io::{BufRead, BufReader, IoSlice, Lines};
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use dynrun::gateway::{Counters, Report, ReportKind, State};
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{MsgFlags, MultiHeaders, sendmmsg};
use nix::unistd::Pid;

const ENGINES: u64 = 8;
/// How often a burst is sent, in a second.
const TICKS: u64 = 1000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("a measurement: cargo bench --bench gateway");
        return ExitCode::SUCCESS;
    }
    let mut numbers = words.iter().filter_map(|word| word.parse::<u64>().ok());
    let (rate, seconds) = (numbers.next().unwrap_or(50_000), numbers.next().unwrap_or(10));

    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("engine_states.jsonl");
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut gateway = Command::new(env!("CARGO_BIN_EXE_dynrun"))
        .arg("state-gateway")
        .env("VLLM_STATE_GATEWAY_NETWORK_MODE", "unicast")
        .env("VLLM_STATE_GATEWAY_BIND_ADDRESS", "127.0.0.1")
        .env("VLLM_STATE_GATEWAY_UDP_PORT", port.to_string())
        .env("VLLM_STATE_GATEWAY_ENABLE_LOG", "true")
        .env("VLLM_STATE_GATEWAY_LOG_FILE", &log)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(gateway.stdout.take().unwrap()).lines();
    println!("{}", lines.next().unwrap().unwrap());

    let start = Instant::now();
    let (sent, late) = send(port, rate, seconds);
    let took = start.elapsed().as_secs_f64();
    let signal = ask(&gateway, Signal::SIGUSR1, &mut lines);
    let end = ask(&gateway, Signal::SIGTERM, &mut lines);
    let status = gateway.wait().unwrap();

    let in_file = fs::read(&log).unwrap().iter().filter(|byte| **byte == b'\n').count() as u64;
    let Counters { received, valid, kernel_dropped, log_lines, log_lost, .. } = end.counters;
    println!("sent {sent} in {took:.2} s, {:.0} a second; latest burst {late:?} behind", sent as f64 / took);
    println!(
        "received {received}, valid {valid}, kernel dropped {kernel_dropped}, engines {}",
        end.engines.len()
    );
    println!("log lines {log_lines}, lost {log_lost}, in the file {in_file}");
    println!("on SIGUSR1: received {}; exit {status}", signal.counters.received);
    let whole =
        [received, valid, log_lines, in_file, signal.counters.received].iter().all(|count| *count == sent);
    let kinds = (signal.report, end.report) == (ReportKind::Signal, ReportKind::End);
    if whole && kinds && kernel_dropped == 0 && log_lost == 0 && status.success() {
        println!("nothing lost");
        return ExitCode::SUCCESS;
    }
    println!("LOSS");
    ExitCode::FAILURE
}

/// Sends a burst each tick; answers how many datagrams, and how far behind its tick the latest burst began.
fn send(port: u16, rate: u64, seconds: u64) -> (u64, Duration) {
    let sockets: Vec<UdpSocket> = (0..ENGINES)
        .map(|_| {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.connect(("127.0.0.1", port)).unwrap();
            socket
        })
        .collect();
    let burst = rate / TICKS;
    let start = Instant::now();
    let (mut sent, mut late) = (0, Duration::ZERO);
    for tick in 0..seconds * TICKS {
        let due = start + Duration::from_micros(tick * 1_000_000 / TICKS);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        late = late.max(Instant::now().saturating_duration_since(due));
        let engine = tick % ENGINES;
        let texts: Vec<String> = (0..burst).map(|index| state(engine, sent + index)).collect();
        send_burst(&sockets[engine as usize], &texts);
        sent += burst;
    }
    (sent, late)
}

fn send_burst(socket: &UdpSocket, texts: &[String]) {
    let mut rest = texts;
    while !rest.is_empty() {
        let slices: Vec<_> = rest.iter().map(|text| [IoSlice::new(text.as_bytes())]).collect();
        let mut headers = MultiHeaders::<()>::preallocate(slices.len(), None);
        let to = vec![None; slices.len()];
        let done =
            sendmmsg(socket.as_raw_fd(), &mut headers, &slices, to, [], MsgFlags::empty()).unwrap().count();
        rest = &rest[done..];
    }
}

fn state(engine: u64, number: u64) -> String {
    serde_json::to_string(&State {
        engine_id: format!("engine-{engine}"),
        timestamp_ms: 1_700_000_000_000 + number as i64,
        latency_pred_ms: 12.5,
        scheduling_mode: "latency_optimized".into(),
        pending_tokens_total: number as i64,
        kv_cache_free_blocks: 100,
        kv_cache_total_blocks: 1000,
        engine_capacity: 1000.0,
    })
    .unwrap()
}

/// Sends a signal and reads the report it asks for.
fn ask(gateway: &Child, signal: Signal, lines: &mut Lines<BufReader<ChildStdout>>) -> Report {
    kill(Pid::from_raw(gateway.id() as i32), signal).unwrap();
    serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap()
}
