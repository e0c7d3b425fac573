//! One request to the engine on a connection of its own, under the version that both sides know; and the hijack
//! that turns an attach, or a command's start, into a bare stream. bollard's calls go through here, too.

use super::endpoint::Address;
use super::error::EngineError;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

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

/// How requests reach the engine.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    address: Address,
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

/// A connection.
#[derive(Debug)]
pub(super) enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Transport {
    pub(super) fn new(address: Address, listeners: Listeners) -> Self {
        Self { address, version: Arc::default(), listeners }
    }

    /// Fixes the version under which every further request is made.
    pub(super) fn speak(&self, version: ApiVersion) {
        let _ = self.version.set(version);
    }

    /// The version under which requests are made.
    pub(super) fn version(&self) -> Option<ApiVersion> {
        self.version.get().copied()
    }

    async fn connect(&self) -> io::Result<Stream> {
        match &self.address {
            Address::Unix(path) => UnixStream::connect(path).await.map(Stream::Unix),
            Address::Tcp { host, port } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
        }
    }

    /// Sends a request and returns the answer's head. Whatever is not an answer is an `io::Error`.
    pub(super) async fn send<B>(&self, request: Request<B>) -> io::Result<Response<Incoming>>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let request = self.addressed(request)?;
        let mut told = Told::new(self.listeners.requests, request.method(), request.uri());
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(self.connect().await?)).await.map_err(io::Error::other)?;
        tokio::spawn(connection.with_upgrades());
        let stall = self.stall(request.method(), request.uri());
        let answer = tokio::select! {
            answer = sender.send_request(request) => answer.map_err(io::Error::other),
            never = stall => match never {},
        };
        told.status = answer.as_ref().ok().map(Response::status);
        answer
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
        B: Body + Send + 'static,
        B::Data: Send,
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
        ("POST", "create") if path.contains("/images/") => "pull the image",
        ("POST", "create") if path.contains("/containers/") => "create the container",
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

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
