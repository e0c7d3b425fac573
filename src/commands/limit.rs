//! `--time-limit`: when a launch's time is over, and what is said then.

use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, Lifecycle, Setting, asked};
use crate::values::{Duration, Value as _};
use tokio::time::Instant;

/// The time that a launch has.
#[derive(Debug)]
pub(super) struct Limit {
    /// When it is over; none where that is beyond any clock.
    pub(super) over_at: Option<Instant>,
    setting: Setting<Duration>,
}

impl Limit {
    /// The limit of a launch that begins now.
    pub(super) fn from_now(spec: &LaunchSpec) -> Option<Self> {
        match &spec.lifecycle {
            Lifecycle::Attached { limit, .. } => limit.as_ref().map(|setting| Self {
                over_at: Instant::now().checked_add(setting.value.0),
                setting: setting.clone(),
            }),
            Lifecycle::Detached { .. } => None,
        }
    }

    /// It was over before the command ran.
    pub(super) fn before_the_start(&self) -> Finding {
        self.finding("was over before the command ran")
    }

    /// It was over, and this is how the container ended.
    pub(super) fn while_running(&self, code: i64) -> Finding {
        self.finding(&format!("is over; the container was stopped, and its exit code is {code}"))
    }

    fn finding(&self, what: &str) -> Finding {
        let Setting { value, origin } = &self.setting;
        let word = value.word();
        let twice = Duration(value.0.saturating_mul(2)).word();
        Finding::error(Code::TimeLimit, format!("the time limit of {word} {what}"))
            .asked(asked("time-limit", &word, origin), origin)
            .help(format!("give it more time: --time-limit {twice}, or all it takes: --time-limit 0"))
    }
}
