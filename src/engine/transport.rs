//! One request to the engine on a connection of its own, under the version that both sides know; and the hijack
//! that turns an attach, or a command's start, into a bare stream. bollard's calls go through here, too. A connection that
//! took long to make is used again.

use super::connect::{ConnectFault, Connector, Stream};
use super::error::EngineError;
use super::ssh::Tunnel;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The largest answer that is read whole. Nothing that a launch asks for comes near it.
const MAX_ANSWER: usize = 8 << 20;

/// A version of the API: `1.41`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion(pub u16, pub u16);

impl ApiVersion {
    /// Reads `1.41`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.trim().split_once('.')?;
        Some(Self(major.parse().ok()?, minor.parse().ok()?))
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// Takes a line about a request.
pub type Listener = fn(&str);

/// Who hears of requests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listeners {
    /// Hears of every one, its answer's status and how long that took.
    pub requests: Option<Listener>,
    /// Hears of one that the engine leaves without an answer for long.
    pub stalls: Option<Listener>,
}

/// How long an engine may leave a request without an answer before that is said.
const STALL: Duration = Duration::from_secs(5);

/// How long a connection is kept that nobody uses: what lies between may forget one that is idle.
const KEPT: Duration = Duration::from_secs(10);

/// A request's body, of whatever kind.
type AnyBody = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// A connection that another request may take, once the answer to the last one is read.
#[derive(Debug)]
struct Kept {
    since: Instant,
    sender: http1::SendRequest<AnyBody>,
    tunnel: Option<Tunnel>,
}

/// How requests reach the engine.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    connector: Connector,
    kept: Arc<Mutex<Vec<Kept>>>,
    version: Arc<OnceLock<ApiVersion>>,
    listeners: Listeners,
}

/// A request that the listener hears of when it is over, be it that its time is up, or that nobody waits any more.
struct Told {
    listener: Option<Listener>,
    request: String,
    started: Instant,
    status: Option<StatusCode>,
}

impl Told {
    fn new(listener: Option<Listener>, method: &Method, uri: &Uri) -> Self {
        Self { listener, request: format!("{method} {uri}"), started: Instant::now(), status: None }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(listener) = self.listener {
            let status = self.status.map_or("no answer".to_owned(), |status| status.to_string());
            let milliseconds = self.started.elapsed().as_secs_f64() * 1e3;
            listener(&format!("{}: {status}, {milliseconds:.1} ms", self.request));
        }
    }
}

impl Transport {
    pub(super) fn new(connector: Connector, listeners: Listeners) -> Self {
        Self { connector, kept: Arc::default(), version: Arc::default(), listeners }
    }

    /// Fixes the version under which every further request is made.
    pub(super) fn speak(&self, version: ApiVersion) {
        let _ = self.version.set(version);
    }

    /// The version under which requests are made.
    pub(super) fn version(&self) -> Option<ApiVersion> {
        self.version.get().copied()
    }

