//! "Can A reach B?"

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::*;
use crate::model::Error;
use crate::model::reach::{Answer, Snapshot};
#[cfg(feature = "ssr")]
use crate::model::{
    Reason,
    reach::{Place, Question, Traffic},
};

/// The usual questions: their word in the address, protocol and port.
pub const PRESETS: [(&str, &str, &str); 7] = [
    ("ssh", "tcp", "22"),
    ("ping", "icmp", "8"),
    ("http", "tcp", "80"),
    ("https", "tcp", "443"),
    ("rdp", "tcp", "3389"),
    ("dns", "udp", "53"),
    ("any", "", ""),
];
/// Stands for the person who asks, at the computer where the browser runs.
pub const ME: &str = "me";
/// Stands for the address in the field beside it.
pub const ADDRESS: &str = "address";

/// The question as it stands in the page's address.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReachForm {
    /// `me`, `instance:` or `port:` with an id, or `address`.
    pub from: String,
    pub from_address: String,
    pub to: String,
    pub to_address: String,
    /// One of the [`PRESETS`]; anything else leaves it to the next two.
    pub what: String,
    pub protocol: String,
    pub port: String,
}

/// Walks the way that the form asks about.
#[server(endpoint = "reach/ask", name = AskReach)]
pub async fn reachability(#[server(flatten)] form: ReachForm) -> Result<Answer, Error> {
    answer(async { services()?.network.reachability(&ctx()?, form.question()?).await }).await
}

/// Every record of the network that the person may see, but for security groups.
#[server(endpoint = "reach/snapshot", name = ShowSnapshot)]
pub async fn snapshot() -> Result<Snapshot, Error> {
    answer(async {
        let snapshot = services()?.network.snapshot(&ctx()?).await?;
        Ok(Snapshot { groups: Vec::new(), ..snapshot })
    })
    .await
}

/// The address of the browser's computer, as it is seen from here.
#[cfg(feature = "ssr")]
pub(crate) fn asking() -> std::net::IpAddr {
    remote_address().map_or(std::net::Ipv4Addr::LOCALHOST.into(), |address| address.to_canonical())
}

#[cfg(feature = "ssr")]
impl ReachForm {
    fn question(&self) -> crate::model::Result<Question> {
        let preset = PRESETS.iter().find(|(word, ..)| *word == self.what);
        let (protocol, port) = preset.map_or((self.protocol.as_str(), self.port.as_str()), |(_, p, port)| (p, port));
        let port = form::optional(port).map(|text| form::number("port", &text, 0, 65_535)).transpose()?;
        Ok(Question {
            from: place("from", &self.from, "from_address", &self.from_address)?,
            to: place("to", &self.to, "to_address", &self.to_address)?,
            traffic: Traffic {
                protocol: form::optional(protocol),
                port: port.and_then(|port| u16::try_from(port).ok()),
            },
        })
    }
}

#[cfg(feature = "ssr")]
fn place(field: &str, chosen: &str, address_field: &str, address: &str) -> crate::model::Result<Place> {
    match chosen.split_once(':') {
        Some(("instance", id)) => Ok(Place::Instance(id.into())),
        Some(("port", id)) => Ok(Place::Port(id.into())),
        _ if chosen == ME => Ok(Place::Address(asking())),
        _ if chosen == ADDRESS => {
            let value = address.trim();
            let bad = || Error::on(address_field, Reason::BadAddress { value: value.to_owned() });
            value.parse().map(Place::Address).map_err(|_| bad())
        }
        _ => Err(Error::on(field, Reason::Required { field: field.to_owned() })),
    }
}
