//! Files, environment and flags into settled values, each with its origin. Knows nothing of Docker.

mod build;
mod choice;
mod command;
mod compose;
mod document;
mod dotenv;
mod environment;
mod exposed;
mod files;
mod git;
mod gpu_facts;
mod history;
mod house;
mod interpolate;
mod json_schema;
mod keys;
mod known_ports;
mod labels;
mod loaded;
mod log_drivers;
mod long;
mod machine;
mod named_file;
mod names;
mod needs;
mod option;
mod policies;
mod profiles;
mod read;
mod scalar;
mod schema;
mod seccomp;
mod secrets;
mod sections;
mod stack;
mod stated;
mod syntax;
mod terms;
mod trust;
mod undone;
mod url_names;
mod variables;
mod waiver;

pub use crate::options::{Heading, Layer, Many, One, Setting};
pub use build::Build;
pub use command::program;
pub use document::{Listen, NetworkDeclaration, ProbeKind, Speech};
pub use files::workspace;
pub use git::Kept;
pub use gpu_facts::{DriverBranch, DriverCuda, GpuFacts, gpu_facts};
pub use history::{History, Overridden};
pub use house::{House, Reach, house};
pub use json_schema::json_schema;
pub use known_ports::{KnownPort, known_as, known_ports};
pub use loaded::Loaded;
pub use log_drivers::{LogDriver, LogDrivers, log_drivers};
pub use machine::{MachineLimits, machine_limits};
pub use profiles::{Block, Line, ProfileOutline, profile, profiles};
pub use schema::{Relation, Schema, Variable, VariableKind};
pub use secrets::{OpenFile, Surroundings};
pub use stack::{Choice as StackChoice, Member, Membership, Outline as StackOutline, Same};
pub use stated::{Stated, stated};
pub use terms::{Committed, Terms};
pub use url_names::names_url;
pub use waiver::Waiver;

use crate::finding::{Code, FileKind, Finding, Findings, Origin, Source, nearest, refuses};
use crate::host::{Host, WindowSize};
use crate::options::Row;
use crate::values::{Duration, EnvVar, SecretNames, SecretProgram};
use choice::{Chosen, choose};
use compose::Composition;
use document::{Document, Section};
use interpolate::Scope;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use variables::{FromFile, Variables};

/// The sources of a launch, lowest first. Nothing else encodes their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// `[service.S]`.
    Service,
    /// `[profile.P]`, those it extends first.
    Profile,
    /// `[profile.P.service.S]`.
    ProfileService,
    /// `[stack.S]`.
    Stack,
    /// `[stack.S.service.X]`.
    StackService,
    /// `DYNRUN_*`.
    Environment,
    /// Flags.
    CommandLine,
}

/// Which files and variables a launch listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sources {
    /// All that there are.
    #[default]
    All,
    /// What is built in alone: called as run.sh, dynrun makes run.sh's container on every machine.
    BuiltIn,
}

/// What the caller said, beside the files and variables that the host holds.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Launch options from flags.
    pub options: Layer,
    /// The service named as an argument.
    pub service: Option<String>,
    /// The service that the verb is about, where nobody names one and no image.
    pub of_verb: Option<&'static str>,
    /// The stack that it is one of.
    pub membership: Option<Membership>,
    /// `--profile`.
    pub profile: Option<String>,
    /// Which files and variables count beside the flags.
    pub sources: Sources,
    /// `--config` files.
    pub files: Vec<PathBuf>,
    /// `--trust`.
    pub trust: bool,
    /// The command after `--`.
    pub command: Vec<String>,
    /// Whether it is told what is overridden: by verbs that look at a launch, and not by the launch itself.
    pub tells_overridden: bool,
    /// Variables that every container gets unless somebody says another value: lower than everything else.
    pub proxies: Vec<Setting<EnvVar>>,
    /// The engine's socket, where it has one in this machine's files.
    pub engine_socket: Option<PathBuf>,
    /// What of the caller's secrets and variables has to be here.
    pub surroundings: Surroundings,
    /// The files, where a call has read them for several launches.
    pub loaded: Option<Arc<Loaded>>,
}

