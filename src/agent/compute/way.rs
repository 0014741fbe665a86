//! The machine's own address, as others reach it.

use std::net::IpAddr;

use reqwest::Url;
use tokio::net::UdpSocket;

/// The address of ours on the way to the APIs, as the kernel would choose it; nothing is sent.
///
/// # Errors
/// When the address of the APIs cannot be read, or there is no way there.
pub async fn way_to(api_url: &str) -> std::io::Result<IpAddr> {
    let url: Url = api_url.parse().map_err(std::io::Error::other)?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let api = tokio::net::lookup_host((host, url.port_or_known_default().unwrap_or(80))).await?.next();
    let api = api.ok_or_else(|| std::io::Error::other("the name has no address"))?;
    let any: IpAddr = if api.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(api).await?;
    Ok(socket.local_addr()?.ip())
}
