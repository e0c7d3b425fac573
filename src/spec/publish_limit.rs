//! How many ports one launch publishes: the engine starts two processes and writes rules for each, and goes on with it when
//! its caller is long gone.

use super::{Mode, asked};
use crate::config::{Layer, Many, Setting};
use crate::finding::{Code, Finding};
use crate::values::{Publish, Value};

/// Checks the ports of all words together, told as they were typed; a network that publishes nothing starts nothing.
pub(super) fn conflict(
    options: &Layer,
    typed: &Many<Publish>,
    limit: Option<&Setting<u16>>,
    mode: Mode,
) -> Option<Finding> {
    let most = usize::from(limit?.value);
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
    if count <= most {
        return None;
    }
    // The widest words say enough.
    all.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let wide = all.iter().filter(|(count, ..)| *count > 1).take(3);
    let message = format!(
        "{count} ports would be published, and {most} are the most of one launch: the engine starts two proxies a port"
    );
    let finding = wide.fold(Finding::error(Code::PublishLimit, message), |finding, (_, words, origin)| {
        finding.asked(words, origin)
    });
    let finding = match limit {
        Some(limit) => finding.asked(format!("most-published-ports = {most}"), &limit.origin),
        None => finding,
    };
    Some(
        finding
            .help("publish what is needed alone, or have the container on the host's network: --network host")
            .help(format!("or let it have them, in your own configuration: most-published-ports = {count}")),
    )
}
