//! Settled values into a `LaunchSpec`: total and typed. What cannot go together has no value here, and is refused
//! with every fault at once. Asks nobody.

mod cache;
mod creation;
mod declared;
mod endpoints;
mod environment;
mod exec;
mod gpus;
mod health;
mod lifecycle;
mod listeners;
mod logging;
mod matrix;
mod memory;
mod mounts;
mod namespaces;
mod naming;
mod network;
mod peers;
mod publish_limit;
mod published;
mod readiness;
mod resources;
mod terminal;
mod told;
mod update;

pub use cache::HfCache;
pub use exec::{ExecSpec, exec, launch_only};
pub use gpus::{GpuOptions, Lack, NVIDIA, is_gpu_habit};
pub use health::HealthTimes;
pub use lifecycle::{Lifecycle, Streams};
pub use listeners::{Listener, Mover, PortMove, is_callers, overlap};
pub use logging::{LogDriver, log_driver};
pub use matrix::{MATRIX, MODES, Mode, Rule, Verdict};
pub use memory::small_shared_memory;
pub use mounts::MadeFolder;
pub use network::{Attachment, Names, Networking};
pub(crate) use peers::variable_words;
pub use peers::{Peer, peers};
pub use readiness::Readiness;
pub use resources::limits;
pub use terminal::without_terminal;
pub use update::Update;

// The rooms behind this one read a spec, and know the configuration's types by it alone.
pub use crate::config::{
    Build, DriverCuda, Kept, Layer, Many, Need, NetworkDeclaration, OfStack, Relation, Same, Schema, Setting,
    Speech, Terms, Variable, VariableKind, Waiver, gpu_facts, known_as, names_url, program,
};

use crate::config::{Settled, SettledService};
use crate::finding::{Code, Finding, Findings, Origin, refuses};
use crate::host::WindowSize;
use crate::values::{
    EnvVar, IfExists, ImageRef, PortPolicy, Publish, Pull, Ready, Secret, SecretNames, SecretReference,
    SecretSource,
};
use listeners::Command;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A launch, decided.
#[derive(Debug, Clone)]
pub struct LaunchSpec {
    /// Docker's own options, as settled: what has no meaning with another option is left out. Everything that
    /// needs no further typing is read from here. Boxed: a launch is handed on many times.
    pub options: Box<Layer>,
    /// The service's name, if one is launched.
    pub service: Option<String>,
    /// The profile's name.
    pub profile: String,
    /// The image, and where it comes from.
    pub image: Image,
    /// The command and its arguments; the image's own when empty.
    pub command: Vec<String>,
    /// The container's network, with what can be said in it.
    pub networking: Networking,
    /// The models' place, where one is mounted.
    pub hf_cache: Option<HfCache>,
    /// The folders of the host that are made where they are missing.
    pub made_folders: Vec<MadeFolder>,
    /// Foreground or background, and what happens at the end.
    pub lifecycle: Lifecycle,
    /// The networks to create, should they be missing.
    pub create_networks: BTreeMap<String, NetworkDeclaration>,
    /// Whether one of these that is there, and not as it was declared, is to be made anew.
    pub fix_networks: bool,
    /// How the networks were declared, to hold them to it.
    pub declared_networks: BTreeMap<String, NetworkDeclaration>,
    /// The ports that the service opens by itself. One whose variable holds no port is left out: `rules` tells of it.
    pub listeners: Vec<Listener>,
    /// The services that it cannot work without.
    pub needs: Vec<Need>,
    /// Whether the command is the caller's own: then nobody knows what it opens and needs.
    pub command_is_callers: bool,
    /// Where the command was said.
    pub command_origin: Origin,
    /// What to do about a port that is taken.
    pub port_policy: PortPolicy,
    /// What to do where a container has the name.
    pub if_exists: IfExists,
    /// Whether it repeats the launch of the container that it is to replace; none where it is a launch of its own.
    pub update: Option<Update>,
    /// What the launch is judged by, beside its options.
    pub terms: Terms,
    /// Which names hold secrets.
    pub secrets: SecretNames,
    /// The size of the terminal that the container gets at its start.
    pub window: Option<WindowSize>,
    /// The seccomp profiles that files hold, by their paths.
    pub seccomp_profiles: BTreeMap<PathBuf, String>,
    /// What the launch was decided from, to decide it anew with other ports.
    source: Box<Settled>,
    /// The ports that were moved since.
    moves: Vec<PortMove>,
}

