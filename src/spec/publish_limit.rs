//! How many ports one launch publishes: the engine starts two processes and writes rules for each, and goes on with it when
//! its caller is long gone.

use super::{Mode, asked};
use crate::config::{Layer, Many, Setting, Terms};
use crate::finding::{Code, Finding};
use crate::values::{Publish, Value};

/// What many ports cost, as docs/ports.md has it.
const COST: &str = "with docker's proxies, on two processors that others used, too, 200 ports took 4 s to start and 9 s to \
                    remove, and 300 MiB; 500 took 20 s, 31 s and 750 MiB; 1000 took 61 s, 70 s and 1.5 GiB";

/// How many ports a launch may publish.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits<'a> {
    /// More are refused.
    most: Option<&'a Setting<u16>>,
    /// More are warned of.
    many: Option<&'a Setting<u16>>,
}

impl<'a> Limits<'a> {
    /// Those of a launch.
    pub(super) fn of(terms: &'a Terms) -> Self {
        Self { most: terms.most_published.as_ref(), many: terms.many_published.as_ref() }
    }
}

/// Checks the ports of all words together, told as they were typed; a network that publishes nothing starts nothing.
pub(super) fn check(
    options: &Layer,
    typed: &Many<Publish>,
    limits: Limits<'_>,
    mode: Mode,
) -> Option<Finding> {
    if !matches!(mode, Mode::Bridge | Mode::Own) {
        return None;
    }
    let published = typed.iter().map(|setting| {
        let words = asked("publish", &setting.value.word(), &setting.origin);
        (setting.value.container.len(), words, &setting.origin)
    });
    let exposed = options.expose.iter().filter(|_| options.publish_all.is_on()).map(|setting| {
        let words = asked("expose", &setting.value.word(), &setting.origin);
        (setting.value.range.len(), words, &setting.origin)
    });
    let mut all: Vec<_> = published.chain(exposed).collect();
    let count: usize = all.iter().map(|(count, ..)| count).sum();
    let exceeded = |limit: &&Setting<u16>| count > usize::from(limit.value);
    let (most, many) = (limits.most.filter(exceeded), limits.many.filter(exceeded));
    let finding = match (most, many) {
        (Some(most), _) => refused(count, most),
        (None, Some(many)) => warned(count, many),
        (None, None) => return None,
    };
    // The widest words say enough.
    all.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let wide = all.iter().filter(|(count, ..)| *count > 1).take(3);
    let finding = wide.fold(finding, |finding, (_, words, origin)| finding.asked(words, origin));
    let (key, limit) = most.map(|most| (MOST, most)).or(many.map(|many| (MANY, many)))?;
    let finding = finding.asked(format!("{key} = {}", limit.value), &limit.origin).noted(COST);
    let finding = finding
        .help("publish what is needed alone, or have the container on the host's network: --network host");
    Some(match key == MOST {
        true => finding.help(format!("or let it have them, in your own configuration: {MOST} = {count}")),
        false => {
            finding.help(format!("or be told of more alone, in your own configuration: {MANY} = {count}"))
        }
    })
}

/// The keys of the limits.
const MOST: &str = "most-published-ports";
const MANY: &str = "many-published-ports";

fn refused(count: usize, most: &Setting<u16>) -> Finding {
    let message = format!(
        "{count} ports would be published, and {} are the most of one launch: the engine starts two proxies a port",
        most.value
    );
    Finding::error(Code::PublishLimit, message)
}

fn warned(count: usize, many: &Setting<u16>) -> Finding {
    let message = format!(
        "{count} ports would be published, and more than {} are many: the engine starts two proxies a port",
        many.value
    );
    Finding::warning(Code::PublishLimit, message)
}
