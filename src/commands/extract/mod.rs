//! `dynrun extract IMAGE PATH DEST`: a file or a folder out of an image, without starting it.

mod place;
mod unpacked;

use super::planned::{planned_as, request};
use super::run::ends_a_launch;
use super::{Desk, Exit, asker, block_on, signals};
use crate::cli::{Extract, Launch};
use crate::config::Request;
use crate::engine::{
    CalledOff, Calls, Cancel, Engine, EngineError, Identity, LaunchError, PathArchive, Step, extract,
};
use crate::finding::{Code, Finding, Findings, Origin};
use crate::host::Owner;
use crate::spec::LaunchSpec;
use crate::ui::Progress;
use crate::values::{ImageRef, Network, NetworkChoice, Roots, Value as _};
use place::Place;
use std::io::{self, Read};
use tokio::sync::{mpsc, watch};
use unpacked::unpacked;

/// How much of an archive waits to be written.
const AHEAD: usize = 16;

/// The word for standard output, in the place of a file.
const STDOUT: &str = "-";

/// Extracts it.
pub(super) fn run(query: &Extract, desk: &Desk<'_>) -> Exit {
    if query.dest == STDOUT && desk.host.stdout_is_terminal {
        let finding = Finding::error(Code::ExtractFailed, "a tar is not written to a terminal");
        return desk.refuse(&[finding.help("into a file: >FILE; or name a folder")], Exit::Usage);
    }
    let spec = match planned(query, desk) {
        Ok(spec) => spec,
        Err(findings) => return desk.refuse(&findings, Exit::Problem),
    };
    match block_on(until_signalled(query, &spec, desk)).and_then(|done| done) {
        Ok(Ok(left_out)) => {
            let left_out: Findings = left_out.iter().map(|what| told(what)).collect();
            desk.refuse(&left_out, Exit::Fine)
        }
        Ok(Err(LaunchError::Cancelled { why, findings })) => called_off(why, &findings, desk),
        Ok(Err(LaunchError::Failed(findings))) => desk.refuse(&findings, Exit::Problem),
        Ok(Err(LaunchError::NotFound(finding) | LaunchError::NotInvocable(finding))) | Err(finding) => {
            desk.refuse(&[finding], Exit::Problem)
        }
    }
}

/// The finding for what cannot be written here.
fn told(what: &str) -> Finding {
    Finding::warning(Code::ExtractFailed, format!("left out: {what}"))
}

