//! Files of an image: a container of it is made that is never started, read, and taken away again, whatever comes.

use super::ask::encoded;
use super::error::EngineError;
use super::labels::{self, Identity};
use super::launch::{Cancel, LaunchError, Observer, called_off};
use super::made::{Made, Making};
use super::transport::{json_request, whole};
use super::{Engine, WORK, body};
use crate::finding::{Code, Finding};
use crate::spec::LaunchSpec;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::Method;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde::Deserialize;
use tokio::time::timeout;

/// The header in which the engine tells what is there.
const STAT: &str = "x-docker-container-path-stat";
/// The bits by which Go tells a folder and a link.
const FOLDER: u32 = 1 << 31;
const LINK: u32 = 1 << 27;

/// What is at a path of an image.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PathStat {
    /// The last part of the path.
    pub name: String,
    /// Whether it is what a link of that name leads to.
    #[serde(skip)]
    pub is_followed: bool,
    mode: u32,
    link_target: String,
}

impl PathStat {
    /// Whether it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.mode & FOLDER != 0
    }

    /// Where it leads, if it is a link.
    fn leads_to(&self) -> Option<&str> {
        (self.mode & LINK != 0 && !self.link_target.is_empty()).then_some(&self.link_target)
    }
}

/// A tar of what is at a path, as it comes.
#[derive(Debug)]
pub struct PathArchive {
    /// What is there.
    pub stat: PathStat,
    body: Incoming,
}

impl PathArchive {
    /// The next bytes of it; none at its end.
    ///
    /// # Errors
    /// The engine broke off.
    pub async fn next(&mut self) -> Option<Result<Bytes, EngineError>> {
        loop {
            return match self.body.frame().await? {
                Ok(frame) => match frame.into_data() {
                    Ok(bytes) => Some(Ok(bytes)),
                    Err(_) => continue,
                },
                Err(error) => Some(Err(EngineError::Cut(error.to_string()))),
            };
        }
    }
}

/// Reads what is at a path of an image, which is had first; `follows` says that a link stands for what it leads to.
///
/// # Errors
/// Any step failed, or it was called off. The container is gone, unless a finding says so.
pub async fn extract<T>(
    engine: &Engine,
    (spec, identity): (&LaunchSpec, &Identity),
    (path, follows): (&str, bool),
    cancel: &mut Cancel,
    observer: Observer<'_>,
    take: impl AsyncFnOnce(PathArchive) -> Result<T, Finding>,
) -> Result<T, LaunchError> {
    let mut made = Made { nonce: identity.nonce.clone(), ..Made::default() };
    let steps = async {
        engine.ensure_image(spec, observer).await?;
        let failed = |doing: &'static str| move |error: EngineError| error.finding(doing, engine.endpoint());
        let request = body::create_request(spec, &labels::labels(spec, identity), engine.version())
            .map_err(|error| Finding::error(Code::Internal, error.to_string()))?;
        made.container = Making::ask(engine, body::create_query(spec), request);
        let created = made.container.answered().await.map_err(failed("make a container of the image"))?;
        // A file on the way is none that the engine looks behind.
        let leads_nowhere =
            |error: &EngineError| error.is_status(404) || error.to_string().contains("not a directory");
        let missing = |error: EngineError| match leads_nowhere(&error) {
            true => {
                let image = spec.image.reference.tagged();
                Finding::error(Code::ExtractFailed, format!("there is no {path} in {image}"))
            }
            false => error.finding("read the image", engine.endpoint()),
        };
        let archive = engine.archive(&created.id, path).await.map_err(missing)?;
        let archive = match archive.stat.leads_to().filter(|_| follows) {
            Some(target) => {
                let led = engine.archive(&created.id, target).await.map_err(missing)?;
                let name = archive.stat.name.clone();
                PathArchive { stat: PathStat { name, is_followed: true, ..led.stat }, ..led }
            }
            None => archive,
        };
        take(archive).await
    };
    let mut heard = cancel.clone();
    let outcome = tokio::select! {
        outcome = steps => outcome.map_err(|finding| LaunchError::Failed(vec![finding])),
        why = called_off(&mut heard) => Err(LaunchError::Cancelled { why, findings: Vec::new() }),
    };
    let left = made.undo(engine, cancel).await;
    match outcome {
        Ok(_) if !left.is_empty() => Err(LaunchError::Failed(left)),
        Ok(taken) => Ok(taken),
        Err(error) => Err(error.and(left)),
    }
}

impl Engine {
    async fn archive(&self, id: &str, path: &str) -> Result<PathArchive, EngineError> {
        let path = format!("/containers/{id}/archive?path={}", encoded(path));
        let exchange = async {
            let answer = self.transport.send(json_request(Method::GET, &path, None)?).await;
            let answer = answer.map_err(EngineError::from)?;
            let status = answer.status();
            if !status.is_success() {
                return Err(EngineError::refused(status.as_u16(), &whole(answer.into_body()).await?));
            }
            let stat = answer.headers().get(STAT).and_then(|header| BASE64_STANDARD.decode(header).ok());
            let stat = stat.and_then(|json| serde_json::from_slice(&json).ok());
            let stat =
                stat.ok_or_else(|| EngineError::Garbled("it does not say what is there".to_owned()))?;
            Ok(PathArchive { stat, body: answer.into_body() })
        };
        timeout(WORK, exchange).await.unwrap_or(Err(EngineError::Silent(WORK)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_read_as_go_writes_it() {
        for (json, is_folder, leads_to) in [
            (r#"{"name":"etc","size":4096,"mode":2147484141,"mtime":"x","linkTarget":""}"#, true, None),
            (r#"{"name":"a","size":1,"mode":420,"linkTarget":""}"#, false, None),
            (r#"{"name":"l","mode":134218239,"linkTarget":"/etc/a"}"#, false, Some("/etc/a")),
        ] {
            let stat: PathStat = serde_json::from_str(json).unwrap();
            assert_eq!((stat.is_folder(), stat.leads_to()), (is_folder, leads_to), "{json}");
        }
    }
}
