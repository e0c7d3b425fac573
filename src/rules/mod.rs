//! A spec, with what its service understands and what its profile refuses, into findings. Variables get the form that
//! their service reads. Asks nobody: what has to be known of the host is handed in.

mod address;
mod bind;
mod development;
mod dialled;
mod form;
mod hostname;
mod interface;
mod joined;
mod kept;
mod mounts;
mod opened;
mod policy;
mod publish;
mod refusal;
mod relation;
mod unreached;
mod variable;
mod word;

pub use bind::{BIND, BindClass, BindRow, BindVerdict};
pub use policy::{POLICIES, Policy};
pub use relation::{RULES, Rule};

use crate::finding::{Findings, refuses};
use crate::spec::LaunchSpec;
use crate::values::Day;
use std::cmp::Reverse;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// What has to be known of the world.
pub struct World<'a> {
    /// The day, which ends waivers.
    pub today: Day,
    /// The addresses of the host that the engine runs on; none where they cannot be told. Asked where it matters.
    pub addresses: &'a dyn Fn() -> Option<Vec<IpAddr>>,
    /// The names of its interfaces; none where they cannot be told. Asked where it matters.
    pub interfaces: &'a dyn Fn() -> Option<Vec<String>>,
    /// The socket of the engine that is to be asked; none where it listens on a port. Asked where it matters.
    pub socket: &'a dyn Fn() -> Option<PathBuf>,
    /// Where a path leads, with every link followed as far as it exists; none where that cannot be told.
    pub real: &'a dyn Fn(&Path) -> Option<PathBuf>,
    /// What tells a file from every other, under whichever name: its device and its number there; none where it is not
    /// there, or cannot be looked at.
    pub file: &'a dyn Fn(&Path) -> Option<(u64, u64)>,
    /// The caller's home.
    pub home: Option<PathBuf>,
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("today", &self.today).finish_non_exhaustive()
    }
}

/// Judges a launch. Findings that do not refuse it come with it.
///
/// # Errors
/// Everything that is refused, with everything else that is to be said; errors first.
pub fn judge(mut spec: LaunchSpec, world: &World<'_>) -> Result<(LaunchSpec, Findings), Findings> {
    let mut findings = variable::settle(&mut spec);
    findings.extend(relation::check(&spec, world));
    findings.extend(dialled::everywhere(&spec));
    findings.extend(hostname::check(&spec));
    findings.extend(publish::check(&spec));
    findings.extend(unreached::check(&spec));
    findings.extend(opened::check(&spec));
    findings.extend(mounts::volume_or_folder(&spec, world));
    findings.extend(policy::check(&spec, world));
    if refuses(&findings) {
        findings.sort_by_key(|finding| Reverse(finding.level));
        Err(findings)
    } else {
        Ok((spec, findings))
    }
}
