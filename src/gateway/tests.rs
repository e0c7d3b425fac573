//! The gateway over real sockets on loopback, its signals sent to its thread; the clock is handed in.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::unix::thread::JoinHandleExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{fs, sync::Arc};

use nix::sys::pthread::pthread_kill;
use nix::sys::signal::Signal;
use nix::sys::socket::{self as net, sockopt};

use super::log::Log;
use super::socket::Socket;
use super::state::{Engines, read};
use super::*;

const EXAMPLE: &str = r#"{"engine_id":"test","timestamp_ms":1234567890,"latency_pred_ms":100.0,"scheduling_mode":"latency_optimized","pending_tokens_total":10,"kv_cache_free_blocks":100,"kv_cache_total_blocks":1000,"engine_capacity":1000.0}"#;

fn example() -> State {
    serde_json::from_str(EXAMPLE).unwrap()
}

fn of(engine: &str) -> State {
    State { engine_id: engine.into(), ..example() }
}

/// Which counter a datagram moves.
fn counted(datagram: &[u8]) -> &'static str {
    let Err(counter) = read(datagram) else { return "valid" };
    let mut counters = Counters::default();
    *counter(&mut counters) += 1;
    match counters {
        Counters { not_json: 1, .. } => "not_json",
        Counters { missing_field: 1, .. } => "missing_field",
        Counters { wrong_type: 1, .. } => "wrong_type",
        Counters { too_large: 1, .. } => "too_large",
        _ => "another",
    }
}