    /// Sends a request and returns the answer's head. Whatever is not an answer is an `io::Error`.
    pub(super) async fn send<B>(&self, request: Request<B>) -> io::Result<Response<Incoming>>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let request = self.addressed(request)?.map(|body| body.map_err(Into::into).boxed_unsync());
        let mut told = Told::new(self.listeners.requests, request.method(), request.uri());
        let stall = self.stall(request.method(), request.uri());
        let answer = tokio::select! {
            answer = self.exchange(request) => answer,
            never = stall => match never {},
        };
        told.status = answer.as_ref().ok().map(Response::status);
        answer
    }

    /// The request and its answer's head, on a connection that is there, or on a new one.
    async fn exchange(&self, mut request: Request<AnyBody>) -> io::Result<Response<Incoming>> {
        loop {
            let kept = self.idle().await;
            let is_new = kept.is_none();
            let mut kept = match kept {
                Some(kept) => kept,
                None => self.connected().await?,
            };
            match kept.sender.try_send_request(request).await {
                Ok(answer) => {
                    self.keep(kept, answer.status());
                    return Ok(answer);
                }
                Err(mut error) => match error.take_message() {
                    // It had ended unseen, and nothing of the request was sent.
                    Some(unsent) if !is_new => request = unsent,
                    _ => return Err(self.explained(error.into_error(), kept.tunnel).await),
                },
            }
        }
    }

    /// A new connection.
    async fn connected(&self) -> io::Result<Kept> {
        let connected = self.connector.connect().await;
        let (stream, tunnel) = connected.map_err(|error| self.connector.told(error))?;
        match http1::handshake(TokioIo::new(stream)).await {
            Ok((sender, connection)) => {
                tokio::spawn(connection.with_upgrades());
                Ok(Kept { since: Instant::now(), sender, tunnel })
            }
            Err(error) => Err(self.explained(error, tunnel).await),
        }
    }

    /// An error with why it came about, where TLS or ssh can tell.
    async fn explained(&self, error: hyper::Error, tunnel: Option<Tunnel>) -> io::Error {
        let fault = match tunnel {
            // What comes through is at fault, not the way.
            Some(_) if error.is_parse() => None,
            Some(tunnel) => tunnel.fault().await,
            None => None,
        };
        match fault {
            Some(fault) => io::Error::other(ConnectFault::Ssh(fault)),
            None => self.connector.told(io::Error::other(error)),
        }
    }

    fn all_kept(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that is there and free.
    async fn idle(&self) -> Option<Kept> {
        if self.all_kept().is_empty() {
            return None;
        }
        // One whose answer was read just now is free once its task has run.
        tokio::task::yield_now().await;
        let mut all = self.all_kept();
        all.retain(|kept| !kept.sender.is_closed() && kept.since.elapsed() < KEPT);
        let free = all.iter().position(|kept| kept.sender.is_ready())?;
        Some(all.swap_remove(free))
    }

    /// Keeps a connection, unless another is as soon made, or it was taken over.
    fn keep(&self, kept: Kept, status: StatusCode) {
        if self.connector.is_dear() && status != StatusCode::SWITCHING_PROTOCOLS {
            self.all_kept().push(Kept { since: Instant::now(), ..kept });
        }
    }

    /// Says once that the engine takes long.
    fn stall(&self, method: &Method, uri: &Uri) -> impl Future<Output = Infallible> + use<> {
        let listener = self.listeners.stalls.filter(|_| !may_be_late(uri.path()));
        let doing = doing(method, uri.path());
        async move {
            tokio::time::sleep(STALL).await;
            if let Some(listener) = listener {
                let seconds = STALL.as_secs();
                listener(&format!(
                    "the engine has not answered for {seconds} s when asked to {doing}; Ctrl-C gives up"
                ));
            }
            std::future::pending().await
        }
    }

    /// The request with `/vN` before its path and a host header, as the engine expects it.
    fn addressed<B>(&self, mut request: Request<B>) -> io::Result<Request<B>> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let path = match self.version() {
            Some(version) if !path.starts_with("/_ping") => format!("/v{version}{path}"),
            _ => path.to_owned(),
        };
        *request.uri_mut() = path.parse::<Uri>().map_err(io::Error::other)?;
        request.headers_mut().insert(header::HOST, HeaderValue::from_static("docker"));
        Ok(request)
    }

    /// Sends a JSON body, or none, and returns status and whole answer within the deadline.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
        deadline: Duration,
    ) -> Result<Bytes, EngineError> {
        let exchange = async {
            let answer = self.send(json_request(method, path, body)?).await.map_err(EngineError::from)?;
            let status = answer.status();
            let bytes = whole(answer.into_body()).await?;
            if status.is_success() || status == http::StatusCode::NOT_MODIFIED {
                Ok(bytes)
            } else {
                Err(EngineError::refused(status.as_u16(), &bytes))
            }
        };
        tokio::time::timeout(deadline, exchange).await.unwrap_or(Err(EngineError::Silent(deadline)))
    }

    /// Sends a request whose answer is a stream that goes on, and returns it once the engine has taken it on.
    pub(super) async fn open(
        &self,
        method: Method,
        path: &str,
        deadline: Duration,
    ) -> Result<Incoming, EngineError> {
        let exchange = async { self.stream(json_request(method, path, None)?).await };
        tokio::time::timeout(deadline, exchange).await.unwrap_or(Err(EngineError::Silent(deadline)))
    }

    /// Sends a request whose answer is a stream, however long it takes until that begins.
    pub(super) async fn stream<B>(&self, request: Request<B>) -> Result<Incoming, EngineError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let answer = self.send(request).await.map_err(EngineError::from)?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer.into_body());
        }
        Err(EngineError::refused(status.as_u16(), &whole(answer.into_body()).await?))
    }

    /// Asks for a stream and takes the connection over: the bare stream, and what came with the answer's head.
    pub(super) async fn hijack(
        &self,
        path: &str,
        body: Option<&serde_json::Value>,
        deadline: Duration,
    ) -> Result<(Stream, Bytes), EngineError> {
        let exchange = async {
            let mut request = json_request(Method::POST, path, body)?;
            let headers = request.headers_mut();
            headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(header::UPGRADE, HeaderValue::from_static("tcp"));
            let answer = self.send(request).await.map_err(EngineError::from)?;
            let status = answer.status();
            if status != http::StatusCode::SWITCHING_PROTOCOLS {
                return Err(EngineError::refused(status.as_u16(), &whole(answer.into_body()).await?));
            }
            let upgraded = hyper::upgrade::on(answer).await.map_err(EngineError::garbled)?;
            let parts = upgraded
                .downcast::<TokioIo<Stream>>()
                .map_err(|_| EngineError::Garbled("the connection could not be taken over".to_owned()))?;
            Ok((parts.io.into_inner(), parts.read_buf))
        };
        tokio::time::timeout(deadline, exchange).await.unwrap_or(Err(EngineError::Silent(deadline)))
    }
}

