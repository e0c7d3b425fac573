//! `Document`: what configuration files say, in types. Files merge into one document, key by key.

use super::build::Build;
use super::interpolate::Template;
use super::schema::{Schema, Variable};
use super::stack::Stack;
use super::waiver::Waiver;
use crate::finding::{FileKind, Origin, Place, Source};
use crate::host::Host;
use crate::options::{Layer, ROWS, Row, Setting};
use crate::values::{Duration, Protocol, Roots, Size, Subnet, Value as _};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

/// What one file says, or all of them together.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    /// The files that it was read from, lowest first.
    pub files: Vec<Source>,
    /// The service that is launched when none is named.
    pub default_service: Option<Setting<String>>,
    /// The stack that is launched when none is named.
    pub default_stack: Option<Setting<String>>,
    /// The profile of a launch that names none.
    pub default_profile: Option<Setting<String>>,
    /// What a lower file says of that.
    pub default_profile_below: Option<Setting<String>>,
    /// How long a launch waits until its container is ready, where no time is said.
    pub default_wait: Option<Setting<Duration>>,
    /// How long a container has to run to count as ready, where nothing else tells.
    pub default_uptime: Option<Setting<Duration>>,
    /// How long a shell waits for names that an engine knows.
    pub completion_wait: Option<Setting<Duration>>,
    /// How many ports one launch may publish.
    pub most_published: Option<Setting<u16>>,
    /// How many of them are no matter for a warning.
    pub many_published: Option<Setting<u16>>,
    /// Folders whose project files are followed in everything.
    pub trusted: Vec<Setting<PathBuf>>,
    /// `[service.NAME]`.
    pub services: BTreeMap<String, Service>,
    /// `[profile.NAME]`.
    pub profiles: BTreeMap<String, Profile>,
    /// `[schema.NAME]`.
    pub schemas: BTreeMap<String, Schema>,
    /// `[stack.NAME]`.
    pub stacks: BTreeMap<String, Stack>,
    /// `[network.NAME]`.
    pub networks: BTreeMap<String, NetworkDeclaration>,
    /// Variables of the caller that a value was made from.
    pub interpolated: Vec<Setting<String>>,
}

/// The launch options of a section, as every file says them, the lowest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    /// What each file says.
    pub parts: Vec<Part>,
}

/// What one file says in a section.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// What holds in any case.
    pub said: Said,
    /// `when.OPTION.WORD`: what holds besides where the option comes to that word. It lies over what holds in any
    /// case, and under what a higher file says.
    pub when: BTreeMap<&'static str, Arms>,
}

/// By the word that the option has to come to; `*` is any that is said and has no arm of its own.
pub(super) type Arms = BTreeMap<String, Said>;

/// Launch options.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// Those that are known.
    pub options: Layer,
    /// Those that are made from others, once these are settled.
    pub late: Vec<Late>,
}

/// A word of a launch option that waits for others.
#[derive(Debug, Clone)]
pub(super) struct Late {
    /// The option.
    pub row: &'static Row,
    /// The word to be.
    pub template: Template,
    /// The file and place that say it.
    pub place: Place,
}

/// What a workload is.
#[derive(Debug, Clone, Default)]
pub(super) struct Service {
    /// One line for people.
    pub about: Option<Setting<String>>,
    /// Its launch options.
    pub section: Section,
    /// The options that name it, where the caller gives one of them and no service.
    pub chosen_by: Vec<Setting<String>>,
    /// How its image is built where it cannot be had.
    pub build: Option<Build>,
    /// The command that its image is given when none is said.
    pub command: Option<Setting<Vec<String>>>,
    /// The command of a lower file that it stands in the place of.
    pub command_below: Option<Setting<Vec<String>>>,
    /// Whether a command of the caller can run in its image; it can, unless said.
    pub commands: Option<Setting<bool>>,
    /// Whether the image is made from dynrun's own binary.
    pub built_in: Option<Setting<bool>>,
    /// The services that it cannot work without, by their names.
    pub needs: Vec<Setting<String>>,
    /// The variable by which others are told where the service is.
    pub found_by: Option<Setting<String>>,
    /// The ports that it listens on.
    pub listens: Vec<Setting<Listen>>,
    /// The schema of its variables, which it may share with others.
    pub schema: Option<Setting<String>>,
    /// The variables and rules of its own.
    pub own: Schema,
    /// What of it is not refused.
    pub allow: Vec<Setting<Waiver>>,
}

