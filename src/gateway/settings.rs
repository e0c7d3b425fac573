//! The `VLLM_STATE_GATEWAY_*` variables into [`Settings`], with all faults at once.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The stale threshold where none is set, as in ELRAR. The log is off where not set; all else is required.
pub const DEFAULT_STALE_THRESHOLD_MS: u64 = 2000;

/// How engines send their states: to the gateway's address, or to their network's broadcast address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Unicast,
    Broadcast,
}

/// What the gateway is told by its environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `_NETWORK_MODE`: `unicast` or `broadcast`.
    pub mode: Mode,
    /// `_BIND_ADDRESS` and `_UDP_PORT`; broadcast binds 0.0.0.0 and needs no address.
    pub address: SocketAddr,
    /// `_BIND_ADDRESS`, where broadcast does not look at it.
    pub ignored_bind_address: Option<String>,
    /// `_STALE_THRESHOLD`: an engine is stale when its last datagram came longer ago.
    pub stale_threshold_ms: u64,
    /// `_LOG_FILE`, required where `_ENABLE_LOG` is `true`.
    pub log: Option<PathBuf>,
}

/// What is wrong with one variable: its name, what it holds if it is set, and what it may hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} is {}, must be {accepted}", .value.as_ref().map_or("not set".into(), |value| format!("{value:?}")))]
pub struct SettingError {
    pub variable: &'static str,
    pub value: Option<String>,
    pub accepted: &'static str,
}

impl Settings {
    /// Reads the variables through `lookup`, which answers none for one that is not set.
    ///
    /// # Errors
    /// All that is wrong, one error a variable.
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<SettingError>> {
        let mut errors = Vec::new();
        macro_rules! read {
            ($name:literal, $accepted:literal, $default:expr, $parse:expr) => {{
                let variable = concat!("VLLM_STATE_GATEWAY_", $name);
                let value = lookup(variable);
                let parsed = value.as_deref().map_or($default, $parse);
                if parsed.is_none() {
                    errors.push(SettingError { variable, value, accepted: $accepted });
                }
                parsed
            }};
        }
        let modes = [("unicast", Mode::Unicast), ("broadcast", Mode::Broadcast)];
        let mode = |word: &str| modes.into_iter().find_map(|(name, mode)| (name == word).then_some(mode));
        let mode = read!("NETWORK_MODE", "`unicast` or `broadcast`", None, mode);
        let port = read!("UDP_PORT", "a port from 1 to 65535", None, positive);
        let (ip, ignored_bind_address) = if mode == Some(Mode::Broadcast) {
            (Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), lookup("VLLM_STATE_GATEWAY_BIND_ADDRESS"))
        } else {
            (read!("BIND_ADDRESS", "an IP address such as 0.0.0.0", None, |word| word.parse().ok()), None)
        };
        let default = Some(DEFAULT_STALE_THRESHOLD_MS);
        let stale = read!("STALE_THRESHOLD", "milliseconds above 0", default, positive);
        let log = read!("ENABLE_LOG", "`true` or `false`", Some(false), |word| word.parse().ok());
        let path = |word: &str| Some(PathBuf::from(word)).filter(|path| path.file_name().is_some());
        let log = if log == Some(true) { read!("LOG_FILE", "the path of a file", None, path) } else { None };
        let all = mode.zip(port).zip(ip).zip(stale).filter(|_| errors.is_empty());
        let (((mode, port), ip), stale_threshold_ms) = all.ok_or(errors)?;
        let address = SocketAddr::new(ip, port);
        Ok(Self { mode, address, ignored_bind_address, stale_threshold_ms, log })
    }
}

/// A whole number above zero, in digits only: `parse` alone would take `+5`.
fn positive<T: std::str::FromStr + Default + PartialEq>(word: &str) -> Option<T> {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|number| digits && *number != T::default())
}
