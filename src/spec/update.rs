//! `Update`: a launch that repeats that of a container, and takes its place.

use super::{ImageSource, LaunchSpec, Networking};
use crate::values::{MountSource, Publish, Pull};

/// What a launch is to the container that it repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update {
    /// Whether the caller says something else of it: then there is something to do, whatever image there is.
    pub is_changed: bool,
}

impl LaunchSpec {
    /// The same with its image as it is by now: nobody is asked for a newer one while the old container is stopped.
    #[must_use]
    pub fn with_image_there(mut self) -> Self {
        if let ImageSource::Engine(pull @ (Pull::Always | Pull::Newer)) = &mut self.image.source {
            *pull = Pull::Missing;
        }
        self
    }

    /// Whether the new container of an update runs beside the old one until it is ready. Nothing that only one of them can
    /// have may be asked for: a port of the host, a name on a network, something that both would write to, a device.
    #[must_use]
    pub fn stands_beside(&self) -> bool {
        self.update.is_some() && self.shared().is_none()
    }

    /// What old and new container cannot both have, in words.
    #[must_use]
    pub fn shared(&self) -> Option<String> {
        match &self.networking {
            Networking::Host { .. } => return Some("the host's network".to_owned()),
            Networking::Container { target } => return Some(format!("the network of {target}")),
            Networking::Own { attachments, .. } => {
                let networks: Vec<&str> = attachments.iter().map(|one| one.network.as_str()).collect();
                return Some(format!("the name on {}", networks.join(", ")));
            }
            Networking::Bridge { .. } | Networking::None { .. } => {}
        }
        let of_the_host = |publish: &&Publish| publish.host.is_some();
        if let Some(publish) = self.networking.publish().iter().find(of_the_host) {
            let ports: Vec<String> = publish.bindings().into_iter().filter_map(|one| one.host).collect();
            return Some(format!("{} {} of the host", publish.protocol.name(), ports.join(", ")));
        }
        self.written().or_else(|| self.device())
    }

    /// Where both would write.
    fn written(&self) -> Option<String> {
        let options = &self.options;
        let volume = options.volume.values().find(|volume| !volume.is_read_only());
        let is_shared =
            |source: &MountSource| matches!(source, MountSource::Bind(_) | MountSource::Volume(_));
        let mount = options.mount.values().find(|mount| !mount.read_only && is_shared(&mount.source));
        let target = volume.map(|volume| &volume.target).or(mount.map(|mount| &mount.target));
        let others = (!options.volumes_from.is_empty()).then(|| "another one's volumes".to_owned());
        target.map(|target| format!("what it writes to {target}")).or(others)
    }

    /// A device that one of them may need for itself.
    fn device(&self) -> Option<String> {
        let has_gpus = self.options.gpus.get().is_some();
        let has_device = !self.options.device.is_empty();
        has_gpus.then(|| "the GPUs".to_owned()).or_else(|| has_device.then(|| "its devices".to_owned()))
    }
}
