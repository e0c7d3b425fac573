//! A connection to an engine: over a socket, a port, TLS or ssh; and why there is none.

use super::address::Address;
use super::endpoint::Endpoint;
use super::ssh::{Askpass, SshFault, Tunnel};
use super::tls::{Tls, TlsFault};
use crate::finding::{Code, Finding};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::fs::FileType;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Why there is no connection, where the system's own words do not tell.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConnectFault {
    /// Something else is at the socket's path.
    #[error("it is {0}, not a socket")]
    NotASocket(&'static str),
    /// TLS fails.
    #[error(transparent)]
    Tls(TlsFault),
    /// ssh fails.
    #[error(transparent)]
    Ssh(SshFault),
}

impl ConnectFault {
    /// The finding for it.
    pub(super) fn finding(&self, endpoint: &Endpoint) -> Finding {
        let Endpoint { address, origin, words, .. } = endpoint;
        let (code, message) = match self {
            Self::NotASocket(what) => {
                (Code::NotASocket, format!("{address} leads to {what}, not to a socket"))
            }
            Self::Tls(fault @ TlsFault::File(..)) => {
                (Code::EngineTls, format!("TLS to {address} cannot be set up: {fault}"))
            }
            Self::Tls(fault) => (Code::EngineTls, format!("TLS with the engine at {address} fails: {fault}")),
            Self::Ssh(SshFault::Missing) => {
                (Code::EngineSsh, format!("{address} needs the program ssh, which is not there"))
            }
            Self::Ssh(SshFault::Ended { status, .. }) => {
                (Code::EngineSsh, format!("the engine at {address} cannot be reached: {status}"))
            }
        };
        let finding = Finding::error(code, message).asked(words, origin);
        match self {
            Self::NotASocket(_) => {
                finding.help("name the engine's socket: --host unix:///var/run/docker.sock")
            }
            Self::Tls(fault) => finding.helped(fault.help(address)),
            Self::Ssh(SshFault::Missing) => finding.help("apt-get install openssh-client"),
            Self::Ssh(SshFault::Ended { words, .. }) => {
                let finding =
                    if words.is_empty() { finding } else { finding.noted(format!("it says: {words}")) };
                finding
                    .helped(address.host().map(|host| format!("try it by hand: {}", by_hand(address, host))))
            }
        }
    }
}

/// The line that asks the same of ssh.
fn by_hand(address: &Address, host: &str) -> String {
    let Address::Ssh(target) = address else { return format!("ssh {host} docker version") };
    let user = target.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    let port = target.port.map(|port| format!("-p {port} ")).unwrap_or_default();
    format!("ssh {port}{user}{host} docker version")
}

impl From<TlsFault> for io::Error {
    fn from(fault: TlsFault) -> Self {
        Self::other(ConnectFault::Tls(fault))
    }
}

/// What every connection to an engine is made with.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    pub(super) address: Address,
    pub(super) tls: Option<(Tls, Arc<ClientConfig>)>,
    pub(super) askpass: Askpass,
}

/// A connection.
#[derive(Debug)]
pub(super) enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    Ssh(UnixStream, Tunnel),
}

impl Connector {
    /// Whether a connection takes so long that one which is there is better than a new one.
    pub(super) fn is_dear(&self) -> bool {
        matches!(self.address, Address::Ssh(_)) || self.tls.is_some()
    }

    /// Connects. An ssh that the stream goes through tells by itself why it ended.
    pub(super) async fn connect(&self) -> io::Result<(Stream, Option<Tunnel>)> {
        match &self.address {
            Address::Unix(path) => {
                let stream = UnixStream::connect(path).await.map_err(|error| told(error, path))?;
                Ok((Stream::Unix(stream), None))
            }
            Address::Tcp { host, port, .. } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                let stream = match &self.tls {
                    None => Stream::Tcp(stream),
                    Some((_, config)) => secured(stream, host, config.clone()).await?,
                };
                Ok((stream, None))
            }
            Address::Ssh(target) => {
                let (stream, tunnel) = target.open(self.askpass)?;
                Ok((Stream::Ssh(stream, tunnel.clone()), Some(tunnel)))
            }
        }
    }

    /// The error with what TLS has to say of it, if it is TLS's.
    pub(super) fn told(&self, error: io::Error) -> io::Error {
        let fault = self.tls.as_ref().and_then(|(tls, _)| tls.fault(&error));
        fault.map_or(error, io::Error::from)
    }
}

async fn secured(stream: TcpStream, host: &str, config: Arc<ClientConfig>) -> io::Result<Stream> {
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    Ok(Stream::Tls(Box::new(stream)))
}

/// A refusal with what is at the path, if that is no socket: the system says the same of a dead one.
fn told(error: io::Error, path: &Path) -> io::Error {
    let is_refused = error.kind() == io::ErrorKind::ConnectionRefused;
    match path.metadata() {
        Ok(found) if is_refused && !found.file_type().is_socket() => {
            io::Error::other(ConnectFault::NotASocket(kind(found.file_type())))
        }
        Ok(_) | Err(_) => error,
    }
}

fn kind(found: FileType) -> &'static str {
    if found.is_dir() {
        "a folder"
    } else if found.is_file() {
        "a file"
    } else {
        "a device or a pipe"
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) | Self::Ssh(stream, _) => Pin::new(stream).poll_read(cx, buf),
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Unix(stream) | Self::Ssh(stream, _) => Pin::new(stream).poll_write(cx, buf),
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) | Self::Ssh(stream, _) => Pin::new(stream).poll_flush(cx),
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) | Self::Ssh(stream, _) => Pin::new(stream).poll_shutdown(cx),
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
