//! The exit codes, in one table.

/// How dynrun ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// As was asked for.
    Fine,
    /// A verb that does not launch found or met a problem.
    Problem,
    /// Wrong usage of a verb that does not launch.
    Usage,
    /// A launch failed or was refused before its command ran, wrong usage of a launch, a panic.
    Launch,
    /// The container's command cannot be started.
    NotInvocable,
    /// The container's command was not found.
    NotFound,
    /// Nobody reads the output any more: as if SIGPIPE had ended the run.
    PipeClosed,
    /// The launch took longer than it was allowed to.
    TimeLimit,
    /// The container's own exit code, or 128+n for a signal that came before there was a container.
    Code(u8),
}

/// What each code means, as the README has it.
pub const EXIT_CODES: &[(&str, &str)] = &[
    ("the container's own", "`run`, `shell`: passed through, 128+n when a signal ended it"),
    ("124", "`--time-limit` ended it"),
    ("125", "a launch failed or was refused before its command ran, wrong usage of a launch, a panic"),
    ("126, 127", "the command could not be invoked; was not found"),
    ("1", "wrong usage, called as `run.sh`"),
    ("141", "nobody reads the output any more; the container was stopped"),
    ("0 / 1 / 2", "every other verb: fine / it found or met a problem / wrong usage"),
];

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Problem => 1,
            Self::Usage => 2,
            Self::TimeLimit => 124,
            Self::Launch => 125,
            Self::NotInvocable => 126,
            Self::NotFound => 127,
            Self::PipeClosed => 141,
            Self::Code(code) => code,
        }
    }
}
