//! How far the layers of an image are that is pulled.

use crate::engine::lines::Said;

/// A layer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer<'a> {
    /// The beginning of its digest.
    pub id: &'a str,
    /// How far it is.
    pub phase: Phase,
    /// The engine's words for that.
    pub status: &'a str,
    /// The bytes of the phase that are done, where they are known.
    pub done: Option<u64>,
    /// All of them.
    pub total: Option<u64>,
}

/// How far a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing of it has come, or it is tried again.
    Waiting,
    /// It comes.
    Downloading,
    /// It is here and waits to be unpacked.
    Downloaded,
    /// It is unpacked.
    Extracting,
    /// It is there.
    Pulled,
    /// It was there before.
    Held,
}

impl<'a> Layer<'a> {
    /// What a line says of a layer; none where it is about something else.
    pub(in crate::engine) fn of(said: &'a Said) -> Option<Self> {
        let (id, status) = (said.id.as_deref()?, said.status.as_deref()?);
        let phase = match status {
            "Downloading" => Phase::Downloading,
            "Verifying Checksum" | "Download complete" => Phase::Downloaded,
            "Extracting" => Phase::Extracting,
            "Pull complete" => Phase::Pulled,
            "Already exists" => Phase::Held,
            _ if status.starts_with("Pulling from") => return None,
            _ => Phase::Waiting,
        };
        let (done, total) = said.bytes();
        Some(Self { id, phase, status, done, total })
    }
}
