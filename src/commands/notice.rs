//! What somebody has to know who sees nothing happen, in words.

use super::Desk;
use crate::cli::LogLevel;
use crate::session::Notice;
use crate::ui::raw_note;

impl Desk<'_> {
    /// Says it, while a container may have the terminal.
    pub(super) fn tell(&self, notice: Notice) {
        if self.log_level >= LogLevel::Info {
            raw_note(words(notice));
        }
    }
}

fn words(notice: Notice) -> &'static str {
    match notice {
        Notice::EngineSilent => {
            "the engine does not answer; the container may run on. Ctrl-C, or the keys that detach, leave it"
        }
        Notice::EngineBack => "the engine answers again",
        Notice::Paused => "the container is paused; it goes on with docker unpause",
        Notice::Unpaused => "the container goes on",
        Notice::FromLog => "the output's stream broke; the rest of it comes from the container's log",
    }
}
