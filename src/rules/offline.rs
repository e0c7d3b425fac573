//! Models of the hub in a container without a network: the hub's tools ask it first, and wait for an answer.

use crate::finding::{Code, Finding};
use crate::spec::{LaunchSpec, Mode};

/// The variables that keep the hub's tools from asking it.
const OFFLINE: [&str; 2] = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"];

/// Tells of a cache that will be asked for over a network that is not there.
pub(super) fn check(spec: &LaunchSpec) -> Option<Finding> {
    let cache = spec.hf_cache.as_ref()?;
    let is_told = spec.options.env.values().any(|variable| OFFLINE.contains(&variable.name.as_str()));
    if spec.networking.mode() != Mode::None || is_told {
        return None;
    }
    let message =
        "the container has no network, and the hub's tools ask the hub before they look into the cache";
    Some(
        Finding::note(Code::HfOffline, message)
            .asked(&cache.words, &cache.origin)
            .help("let them look into the cache alone: -e HF_HUB_OFFLINE=1"),
    )
}