/// An image, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Its name.
    pub reference: ImageRef,
    /// Its source.
    pub source: ImageSource,
    /// How it is built where it cannot be had.
    pub build: Option<Build>,
    /// Where it was said that a newer one is pulled, if it was: docker's line has no word for it.
    pub newer: Option<Origin>,
}

/// Where an image comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageSource {
    /// The engine has it or pulls it.
    Engine(Pull),
    /// dynrun makes it from its own binary.
    OwnBinary,
}

/// Decides a launch. Findings that do not refuse it come with it.
///
/// # Errors
/// Everything that cannot go together.
pub fn plan(settled: Settled) -> Result<(LaunchSpec, Findings), Findings> {
    plan_moved(Box::new(settled), &[])
}

/// Decides a launch with ports that were moved.
fn plan_moved(source: Box<Settled>, moves: &[PortMove]) -> Result<(LaunchSpec, Findings), Findings> {
    let Settled {
        mut options,
        service,
        profile,
        mut command,
        command_is_callers,
        command_origin,
        networks,
        terms,
        secrets,
        nonce,
        at_terminal,
        window,
        wait_times,
        seccomp_profiles,
        engine_socket,
        build,
    } = (*source).clone();
    let mut findings = refused_command(service.as_ref(), command_is_callers);
    let said = Command { words: &mut command, is_callers: command_is_callers };
    let listeners = listeners::decide(service.as_ref(), &mut options, said, moves, &mut findings);
    findings.extend(fill_in(&mut options, service.as_ref(), (&nonce, at_terminal), engine_socket));
    let readiness = readiness::decide(&options, (&listeners, command_is_callers), &wait_times, &mut findings);
    let (networking, lifecycle) = settled_options(&mut options, (readiness, &terms), &mut findings);
    let image = image(&options, service.as_ref(), build, &mut findings);
    findings.extend(declared::outside(networking.as_ref(), (&networks, &options)));
    let (create_networks, fix_networks) = creation::decide(&options, &networking, &networks, &mut findings);
    let decided = image.zip(networking).zip(lifecycle).filter(|_| !refuses(&findings));
    let Some(((image, networking), lifecycle)) = decided else { return Err(findings) };
    let (window, hf_cache) = (window.filter(|_| options.tty.is_on()), cache::mounted(&options));
    let (port_policy, if_exists) = policies(&options);
    let (service, needs) = service.map(|service| (service.name, service.needs)).unzip();
    let spec = LaunchSpec {
        made_folders: forget_own(&mut options),
        options: Box::new(options),
        service,
        profile,
        image,
        command,
        networking,
        hf_cache,
        lifecycle,
        create_networks,
        fix_networks,
        declared_networks: networks,
        listeners,
        needs: needs.unwrap_or_default(),
        command_is_callers,
        command_origin,
        port_policy,
        if_exists,
        update: None,
        terms,
        secrets,
        window,
        seccomp_profiles,
        source,
        moves: moves.to_vec(),
    };
    Ok((spec, findings))
}

/// What is decided where nobody said it: the engine's socket, a terminal, and a name.
fn fill_in(
    options: &mut Layer,
    service: Option<&SettledService>,
    (nonce, at_terminal): (&str, bool),
    engine_socket: Option<PathBuf>,
) -> Findings {
    let findings = mounts::hand_over_socket(options, engine_socket).into_iter().collect();
    terminal::decide(options, at_terminal);
    naming::decide(options, service.map(|service| service.name.as_str()), nonce);
    findings
}

/// What to do about a port that is taken, and about a name that is.
fn policies(options: &Layer) -> (PortPolicy, IfExists) {
    (options.port_policy.get().copied().unwrap_or(PortPolicy::Fail), naming::if_exists(options))
}

