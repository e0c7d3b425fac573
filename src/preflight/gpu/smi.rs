//! `nvidia-smi`, run for what no file tells: within a time, in a group of its own that ends with it.

use super::listing::{self, GPU_COLUMNS, Listing, PROCESS_COLUMNS};
use super::machine::{Devices, Machine, program};
use crate::host::{Host, Root};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// How long it may take. One that wakes up the driver of eight GPUs takes about as long.
pub(super) const DEADLINE: Duration = Duration::from_secs(2);
/// The program's name.
const NAME: &str = "nvidia-smi";
/// Where Windows puts its own.
const OF_WINDOWS: &str = "/usr/lib/wsl/lib";
/// What it says where the driver was replaced under a kernel that still has the old one.
const MISMATCH: &str = "Driver/library version mismatch";

/// Why it tells nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// It is not there.
    Missing,
    /// It does not end.
    Hung(Duration),
    /// It failed, with these words.
    Failed(String),
    /// Its driver is not the kernel's, in its own words.
    Mismatch(String),
}

/// What is seen of the machine's GPUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What there is. Where `nvidia-smi` is silent, what the driver says of itself.
    pub listing: Listing,
    /// Why `nvidia-smi` tells nothing.
    pub silence: Option<Silence>,
}

/// Looks at the machine's GPUs.
pub async fn look(host: &Host, machine: &Machine, within: Duration) -> View {
    match ask(host, machine, within).await {
        Ok(listing) => View { listing, silence: None },
        Err(silence) => {
            let listing = Listing::of_driver(&host.root);
            // A GPU that is a part of the processor is not its business.
            let is_told = machine.devices != Devices::Tegra || silence != Silence::Missing;
            View { listing, silence: is_told.then_some(silence) }
        }
    }
}

async fn ask(host: &Host, machine: &Machine, within: Duration) -> Result<Listing, Silence> {
    let path = find(&host.root, host.var("PATH").unwrap_or_default(), machine).ok_or(Silence::Missing)?;
    let until = Until { at: Instant::now() + within, within };
    let query = |what: &str, columns: &str| {
        let args = [format!("--query-{what}={columns}"), "--format=csv,noheader,nounits".to_owned()];
        run(&path, host, args.to_vec(), &until)
    };
    let (gpus, processes) = tokio::join!(query("gpu", GPU_COLUMNS), query("compute-apps", PROCESS_COLUMNS));
    let mut listing = Listing::read(&gpus?, &processes?);
    // Only where one is divided are there parts to list.
    listing.migs = match listing.gpus.iter().any(|gpu| gpu.is_mig == Some(true)) {
        true => Some(listing::migs(&run(&path, host, vec!["-L".to_owned()], &until).await?)),
        false => Some(Vec::new()),
    };
    Ok(listing)
}

fn find(root: &Root, search: &str, machine: &Machine) -> Option<std::path::PathBuf> {
    let is_windows = machine.devices == Devices::Windows;
    let of_windows = || root.path(OF_WINDOWS).join(NAME);
    program(root, search, NAME).or_else(|| Some(of_windows()).filter(|path| is_windows && path.is_file()))
}

/// When a program has to be done, and how long that is for all of them.
struct Until {
    at: Instant,
    within: Duration,
}

/// Its group, until it has ended: then nobody has its number any more.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// What it prints. It runs beside a thread that waits for it: no runtime waits for one that cannot be ended.
async fn run(path: &Path, host: &Host, args: Vec<String>, until: &Until) -> Result<String, Silence> {
    let child = Command::new(path)
        .args(args)
        .env_clear()
        .envs(&host.env)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| Silence::Failed(error.to_string()))?;
    let mut group = Group(i32::try_from(child.id()).ok().map(Pid::from_raw));
    let (told, done) = oneshot::channel();
    std::thread::spawn(move || told.send(child.wait_with_output()));
    match tokio::time::timeout_at(until.at, done).await {
        Ok(Ok(Ok(output))) => {
            group.0 = None;
            printed(&output)
        }
        Ok(Ok(Err(error))) => Err(Silence::Failed(error.to_string())),
        Ok(Err(_)) | Err(_) => Err(Silence::Hung(until.within)),
    }
}

/// Its output, or what it complains about: that stands on either stream, in its first line.
fn printed(output: &Output) -> Result<String, Silence> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut lines = text.lines().chain(error.lines()).map(str::trim);
    let line = lines.find(|line| !line.is_empty()).map_or_else(|| output.status.to_string(), str::to_owned);
    Err(if line.contains(MISMATCH) { Silence::Mismatch(line) } else { Silence::Failed(line) })
}
