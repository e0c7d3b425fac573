//! The named volumes of a launch: made with the launch's label where they are missing, so that a launch that fails
//! takes back those that it made, and no other.

use super::error::EngineError;
use super::{ANSWER, Engine, Identity, labels};
use crate::spec::LaunchSpec;
use crate::values::{MountSource, VolumeMount, VolumeSource};
use http::Method;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;

/// A volume that a launch mounts, as the engine would make it.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    driver: Option<&'a str>,
    options: &'a [(String, String)],
    labels: &'a [(String, String)],
}

/// The named volumes that a launch mounts. `--volume-driver` is for those of `--volume` alone.
pub(super) fn wanted(spec: &LaunchSpec) -> impl Iterator<Item = Wanted<'_>> {
    let driver = spec.options.volume_driver.get().map(|driver| driver.0.as_str());
    let volumes = spec.options.volume.values().filter_map(move |volume| match &volume.source {
        VolumeSource::Named(name) => Some(Wanted { name, driver, options: &[], labels: &[] }),
        VolumeSource::Anonymous | VolumeSource::Path(_) => None,
    });
    let mounts = spec.options.mount.values().filter_map(|mount| match &mount.source {
        MountSource::Volume(VolumeMount { name: Some(name), driver, driver_opts, labels, .. }) => {
            Some(Wanted { name, driver: Some(driver), options: driver_opts, labels })
        }
        _ => None,
    });
    volumes.chain(mounts)
}

#[derive(Deserialize)]
struct Volume {
    #[serde(rename = "Name", default)]
    name: String,
    #[serde(rename = "Labels", default)]
    labels: Option<HashMap<String, String>>,
}

impl Engine {
    /// Whether the engine has a volume of this name.
    pub(super) async fn has_volume(&self, name: &str) -> Result<bool, EngineError> {
        self.volume(name).await.map(|volume| volume.is_some())
    }

    /// The request that makes a volume with the launch's label.
    pub(super) fn create_volume(
        &self,
        wanted: &Wanted<'_>,
        identity: &Identity,
    ) -> impl Future<Output = Result<(), EngineError>> + use<> {
        let mut labels: BTreeMap<String, String> = wanted.labels.iter().cloned().collect();
        labels.extend(labels::of_named(identity, wanted.name));
        let options: BTreeMap<_, _> = wanted.options.iter().cloned().collect();
        let mut body = json!({ "Name": wanted.name, "Labels": labels, "DriverOpts": options });
        if let Some(driver) = wanted.driver.filter(|driver| !driver.is_empty()) {
            body["Driver"] = driver.into();
        }
        let (transport, name) = (self.transport.clone(), wanted.name.to_owned());
        async move {
            let bytes = transport.call(Method::POST, "/volumes/create", Some(&body), ANSWER).await?;
            let created: Volume = serde_json::from_slice(&bytes).map_err(EngineError::garbled)?;
            if created.name == name { Ok(()) } else { Err(EngineError::garbled("it names another volume")) }
        }
    }

    /// Removes a volume if this launch made it.
    pub(super) async fn remove_made_volume(&self, name: &str, nonce: &str) -> Result<(), EngineError> {
        let volume = self.volume(name).await?;
        let labels = volume.and_then(|volume| volume.labels).unwrap_or_default();
        if labels.get(labels::RUN).is_none_or(|made_by| made_by != nonce) {
            return Ok(());
        }
        self.remove_volume(name).await
    }

    /// Removes a volume.
    pub(super) async fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        self.removed(&format!("/volumes/{name}")).await
    }

    async fn volume(&self, name: &str) -> Result<Option<Volume>, EngineError> {
        self.find(&format!("/volumes/{name}")).await
    }
}
