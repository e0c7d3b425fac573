//! `Loaded`: the files of a call as one document. A call that settles several launches reads them once.

use super::document::Document;
use super::{Request, Sources, load};
use crate::finding::{Findings, Source};
use crate::host::Host;
use std::path::PathBuf;
use std::sync::Arc;

/// All files as one document.
#[derive(Debug)]
pub struct Loaded {
    /// What they say.
    pub(super) document: Document,
    /// The project's file.
    pub(super) project: Option<Source>,
    /// Every fault in any of them.
    pub(super) findings: Findings,
}

impl Loaded {
    /// Reads the files that every launch listens to, and those that are named.
    #[must_use]
    pub fn read(host: &Host, given: &[PathBuf]) -> Self {
        load(host, Sources::All, given)
    }

    /// The files of a request, read now unless they have been.
    pub(super) fn of(request: &Request, host: &Host) -> Arc<Self> {
        let read = || Arc::new(load(host, request.sources, &request.files));
        request.loaded.clone().unwrap_or_else(read)
    }

    /// Whether a stack is called so, and no service.
    #[must_use]
    pub fn is_stack(&self, name: &str) -> bool {
        self.document.stacks.contains_key(name) && !self.document.services.contains_key(name)
    }
}
