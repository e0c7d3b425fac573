//! Which of the machine's GPUs a request means, and those that it names and nobody has.

use super::listing::{Gpu, Listing, MigDevice};
use super::request::Request;
use crate::finding::{Code, Finding, Findings};
use crate::values::Gpus;

/// What a request comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted<'a> {
    /// Whole GPUs.
    pub(super) gpus: Vec<&'a Gpu>,
    /// Whether they were asked for as whole ones: all of them are with their parts.
    pub(super) is_named: bool,
    /// Parts of GPUs.
    pub(super) migs: Vec<&'a MigDevice>,
    /// Names of GPUs that there are not.
    absent: Vec<String>,
    /// Names of MIG devices that there are not.
    absent_migs: Vec<String>,
    /// How many GPUs too few there are for a count.
    counted: Option<i64>,
}

/// What a request comes to on a machine.
pub(super) fn wanted<'a>(gpus: &Gpus, listing: &'a Listing) -> Wanted<'a> {
    let ids = |ids: &[String]| {
        let mut found = Wanted { is_named: true, ..Wanted::default() };
        ids.iter().for_each(|id| found.add(id, listing));
        found
    };
    match gpus {
        Gpus::None | Gpus::Auto => Wanted::default(),
        Gpus::All => Wanted { gpus: listing.gpus.iter().collect(), ..Wanted::default() },
        Gpus::Count(count) => counted(i64::from(*count), listing),
        Gpus::Devices(devices) => ids(devices),
        Gpus::Request(request) => match request.count {
            Some(count) => counted(count, listing),
            None => ids(&request.device_ids),
        },
    }
}

/// An engine takes the first ones for a count.
fn counted(count: i64, listing: &Listing) -> Wanted<'_> {
    let Ok(wished) = usize::try_from(count) else {
        return Wanted { gpus: listing.gpus.iter().collect(), ..Wanted::default() };
    };
    let is_short = listing.is_whole && wished > listing.gpus.len();
    let gpus = listing.gpus.iter().take(wished).collect();
    Wanted { gpus, is_named: true, counted: is_short.then_some(count), ..Wanted::default() }
}

impl<'a> Wanted<'a> {
    fn add(&mut self, id: &str, listing: &'a Listing) {
        // What a CDI name means stands in its specification; as a rule it is what NVIDIA's programs call the GPU.
        let (id, is_cdi) = match id.strip_prefix("nvidia.com/gpu=") {
            Some(name) => (name, true),
            None => (id, false),
        };
        if id == "all" {
            self.gpus.extend(&listing.gpus);
            self.is_named = false;
        } else if let Some((gpu, mig)) =
            id.split_once(':').and_then(|(gpu, mig)| Some((gpu.parse().ok()?, mig.parse().ok()?)))
        {
            self.part(id, listing, is_cdi, |device| (device.gpu, device.index) == (gpu, mig));
        } else if is_prefixed(id, "MIG-") {
            self.part(id, listing, is_cdi, |device| is_prefixed(&device.uuid, id));
        } else if let Ok(index) = id.parse::<u32>() {
            self.whole(id, listing, is_cdi, |gpu| gpu.index == index);
        } else if is_prefixed(id, "GPU-") {
            self.whole(id, listing, is_cdi, |gpu| is_prefixed(&gpu.uuid, id));
        }
    }

    fn whole(&mut self, id: &str, listing: &'a Listing, is_cdi: bool, is_meant: impl Fn(&Gpu) -> bool) {
        match listing.gpus.iter().find(|gpu| is_meant(gpu)) {
            Some(gpu) => self.gpus.push(gpu),
            // A UUID that the driver does not tell may be any.
            None if is_cdi
                || !listing.is_whole
                || listing.gpus.iter().any(|gpu| gpu.uuid.is_empty() && id.contains('-')) => {}
            None => self.absent.push(id.to_owned()),
        }
    }

    fn part(&mut self, id: &str, listing: &'a Listing, is_cdi: bool, is_meant: impl Fn(&MigDevice) -> bool) {
        let Some(migs) = &listing.migs else { return };
        match migs.iter().find(|device| is_meant(device)) {
            Some(device) => self.migs.push(device),
            // The old names say GPU and numbers, which newer drivers list by another one.
            None if is_cdi || !listing.is_whole || id.contains('/') => {}
            None => self.absent_migs.push(id.to_owned()),
        }
    }