/// What needs the options alone: the habits of dynrun's that yield, and what has a type of its own.
fn settled_options(
    options: &mut Layer,
    (readiness, terms): (Option<Readiness>, &Terms),
    findings: &mut Findings,
) -> (Option<Networking>, Option<Lifecycle>) {
    let typed = options.publish.clone();
    publish_ip(options);
    findings.extend(listeners::twice(options, &typed));
    let networking = network::decide(options, findings);
    let lifecycle = lifecycle::decide(options, readiness, findings);
    logging::decide(options, findings);
    gpus::forget_none(options);
    mounts::decide(options, findings);
    findings.extend(health::decide(options));
    findings.extend(conflicts(options, (&typed, publish_limit::Limits::of(terms)), networking.as_ref()));
    (networking, lifecycle)
}

/// What cannot stand together, or stands there in vain, and is decided by nothing else.
fn conflicts(
    options: &Layer,
    (typed, limits): (&Many<Publish>, publish_limit::Limits<'_>),
    networking: Option<&Networking>,
) -> Findings {
    let published =
        networking.and_then(|networking| publish_limit::check(options, typed, limits, networking.mode()));
    let of_namespaces = networking.map(|networking| namespaces::conflicts(options, networking));
    let alone = naming::conflict(options).into_iter().chain(published);
    let alone = alone.chain(mounts::made_in_two_ways(options)).chain(environment::too_long(options));
    let ignored = memory::findings(options).into_iter().chain(alone);
    ignored.chain(resources::conflicts(options)).chain(of_namespaces.into_iter().flatten()).collect()
}

/// A text in which no value of a secret variable stands, nor a line of one.
pub fn without_values<'a>(text: &str, secrets: impl Iterator<Item = &'a str>) -> String {
    /// A shorter line is in any text. It tells only where it is all of it.
    const TELLING: usize = 6;
    let mut parts: Vec<&str> = Vec::new();
    // The end of its last line is not in what is printed of it.
    for value in secrets.map(|value| value.trim_end_matches(['\r', '\n'])).filter(|value| !value.is_empty()) {
        let is_telling = |line: &&str| line.len() >= TELLING || (!line.is_empty() && *line == text.trim());
        parts.push(value);
        parts.extend(value.lines().map(str::trim).filter(is_telling));
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts.into_iter().fold(text.to_owned(), |text, part| text.replace(part, "***"))
}

impl LaunchSpec {
    /// The stack that it is one of.
    #[must_use]
    pub fn stack(&self) -> Option<&OfStack> {
        self.source.service.as_ref()?.stack.as_ref()
    }

    /// What somebody said that tells that it is ready.
    #[must_use]
    pub fn said_ready(&self) -> &Many<Ready> {
        &self.source.options.ready
    }

    /// All options as settled, dynrun's own among them.
    #[must_use]
    pub fn settled(&self) -> &Layer {
        &self.source.options
    }

    /// The secret whose file is mounted at this path, as it was said.
    #[must_use]
    pub fn secret_at(&self, target: &str) -> Option<&SecretReference> {
        let mut secrets = self.source.options.secret.values();
        secrets.find(|secret| secret.variable().is_none() && secret.place() == target)
    }

    /// The caller's variable that the container's is taken from, where a secret by reference has two names.
    #[must_use]
    pub fn source_of(&self, name: &str) -> Option<&str> {
        let held = self.options.env.named(name)?;
        let secret = self.source.options.secret.iter().find(|secret| secret.origin == held.origin)?;
        match &secret.value.source {
            SecretSource::Variable(source) if secret.value.place() == name && source != name => Some(source),
            SecretSource::Variable(_) | SecretSource::File(_) => None,
        }
    }

    /// A text without the values of the launch's secret variables.
    #[must_use]
    pub fn without_secret_values(&self, text: &str) -> String {
        self.without_secret_values_and(text, &[])
    }

    /// The same without what was read of its secrets' files.
    #[must_use]
    pub fn without_secret_values_and(&self, text: &str, of_files: &[Secret]) -> String {
        let variables = self.options.env.values();
        let secret = variables.filter(|variable| self.secrets.is_secret(&variable.name));
        let values = secret.filter_map(|variable| variable.value.as_ref());
        let build = self.image.build.iter().flat_map(|build| build.secret_values(&self.secrets));
        without_values(text, values.chain(build).chain(of_files).map(Secret::expose))
    }

    /// The files of its secrets.
    pub fn secret_files(&self) -> impl Iterator<Item = &Path> {
        self.source.options.secret.values().filter_map(|secret| match &secret.source {
            SecretSource::File(path) => Some(path.as_path()),
            SecretSource::Variable(_) => None,
        })
    }

    /// Whether the service's own command runs. What the caller's or the image's needs, nobody knows.
    #[must_use]
    pub fn runs_its_own_command(&self) -> bool {
        self.service.is_some() && !self.command_is_callers && !self.command.is_empty()
    }

    /// The command for any reader's eyes: a secret in it is `***`.
    #[must_use]
    pub fn shown_command(&self) -> Vec<String> {
        self.shown_words(&self.command)
    }

    /// The same of other words that its program is given.
    #[must_use]
    pub fn shown_words(&self, words: &[String]) -> Vec<String> {
        self.secrets.without_secrets_of(&program(&self.options), words)
    }

    /// The value of the command's argument: of `--name VALUE` or `--name=VALUE`, the last one.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&str> {
        listeners::argument(&self.command, name)
    }

    /// The platform that the image is to be for, where one is said.
    #[must_use]
    pub fn platform(&self) -> Option<&str> {
        self.options
            .platform
            .get()
            .map(|platform| platform.0.as_str())
            .filter(|platform| !platform.is_empty())
    }

    /// The ports that were moved, in their order.
    #[must_use]
    pub fn moves(&self) -> &[PortMove] {
        &self.moves
    }

    /// The same launch with further ports moved, and with everything that follows them: the service's variable or
    /// argument, what is published, and what is asked whether it is ready.
    ///
    /// # Errors
    /// Everything that cannot go together.
    pub fn moved(&self, further: &[PortMove]) -> Result<Self, Findings> {
        let mut source = self.source.clone();
        source.options.env = self.env_unmoved();
        let moves: Vec<PortMove> = self.moves.iter().chain(further).copied().collect();
        self.anew(source, &moves)
    }

    /// The same launch with what it is told of the ports of others, once some of those have moved that were launched before
    /// it.
    ///
    /// # Errors
    /// Everything that cannot go together.
    pub fn following(&self, before: &[Self]) -> Result<Self, Findings> {
        let mut source = self.source.clone();
        source.options.env = self.env_unmoved();
        match told::follow(self, before, &mut source) {
            true => self.anew(source, &self.moves),
            false => Ok(self.clone()),
        }
    }

    /// The variables before any port of the launch's own was moved. Rules may have written a value in the service's own
    /// form since it was settled.
    fn env_unmoved(&self) -> Many<EnvVar> {
        let mut env = self.options.env.clone();
        env.retain(|setting| setting.origin != listeners::MOVED);
        for setting in &self.source.options.env {
            if env.named(&setting.value.name).is_none() {
                env.push(setting.value.clone(), setting.origin.clone());
            }
        }
        env
    }

    /// Decides it anew, from what it was decided from and with these ports moved. Docker's own configuration may have said
    /// the keys since then.
    fn anew(&self, mut source: Box<Settled>, moves: &[PortMove]) -> Result<Self, Findings> {
        source.options.detach_keys = self.options.detach_keys.clone();
        // And the image may lack the entrypoint that was there first.
        source.options.entrypoint = self.options.entrypoint.clone();
        let (spec, _) = plan_moved(source, moves)?;
        // Those that a stack sees to are none of the launch's any more.
        Ok(Self { needs: self.needs.clone(), update: self.update, ..spec.with_gpus(self.gpus()) })
    }
}