/// Everything a launch was told, settled: one value an option, each with its origin.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The launch options; the container's environment is complete.
    pub options: Layer,
    /// The service that is launched, if any.
    pub service: Option<SettledService>,
    /// The profile's name.
    pub profile: String,
    /// The command: the caller's, else the service's.
    pub command: Vec<String>,
    /// Whether the command is the caller's.
    pub command_is_callers: bool,
    /// Where the command was said.
    pub command_origin: Origin,
    /// Networks as they were declared.
    pub networks: BTreeMap<String, NetworkDeclaration>,
    /// What the launch is judged by, beside its options.
    pub terms: Terms,
    /// Which names hold secrets.
    pub secrets: SecretNames,
    /// A random word, new for every launch.
    pub nonce: String,
    /// Whether the caller reads and types at a terminal.
    pub at_terminal: bool,
    /// The size of that terminal.
    pub window: Option<WindowSize>,
    /// The times of a wait.
    pub wait_times: WaitTimes,
    /// The seccomp profiles that files hold, by their paths.
    pub seccomp_profiles: BTreeMap<PathBuf, String>,
    /// The engine's socket, where it has one in this machine's files.
    pub engine_socket: Option<PathBuf>,
    /// How the image is built where it cannot be had.
    pub build: Option<Build>,
}

/// One of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfStack {
    /// What the stack's containers are called after.
    pub instance: String,
    /// The services of the stack that it needs.
    pub needs: Vec<String>,
}

/// The times of `--wait` where it says none.
#[derive(Debug, Clone)]
pub struct WaitTimes {
    /// How long a launch waits until its container is ready.
    pub within: Option<Setting<Duration>>,
    /// How long a container has to run to count as ready, where nothing else tells.
    pub uptime: Option<Duration>,
}

/// What the configuration says of a service, beside its launch options.
#[derive(Debug, Clone)]
pub struct SettledService {
    /// Its name.
    pub name: String,
    /// Whether the image is made from dynrun's own binary.
    pub built_in: bool,
    /// Whether a command of the caller can run in its image.
    pub takes_commands: bool,
    /// The services that it cannot work without.
    pub needs: Vec<Need>,
    /// The ports that it listens on.
    pub listens: Vec<Setting<Listen>>,
    /// The stack that it is one of.
    pub stack: Option<OfStack>,
}

/// A service that another cannot work without.
#[derive(Debug, Clone)]
pub struct Need {
    /// Its name.
    pub name: String,
    /// Where it was said to be needed.
    pub origin: Origin,
    /// The variable by which the other is told where it is.
    pub found_by: Option<String>,
    /// The ports that it listens on.
    pub listens: Vec<Setting<Listen>>,
}

impl Need {
    /// Where it answers, on a machine or in a container of this name.
    #[must_use]
    pub fn url(&self, host: &str) -> String {
        let spoken = self.listens.iter().find(|listen| listen.value.speaks.is_some());
        let listen = spoken.or(self.listens.first()).map(|listen| &listen.value);
        let scheme = match listen.and_then(|listen| listen.speaks) {
            Some(Speech::Nats) => "nats",
            Some(Speech::Etcd) | None => "http",
        };
        match listen {
            Some(listen) => format!("{scheme}://{host}:{}", listen.port),
            None => format!("{scheme}://{host}"),
        }
    }
}

/// The rows of the table of options.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    crate::options::ROWS.iter()
}

/// The row of an option.
pub(crate) fn row(name: &str) -> Option<&'static Row> {
    Row::find(name)
}

/// Settles a launch. Findings that do not refuse it come with it.
///
/// # Errors
/// Every fault of every source.
pub fn settle(request: &Request, host: &Host) -> Result<(Settled, Findings), Findings> {
    settle_with_history(request, host).map(|(settled, _, findings)| (settled, findings))
}