/// A port that a service listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// The port, unless its variable or argument says another.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// The variable that moves the port.
    pub variable: Option<String>,
    /// The argument of the command that moves the port: `--http-port`.
    pub argument: Option<String>,
    /// Who comes there, in a word or two for people: `clients`.
    pub about: Option<String>,
    /// The variable that says the address that the port is bound to.
    pub address: Option<String>,
    /// What answers there, where dynrun can tell it from anything else.
    pub speaks: Option<Speech>,
    /// What `dynrun probe` asks there.
    pub probe: Option<ProbeKind>,
    /// Whether the port is opened only where its variable or argument says one.
    pub is_optional: bool,
    /// Whether it is for programs of this host alone: published by itself, it is on loopback.
    pub is_internal: bool,
}

impl Listen {
    /// What `dynrun probe` asks there: what was said, else what answers there.
    #[must_use]
    pub fn probed(&self) -> Option<ProbeKind> {
        let spoken = self.speaks.map(|speech| match speech {
            Speech::Nats => ProbeKind::Nats,
            Speech::Etcd => ProbeKind::Etcd,
        });
        self.probe.or(spoken)
    }

    /// A port of which nothing else is known.
    pub(super) fn of(port: u16, protocol: Protocol) -> Self {
        Self {
            port,
            protocol,
            variable: None,
            argument: None,
            about: None,
            address: None,
            speaks: None,
            probe: None,
            is_optional: false,
            is_internal: false,
        }
    }
}

/// A protocol that dynrun can recognise by asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// NATS, by its banner.
    Nats,
    /// etcd, by its version and what it says of its health.
    Etcd,
}

impl Speech {
    /// Every protocol, by its word in a file.
    pub const ALL: [(&str, Self); 2] = [("nats", Self::Nats), ("etcd", Self::Etcd)];
}

/// What a service is asked whether it does what it is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeKind {
    /// States of ELRAR's protocol, which the built-in gateway reads back.
    States,
    /// The same to a gateway that answers nothing.
    Datagram,
    /// The models, and a few words of one, by OpenAI's API.
    OpenAi,
    /// What a NATS server says of itself.
    Nats,
    /// The version and the health of an etcd.
    Etcd,
}

impl ProbeKind {
    /// Every kind, by its word.
    pub const ALL: [(&str, Self); 5] = [
        ("states", Self::States),
        ("datagram", Self::Datagram),
        ("openai", Self::OpenAi),
        ("nats", Self::Nats),
        ("etcd", Self::Etcd),
    ];

    /// Reads its word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind)
    }
}

/// Habits of a launch.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    /// One line for people.
    pub about: Option<Setting<String>>,
    /// The profiles that this one builds on, the lowest first; none where nothing is said of that.
    pub extends: Option<Vec<Setting<String>>>,
    /// What a lower file says of that.
    pub extends_below: Option<Vec<Setting<String>>>,
    /// Its launch options.
    pub section: Section,
    /// What it says of one service.
    pub services: BTreeMap<String, ProfileService>,
    /// What it refuses, by the names of policies. A file may add to it, and none may take away.
    pub refuse: Vec<Setting<String>>,
    /// What of that is not refused.
    pub allow: Vec<Setting<Waiver>>,
}

/// What a profile says of one service.
#[derive(Debug, Clone, Default)]
pub(super) struct ProfileService {
    /// Where the service is named.
    pub named: Option<Origin>,
    /// Its launch options.
    pub section: Section,
    /// What of it is not refused.
    pub allow: Vec<Setting<Waiver>>,
}

/// A network as it should be, and as it is created with `--create-network`.
#[derive(Debug, Clone, Default)]
pub struct NetworkDeclaration {
    /// Its driver; the engine's default, if not said.
    pub driver: Option<Setting<String>>,
    /// Its scope: local, swarm or global.
    pub scope: Option<Setting<String>>,
    /// Whether containers outside a swarm service may join.
    pub attachable: Option<Setting<bool>>,
    /// Whether it has no way out.
    pub internal: Option<Setting<bool>>,
    /// Its subnets.
    pub subnets: Vec<Setting<Subnet>>,
    /// The addresses of its gateways, each in one of the subnets.
    pub gateways: Vec<Setting<IpAddr>>,
    /// The parts of the subnets that containers get their addresses from.
    pub ip_ranges: Vec<Setting<Subnet>>,
    /// Whether it has addresses of IPv6.
    pub ipv6: Option<Setting<bool>>,
    /// Options of its driver.
    pub options: BTreeMap<String, Setting<String>>,
    /// Its labels, beside dynrun's own.
    pub labels: BTreeMap<String, Setting<String>>,
    /// Where the network was declared.
    pub declared: Option<Place>,
}

/// The driver of networks that all of a swarm have, and their scope.
const OVERLAY: (&str, &str) = ("overlay", "swarm");