/// Whether nothing is to be said of a late answer: a stop waits for the container's grace, a ping is given up by then,
/// and a build answers when it has its whole context.
fn may_be_late(path: &str) -> bool {
    ["/stop", "/_ping", "/build"].iter().any(|late| path.ends_with(late))
}

/// What a request asks the engine to do.
fn doing(method: &Method, path: &str) -> String {
    let step = match (method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
        (_, "_ping") => "say that it is there",
        ("GET", "version") => "say its version",
        ("GET", "info") => "describe itself",
        ("POST", "create") if path.contains("/images/") => "pull the image",
        ("GET", "json") if path.contains("/images/") => "look at the image",
        ("GET", "json") if path.ends_with("/containers/json") => "list the containers",
        ("GET", "json") if path.contains("/containers/") => "look at the container",
        ("GET", "networks") => "list the networks",
        ("GET", _) if path.contains("/networks/") => "look at the network",
        ("POST", "create") if path.contains("/networks/") => "create the network",
        ("GET", "volumes") => "list the volumes",
        ("GET", _) if path.contains("/volumes/") => "look at the volume",
        ("GET", "archive") => "read files of the container",
        ("GET", "logs") => "read the log",
        ("POST", "stop") => "stop the container",
        ("POST", "create") if path.contains("/containers/") => "create the container",
        ("GET", "json") if path.contains("/distribution/") => "ask the image's registry",
        ("POST", "attach") => "attach to the container",
        ("POST", "start") if path.contains("/containers/") => "start the container",
        ("POST", "kill") => "pass a signal on",
        ("DELETE", _) if path.contains("/containers/") => "remove the container",
        _ => return format!("answer {method} {path}"),
    };
    step.to_owned()
}

/// A request with a JSON body, or with none.
pub(super) fn json_request(
    method: Method,
    path: &str,
    body: Option<&serde_json::Value>,
) -> Result<Request<Full<Bytes>>, EngineError> {
    let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(bytes))
        .map_err(EngineError::garbled)
}

/// The whole of an answer, up to a limit.
pub(super) async fn whole(body: Incoming) -> Result<Bytes, EngineError> {
    match Limited::new(body, MAX_ANSWER).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(EngineError::Garbled("the answer is larger than 8 MiB".to_owned()))
        }
        Err(error) => Err(EngineError::Cut(error.to_string())),
    }
}
