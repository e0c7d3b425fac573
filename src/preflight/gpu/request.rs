//! `Request`: the GPUs of a launch as they were asked for, for whoever has something to say of them.

use crate::finding::Finding;
use crate::spec::{Setting, asked};
use crate::values::{Gpus, Value as _};
use std::collections::BTreeMap;

/// What a launch asks for.
#[derive(Debug)]
pub struct Request<'a> {
    /// What was said.
    pub said: &'a Setting<Gpus>,
    /// What it came to.
    pub decided: &'a Gpus,
    /// The image's name.
    pub image: &'a str,
    /// The variables of the container, where they are known.
    pub env: Option<&'a BTreeMap<String, String>>,
    /// Whether the container runs in the background.
    pub is_detached: bool,
}

impl Request<'_> {
    /// A finding with what was asked for.
    pub(super) fn asked(&self, finding: Finding) -> Finding {
        finding.asked(asked("gpus", &self.said.value.word(), &self.said.origin), &self.said.origin)
    }
}
