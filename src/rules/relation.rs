//! The rules that a schema names: how variables go together, and with the rest of the launch.

use super::variable::{filled, lacks, missing, said, value, words};
use super::{World, address, bind, dialled, interface, joined, kept};
use crate::finding::{Code, Finding, Findings};
use crate::spec::{LaunchSpec, Mode, Relation, Setting, is_habit};

/// What a rule looks at.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    pub(super) spec: &'a LaunchSpec,
    pub(super) relation: &'a Relation,
    pub(super) world: &'a World<'a>,
}

/// A check that `[[schema.S.rule]]` may name.
#[derive(Debug)]
pub struct Rule {
    /// What it finds, and its name in files.
    pub code: Code,
    /// What it holds a launch to.
    pub about: &'static str,
    looks_at: LooksAt,
    check: fn(&Subject<'_>) -> Findings,
}

/// The keys that say what a check looks at: without them it checks nothing.
#[derive(Debug, Clone, Copy)]
enum LooksAt {
    Variable,
    VariableOrArgument,
    VariableAndArgument,
    Path,
    Network,
    When,
}

impl LooksAt {
    /// What the rule does not say.
    fn missing(self, rule: &Relation) -> Option<&'static str> {
        let (variable, argument) = (rule.variable.is_some(), rule.argument.is_some());
        let (is_said, keys) = match self {
            Self::Variable => (variable, "`variable`"),
            Self::VariableOrArgument => (variable || argument, "`variable` or `argument`"),
            Self::VariableAndArgument => (variable && argument, "`variable` and `argument`"),
            Self::Path => (rule.path.is_some(), "`path`"),
            Self::Network => (rule.network.is_some(), "`network`"),
            Self::When => (rule.when.is_some(), "`when`"),
        };
        (!is_said).then_some(keys)
    }
}

/// Every check.
pub const RULES: &[Rule] = &[
    Rule {
        code: Code::BindAddress,
        about: "the address in the variable is one where the container's network reaches the service",
        looks_at: LooksAt::VariableOrArgument,
        check: bind::check,
    },
    Rule {
        code: Code::BroadcastNetwork,
        about: "broadcasts of the LAN reach the container's network",
        looks_at: LooksAt::When,
        check: broadcast,
    },
    Rule {
        code: Code::VariableIgnored,
        about: "nobody sets the variable where the service does not look at it",
        looks_at: LooksAt::Variable,
        check: ignored,
    },
    Rule {
        code: Code::VariableMissing,
        about: "the variable is set",
        looks_at: LooksAt::Variable,
        check: unset,
    },
    Rule {
        code: Code::InterfaceMissing,
        about: "the interfaces in the variable are there in the container's network",
        looks_at: LooksAt::Variable,
        check: interface::check,
    },
    Rule {
        code: Code::LogLost,
        about: "the file in the variable lies on a mount that the container may write to",
        looks_at: LooksAt::Variable,
        check: kept::log,
    },
    Rule {
        code: Code::LoopbackUrl,
        about: "the URL leads out of the container",
        looks_at: LooksAt::VariableOrArgument,
        check: dialled::check,
    },
    Rule {
        code: Code::AdvertisedAddress,
        about: "the address that others are told is one that they can call",
        looks_at: LooksAt::VariableOrArgument,
        check: address::advertised,
    },
    Rule {
        code: Code::ValuesDiffer,
        about: "the variable and the argument say the same",
        looks_at: LooksAt::VariableAndArgument,
        check: address::differ,
    },
    Rule {
        code: Code::DataLost,
        about: "the folder of the data lies on a mount, where the container is kept",
        looks_at: LooksAt::Path,
        check: kept::data,
    },
    Rule {
        code: Code::OtherNetwork,
        about: "the container is on the network of that name",
        looks_at: LooksAt::Network,
        check: joined::check,
    },
];

/// Checks everything that the service's schema asks for.
pub(super) fn check(spec: &LaunchSpec, world: &World<'_>) -> Findings {
    let rules = spec.terms.schema.rules.iter();
    let judged =
        rules.flat_map(|setting| match RULES.iter().find(|rule| rule.code.name() == setting.value.check) {
            None => vec![unknown(setting)],
            Some(rule) if rule.looks_at.missing(&setting.value).is_some() => vec![idle(rule, setting)],
            Some(rule) if holds(&setting.value, spec) => {
                weighed((rule.check)(&Subject { spec, relation: &setting.value, world }), &setting.value)
            }
            Some(_) => Findings::new(),
        });
    judged.collect()
}

