//! What asked for a published port: the word that was typed for it, or what publishes every port that the service
//! listens on.

use super::{LaunchSpec, Listener, asked};
use crate::config::{Layer, Setting};
use crate::finding::{Asked, Finding, Origin};
use crate::values::{Publish, Value as _};

impl LaunchSpec {
    /// Whether a port is published because the service listens on it: nobody named it.
    #[must_use]
    pub fn is_services(&self, publish: &Setting<Publish>) -> bool {
        let switch = self.source.options.publish_service.setting();
        switch.is_some_and(|switch| switch.value && switch.origin == publish.origin)
    }

    /// What asked for a published port, and where: as it was typed, without the address that `--publish-ip` gave it. Of a
    /// port that a file publishes with all the others of its service, the one that the service listens on.
    #[must_use]
    pub fn published_by(&self, publish: &Setting<Publish>) -> Asked {
        if !self.is_services(publish) {
            return Asked {
                words: asked("publish", &self.typed(publish).word(), &publish.origin),
                origin: publish.origin.clone(),
            };
        }
        match (&publish.origin, self.published_listener(&publish.value)) {
            (Origin::File(_), Some(listener)) => {
                Asked { words: listener.words.clone(), origin: listener.origin.clone() }
            }
            (origin, _) => Asked { words: asked("publish-service", "true", origin), origin: origin.clone() },
        }
    }

    /// A published port as it was typed: where its address is `--publish-ip`'s, without one.
    #[must_use]
    pub fn typed(&self, publish: &Setting<Publish>) -> Publish {
        typed(publish, &self.source.options)
    }

    /// The finding, with what asked for a published port, and with what gave it its address, if that was another option.
    #[must_use]
    pub fn with_published(&self, finding: Finding, publish: &Setting<Publish>) -> Finding {
        let Asked { words, origin } = self.published_by(publish);
        let finding = finding.asked(words, &origin);
        let is_given = publish.value.ip.is_some() && self.typed(publish).ip.is_none();
        match self.source.options.publish_ip.setting().filter(|_| is_given) {
            Some(said) => finding.asked(asked("publish-ip", &said.value.word(), &said.origin), &said.origin),
            None => finding,
        }
    }

    /// The port of the service's that is published.
    fn published_listener(&self, publish: &Publish) -> Option<&Listener> {
        let is_meant = |listener: &&Listener| {
            listener.protocol == publish.protocol && publish.container.contains(listener.port)
        };
        self.listeners.iter().find(is_meant)
    }
}

fn typed(publish: &Setting<Publish>, said: &Layer) -> Publish {
    let bare = Publish { ip: None, ..publish.value.clone() };
    let is_said = |value: &Publish| {
        said.publish.iter().any(|said| said.origin == publish.origin && said.value == *value)
    };
    match publish.value.ip {
        Some(ip) if said.publish_ip.get() == Some(&ip) && !is_said(&publish.value) => bare,
        Some(_) | None => publish.value.clone(),
    }
}