    /// What is to be said of the names.
    pub(super) fn findings(&self, request: &Request<'_>, listing: &Listing) -> Findings {
        let mut findings = Findings::new();
        findings.extend(self.too_few(request, listing));
        findings.extend(self.not_found(request, listing));
        findings.extend(self.migs_not_found(request, listing));
        findings.extend(self.divided(request, listing));
        findings
    }

    fn too_few(&self, request: &Request<'_>, listing: &Listing) -> Option<Finding> {
        let message =
            format!("{} GPUs are asked for, and this machine has {}", self.counted?, listing.gpus.len());
        let finding = request.asked(Finding::error(Code::GpuNotFound, message));
        Some(listed(finding, listing).help("take all that there are: --gpus all"))
    }

    fn not_found(&self, request: &Request<'_>, listing: &Listing) -> Option<Finding> {
        let names = joined(&self.absent)?;
        let message = format!("this machine has no GPU {names}");
        let finding = listed(request.asked(Finding::error(Code::GpuNotFound, message)), listing);
        let first = listing.gpus.first()?;
        Some(
            finding
                .help(format!("name one that there is: --gpus device={}", first.index))
                .help("see which there are: nvidia-smi -L"),
        )
    }

    fn migs_not_found(&self, request: &Request<'_>, listing: &Listing) -> Option<Finding> {
        let names = joined(&self.absent_migs)?;
        let message = format!("this machine has no MIG device {names}");
        let finding = listed(request.asked(Finding::error(Code::MigNotFound, message)), listing);
        Some(match listing.migs.as_deref().unwrap_or_default() {
            [] if listing.gpus.iter().any(|gpu| gpu.is_mig == Some(true)) => finding
                .help("make one: nvidia-smi mig -lgip lists the sizes, nvidia-smi mig -cgi SIZE -C makes it"),
            [] => {
                finding.help("no GPU is in MIG mode: name a whole one, or divide one: nvidia-smi -i 0 -mig 1")
            }
            [first, ..] => finding
                .help(format!("name one that there is: --gpus device={}:{}", first.gpu, first.index))
                .help("see which there are: nvidia-smi -L"),
        })
    }

    /// A GPU in MIG mode that is asked for whole: programs find no device to compute with in it.
    fn divided(&self, request: &Request<'_>, listing: &Listing) -> Option<Finding> {
        let divided: Vec<String> = self
            .gpus
            .iter()
            .filter(|gpu| gpu.is_mig == Some(true) && self.is_named)
            .map(|gpu| gpu.index.to_string())
            .collect();
        let names = joined(&divided)?;
        let message = format!("GPU {names} is in MIG mode: asked for whole, it computes nothing");
        let finding = listed(request.asked(Finding::warning(Code::GpuInMigMode, message)), listing);
        let parts = listing.migs.iter().flatten().find(|device| divided.contains(&device.gpu.to_string()));
        Some(match parts {
            Some(device) => {
                finding.help(format!("name one of its parts: --gpus device={}:{}", device.gpu, device.index))
            }
            None => finding.help(format!("make a part of it: nvidia-smi mig -i {names} -cgi SIZE -C")),
        })
    }
}

fn is_prefixed(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

fn joined(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}

/// A finding with the GPUs and MIG devices that there are.
fn listed(finding: Finding, listing: &Listing) -> Finding {
    let mut lines = Vec::new();
    for gpu in &listing.gpus {
        let mode = if gpu.is_mig == Some(true) { ", in MIG mode" } else { "" };
        let parts = [gpu.name.as_str(), gpu.uuid.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let words = if parts.is_empty() { "its name is not told".to_owned() } else { parts.join(", ") };
        lines.push(format!("GPU {}: {words}{mode}", gpu.index));
        let own = listing.migs.iter().flatten().filter(|device| device.gpu == gpu.index);
        lines.extend(own.map(|device| {
            format!("MIG device {}:{}: {}, {}", device.gpu, device.index, device.profile, device.uuid)
        }));
    }
    lines.into_iter().fold(finding, Finding::noted)
}