/// The findings as heavy as the rule says.
fn weighed(mut findings: Findings, relation: &Relation) -> Findings {
    if let Some(level) = relation.level {
        findings.iter_mut().for_each(|finding| finding.level = level);
    }
    findings
}

/// Whether the rule's condition is met.
fn holds(relation: &Relation, spec: &LaunchSpec) -> bool {
    relation.when.as_ref().is_none_or(|(name, wanted)| value(spec, name) == Some(wanted.as_str()))
}

/// A rule that looks at nothing.
fn idle(rule: &Rule, setting: &Setting<Relation>) -> Finding {
    let name = rule.code.name();
    let keys = rule.looks_at.missing(&setting.value).unwrap_or_default();
    let message = format!("the rule `{name}` checks nothing: it needs {keys}");
    Finding::error(Code::UnknownRule, message).asked(format!("check = {name:?}"), &setting.origin)
}

fn unknown(setting: &Setting<Relation>) -> Finding {
    let word = &setting.value.check;
    let finding = Finding::error(Code::UnknownRule, format!("there is no check `{word}`"))
        .asked(format!("check = {word:?}"), &setting.origin);
    let names: Vec<&str> = RULES.iter().map(|rule| rule.code.name()).collect();
    let finding = finding.near(word, names.iter().copied());
    finding.help(format!("the checks are {}", names.join(", ")))
}

/// A LAN's broadcasts end at its routers, and the host is one for a bridge.
fn broadcast(subject: &Subject<'_>) -> Findings {
    let spec = subject.spec;
    let Some((name, mode)) = &subject.relation.when else { return Findings::new() };
    let message = |why: &str| format!("{name} is {mode}: {why}");
    let finding = match spec.networking.mode() {
        Mode::Host => return Findings::new(),
        Mode::Own if has_lan_driver(spec) => return Findings::new(),
        Mode::Own => Finding::warning(
            Code::BroadcastNetwork,
            message(
                "broadcasts of the LAN reach a network of your own only where its driver is macvlan or ipvlan",
            ),
        ),
        Mode::Bridge => {
            Finding::error(Code::BroadcastNetwork, message("broadcasts of the LAN do not cross the bridge"))
        }
        Mode::None => {
            Finding::error(Code::BroadcastNetwork, message("without a network, no broadcast arrives"))
        }
        Mode::Container => Finding::error(
            Code::BroadcastNetwork,
            message("broadcasts of the LAN reach the network of another container no better than its own"),
        ),
    };
    let finding = match said(spec, name) {
        Some(setting) => finding.asked(words(setting, &spec.secrets), &setting.origin),
        None => finding,
    };
    let finding = match spec.options.network.iter().next() {
        Some(network) => {
            let word = network.value.network.name();
            finding.asked(crate::spec::asked("network", &word, &network.origin), &network.origin)
        }
        None => finding,
    };
    vec![finding.help("put it on the host's network: --network host")]
}

/// Whether a network of the launch was declared with a driver that puts the container on the LAN itself.
fn has_lan_driver(spec: &LaunchSpec) -> bool {
    spec.options.network.values().any(|choice| {
        let declared = spec.declared_networks.get(&choice.network.name());
        let driver = declared.and_then(|declared| declared.driver.as_ref());
        driver.is_some_and(|driver| ["macvlan", "ipvlan"].contains(&driver.value.as_str()))
    })
}

fn ignored(subject: &Subject<'_>) -> Findings {
    let Some(name) = &subject.relation.variable else { return Findings::new() };
    let setting = filled(subject.spec, name).filter(|setting| !is_habit(&setting.origin));
    let found = setting.map(|setting| {
        let why = match &subject.relation.when {
            Some((other, value)) => format!("{name} is ignored where {other} is {value}"),
            None => format!("{name} is ignored"),
        };
        Finding::warning(Code::VariableIgnored, why)
            .asked(words(setting, &subject.spec.secrets), &setting.origin)
            .help("leave it out")
    });
    found.into_iter().collect()
}

fn unset(subject: &Subject<'_>) -> Findings {
    let name = subject.relation.variable.iter().filter(|name| lacks(subject.spec, name));
    name.map(|name| missing(subject.spec, name, subject.relation.when.as_ref())).collect()
}