/// The same, with what was said below what counts, where the request wants it told.
///
/// # Errors
/// Every fault of every source.
pub fn settle_with_history(request: &Request, host: &Host) -> Result<(Settled, History, Findings), Findings> {
    stands_somewhere(host)?;
    let files = Loaded::of(request, host);
    let (document, project) = (&files.document, files.project.clone().filter(|_| !request.trust));
    let folder = files.project.as_ref().map(|project| project.folder());
    let (environment, mut findings) = environment_beside(&files, request, host)?;
    let chosen = choose(request, &environment, document).map_err(|finding| with(&findings, finding))?;
    let composition = Composition::new(sections(request, environment, document, &chosen), host);
    let mut options = composition
        .settled()
        .map_err(|faults| findings.iter().cloned().chain(faults).collect::<Findings>())?;
    findings.extend(unknown_resets(&options));
    findings.extend(command::told(request, &chosen, &options, document));
    let member = request.membership.as_ref().zip(chosen.service.as_ref());
    let command = command::of_files(request, &chosen, &options, document);
    let is_compared = request.tells_overridden || request.membership.is_some();
    let layers = if is_compared || project.is_some() { composition.layers(&options) } else { Vec::new() };
    let undone = undone::all(document, (&chosen.profiles, request.profile.is_none()), (&layers, &options));
    let own = &trust::sections_of_service(&chosen, request.membership.as_ref(), document);
    let mut terms =
        terms::collect(&chosen, document, &options).map_err(|finding| with(&findings, finding))?;
    variables::add_defaults(&mut options.env, &terms.schema);
    let build = build::said(of_service(&chosen), &options);
    let beside =
        trust::Beside { waivers: &terms.allow, build: build.as_ref(), command, own, undone: &undone };
    findings.extend(project.as_ref().and_then(|it| trust::refusal(it, document, &options, beside)));
    if refuses(&findings) {
        return Err(findings);
    }
    let secrets = all_secrets(document, &options);
    findings.extend(exposed::findings(document, (&options, command), &secrets));
    let variables = Variables::read(&options, folder, (host, &secrets), &mut findings);
    // Only files that are the project's own to name have been read; a line of one may still ask for a variable.
    let lines = variables.lines();
    findings.extend(
        project.and_then(|project| trust::refusal(&project, document, &lines, trust::Beside::of(own))),
    );
    if refuses(&findings) {
        return Err(findings);
    }
    if let Some((membership, (name, _))) = member {
        membership.join(name, &mut options, document);
    }
    let said_options = options.clone();
    let beside = variables.beside(&said_options.env, &terms.schema);
    variables.settle(&mut options, (request, host), (&mut terms, &secrets), &mut findings);
    let label_files = labels::settle(&mut options, &mut findings);
    let profiles = seccomp::profiles(&options, &mut findings);
    let mut history = History::of(if is_compared { &layers } else { &[] }, &secrets);
    if request.tells_overridden {
        history.add_variables(beside, &options.env, &secrets);
    }
    findings.extend(history.told(request, &chosen));
    terms.literals = terms::literals(&said_options, &options, document, &secrets);
    if refuses(&findings) {
        Err(findings)
    } else {
        let mut settled = settled(request, host, options, document, chosen, (terms, secrets, profiles));
        settled.holds(&label_files, host);
        Ok((settled, history, findings))
    }
}

impl Settled {
    /// The command for any reader's eyes: a secret in it is `***`.
    #[must_use]
    pub fn shown_command(&self) -> Vec<String> {
        self.secrets.without_secrets_of(&program(&self.options), &self.command)
    }

    /// Adds the secrets that files of labels hold: they stand in another file than the one that names it.
    fn holds(&mut self, label_files: &[FromFile], host: &Host) {
        let (options, secrets) = (&self.options, &self.secrets);
        self.terms.open_files.extend(secrets::open_env_files(label_files, options, secrets, host));
        self.terms.committed.extend(terms::committed_files(label_files, secrets, host));
        self.terms.literals.extend(terms::literal_file_labels(label_files, options, secrets));
    }
}

/// What the caller's environment says, where it counts, and what there is to be said so far.
fn environment_beside(files: &Loaded, request: &Request, host: &Host) -> Result<(Layer, Findings), Findings> {
    let (environment, said) = match request.sources {
        Sources::All => environment::layer(host),
        Sources::BuiltIn => (Layer::default(), Findings::new()),
    };
    let findings: Findings = files.findings.iter().cloned().chain(said).collect();
    if refuses(&findings) { Err(findings) } else { Ok((environment, findings)) }
}

