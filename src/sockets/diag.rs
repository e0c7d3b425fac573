//! What the kernel answers over netlink (`sock_diag`) about the sockets of this process's own network namespace.

use super::{CannotTell, Socket, States};
use crate::values::{PortRange, Protocol};
use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::constants::{AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP, TCP_LISTEN};
use netlink_packet_sock_diag::inet::{
    ExtensionFlags, InetRequest, InetResponse, SocketId, StateFlags, nlas::Nla,
};
use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, socket};
use std::os::fd::{AsRawFd, OwnedFd};

/// Up to so many ports are asked for one by one, and the kernel sorts the rest out; above, they are all read.
const FEW: usize = 8;
/// Where no port is named, the kernel tells of every one.
const ANY_PORT: u16 = 0;
/// The kernel fills 32 KiB at most in one answer.
const ANSWER: usize = 64 << 10;
/// The state of TCP sockets that are bound and nothing else, which Linux 6.8 added; older kernels ignore it.
const TCP_BOUND_INACTIVE: u8 = 13;

/// The sockets of both families that hold one of the ports.
pub(super) fn sockets(
    protocol: Protocol,
    ports: &[PortRange],
    states: States,
) -> Result<Vec<Socket>, CannotTell> {
    let netlink =
        socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkSockDiag)
            .map_err(refused)?;
    let count: usize = ports.iter().map(PortRange::len).sum();
    let asked: Vec<u16> =
        if count <= FEW { ports.iter().flat_map(PortRange::ports).collect() } else { vec![ANY_PORT] };
    let mut buffer = vec![0; ANSWER];
    let mut found = Vec::new();
    for family in [AF_INET, AF_INET6] {
        for port in &asked {
            let request = request(family, protocol, *port, wanted(protocol, states));
            send(netlink.as_raw_fd(), &request, MsgFlags::empty()).map_err(refused)?;
            dump(&netlink, &mut buffer, |response| {
                let socket = read(protocol, response);
                found.extend(
                    Some(socket).filter(|socket| ports.iter().any(|range| range.contains(socket.port))),
                );
            })?;
        }
    }
    Ok(found)
}

fn refused(error: Errno) -> CannotTell {
    CannotTell(format!("the kernel does not tell of sockets over netlink: {}", error.desc()))
}

/// The states as bits. A UDP socket is connected or not, and holds its port either way.
fn wanted(protocol: Protocol, states: States) -> StateFlags {
    match (protocol, states) {
        (Protocol::Udp | Protocol::Sctp, _) => StateFlags::all(),
        (Protocol::Tcp, States::Listening) => StateFlags::LISTEN,
        (Protocol::Tcp, States::Bound) => StateFlags::from_bits_retain(1 << TCP_BOUND_INACTIVE),
        (Protocol::Tcp, States::Connected) => StateFlags::all() - StateFlags::LISTEN - StateFlags::TIME_WAIT,
    }
}

/// The bytes of a request for all sockets of a family, or for those on one port.
fn request(family: u8, protocol: Protocol, port: u16, states: StateFlags) -> Vec<u8> {
    let any = if family == AF_INET { SocketId::new_v4() } else { SocketId::new_v6() };
    let inet = InetRequest {
        family,
        protocol: if protocol == Protocol::Udp { IPPROTO_UDP } else { IPPROTO_TCP },
        extensions: ExtensionFlags::empty(),
        states,
        socket_id: SocketId { source_port: port, ..any },
    };
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    let mut message = NetlinkMessage::new(header, SockDiagMessage::InetRequest(inet).into());
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

/// Hands out every socket of an answer, which comes in several parts.
fn dump(netlink: &OwnedFd, buffer: &mut [u8], mut each: impl FnMut(&InetResponse)) -> Result<(), CannotTell> {
    loop {
        let length = match recv(netlink.as_raw_fd(), buffer, MsgFlags::empty()) {
            Err(Errno::EINTR) => continue,
            length => length.map_err(refused)?,
        };
        if part(&buffer[..length], &mut each)? {
            return Ok(());
        }
    }
}

/// Hands out every socket of one part, and says whether it was the last.
fn part(mut rest: &[u8], each: &mut impl FnMut(&InetResponse)) -> Result<bool, CannotTell> {
    let garbled = |why: &dyn std::fmt::Display| {
        CannotTell(format!("the kernel's answer over netlink is not understood: {why}"))
    };
    while !rest.is_empty() {
        let message =
            NetlinkMessage::<SockDiagMessage>::deserialize(rest).map_err(|error| garbled(&error))?;
        match message.payload {
            NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => each(&response),
            NetlinkPayload::Done(done) if done.code == 0 => return Ok(true),
            NetlinkPayload::Done(done) => return Err(refused(Errno::from_raw(-done.code))),
            NetlinkPayload::Error(error) => return Err(refused(Errno::from_raw(-error.raw_code()))),
            NetlinkPayload::Overrun(_) => return Err(garbled(&"a part of it was lost")),
            // Nothing else is ever an answer to a dump of sockets.
            NetlinkPayload::Noop | NetlinkPayload::InnerMessage(_) => {}
            _ => return Err(garbled(&"it is of an unknown kind")),
        }
        // Every message starts at a multiple of four bytes.
        let length = (message.header.length as usize).next_multiple_of(4);
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(false)
}

fn read(protocol: Protocol, response: &InetResponse) -> Socket {
    let header = &response.header;
    let only_v6 = response.nlas.iter().find_map(|attribute| match attribute {
        Nla::SkV6Only(only) => Some(*only),
        _ => None,
    });
    Socket {
        protocol,
        address: header.socket_id.source_address,
        port: header.socket_id.source_port,
        only_v6,
        is_listening: protocol == Protocol::Tcp && header.state == TCP_LISTEN,
        inode: header.inode.into(),
        uid: header.uid,
    }
}
