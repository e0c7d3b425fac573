//! The named volumes of a launch: made with the launch's label where they are missing, so that a launch that fails
//! takes back those that it made, and no other.

use super::error::EngineError;
use super::{ANSWER, Engine, labels};
use crate::spec::LaunchSpec;
use crate::values::VolumeSource;
use http::Method;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;

/// The names of the volumes that a launch mounts.
pub(super) fn names(spec: &LaunchSpec) -> impl Iterator<Item = &str> {
    spec.options.volume.values().filter_map(|volume| match &volume.source {
        VolumeSource::Named(name) => Some(name.as_str()),
        VolumeSource::Anonymous | VolumeSource::Path(_) => None,
    })
}

#[derive(Deserialize)]
struct Volume {
    #[serde(rename = "Labels", default)]
    labels: Option<HashMap<String, String>>,
}

impl Engine {
    /// Whether the engine has a volume of this name.
    pub(super) async fn has_volume(&self, name: &str) -> Result<bool, EngineError> {
        self.volume(name).await.map(|volume| volume.is_some())
    }

    /// Makes a volume with the launch's label.
    pub(super) async fn create_volume(&self, name: &str, nonce: &str) -> Result<(), EngineError> {
        let body = json!({ "Name": name, "Labels": { labels::RUN: nonce } });
        self.transport.call(Method::POST, "/volumes/create", Some(&body), ANSWER).await.map(drop)
    }

    /// Removes a volume if this launch made it.
    pub(super) async fn remove_made_volume(&self, name: &str, nonce: &str) -> Result<(), EngineError> {
        let volume = self.volume(name).await?;
        let labels = volume.and_then(|volume| volume.labels).unwrap_or_default();
        if labels.get(labels::RUN).is_none_or(|made_by| made_by != nonce) {
            return Ok(());
        }
        match self.transport.call(Method::DELETE, &format!("/volumes/{name}"), None, ANSWER).await {
            Err(error) if !error.is_status(404) => Err(error),
            _ => Ok(()),
        }
    }

    async fn volume(&self, name: &str) -> Result<Option<Volume>, EngineError> {
        match self.transport.call(Method::GET, &format!("/volumes/{name}"), None, ANSWER).await {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(EngineError::garbled),
            Err(error) if error.is_status(404) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
