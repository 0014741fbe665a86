//! Sending something, and seeing whether it arrives and is answered.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::net::if_::if_nametoindex;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrIn, SockaddrIn6, bind, recv, sendto, setsockopt,
    socket, sockopt,
};
use nix::sys::time::TimeVal;

use super::end::End;

/// How long something that should arrive may take on a busy machine, and how long is waited for what should not.
const PATIENCE: Duration = Duration::from_secs(10);
const LONG_ENOUGH: Duration = Duration::from_millis(700);
/// How often something that can get lost is sent again.
const AGAIN: Duration = Duration::from_millis(200);

/// Something that one sends to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Traffic {
    Tcp(u16),
    Udp(u16),
    /// A request of this type; hosts answer 8 (echo) and 13 (time).
    Icmp(u8),
    /// A packet of a protocol that nobody speaks, which is answered with an ICMP error.
    Protocol(u8),
    /// To the link-local address, as the next.
    Tcp6(u16),
    Icmp6(u8),
}

impl Traffic {
    /// Whether it arrives and the answer comes back. What is `expected` to is given much time.
    pub fn passes(self, from: &End, to: &End, expected: bool) -> bool {
        self.passes_from(from, None, to, expected)
    }

    /// As [`Traffic::passes`], under an address that the sender has beside its own.
    pub fn passes_from(self, from: &End, source: Option<IpAddr>, to: &End, expected: bool) -> bool {
        let until = Instant::now() + if expected { PATIENCE } else { LONG_ENOUGH };
        match self {
            Self::Tcp(port) => tcp(from, to, (to.ip, port).into(), until),
            Self::Udp(port) => udp(from, source.unwrap_or(Ipv4Addr::UNSPECIFIED.into()), to, port, until),
            Self::Icmp(kind) => icmp(from, to.ip, kind, until),
            Self::Protocol(number) => protocol(from, to.ip, number, until),
            Self::Tcp6(port) => tcp(from, to, SocketAddrV6::new(to.link_local(), port, 0, scope(from)).into(), until),
            Self::Icmp6(kind) => icmp6(from, source, to.link_local(), kind, until),
        }
    }
}

fn scope(end: &End) -> u32 {
    end.inside(|| if_nametoindex("eth0").expect("a device"))
}

fn tcp(from: &End, to: &End, address: SocketAddr, until: Instant) -> bool {
    let everywhere: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let _listening = to.inside(|| TcpListener::bind((everywhere, address.port())).expect("a free port"));
    from.inside(|| TcpStream::connect_timeout(&address, until - Instant::now()).is_ok())
}

fn udp(from: &End, source: IpAddr, to: &End, port: u16, until: Instant) -> bool {
    let asked = to.inside(|| UdpSocket::bind((to.ip, port)).expect("a free port"));
    let asking = from.inside(|| UdpSocket::bind((source, 0)).expect("an address of its own"));
    let sender = asking.local_addr().expect("an address").port();
    for socket in [&asked, &asking] {
        socket.set_read_timeout(Some(AGAIN)).expect("a timeout");
    }
    while Instant::now() < until {
        // Refused with an error when the last one was.
        let _ = asking.send_to(b"?", (to.ip, port));
        let mut said = [0; 8];
        // Others' may come late, out of the sender's queue for whoever it did not know yet.
        while let Ok((_, from)) = asked.recv_from(&mut said) {
            if from.port() == sender {
                asked.send_to(b"!", from).expect("an answer");
            }
        }
        if asking.recv_from(&mut said).is_ok() {
            return true;
        }
    }
    false
}

fn raw(family: AddressFamily, protocol: SockProtocol) -> OwnedFd {
    let raw = socket(family, SockType::Raw, SockFlag::SOCK_CLOEXEC, protocol).expect("a raw socket");
    setsockopt(&raw, sockopt::ReceiveTimeout, &TimeVal::new(0, AGAIN.subsec_micros().into())).expect("a timeout");
    raw
}

/// Sends until something comes in that is `wanted`.
fn until_answered<T>(ears: &OwnedFd, until: Instant, send: impl Fn() -> T, wanted: impl Fn(&[u8]) -> bool) -> bool {
    while Instant::now() < until {
        send();
        let mut heard = [0; 1500];
        while let Ok(length) = recv(ears.as_raw_fd(), &mut heard, MsgFlags::empty()) {
            if wanted(&heard[..length]) {
                return true;
            }
        }
    }
    false
}

fn icmp(from: &End, to: Ipv4Addr, kind: u8, until: Instant) -> bool {
    const TOKEN: u8 = 0x5a;
    let answer = if kind == 8 { 0 } else { kind + 1 };
    let mut message = [0; 20];
    (message[0], message[4]) = (kind, TOKEN);
    let sum = !checksum(&message);
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    from.inside(|| {
        let raw = raw(AddressFamily::Inet, SockProtocol::Icmp);
        let to = SockaddrIn::from(std::net::SocketAddrV4::new(to, 0));
        let send = || sendto(raw.as_raw_fd(), &message, &to, MsgFlags::empty());
        // After an IP header without options.
        until_answered(&raw, until, send, |heard| heard.len() >= 28 && heard[20] == answer && heard[24] == TOKEN)
    })
}

fn protocol(from: &End, to: Ipv4Addr, number: u8, until: Instant) -> bool {
    let mut packet = vec![0x45, 0, 0, 28, 0, 0, 0, 0, 64, number, 0, 0];
    packet.extend(from.ip.octets());
    packet.extend(to.octets());
    packet.extend([0; 8]);
    from.inside(|| {
        let ears = raw(AddressFamily::Inet, SockProtocol::Icmp);
        let mouth = raw(AddressFamily::Inet, SockProtocol::Raw);
        let to = SockaddrIn::from(std::net::SocketAddrV4::new(to, 0));
        let send = || sendto(mouth.as_raw_fd(), &packet, &to, MsgFlags::empty());
        // Protocol unreachable, about a packet of ours.
        until_answered(&ears, until, send, |heard| {
            heard.len() >= 48 && heard[20..22] == [3, 2] && heard[20 + 8 + 9] == number
        })
    })
}

fn icmp6(from: &End, source: Option<IpAddr>, to: Ipv6Addr, kind: u8, until: Instant) -> bool {
    let scope = scope(from);
    from.inside(|| {
        let raw = raw(AddressFamily::Inet6, SockProtocol::IcmpV6);
        if let Some(IpAddr::V6(source)) = source {
            let source = SockaddrIn6::from(SocketAddrV6::new(source, 0, 0, scope));
            bind(raw.as_raw_fd(), &source).expect("an address of its own");
        }
        let to = SockaddrIn6::from(SocketAddrV6::new(to, 0, 0, scope));
        let send = || sendto(raw.as_raw_fd(), &[kind, 0, 0, 0, 0, 1, 0, 1], &to, MsgFlags::empty());
        until_answered(&raw, until, send, |heard| heard.first() == Some(&(kind + 1)))
    })
}

/// The Internet checksum, not yet complemented.
fn checksum(bytes: &[u8]) -> u16 {
    let sum: u32 = bytes.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
    (sum + (sum >> 16)) as u16
}
