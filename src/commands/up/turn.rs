//! The turn of a launch of a stack: of those on this machine that raise the same stack at the same engine, each waits for
//! the one before it. Two at once would each wait for a container of the other's.

use crate::engine::Endpoint;
use crate::host::listening;
use nix::sys::socket::UnixAddr;
use sha2::{Digest as _, Sha256};
use std::io::ErrorKind;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::time::Duration;
use tokio::time::sleep;

/// How often it is looked whether the one before has ended.
const PAUSE: Duration = Duration::from_millis(100);

/// A turn, held for as long as it lives: a socket without a file, which the kernel closes with whoever is killed. None where
/// there are no such sockets.
#[derive(Debug)]
pub(super) struct Turn {
    _socket: Option<UnixListener>,
}

impl Turn {
    /// Takes the turn, once nobody else has it. `waits` hears once of the process that has it.
    pub(super) async fn of(stack: &str, engine: &Endpoint, waits: impl Fn(u32)) -> Self {
        let name = name(stack, engine);
        let Ok(address) = SocketAddr::from_abstract_name(&name) else { return Self { _socket: None } };
        let mut is_told = false;
        loop {
            match UnixListener::bind_addr(&address) {
                Err(error) if error.kind() == ErrorKind::AddrInUse => {}
                bound => return Self { _socket: bound.ok() },
            }
            let holder = UnixAddr::new_abstract(name.as_bytes()).ok().and_then(|name| listening(&name));
            if let Some(pid) = holder.filter(|_| !is_told) {
                waits(pid);
                is_told = true;
            }
            sleep(PAUSE).await;
        }
    }
}

/// The socket's name: a digest, as there is little room in one.
fn name(stack: &str, engine: &Endpoint) -> String {
    format!("dynrun-up-{:x}", Sha256::digest(format!("{} {stack}", engine.address)))
}
