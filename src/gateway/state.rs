//! Datagrams into states of engines, and what is remembered of them. Knows no socket, and no clock of its own.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize, de::IgnoredAny};

/// The largest datagram that is read, in bytes.
pub const MAX_DATAGRAM: usize = 8192;
/// The engines that are remembered; with the limits below, some 300 MB at the very worst.
pub const MAX_ENGINES: usize = 10_000;
/// The states that are remembered of each engine.
pub const MAX_HISTORY: usize = 100;
/// The longest `engine_id` and `scheduling_mode`, in bytes.
pub const MAX_NAME: usize = 128;

/// An engine's state: all eight fields of ELRAR's protocol in one JSON object. Further fields are let through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub engine_id: String,
    pub timestamp_ms: i64,
    pub latency_pred_ms: f64,
    pub scheduling_mode: String,
    pub pending_tokens_total: i64,
    pub kv_cache_free_blocks: i64,
    pub kv_cache_total_blocks: i64,
    pub engine_capacity: f64,
}

/// Datagrams since the start: `received` is `valid` and the four faults after it. `wrong_type` is JSON that is no
/// object, or has a field of another type, out of range or said twice, an empty id, or a name that is too long.
/// `engines_refused` are valid, and logged, but of engines beyond [`MAX_ENGINES`]. `kernel_dropped` found the
/// receive buffer full. `log_lines` are in the file by now; `log_lost` never will be: the log failed or lagged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    pub received: u64,
    pub valid: u64,
    pub not_json: u64,
    pub missing_field: u64,
    pub wrong_type: u64,
    pub too_large: u64,
    pub engines_refused: u64,
    pub kernel_dropped: u64,
    pub log_lines: u64,
    pub log_lost: u64,
}

/// What the gateway knows, as one line of JSON on stdout: all engines, by `engine_id`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub report: ReportKind,
    pub counters: Counters,
    pub engines: Vec<EngineReport>,
}

/// Why a report was written: SIGUSR1 asked for it, or the gateway ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    Signal,
    End,
}

/// One engine: the age of its last datagram, how many states are remembered, and the latest of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EngineReport {
    pub engine_id: String,
    pub stale: bool,
    pub age_ms: u64,
    pub states: usize,
    pub state: State,
}

type Counter = fn(&mut Counters) -> &mut u64;

/// Reads a datagram: its state and its text without white space around it, or where it is counted instead.
pub(super) fn read(datagram: &[u8]) -> Result<(State, &str), Counter> {
    if datagram.len() > MAX_DATAGRAM {
        return Err(|counters| &mut counters.too_large);
    }
    let text = std::str::from_utf8(datagram).unwrap_or_default().trim_matches([' ', '\t', '\n', '\r']);
    let fits = |state: &State| state.engine_id.len().max(state.scheduling_mode.len()) <= MAX_NAME;
    match serde_json::from_str::<State>(text) {
        // serde reads an array of the eight values, too.
        Ok(state) if text.starts_with('{') && fits(&state) && !state.engine_id.is_empty() => {
            Ok((state, text))
        }
        // Not JSON comes first: the reader may have met another fault before that.
        _ if serde_json::from_str::<IgnoredAny>(text).is_err() => Err(|counters| &mut counters.not_json),
        Err(error) if error.to_string().starts_with("missing field") => {
            Err(|counters| &mut counters.missing_field)
        }
        _ => Err(|counters| &mut counters.wrong_type),
    }
}

/// The engines: when the last datagram of each came, and its states, newest last and without the id.
#[derive(Default)]
pub(super) struct Engines(BTreeMap<String, (Instant, VecDeque<State>)>);

impl Engines {
    /// Remembers a state; answers false where its engine is one too many.
    pub(super) fn record(&mut self, mut state: State, now: Instant) -> bool {
        let id = std::mem::take(&mut state.engine_id);
        if self.0.len() >= MAX_ENGINES && !self.0.contains_key(&id) {
            return false;
        }
        let (seen, history) = self.0.entry(id).or_insert((now, VecDeque::new()));
        history.drain(..history.len().saturating_sub(MAX_HISTORY - 1));
        history.push_back(state);
        *seen = now;
        true
    }

    pub(super) fn report(&self, now: Instant, stale_after: Duration) -> Vec<EngineReport> {
        let row = |(id, (seen, history)): (&String, &(Instant, VecDeque<State>))| {
            let (age, engine_id) = (now.saturating_duration_since(*seen), id.clone());
            let (stale, age_ms) = (age > stale_after, u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
            let state = State { engine_id: id.clone(), ..history.back()?.clone() };
            Some(EngineReport { engine_id, stale, age_ms, states: history.len(), state })
        };
        self.0.iter().filter_map(row).collect()
    }
}
