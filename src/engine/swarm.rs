//! What the engine says of the swarm that it is part of, or not. No token of it is ever asked for.

use super::{Engine, EngineError};
use bollard::models::{LocalNodeState, SwarmInfo, SystemInfo};

/// An engine's place in a swarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwarmState {
    /// It is in none.
    Inactive,
    /// It is on its way into one.
    Pending,
    /// It does what managers say, and knows what it was told.
    Worker,
    /// It knows the whole swarm.
    Manager,
    /// It is a manager that waits for its key.
    Locked,
    /// It is in one that it cannot work in, for this reason.
    Failed(String),
}

impl Engine {
    /// Asks for the engine's place in a swarm.
    ///
    /// # Errors
    /// The engine does not tell.
    pub async fn swarm(&self) -> Result<SwarmState, EngineError> {
        let info: SystemInfo = self.get("/info").await?;
        Ok(info.swarm.map_or(SwarmState::Inactive, read))
    }
}

fn read(swarm: SwarmInfo) -> SwarmState {
    match swarm.local_node_state {
        Some(LocalNodeState::ACTIVE) if swarm.control_available.unwrap_or_default() => SwarmState::Manager,
        Some(LocalNodeState::ACTIVE) => SwarmState::Worker,
        Some(LocalNodeState::PENDING) => SwarmState::Pending,
        Some(LocalNodeState::LOCKED) => SwarmState::Locked,
        Some(LocalNodeState::ERROR) => SwarmState::Failed(swarm.error.unwrap_or_default()),
        Some(LocalNodeState::EMPTY | LocalNodeState::INACTIVE) | None => SwarmState::Inactive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// K3: what engines answer in each state.
    #[test]
    fn every_state_is_read() {
        for (text, want) in [
            (r#"{"LocalNodeState":"inactive","ControlAvailable":false}"#, SwarmState::Inactive),
            (r#"{"LocalNodeState":"","ControlAvailable":false}"#, SwarmState::Inactive),
            (r#"{"LocalNodeState":"pending"}"#, SwarmState::Pending),
            (r#"{"LocalNodeState":"active","ControlAvailable":false}"#, SwarmState::Worker),
            (r#"{"LocalNodeState":"active","ControlAvailable":true}"#, SwarmState::Manager),
            (r#"{"LocalNodeState":"locked"}"#, SwarmState::Locked),
            (
                r#"{"LocalNodeState":"error","Error":"the certificate has expired"}"#,
                SwarmState::Failed("the certificate has expired".to_owned()),
            ),
        ] {
            assert_eq!(read(serde_json::from_str(text).unwrap()), want, "{text}");
        }
    }
}