/// Whether the caller stands in a folder that paths can start from.
fn stands_somewhere(host: &Host) -> Result<(), Findings> {
    match host.cwd {
        Some(_) => Ok(()),
        None => {
            let message = "the working directory was deleted: no path can start from it";
            Err(vec![Finding::error(Code::Usage, message).help("go to a folder that exists: cd")])
        }
    }
}

/// What the configuration knows before a launch is settled.
#[derive(Debug)]
pub struct Outline {
    /// The names of all services.
    pub services: Vec<String>,
    /// The service that is asked for; none where an image is, or where the argument names no service.
    pub service: Option<String>,
    /// Which names hold secrets.
    pub secrets: SecretNames,
}

/// Reads who is meant, and settles nothing.
///
/// # Errors
/// Every fault of every source, and a service or a profile that nothing is called by.
pub fn outline(request: &Request, host: &Host) -> Result<Outline, Findings> {
    let Loaded { document, findings, .. } = load(host, request.sources, &request.files);
    let (environment, said) = environment::layer(host);
    let findings: Findings = findings.into_iter().chain(said).collect();
    if refuses(&findings) {
        return Err(findings);
    }
    let is_known = request.service.as_ref().is_none_or(|name| document.services.contains_key(name));
    let chosen = is_known.then(|| choose(request, &environment, &document)).transpose();
    let service = chosen.map_err(|finding| vec![finding])?.and_then(|chosen| chosen.service);
    let secrets = declared_secrets(&document);
    let services = document.services.into_keys().collect();
    Ok(Outline { services, service: service.map(|(name, _)| name), secrets })
}

/// The files that a launch without `--config` reads, by their names, and what is wrong with them.
#[must_use]
pub fn config_files(host: &Host) -> (Vec<String>, Findings) {
    let (sources, _) = files::found(host, &[]);
    let findings = load(host, Sources::All, &[]).findings;
    (sources.iter().map(|source| source.name.clone()).collect(), findings)
}

/// The environment that the options alone ask for: what a command gets in a container that has its own already.
#[must_use]
pub fn said_environment(options: &Layer, host: &Host) -> (Many<EnvVar>, Findings) {
    let (files, mut findings) = variables::from_files(&options.env_file, host);
    let beside = variables::Beside { files: variables::all(&files), ..variables::Beside::default() };
    let (env, said) = variables::settle(&options.env, beside, Some(host));
    findings.extend(said);
    (env, findings)
}

/// The names of all services and profiles, for a message or a list.
#[must_use]
pub fn service_names(host: &Host, files: &[PathBuf]) -> Vec<String> {
    load(host, Sources::All, files).document.services.into_keys().collect()
}

/// The services that are built in.
#[must_use]
pub fn built_in_services() -> Vec<String> {
    files::built_in_names("service")
}

/// The profiles that are built in.
#[must_use]
pub fn built_in_profiles() -> Vec<String> {
    files::built_in_names("profile")
}

/// The stacks that are built in.
#[must_use]
pub fn built_in_stacks() -> Vec<String> {
    files::built_in_names("stack")
}

/// Which names hold secrets, as far as dynrun itself knows.
#[must_use]
pub fn secret_names() -> SecretNames {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "kebab-case")]
    struct Data {
        endings: Vec<String>,
        harmless_endings: Vec<String>,
        names: Vec<String>,
        headers: Vec<String>,
        signatures: Vec<String>,
        token_schemes: Vec<String>,
        #[serde(rename = "program")]
        programs: Vec<SecretProgram>,
    }
    let data: Result<Data, _> = toml::from_str(include_str!("../../profiles/secrets.toml"));
    let data = data.unwrap_or_default();
    SecretNames {
        endings: data.endings,
        harmless_endings: data.harmless_endings,
        declared: data.names,
        headers: data.headers,
        signatures: data.signatures,
        token_schemes: data.token_schemes,
        programs: data.programs,
    }
}

/// All files as one document, with the names in it that nothing is called by.
fn load(host: &Host, sources: Sources, given: &[PathBuf]) -> Loaded {
    let mut loaded = load_over(files::built_in(), host, sources, given);
    loaded.findings.extend(names::told(&loaded.document));
    loaded
}