impl NetworkDeclaration {
    /// Whether it is to be one of a swarm's.
    #[must_use]
    pub fn is_overlay(&self) -> bool {
        let is = |setting: &Option<Setting<String>>, word: &str| {
            setting.as_ref().is_some_and(|setting| setting.value == word)
        };
        is(&self.driver, OVERLAY.0) || is(&self.scope, OVERLAY.1)
    }

    /// Each subnet with the range and the gateway that lie in it, as docker's client sorts them.
    pub fn pools(&self) -> impl Iterator<Item = (&Subnet, Option<&Subnet>, Option<IpAddr>)> {
        self.subnets.iter().map(|Setting { value: subnet, .. }| {
            let range = self.ip_ranges.iter().find(|range| subnet.contains(range.value.address));
            let gateway = self.gateways.iter().find(|gateway| subnet.contains(gateway.value));
            (subnet, range.map(|range| &range.value), gateway.map(|gateway| gateway.value))
        })
    }

    /// The line of docker's that makes a network of this name with all that is declared of it.
    #[must_use]
    pub fn create_line(&self, name: &str) -> String {
        self.line(name, None)
    }

    /// The same of an overlay that containers can join, whatever is declared of that.
    #[must_use]
    pub fn overlay_line(&self, name: &str) -> String {
        self.line(name, Some(OVERLAY.0))
    }

    fn line(&self, name: &str, otherwise: Option<&str>) -> String {
        let driver = self.driver.as_ref().map(|driver| driver.value.as_str()).or(otherwise);
        let is_on = |switch: &Option<Setting<bool>>| switch.as_ref().is_some_and(|switch| switch.value);
        let mut words = vec!["docker", "network", "create"];
        words.extend(driver.into_iter().flat_map(|driver| ["--driver", driver]));
        words.extend(self.scope.iter().flat_map(|scope| ["--scope", &scope.value]));
        let is_attachable = is_on(&self.attachable) || self.is_overlay() || otherwise.is_some();
        words.extend(is_attachable.then_some("--attachable"));
        words.extend(is_on(&self.internal).then_some("--internal"));
        let subnets: Vec<String> = self.subnets.iter().map(|subnet| subnet.value.word()).collect();
        words.extend(subnets.iter().flat_map(|subnet| ["--subnet", subnet]));
        let gateways: Vec<String> = self.gateways.iter().map(|gateway| gateway.value.to_string()).collect();
        words.extend(gateways.iter().flat_map(|gateway| ["--gateway", gateway]));
        let ranges: Vec<String> = self.ip_ranges.iter().map(|range| range.value.word()).collect();
        words.extend(ranges.iter().flat_map(|range| ["--ip-range", range]));
        words.extend(is_on(&self.ipv6).then_some("--ipv6"));
        let (options, labels) = (pairs(&self.options), pairs(&self.labels));
        words.extend(options.iter().flat_map(|option| ["--opt", option]));
        words.extend(labels.iter().flat_map(|label| ["--label", label]));
        words.push(name);
        // A NUL, which no word of a line can hold, makes no line.
        shlex::try_join(words).unwrap_or_default()
    }
}

/// Names with their values, as docker's flags take them.
fn pairs(named: &BTreeMap<String, Setting<String>>) -> Vec<String> {
    named.iter().map(|(name, setting)| format!("{name}={}", setting.value)).collect()
}

impl Document {
    /// Every variable that a service or a schema declares, with its name.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&String, &Variable)> {
        let own = self.services.values().map(|service| &service.own);
        own.chain(self.schemas.values()).flat_map(|schema| &schema.variables)
    }

    /// Whether a file is this one, or lies over it.
    pub(super) fn is_as_high(&self, file: &Source, other: &Source) -> bool {
        let height = |file: &Source| self.files.iter().position(|held| held == file);
        height(file) >= height(other)
    }

    /// Lays a higher file over this document.
    pub(super) fn lay_over(&mut self, upper: Document) {
        self.files.extend(upper.files);
        replace(&mut self.default_service, upper.default_service);
        if upper.default_profile.is_some() {
            self.default_profile_below = self.default_profile.take();
            self.default_profile = upper.default_profile;
        }
        replace(&mut self.default_stack, upper.default_stack);
        replace(&mut self.default_wait, upper.default_wait);
        replace(&mut self.default_uptime, upper.default_uptime);
        replace(&mut self.completion_wait, upper.completion_wait);
        replace(&mut self.most_published, upper.most_published);
        replace(&mut self.many_published, upper.many_published);
        self.trusted.extend(upper.trusted);
        self.interpolated.extend(upper.interpolated);
        for (name, service) in upper.services {
            self.services.entry(name).or_default().lay_over(service);
        }
        for (name, profile) in upper.profiles {
            self.profiles.entry(name).or_default().lay_over(profile);
        }
        for (name, schema) in upper.schemas {
            self.schemas.entry(name).or_default().lay_over(schema);
        }
        for (name, stack) in upper.stacks {
            self.stacks.entry(name).or_default().lay_over(stack);
        }
        for (name, network) in upper.networks {
            self.networks.entry(name).or_default().lay_over(network);
        }
    }
}

