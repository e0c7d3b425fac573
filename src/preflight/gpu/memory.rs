//! Memory of the GPUs that a launch is to get, and who holds it: containers, or processes of no container, such as the
//! engine's core that a vLLM leaves behind when it is killed. They are named; dynrun ends none of them.

use super::holder::{Holder, Place, gibibytes};
use super::listing::{Gpu, Listing};
use super::request::Request;
use crate::engine::way_to_free;
use crate::finding::{Code, Finding, Findings};
use crate::spec::gpu_facts;

/// What is to be said of the memory of GPUs.
pub(super) fn findings(
    request: &Request<'_>,
    gpus: &[&Gpu],
    holders: &[Holder],
    listing: &Listing,
) -> Findings {
    let full: Vec<&Gpu> = gpus.iter().copied().filter(|gpu| is_taken(gpu)).collect();
    let is_full = |index: u32| full.iter().any(|gpu| gpu.index == index);
    let is_wanted =
        |holder: &&Holder| gpus.iter().any(|gpu| gpu.index == holder.gpu && gpu.is_mig != Some(true));
    // One that was left behind is told of however little it holds: nobody knows of it.
    let (outside, inside): (Vec<&Holder>, Vec<&Holder>) =
        holders.iter().filter(is_wanted).partition(|holder| matches!(holder.place, Place::Outside { .. }));
    let outside: Vec<&Holder> = outside
        .into_iter()
        .filter(|holder| is_full(holder.gpu) || holder.place == Place::Outside { is_left: true })
        .collect();
    let is_explained = |gpu: &Gpu| {
        outside.iter().any(|holder| holder.gpu == gpu.index)
            && !inside.iter().any(|holder| holder.gpu == gpu.index)
    };
    let held: Vec<&Gpu> = full.iter().copied().filter(|gpu| !is_explained(gpu)).collect();
    let mut findings = Findings::new();
    findings.extend(taken(request, &held, &inside, listing));
    findings.extend(orphans(request, gpus, &outside, listing));
    findings
}

/// Whether more of its memory is taken than an engine leaves. Parts have memory of their own, which is not told.
fn is_taken(gpu: &Gpu) -> bool {
    let is_much =
        gpu.memory.is_some_and(|memory| memory.used * 100 > memory.total * gpu_facts().memory_taken);
    is_much && gpu.is_mig != Some(true)
}

/// A GPU and how much of it is taken.
fn state(gpu: &Gpu) -> Option<String> {
    let memory = gpu.memory?;
    let (used, total) = (gibibytes(memory.used), gibibytes(memory.total));
    Some(format!("GPU {} ({}): {used} of {total} are taken", gpu.index, gpu.name))
}

/// The numbers of GPUs: `GPU 0`, `the GPUs 0, 1`.
fn numbers(gpus: &[&Gpu]) -> String {
    let numbers: Vec<String> = gpus.iter().map(|gpu| gpu.index.to_string()).collect();
    match numbers.as_slice() {
        [one] => format!("GPU {one}"),
        all => format!("the GPUs {}", all.join(", ")),
    }
}

fn taken(request: &Request<'_>, full: &[&Gpu], inside: &[&Holder], listing: &Listing) -> Option<Finding> {
    if full.is_empty() {
        return None;
    }
    let message = format!("much of the memory of {} is taken", numbers(full));
    let mut finding = request.asked(Finding::warning(Code::GpuMemoryHeld, message));
    let mut containers: Vec<&str> = Vec::new();
    for gpu in full {
        finding = state(gpu).into_iter().fold(finding, Finding::noted);
        let mut own = inside.iter().filter(|holder| holder.gpu == gpu.index).peekable();
        if own.peek().is_none() {
            finding =
                finding.noted(format!("who holds the memory of GPU {} cannot be seen from here", gpu.index));
        }
        for holder in own {
            finding = finding.noted(format!("{} holds {}", holder.words(), holder.holds()));
            match &holder.place {
                Place::Container { name, .. } => containers.push(name),
                Place::Unknown(why) => finding = finding.noted(format!("whose pid {} is: {why}", holder.pid)),
                Place::Elsewhere(_) | Place::Outside { .. } => {}
            }
        }
    }
    containers.sort_unstable();
    containers.dedup();
    let finding = containers.iter().fold(finding, |finding, name| finding.help(way_to_free(name)));
    Some(match free(full.len(), listing) {
        Some(word) if containers.is_empty() => finding.help(format!("take what is free: --gpus {word}")),
        Some(word) => finding.help(format!("or take what is free: --gpus {word}")),
        None => finding,
    })
}

/// As many GPUs with free memory, where there are so many.
fn free(count: usize, listing: &Listing) -> Option<String> {
    let is_free = |gpu: &&Gpu| gpu.memory.is_some() && !is_taken(gpu) && gpu.is_mig != Some(true);
    let free: Vec<String> =
        listing.gpus.iter().filter(is_free).take(count).map(|gpu| gpu.index.to_string()).collect();
    match free.as_slice() {
        [one] if count == 1 => Some(format!("device={one}")),
        all if all.len() == count && count > 1 => Some(all.join(",")),
        _ => None,
    }
}

fn orphans(request: &Request<'_>, gpus: &[&Gpu], outside: &[&Holder], listing: &Listing) -> Option<Finding> {
    let message = match outside {
        [] => return None,
        [one] => format!("{} holds {}, and is in no container", one.words(), one.holds()),
        all => format!("{} processes of no container hold memory of GPUs", all.len()),
    };
    let mut finding = request.asked(Finding::warning(Code::GpuOrphan, message));
    for gpu in gpus {
        let own: Vec<&&Holder> = outside.iter().filter(|holder| holder.gpu == gpu.index).collect();
        if own.is_empty() {
            continue;
        }
        finding = state(gpu).into_iter().fold(finding, Finding::noted);
        if outside.len() > 1 {
            let lines = own.iter().map(|holder| format!("{} holds {}", holder.words(), holder.holds()));
            finding = lines.fold(finding, Finding::noted);
        }
    }
    let mut pids: Vec<u32> = outside.iter().map(|holder| holder.pid).collect();
    pids.sort_unstable();
    pids.dedup();
    let pids: Vec<String> = pids.iter().map(ToString::to_string).collect();
    let pids = pids.join(" ");
    let finding = finding
        .help(format!("see whose it is: ps -o pid,ppid,user,lstart,cmd -p {}", pids.replace(' ', ",")))
        .help(format!("where nobody needs it, end it: kill {pids}"));
    let is_full = gpus.iter().any(|gpu| is_taken(gpu));
    Some(match free(gpus.len(), listing).filter(|_| is_full) {
        Some(word) => finding.help(format!("or take what is free: --gpus {word}")),
        None => finding,
    })
}