/// The same over these files in the place of all that are built in.
fn load_over(built_in: Vec<Source>, host: &Host, sources: Sources, given: &[PathBuf]) -> Loaded {
    let (found, mut findings) = match sources {
        Sources::All => files::found(host, given),
        Sources::BuiltIn => (Vec::new(), Findings::new()),
    };
    let workspace = files::workspace(host);
    let script = host.run_sh_folder().unwrap_or_else(|| workspace.join("container"));
    let secrets = secret_names();
    let scope = Scope { host, workspace: &workspace, script: &script };
    let world = read::World { scope: &scope, secrets: &secrets };
    let project = found.iter().find(|source| source.kind == FileKind::Project).cloned();
    let mut document = Document::default();
    for source in built_in.into_iter().chain(found) {
        let (upper, faults) = read::read(&source, world);
        document.lay_over(Document { files: vec![source], ..upper });
        findings.extend(faults);
    }
    Loaded { document, project, findings }
}

/// The same with what refuses the launch. A warning that says just that is no second message.
fn with(findings: &Findings, finding: Finding) -> Findings {
    // A circle may be told from another of its names on.
    let is_other = |told: &&Finding| {
        told.code != finding.code || (told.message != finding.message && finding.code != Code::ProfileCycle)
    };
    let others: Findings = findings.iter().filter(is_other).cloned().collect();
    others.into_iter().chain([finding]).collect()
}

/// The sections of a launch.
fn sections(
    request: &Request,
    environment: Layer,
    document: &Document,
    chosen: &Chosen,
) -> Vec<(Rank, Section)> {
    let mut ranked = vec![
        (Rank::Environment, Section::of(environment)),
        (Rank::CommandLine, Section::of(request.options.clone())),
    ];
    if let Some((name, service)) = &chosen.service {
        ranked.push((Rank::Service, service.section.clone()));
        ranked.extend(request.membership.iter().flat_map(|of| of.sections(name, document)));
        for (profile, _) in &chosen.profiles {
            let said = document.profiles.get(profile).and_then(|profile| profile.services.get(name));
            ranked.extend(said.map(|said| (Rank::ProfileService, said.section.clone())));
        }
    }
    let profiles = chosen.profiles.iter().map(|(_, profile)| (Rank::Profile, profile.section.clone()));
    ranked.extend(profiles);
    ranked
}

fn unknown_resets(options: &Layer) -> Findings {
    let unknown = options.reset.iter().filter(|name| Row::find(&name.value.0).is_none());
    unknown
        .map(|name| {
            let word = &name.value.0;
            let finding = Finding::error(Code::UnknownOption, format!("reset names no option: `{word}`"));
            // No option is dropped by itself.
            let names = crate::options::ROWS.iter().map(|row| row.name).filter(|name| *name != "reset");
            let near = nearest(word, names);
            let finding = match word.as_str() {
                "refuse" => finding.help(
                    "a refusal is taken back by a waiver: allow = [{ code = \"CODE\", reason = \"WHY\" }]",
                ),
                _ => finding,
            };
            if let Origin::File(place) = &name.origin {
                let finding = finding.at(place.clone(), "no such option");
                return near.into_iter().fold(finding, |finding, near| finding.patched(format!("{near:?}")));
            }
            let words = row("reset").map(|row| row.asked(word, &name.origin)).unwrap_or_default();
            let finding = finding.asked(words, &name.origin);
            near.into_iter().fold(finding, |finding, near| finding.help(format!("did you mean {near}?")))
        })
        .collect()
}

/// Which names hold secrets, with those that services and schemas declare.
fn declared_secrets(document: &Document) -> SecretNames {
    let mut secrets = secret_names();
    let declared = document
        .variables()
        .filter(|(_, variable)| variable.secret.as_ref().is_some_and(|secret| secret.value));
    secrets.declared.extend(declared.map(|(name, _)| name.clone()));
    secrets
}

/// The same with those that a launch hands over by reference.
fn all_secrets(document: &Document, options: &Layer) -> SecretNames {
    let mut secrets = declared_secrets(document);
    secrets.declared.extend(secrets::variables(options));
    secrets
}