fn called_off(why: CalledOff, findings: &Findings, desk: &Desk<'_>) -> Exit {
    let code = match why {
        CalledOff::Signal(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        CalledOff::TimeLimit | CalledOff::Stack => 1,
    };
    let message = "a signal called it off; what was written so far is there";
    let interrupted = Finding::warning(Code::Interrupted, message);
    desk.refuse(&[vec![interrupted], findings.clone()].concat(), Exit::Code(code))
}

/// A container of the image that would do nothing.
fn planned(query: &Extract, desk: &Desk<'_>) -> Result<LaunchSpec, Findings> {
    let mut launch = Launch { call: query.call.clone(), options: query.options.clone(), ..Launch::default() };
    launch.call.profile = Some("bare".to_owned());
    let origin = Origin::Rule("dynrun extract");
    launch.options.network.push(NetworkChoice::plain(Network::None), origin);
    let request = Request {
        service: Some("none".to_owned()),
        command: vec!["extract".to_owned()],
        proxies: Vec::new(),
        ..request(&launch, desk)
    };
    let mut said = Findings::new();
    planned_as(&request, |_| (), &launch, desk, &mut said)
}

/// Extracts it, unless a signal comes first.
async fn until_signalled(
    query: &Extract,
    spec: &LaunchSpec,
    desk: &Desk<'_>,
) -> Result<Result<Vec<String>, LaunchError>, Finding> {
    let mut signals = signals()?;
    let (cancel, cancelled) = watch::channel(Calls::default());
    let mut extracting = std::pin::pin!(extracted(query, spec, desk, cancelled));
    loop {
        tokio::select! {
            done = &mut extracting => return done,
            signal = signals.next() => if ends_a_launch(signal) {
                cancel.send_modify(|calls| calls.hear(CalledOff::Signal(signal)));
            },
        }
    }
}

async fn extracted(
    query: &Extract,
    spec: &LaunchSpec,
    desk: &Desk<'_>,
    mut cancel: Cancel,
) -> Result<Result<Vec<String>, LaunchError>, Finding> {
    let engine = desk.engine(&query.call).await?;
    // What an earlier one has left that was killed goes.
    engine.sweep(&asker(&engine)).await;
    let identity = Identity { nonce: desk.host.nonce.clone(), owner: Owner::read() };
    let progress = Progress::new(desk.ui, false);
    let observer = |step: Step<'_>| progress.tell(step, |text| text.to_owned());
    let wanted = (query.path.as_str(), query.follows);
    let take = async |archive: PathArchive| match query.dest.as_str() {
        STDOUT => printed(archive, desk).await.map(|()| Vec::new()),
        _ => written(archive, query, desk).await,
    };
    if let Some(container) = meant_container(&spec.image.reference, &engine).await {
        let words = [&format!("{container}:{}", query.path), &query.dest];
        let line = shlex::try_join(words.map(String::as_str)).unwrap_or_default();
        let message = format!("there is no image {container}, and {container} is a container");
        return Err(
            Finding::error(Code::ExtractFailed, message).help(format!("out of that: docker cp {line}"))
        );
    }
    Ok(extract(&engine, (spec, &identity), wanted, &mut cancel, &observer, take).await)
}

/// The container that is called as the image is, where the engine has no such image. What it does not tell, the extraction
/// itself finds out.
async fn meant_container(image: &ImageRef, engine: &Engine) -> Option<String> {
    let name = image.word();
    match engine.image_id(image).await {
        Ok(None) => {
            let container = engine.container(&name).await.ok().flatten();
            container.map(|container| container.name).filter(|found| *found == name)
        }
        Ok(Some(_)) | Err(_) => None,
    }
}

fn broken(error: &EngineError) -> Finding {
    Finding::error(Code::ExtractFailed, format!("the archive broke off: {error}"))
}

/// The archive as it is, on standard output.
async fn printed(mut archive: PathArchive, desk: &Desk<'_>) -> Result<(), Finding> {
    while let Some(bytes) = archive.next().await {
        let bytes = bytes.map_err(|error| broken(&error))?;
        desk.ui.bytes(&bytes).map_err(|error| super::unwritable(&error))?;
    }
    Ok(())
}

/// What is in it, in files. It is written in a thread, as fast as the disk is.
async fn written(mut archive: PathArchive, query: &Extract, desk: &Desk<'_>) -> Result<Vec<String>, Finding> {
    let failed = |why: String| Finding::error(Code::ExtractFailed, why);
    let roots = Roots { base: desk.host.folder(), home: desk.host.home() };
    let place = Place::find(roots.base, &query.dest, &archive.stat, &query.path).map_err(failed)?;
    let (bytes, arriving) = mpsc::channel(AHEAD);
    let writing = tokio::task::spawn_blocking(move || unpacked(Arriving::new(arriving), &place));
    let mut cut = None;
    while let Some(next) = archive.next().await {
        let next = next.map_err(|error| {
            cut = Some(broken(&error));
            io::Error::other(error)
        });
        // Whoever has enough, or has failed, takes no more.
        if bytes.send(next).await.is_err() {
            break;
        }
    }
    drop(bytes);
    let written = writing.await.map_err(|error| failed(error.to_string()))?;
    match cut {
        Some(cut) => Err(cut),
        None => written.map_err(failed),
    }
}

/// Bytes that come from elsewhere, for one who waits for them.
struct Arriving {
    from: mpsc::Receiver<io::Result<bytes::Bytes>>,
    held: bytes::Bytes,
}

impl Arriving {
    fn new(from: mpsc::Receiver<io::Result<bytes::Bytes>>) -> Self {
        Self { from, held: bytes::Bytes::new() }
    }
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.held.is_empty() {
            match self.from.blocking_recv() {
                Some(bytes) => self.held = bytes?,
                None => return Ok(0),
            }
        }
        let count = into.len().min(self.held.len());
        into[..count].copy_from_slice(&self.held.split_to(count));
        Ok(count)
    }
}