/// Whether a value is only dynrun's own habit: it yields to what somebody said.
pub(crate) fn is_habit(origin: &Origin) -> bool {
    origin.is_built_in() || matches!(origin, Origin::Rule(_)) && *origin != Origin::REPEATED
}

/// An option as it was asked for there.
#[must_use]
pub(crate) fn asked(option: &str, word: &str, origin: &Origin) -> String {
    crate::config::row(option).map(|row| row.asked(word, origin)).unwrap_or_default()
}

/// Gives the address of `--publish-ip` to what is published without one, where anything is published.
fn publish_ip(options: &mut Layer) {
    let Some(ip) = options.publish_ip.get().copied().filter(|_| network::publishes(options)) else { return };
    options.publish.change(|setting| setting.value.ip = setting.value.ip.or(Some(ip)));
}

fn refused_command(service: Option<&SettledService>, command_is_callers: bool) -> Findings {
    let refusing = service.filter(|service| command_is_callers && !service.takes_commands);
    let refused = refusing.map(|service| {
        let message =
            format!("the image of `{}` holds one program and no shell: it takes no command", service.name);
        Finding::error(Code::NoCommand, message)
            .help("run a command beside an engine: dynrun run inference -- COMMAND")
            .help("or in an image of your own: dynrun run --image IMAGE -- COMMAND")
    });
    refused.into_iter().collect()
}

