//! A sender of states that keeps its port, and what of its states a gateway took: how long nothing arrived, by the
//! gateways' own count. E34.

use serde_json::{Value, json};
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// It sends until it is dropped.
pub(super) struct Sender {
    /// When each state was sent, by its number.
    sent: Arc<Mutex<Vec<Instant>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sender {
    /// Sends states to that port, from one port of its own, one each two milliseconds.
    pub(super) fn new(host: &str, port: u16) -> Self {
        let (sent, stop) = (Arc::<Mutex<Vec<Instant>>>::default(), Arc::new(AtomicBool::new(false)));
        let (to, all, is_over) = (host.to_owned(), sent.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
            while !is_over.load(Ordering::Relaxed) {
                let number = {
                    let mut sent = all.lock().expect("no panic");
                    sent.push(Instant::now());
                    sent.len() - 1
                };
                let state = json!({
                    "engine_id": "e", "timestamp_ms": 1, "latency_pred_ms": 1.0, "scheduling_mode": "x",
                    "pending_tokens_total": number, "kv_cache_free_blocks": 1, "kv_cache_total_blocks": 2, "engine_capacity": 1.0,
                });
                // While nobody has the port, the kernel says so.
                let _ = socket.send_to(state.to_string().as_bytes(), (to.as_str(), port));
                thread::sleep(Duration::from_millis(2));
            }
        });
        Self { sent, stop, thread: Some(thread) }
    }

    /// Ends it, and tells how long nothing arrived: from the last state that the old gateway took to the first of the new
    /// one, which took all from there on to its last.
    #[track_caller]
    pub(super) fn gap(mut self, old: Taken, new: Taken) -> Duration {
        self.end();
        let sent = self.sent.lock().expect("no panic");
        sent[new.last + 1 - new.count] - sent[old.last]
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic");
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a gateway took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// How many states.
    count: usize,
    /// The number of the last one.
    last: usize,
}

impl Taken {
    /// What the last report in a gateway's log says; none where there is none yet.
    pub(super) fn read(log: &str) -> Option<Self> {
        let line = log.lines().rfind(|line| line.contains("\"report\""))?;
        let report: Value = serde_json::from_str(line).expect("JSON");
        let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
        let last = number(&report["engines"][0]["state"]["pending_tokens_total"])?;
        Some(Self { count: number(&report["counters"]["valid"])?, last })
    }
}
