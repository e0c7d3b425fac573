//! The process that listens at a socket of this machine.

use nix::sys::socket::{
    AddressFamily, SockFlag, SockType, UnixAddr, connect, getsockopt, socket, sockopt::PeerCredentials,
};
use std::os::fd::AsRawFd as _;

/// The process that listens there, from the credentials with which it listens: 0 where it is in a pid namespace that this
/// process cannot see into; none where nobody listens. One that is frozen may have no room for a further connection: nobody
/// waits for that.
#[must_use]
pub fn listening(address: &UnixAddr) -> Option<u32> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let stream = socket(AddressFamily::Unix, SockType::Stream, flags, None).ok()?;
    connect(stream.as_raw_fd(), address).ok()?;
    u32::try_from(getsockopt(&stream, PeerCredentials).ok()?.pid()).ok()
}