impl Service {
    fn lay_over(&mut self, upper: Service) {
        replace(&mut self.about, upper.about);
        self.section.lay_over(upper.section);
        self.chosen_by.extend(upper.chosen_by);
        if let Some(build) = upper.build {
            self.build.get_or_insert_default().lay_over(build);
        }
        if upper.command.is_some() {
            self.command_below = self.command.take();
            self.command = upper.command;
        }
        replace(&mut self.commands, upper.commands);
        replace(&mut self.built_in, upper.built_in);
        for need in upper.needs {
            if !self.needs.iter().any(|held| held.value == need.value) {
                self.needs.push(need);
            }
        }
        replace(&mut self.found_by, upper.found_by);
        for listen in upper.listens {
            let same = |held: &Setting<Listen>| {
                (held.value.port, held.value.protocol) == (listen.value.port, listen.value.protocol)
            };
            self.listens.retain(|held| !same(held));
            self.listens.push(listen);
        }
        replace(&mut self.schema, upper.schema);
        self.own.lay_over(upper.own);
        self.allow.extend(upper.allow);
    }
}

impl Profile {
    fn lay_over(&mut self, upper: Profile) {
        replace(&mut self.about, upper.about);
        if upper.extends.is_some() {
            self.extends_below = self.extends.take();
            self.extends = upper.extends;
        }
        self.section.lay_over(upper.section);
        for (name, service) in upper.services {
            let held = self.services.entry(name).or_default();
            replace(&mut held.named, service.named);
            held.section.lay_over(service.section);
            held.allow.extend(service.allow);
        }
        self.refuse.extend(upper.refuse);
        self.allow.extend(upper.allow);
    }
}

impl Section {
    /// A section that one source says.
    pub(super) fn of(options: Layer) -> Self {
        Self { parts: vec![Part { said: Said { options, late: Vec::new() }, when: BTreeMap::new() }] }
    }

    /// What holds in any case and waits for nothing.
    pub(super) fn options(&self) -> Layer {
        let mut options = Layer::default();
        self.parts.iter().for_each(|part| options.lay_over(&part.said.options));
        options
    }

    /// Where a power is given to the container, in any case or in an arm.
    pub(super) fn powers(&self) -> Vec<Origin> {
        let arms = |part: &Part| part.when.values().flat_map(BTreeMap::values).cloned().collect::<Vec<_>>();
        let said = self.parts.iter().flat_map(|part| arms(part).into_iter().chain([part.said.clone()]));
        said.flat_map(|said| ROWS.iter().flat_map(move |row| row.powers(&said.options)))
            .map(|(_, origin)| origin)
            .collect()
    }

    /// Lays a higher file's section over this one. They are put together when a launch is composed: until then
    /// nobody knows which arms of `when` hold.
    fn lay_over(&mut self, upper: Section) {
        self.parts.extend(upper.parts);
    }
}

impl NetworkDeclaration {
    fn lay_over(&mut self, upper: NetworkDeclaration) {
        replace(&mut self.driver, upper.driver);
        replace(&mut self.scope, upper.scope);
        replace(&mut self.attachable, upper.attachable);
        replace(&mut self.internal, upper.internal);
        replace(&mut self.declared, upper.declared);
        replace(&mut self.ipv6, upper.ipv6);
        self.subnets.extend(upper.subnets);
        self.gateways.extend(upper.gateways);
        self.ip_ranges.extend(upper.ip_ranges);
        self.options.extend(upper.options);
        self.labels.extend(upper.labels);
    }
}

pub(super) fn replace<T>(held: &mut Option<T>, upper: Option<T>) {
    if upper.is_some() {
        *held = upper;
    }
}

/// The place of a value in its file, as an origin.
#[must_use]
pub(super) fn origin(source: &Source, span: std::ops::Range<usize>) -> Origin {
    Origin::File(Place { file: source.clone(), span })
}

/// Where relative paths of a file start: at its folder. What is built in lies in no folder, and starts where the
/// caller stands.
#[must_use]
pub(super) fn roots<'a>(source: &'a Source, host: &'a Host) -> Roots<'a> {
    let base = match source.kind {
        FileKind::BuiltIn => host.folder(),
        FileKind::System | FileKind::User | FileKind::Project | FileKind::Given => source.folder(),
    };
    Roots { base, home: host.home() }
}

/// The largest configuration file that is read.
pub(super) const MAX_FILE: Size = Size(1 << 20);