fn image(
    options: &Layer,
    service: Option<&SettledService>,
    build: Option<Build>,
    findings: &mut Findings,
) -> Option<Image> {
    let Some(reference) = options.image.get().cloned() else {
        findings.push(match service {
            Some(SettledService { name, .. }) => {
                Finding::error(Code::NoImage, format!("nothing says which image the service `{name}` runs"))
                    .help(format!("say it in a file: [service.{name}] image = \"IMAGE\""))
                    .help(format!("or on the command line: dynrun run {name} --image IMAGE"))
            }
            None => Finding::error(Code::NoImage, "nothing says which image to run")
                .help("name a service: dynrun run gateway")
                .help("or an image: dynrun run --image IMAGE -- COMMAND"),
        });
        return None;
    };
    let pull = options.pull.get().copied().unwrap_or(Pull::Missing);
    let built_in = service.is_some_and(|service| service.built_in);
    let source = if built_in { ImageSource::OwnBinary } else { ImageSource::Engine(pull) };
    let newer = options.pull.setting().filter(|pull| pull.value == Pull::Newer);
    let newer = newer.map(|pull| pull.origin.clone());
    Some(Image { reference, source, build, newer })
}

/// Takes dynrun's own options, and own words, out: they have done their work. What is left of them are the folders that
/// are to be made.
fn forget_own(options: &mut Layer) -> Vec<MadeFolder> {
    for row in crate::config::rows().filter(|row| row.is_own && row.name != "image") {
        (row.slots.clear)(options);
    }
    if options.pull.get() == Some(&Pull::Newer) {
        options.pull.clear();
    }
    mounts::made(options)
}

/// The options that are said, each with its words for any reader's eyes.
pub fn said<'a>(
    options: &'a Layer,
    secrets: &'a SecretNames,
) -> impl Iterator<Item = (&'static str, Vec<String>)> + 'a {
    crate::config::rows().filter_map(|row| {
        let words: Vec<String> =
            (row.slots.said)(options, secrets).into_iter().map(|said| said.text).collect();
        (!words.is_empty()).then_some((row.name, words))
    })
}

/// Something that was said of a launch.
#[derive(Debug, Clone)]
pub struct SaidWord {
    /// The option's name.
    pub option: &'static str,
    /// As it was asked for: `-p 80:80`.
    pub asked: String,
    /// The word alone.
    pub word: String,
    /// Where.
    pub origin: Origin,
}

/// Every word that was said of a launch, and not by dynrun's own habits. No secret is among them.
pub fn said_words<'a>(options: &'a Layer, secrets: &'a SecretNames) -> impl Iterator<Item = SaidWord> + 'a {
    crate::config::rows().filter(|row| row.quotable).flat_map(move |row| {
        let said = (row.slots.said)(options, secrets).into_iter().filter(|said| !is_habit(&said.origin));
        said.map(|said| SaidWord {
            option: row.name,
            asked: row.asked(&said.text, &said.origin),
            word: said.text,
            origin: said.origin,
        })
    })
}