#[test]
fn each_datagram_moves_its_counter() {
    let with = |from: &str, to: &str| {
        assert!(EXAMPLE.contains(from), "{from}");
        EXAMPLE.replace(from, to)
    };
    let long = |length: usize| with("}", &format!(",\"x\":\"{}\"}}", "x".repeat(length - EXAMPLE.len() - 7)));
    let name = |length: usize| with("\"test\"", &format!("\"{}\"", "n".repeat(length)));
    let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
    let cases = [
        ("valid", EXAMPLE.to_owned()),
        ("valid", format!(" \r\n{EXAMPLE}\n")),
        ("valid", with("{", "{\"further\":{\"x\":[1e999]},")),
        ("valid", with("{", &format!("{{\"further\":{deep},"))),
        ("valid", with("100.0", "100")),
        ("valid", with("100.0", "-1e-3")),
        ("valid", with("1234567890", "-9223372036854775808")),
        ("valid", with("\"engine_id\"", "\"engine\\u005fid\"")),
        ("valid", with("test", "\u{e9}\\n\\u001b")),
        ("valid", name(MAX_NAME)),
        ("valid", long(MAX_DATAGRAM)),
        ("too_large", long(MAX_DATAGRAM + 1)),
        ("not_json", String::new()),
        ("not_json", "hello".into()),
        ("not_json", format!("{EXAMPLE}{EXAMPLE}")),
        ("not_json", format!("\u{a0}{EXAMPLE}")),
        ("not_json", format!("\u{feff}{EXAMPLE}")),
        ("not_json", EXAMPLE[..EXAMPLE.len() - 1].into()),
        ("not_json", with("100.0", "NaN")),
        ("not_json", with("100.0", "Infinity")),
        ("not_json", with("1234567890", "\"x\", oops")),
        ("not_json", with("test", "te\nst")),
        ("not_json", with("{", "{\"x\":\"\n\",")),
        ("not_json", "[".repeat(MAX_DATAGRAM)),
        ("missing_field", "{}".into()),
        ("missing_field", r#"{"test":"data"}"#.into()),
        ("wrong_type", "42".into()),
        ("wrong_type", "null".into()),
        ("wrong_type", deep),
        ("wrong_type", r#"["test",1,1.0,"m",1,1,1,1.0]"#.into()),
        ("wrong_type", with("100.0", "1e999")),
        ("wrong_type", with("100.0", "\"100.0\"")),
        ("wrong_type", with("1234567890", "1.5")),
        ("wrong_type", with("1234567890", "9223372036854775808")),
        ("wrong_type", with("1234567890", &"9".repeat(400))),
        ("wrong_type", with("1234567890", "true")),
        ("wrong_type", with("1234567890", "null")),
        ("wrong_type", with("\"test\"", "7")),
        ("wrong_type", with("test", "\\ud800")),
        ("wrong_type", with("{", "{\"engine_id\":\"twice\",")),
        ("wrong_type", name(0)),
        ("wrong_type", name(MAX_NAME + 1)),
        ("wrong_type", with("latency_optimized", &"m".repeat(MAX_NAME + 1))),
    ];
    for (want, datagram) in cases {
        let shown: String = datagram.chars().take(120).collect();
        assert_eq!(counted(datagram.as_bytes()), want, "{shown}");
    }
    assert_eq!(counted(b"\xff\xfe"), "not_json");
}

#[test]
fn each_of_the_eight_fields_is_needed_and_typed() {
    let fields = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(EXAMPLE).unwrap();
    assert_eq!(fields.len(), 8);
    for field in fields.keys() {
        assert_eq!(counted(EXAMPLE.replace(field, "another").as_bytes()), "missing_field", "{field}");
        let mut other = fields.clone();
        other[field] = serde_json::json!([]);
        assert_eq!(counted(serde_json::to_string(&other).unwrap().as_bytes()), "wrong_type", "{field}");
    }
}

const THRESHOLD: Duration = Duration::from_millis(2000);

#[test]
fn a_report_is_one_line_of_json_and_reads_back() {
    let start = Instant::now();
    let mut engines = Engines::default();
    engines.record(of("b"), start);
    engines.record(of("a"), start + Duration::from_millis(1));
    engines.record(State { pending_tokens_total: 11, ..of("a") }, start + Duration::from_millis(500));
    let report = Report {
        report: ReportKind::Signal,
        counters: Counters { received: 4, valid: 3, not_json: 1, ..Counters::default() },
        engines: engines.report(start + Duration::from_millis(2001), THRESHOLD),
    };
    let rest = r#""timestamp_ms":1234567890,"latency_pred_ms":100.0,"scheduling_mode":"latency_optimized","pending_tokens_total":PENDING,"kv_cache_free_blocks":100,"kv_cache_total_blocks":1000,"engine_capacity":1000.0}"#;
    let want = [
        r#"{"report":"signal","counters":{"received":4,"valid":3,"not_json":1,"missing_field":0,"wrong_type":0,"#,
        r#""too_large":0,"engines_refused":0,"kernel_dropped":0,"log_lines":0,"log_lost":0},"engines":["#,
        r#"{"engine_id":"a","stale":false,"age_ms":1501,"states":2,"state":{"engine_id":"a","#,
        &rest.replace("PENDING", "11"),
        r#"},{"engine_id":"b","stale":true,"age_ms":2001,"states":1,"state":{"engine_id":"b","#,
        &rest.replace("PENDING", "10"),
        "}]}",
    ];
    let line = serde_json::to_string(&report).unwrap();
    assert_eq!(line, want.concat());
    assert_eq!(serde_json::from_str::<Report>(&line).unwrap(), report);
}

#[test]
fn an_engine_is_stale_after_the_threshold_not_at_it() {
    let start = Instant::now();
    let mut engines = Engines::default();
    engines.record(example(), start);
    let stale = |engines: &Engines, at: Duration| engines.report(start + at, THRESHOLD)[0].stale;
    assert!(!stale(&engines, THRESHOLD));
    assert!(stale(&engines, THRESHOLD + Duration::from_nanos(1)));
    engines.record(example(), start + THRESHOLD);
    assert!(!stale(&engines, THRESHOLD * 2));
}

#[test]
fn the_last_hundred_states_are_remembered() {
    let now = Instant::now();
    let mut engines = Engines::default();
    for number in 0..250 {
        assert!(engines.record(State { timestamp_ms: number, ..example() }, now));
        let row = &engines.report(now, THRESHOLD)[0];
        assert_eq!((row.states, row.state.timestamp_ms), ((number as usize + 1).min(MAX_HISTORY), number));
    }
}

#[test]
fn an_engine_too_many_is_refused_and_the_others_go_on() {
    let now = Instant::now();
    let mut engines = Engines::default();
    assert!((0..MAX_ENGINES).all(|number| engines.record(of(&number.to_string()), now)));
    assert!(!engines.record(of("one too many"), now));
    assert!(engines.record(of("7"), now));
    assert_eq!(engines.report(now, THRESHOLD).len(), MAX_ENGINES);
}

fn settings(variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let said = |name: &str| {
        let name = name.strip_prefix("VLLM_STATE_GATEWAY_").unwrap();
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    Settings::from_env(said).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

#[test]
fn settings_are_read() {
    let mut said = vec![("NETWORK_MODE", "unicast"), ("UDP_PORT", "9999"), ("BIND_ADDRESS", "::1")];
    let mut want = Settings {
        mode: Mode::Unicast,
        address: "[::1]:9999".parse().unwrap(),
        ignored_bind_address: None,
        stale_threshold_ms: DEFAULT_STALE_THRESHOLD_MS,
        log: None,
    };
    assert_eq!(settings(&said), Ok(want.clone()));
    said.extend([("STALE_THRESHOLD", "1"), ("ENABLE_LOG", "false"), ("LOG_FILE", "/data/x")]);
    want.stale_threshold_ms = 1;
    assert_eq!(settings(&said), Ok(want.clone()));
    said[4].1 = "true";
    want.log = Some("/data/x".into());
    assert_eq!(settings(&said), Ok(want.clone()));
    said[0].1 = "broadcast";
    want.mode = Mode::Broadcast;
    want.address = "0.0.0.0:9999".parse().unwrap();
    want.ignored_bind_address = Some("::1".into());
    assert_eq!(settings(&said), Ok(want.clone()));
    said.remove(2);
    want.ignored_bind_address = None;
    assert_eq!(settings(&said), Ok(want));
}

#[test]
fn every_bad_setting_is_said_at_once() {
    let missing = [
        "VLLM_STATE_GATEWAY_NETWORK_MODE is not set, must be `unicast` or `broadcast`",
        "VLLM_STATE_GATEWAY_UDP_PORT is not set, must be a port from 1 to 65535",
        "VLLM_STATE_GATEWAY_BIND_ADDRESS is not set, must be an IP address such as 0.0.0.0",
    ];
    assert_eq!(settings(&[]).unwrap_err(), missing);
    let all = [
        ("NETWORK_MODE", "Unicast"),
        ("UDP_PORT", "0"),
        ("BIND_ADDRESS", "localhost"),
        ("STALE_THRESHOLD", "2s"),
        ("ENABLE_LOG", "yes"),
    ];
    let want = [
        r#"VLLM_STATE_GATEWAY_NETWORK_MODE is "Unicast", must be `unicast` or `broadcast`"#,
        r#"VLLM_STATE_GATEWAY_UDP_PORT is "0", must be a port from 1 to 65535"#,
        r#"VLLM_STATE_GATEWAY_BIND_ADDRESS is "localhost", must be an IP address such as 0.0.0.0"#,
        r#"VLLM_STATE_GATEWAY_STALE_THRESHOLD is "2s", must be milliseconds above 0"#,
        r#"VLLM_STATE_GATEWAY_ENABLE_LOG is "yes", must be `true` or `false`"#,
    ];
    assert_eq!(settings(&all).unwrap_err(), want);
    let good =
        [("NETWORK_MODE", "unicast"), ("UDP_PORT", "1"), ("BIND_ADDRESS", "0.0.0.0"), ("ENABLE_LOG", "true")];
    let refused = |name: &'static str, value: &'static str| {
        let said: Vec<_> = [(name, value)].into_iter().chain(good).collect();
        settings(&said).unwrap_err().concat()
    };
    assert_eq!(
        settings(&good).unwrap_err(),
        ["VLLM_STATE_GATEWAY_LOG_FILE is not set, must be the path of a file"]
    );
    assert_eq!(refused("LOG_FILE", ""), r#"VLLM_STATE_GATEWAY_LOG_FILE is "", must be the path of a file"#);
    for port in ["65536", "+1", "-1", " 1", "", "1.0"] {
        assert!(refused("UDP_PORT", port).starts_with("VLLM_STATE_GATEWAY_UDP_PORT is "), "{port}");
    }
    for threshold in ["0", "+5", "", "1.5"] {
        assert!(refused("STALE_THRESHOLD", threshold).starts_with("VLLM_STATE_GATEWAY_STALE_THRESHOLD is "));
    }
}

/// Hands over what is written, a line at a time.
struct Lines(Sender<String>, Vec<u8>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.extend_from_slice(bytes);
        while let Some(end) = self.1.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.1.drain(..=end).collect();
            let _ = self.0.send(String::from_utf8(line).unwrap());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A gateway that serves on a thread of this process.
struct Served {
    thread: JoinHandle<Result<(), GatewayError>>,
    out: Receiver<String>,
    err: Receiver<String>,
    address: SocketAddr,
    listening: serde_json::Value,
}

impl Served {
    fn start(log: Option<&Path>) -> Self {
        Self::with(free(log))
    }

    fn with(settings: Settings) -> Self {
        let ((to_out, out), (to_err, err)) = (channel(), channel());
        let thread = thread::spawn(move || {
            serve(&settings, &mut Lines(to_out, Vec::new()), &mut Lines(to_err, Vec::new()))
        });
        let line = out.recv_timeout(PATIENCE).unwrap();
        let listening: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = listening["listening"].as_str().unwrap().parse().unwrap();
        Self { thread, out, err, address, listening }
    }

    fn send(&self, datagrams: &[&[u8]]) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for datagram in datagrams {
            socket.send_to(datagram, (Ipv4Addr::LOCALHOST, self.address.port())).unwrap();
        }
    }

    fn ask(&self, signal: Signal) -> Report {
        pthread_kill(self.thread.as_pthread_t(), signal).unwrap();
        serde_json::from_str(&self.out.recv_timeout(PATIENCE).unwrap()).unwrap()
    }

    /// Ends it: the last report, and what stderr has left.
    fn end(self, signal: Signal) -> (Report, Vec<String>) {
        let report = self.ask(signal);
        self.thread.join().unwrap().unwrap();
        assert_eq!(self.out.iter().count(), 0);
        (report, self.err.iter().collect())
    }
}

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Any free port, which no environment can ask for.
fn free(log: Option<&Path>) -> Settings {
    Settings {
        mode: Mode::Unicast,
        address: "127.0.0.1:0".parse().unwrap(),
        ignored_bind_address: None,
        stale_threshold_ms: 2000,
        log: log.map(Path::to_path_buf),
    }
}

#[test]
fn datagrams_are_counted_logged_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("states.jsonl");
    fs::write(&path, "before\n").unwrap();
    let served = Served::start(Some(&path));
    assert_eq!(served.listening["mode"], "unicast");
    assert_eq!(served.listening["log"], path.to_str().unwrap());
    let large = vec![b' '; MAX_DATAGRAM + 1];
    let further = EXAMPLE.replace("{", "{\n\"received_ms\":1,\r\n\"x\":\"\\n\",");
    let datagrams: [&[u8]; 7] =
        [EXAMPLE.as_bytes(), further.as_bytes(), b"x", b"", b"{}", b"[]", large.as_slice()];
    served.send(&datagrams);
    let signal = served.ask(Signal::SIGUSR1);
    let want = Counters {
        received: 7,
        valid: 2,
        not_json: 2,
        missing_field: 1,
        wrong_type: 1,
        too_large: 1,
        ..Counters::default()
    };
    assert_eq!(signal.report, ReportKind::Signal);
    assert_eq!(Counters { log_lines: 0, ..signal.counters }, want);
    assert_eq!((signal.engines.len(), signal.engines[0].states), (1, 2));
    assert_eq!(signal.engines[0].state, example());
    served.send(&[of("another").engine_id.as_bytes()]);
    let (end, messages) = served.end(Signal::SIGTERM);
    assert_eq!(end.report, ReportKind::End);
    assert_eq!(end.counters, Counters { received: 8, not_json: 3, log_lines: 2, ..want });
    assert_eq!(messages, [""; 0]);
    let log = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = log.lines().collect();
    assert_eq!((lines.len(), lines[0], log.ends_with('\n')), (3, "before", true));
    let head = EXAMPLE.strip_suffix('}').unwrap();
    assert!(lines[1].starts_with(&format!("{head},\"received_ms\":1")), "{}", lines[1]);
    // The field that was received is kept, and the gateway's own comes last.
    let last: serde_json::Value = serde_json::from_str(lines[2]).unwrap();
    assert!(lines[2].starts_with("{ \"received_ms\":1,  \"x\":\"\\n\",\"engine_id\""), "{}", lines[2]);
    assert!(last["received_ms"].as_u64().unwrap() > 1_600_000_000_000);
}

#[test]
fn a_full_disk_stops_the_log_with_one_message_and_not_the_gateway() {
    let served = Served::start(Some(Path::new("/dev/full")));
    served.send(&[EXAMPLE.as_bytes()]);
    let message = served.err.recv_timeout(PATIENCE).unwrap();
    assert_eq!(message, "state-gateway: the log stops: No space left on device (os error 28)\n");
    served.send(&[EXAMPLE.as_bytes(); 2]);
    let (end, messages) = served.end(Signal::SIGINT);
    assert_eq!(messages, [""; 0]);
    assert_eq!(end.counters, Counters { received: 3, valid: 3, log_lost: 3, ..Counters::default() });
}

#[test]
fn a_full_disk_found_at_the_end_is_said_too() {
    let served = Served::start(Some(Path::new("/dev/full")));
    let burst = [EXAMPLE.as_bytes(); 4];
    served.send(&burst);
    let (end, messages) = served.end(Signal::SIGTERM);
    assert_eq!(messages, ["state-gateway: the log stops: No space left on device (os error 28)\n"]);
    assert_eq!((end.counters.log_lines, end.counters.log_lost), (0, 4));
}

#[test]
fn a_log_that_is_moved_away_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, moved) = (folder.path().join("log"), folder.path().join("log.1"));
    let mut log = Log::open(&path).unwrap();
    fs::rename(&path, &moved).unwrap();
    log.append(EXAMPLE, 7);
    assert!(log.close().is_none());
    assert_eq!(log.counts(), (1, 0));
    assert_eq!(fs::read_to_string(&path).unwrap(), EXAMPLE.replace('}', ",\"received_ms\":7}\n"));
    assert_eq!(fs::read_to_string(&moved).unwrap(), "");
}

#[test]
fn a_log_whose_folder_went_away_stops() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::open(&folder.path().join("log")).unwrap();
    drop(folder);
    log.append(EXAMPLE, 7);
    assert_eq!(log.close().unwrap().kind(), io::ErrorKind::NotFound);
    log.append(EXAMPLE, 8);
    assert_eq!(log.counts(), (0, 2));
}

#[test]
fn lines_that_a_stalled_writer_cannot_take_are_counted() {
    let (sender, receiver) = sync_channel(1);
    let (let_go, wait) = channel::<()>();
    let thread = thread::spawn(move || {
        let _ = wait.recv();
        drop(receiver);
        Ok(())
    });
    let mut log = Log {
        waiting: Default::default(),
        handed: Instant::now(),
        appended: 0,
        written: Arc::default(),
        lost: 0,
        writer: Some((sender, thread)),
    };
    let later = Instant::now() + PATIENCE;
    for step in 1..=3 {
        log.append(EXAMPLE, 0);
        assert!(log.tend(later + PATIENCE * step).is_none());
    }
    assert_eq!(log.counts(), (0, 2));
    drop(let_go);
}

#[test]
fn a_port_is_never_shared() {
    let served = Served::start(None);
    let taken = served.address;
    let second =
        net::socket(net::AddressFamily::Inet, net::SockType::Datagram, net::SockFlag::empty(), None).unwrap();
    net::setsockopt(&second, sockopt::ReuseAddr, &true).unwrap();
    let SocketAddr::V4(address) = taken else { panic!("{taken}") };
    let bound = net::bind(std::os::fd::AsRawFd::as_raw_fd(&second), &net::SockaddrIn::from(address));
    assert_eq!(bound, Err(nix::Error::EADDRINUSE));
    let error =
        serve(&Settings { address: taken, ..free(None) }, &mut io::sink(), &mut io::sink()).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot bind UDP {taken}: Address already in use (os error 98)"));
    served.end(Signal::SIGTERM);
}

#[test]
fn a_log_in_a_missing_folder_is_an_error_at_once() {
    let path = PathBuf::from("/nowhere/at/all/log");
    let error = serve(&free(Some(&path)), &mut io::sink(), &mut io::sink()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot open the log /nowhere/at/all/log: No such file or directory (os error 2)"
    );
}

#[test]
fn broadcast_binds_every_address_and_says_what_it_ignores() {
    let address = "0.0.0.0:0".parse().unwrap();
    let ignored_bind_address = Some("10.0.0.1".into());
    let served =
        Served::with(Settings { mode: Mode::Broadcast, address, ignored_bind_address, ..free(None) });
    assert_eq!((served.address.ip(), &served.listening["mode"]), (address.ip(), &"broadcast".into()));
    served.send(&[EXAMPLE.as_bytes()]);
    let (end, messages) = served.end(Signal::SIGTERM);
    assert_eq!(end.counters.valid, 1);
    let want =
        "state-gateway: VLLM_STATE_GATEWAY_BIND_ADDRESS=\"10.0.0.1\" is ignored: broadcast binds 0.0.0.0\n";
    assert_eq!(messages, [want]);
    for (mode, want) in [(Mode::Unicast, false), (Mode::Broadcast, true)] {
        let (socket, ..) = Socket::bind(address, mode).unwrap();
        assert_eq!(socket.udp.broadcast().unwrap(), want);
    }
}

#[test]
fn a_closed_stdout_is_said_and_stops_nothing() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (to_err, err) = channel();
    let thread = thread::spawn(move || serve(&free(None), &mut Closed, &mut Lines(to_err, Vec::new())));
    let want = "state-gateway: cannot write to stdout: broken pipe\n";
    assert_eq!(err.recv_timeout(PATIENCE).unwrap(), want);
    pthread_kill(thread.as_pthread_t(), Signal::SIGTERM).unwrap();
    thread.join().unwrap().unwrap();
    assert_eq!(err.iter().collect::<Vec<_>>(), [want]);
}

#[test]
fn what_the_kernel_drops_is_known() {
    let (mut socket, address, _) = Socket::bind("127.0.0.1:0".parse().unwrap(), Mode::Unicast).unwrap();
    net::setsockopt(&socket.udp, sockopt::RcvBuf, &4096).unwrap();
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    for _ in 0..500 {
        sender.send_to(EXAMPLE.as_bytes(), address).unwrap();
    }
    let mut received = 0;
    // What came before the first drop tells of none.
    while let count @ 1.. = socket.receive(|_| {}).unwrap() {
        received += count as u64;
    }
    sender.send_to(EXAMPLE.as_bytes(), address).unwrap();
    assert_eq!(socket.receive(|_| {}).unwrap(), 1);
    let by_datagram = u64::from(socket.dropped);
    assert_eq!((by_datagram > 0, received + by_datagram), (true, 500));
    for _ in 0..500 {
        sender.send_to(EXAMPLE.as_bytes(), address).unwrap();
    }
    let dropped = socket.kernel_dropped();
    while let count @ 1.. = socket.receive(|_| {}).unwrap() {
        received += count as u64;
    }
    assert_eq!(received + dropped, 1000);
    assert_eq!(socket.kernel_dropped(), dropped);
}