fn settled(
    request: &Request,
    host: &Host,
    options: Layer,
    document: &Document,
    chosen: Chosen,
    (mut terms, secrets, seccomp_profiles): (Terms, SecretNames, BTreeMap<PathBuf, String>),
) -> Settled {
    let profile = chosen.profile_name().to_owned();
    let command_is_callers = !request.command.is_empty();
    let image = options.image.setting().map(|image| image.origin.clone());
    let stack = of_stack(request, &chosen, document);
    let (command, said) = match command::of_files(request, &chosen, &options, document) {
        Some(command) if !command_is_callers => (command.value.clone(), command.origin.clone()),
        _ => (request.command.clone(), Origin::Flag("--".to_owned())),
    };
    terms.literals.extend(terms::literal_arguments(
        (&program(&options), &command),
        &said,
        document,
        &secrets,
    ));
    let build = build::said(of_service(&chosen), &options).filter(|build| match image.as_ref() {
        Some(image) if options.build_on_missing.setting().is_some() => build.is_for(image),
        image => build.context.as_ref().is_some_and(|context| fits_image(context, image, document)),
    });
    terms.literals.extend(terms::literal_build_arguments(build.as_ref(), document, &secrets));
    terms.committed.extend(terms::committed(&terms.literals, host));
    let service = chosen.service.map(|(name, service)| SettledService {
        name,
        built_in: service
            .built_in
            .is_some_and(|said| said.value && fits_image(&said, image.as_ref(), document)),
        takes_commands: service
            .commands
            .is_none_or(|said| said.value || !fits_image(&said, image.as_ref(), document)),
        needs: service.needs.iter().filter_map(|need| needed(need, document)).collect(),
        listens: service.listens,
        stack,
    });
    let wait_times = WaitTimes {
        within: document.default_wait.clone(),
        uptime: document.default_uptime.as_ref().map(|time| time.value),
    };
    let networks = document.networks.clone();
    Settled {
        options,
        service,
        profile,
        command,
        command_is_callers,
        command_origin: said,
        networks,
        terms,
        secrets,
        nonce: host.nonce.clone(),
        at_terminal: host.is_at_terminal(),
        window: host.window,
        wait_times,
        seccomp_profiles,
        engine_socket: request.engine_socket.clone(),
        build: build.map(|build| build.forwarded(host)),
    }
}

/// What the launch is in its stack.
fn of_stack(request: &Request, chosen: &Chosen, document: &Document) -> Option<OfStack> {
    let (membership, (service, _)) = request.membership.as_ref().zip(chosen.service.as_ref())?;
    let needs = membership.needs(service, document).into_iter().map(|need| need.value).collect();
    Some(OfStack { instance: membership.instance.clone(), needs })
}

/// Who is launched together, and who needs whom.
///
/// # Errors
/// Every fault of every file, and a stack, a group or a service that nothing is called by.
pub fn stack(choice: &StackChoice, files: &Loaded, host: &Host) -> Result<StackOutline, Findings> {
    if refuses(&files.findings) {
        return Err(files.findings.clone());
    }
    let workspace = files::workspace(host);
    let folder = workspace.file_name().unwrap_or_default().to_string_lossy();
    stack::outline(choice, &folder, &files.document)
}

/// How the service says that its image is built.
fn of_service(chosen: &Chosen) -> Option<&Build> {
    chosen.service.as_ref().and_then(|(_, service)| service.build.as_ref())
}

/// A service that is needed, as the configuration has it.
fn needed(need: &Setting<String>, document: &Document) -> Option<Need> {
    let service = document.services.get(&need.value)?;
    Some(Need {
        name: need.value.clone(),
        origin: need.origin.clone(),
        found_by: service.found_by.as_ref().map(|variable| variable.value.clone()),
        listens: service.listens.clone(),
    })
}

/// Whether what a service says of its image is about the image that is launched: the same file says both, or a lower one
/// the image. A higher file, a variable or a flag that replaces the image knows nothing of the service's command or of
/// how it is made.
fn fits_image<T>(said: &Setting<T>, image: Option<&Origin>, document: &Document) -> bool {
    match (&said.origin, image) {
        (Origin::File(of_service), Some(Origin::File(of_image))) => {
            document.is_as_high(&of_service.file, &of_image.file)
        }
        _ => false,
    }
}
