//! The UDP socket: bound to a port of its own, read in batches, with the kernel's count of what it dropped.

use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sys::socket::{self, ControlMessageOwned, MsgFlags, MultiHeaders, sockopt};

/// Datagrams that one call takes at most.
const BATCH: usize = 128;
/// One byte more than a datagram may have tells that it has more.
const ROOM: usize = super::MAX_DATAGRAM + 1;
/// The receive buffer that is asked for, in bytes: half a second at 50,000 small datagrams a second.
const RECEIVE_BUFFER: usize = 16 << 20;

/// A bound socket, room for one batch, and the kernel's count of what it dropped, in its 32 bits.
pub(super) struct Socket {
    pub(super) udp: UdpSocket,
    room: Vec<u8>,
    pub(super) dropped: u32,
}

impl Socket {
    /// Binds without `SO_REUSEADDR`: with it, two gateways could hold one port, and one would starve in silence.
    /// Answers the address, and the receive buffer's size as the kernel counts it, twice what it was asked for.
    pub(super) fn bind(address: SocketAddr, mode: super::Mode) -> io::Result<(Self, SocketAddr, usize)> {
        let udp = UdpSocket::bind(address)?;
        udp.set_broadcast(mode == super::Mode::Broadcast)?;
        // Beyond net.core.rmem_max only with CAP_NET_ADMIN; else the kernel gives what it allows.
        socket::setsockopt(&udp, sockopt::RcvBufForce, &RECEIVE_BUFFER)
            .or_else(|_| socket::setsockopt(&udp, sockopt::RcvBuf, &RECEIVE_BUFFER))?;
        socket::setsockopt(&udp, sockopt::RxqOvfl, &1)?;
        let (address, buffer) = (udp.local_addr()?, socket::getsockopt(&udp, sockopt::RcvBuf)?);
        Ok((Self { udp, room: vec![0; BATCH * ROOM], dropped: 0 }, address, buffer))
    }

    /// Hands over the datagrams that wait, a batch at most, without waiting; answers how many.
    pub(super) fn receive(&mut self, mut take: impl FnMut(&[u8])) -> io::Result<usize> {
        let rooms = self.room.chunks_exact_mut(ROOM);
        let mut slices: Vec<_> = rooms.map(|room| [IoSliceMut::new(room)]).collect();
        // Fresh each time: the kernel overwrites the control lengths, and nix does not set them back.
        let mut headers = MultiHeaders::<()>::preallocate(BATCH, Some(nix::cmsg_space!(u32)));
        let fd = self.udp.as_raw_fd();
        let batch = match socket::recvmmsg(fd, &mut headers, &mut slices, MsgFlags::MSG_DONTWAIT, None) {
            Err(Errno::EAGAIN | Errno::EINTR) => return Ok(0),
            result => result?,
        };
        let mut count = 0;
        for message in batch {
            count += 1;
            if let Some(ControlMessageOwned::RxqOvfl(dropped)) = message.cmsgs()?.next() {
                self.dropped = self.dropped.max(dropped);
            }
            take(message.iovs().next().unwrap_or_default());
        }
        Ok(count)
    }

    /// What the kernel has dropped. A datagram tells of drops before it, `/proc` of all, where it is mounted.
    pub(super) fn kernel_dropped(&mut self) -> u64 {
        self.dropped = self.dropped.max(self.drops_in_proc().unwrap_or(0));
        self.dropped.into()
    }

    fn drops_in_proc(&self) -> Option<u32> {
        let inode = nix::sys::stat::fstat(&self.udp).ok()?.st_ino.to_string();
        ["/proc/self/net/udp", "/proc/self/net/udp6"].iter().find_map(|table| {
            let table = std::fs::read_to_string(table).ok()?;
            let row = table.lines().find(|row| row.split_whitespace().nth(9) == Some(&inode))?;
            row.split_whitespace().nth(12)?.parse().ok()
        })
    }
}
