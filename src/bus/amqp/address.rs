//! Where the broker is, and who we are there.

use std::time::Duration;

use lapin::tcp::OwnedTLSConfig;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties, ErrorKind};

use crate::bus::{BusError, BusSettings, Identity, Sender};

/// How long the broker may take to let us in.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Seconds; two that go by in silence mean that the other side is gone.
const HEARTBEAT: u16 = 10;
/// AMQP's codes of what stays refused however often one asks.
const ACCESS_REFUSED: u16 = 403;
const NOT_ALLOWED: u16 = 530;

/// The broker's address and our name there.
#[derive(Clone)]
pub(super) struct Address {
    uri: AMQPUri,
    tls: OwnedTLSConfig,
    pub identity: Identity,
}

impl Address {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`BusError::Closed`] with what is wrong with them.
    pub fn read(settings: &BusSettings) -> Result<Self, BusError> {
        let mut uri: AMQPUri = settings.url.parse().map_err(|_| {
            let remedy = "set `bus` to amqp://user:password@host:port/vhost, or amqps://…";
            BusError::Closed(format!("its address cannot be read: {remedy}, with special letters as %XX"))
        })?;
        if let Some(literal) = ipv6_literal(&settings.url) {
            uri.authority.host = literal;
        }
        uri.query.heartbeat = uri.query.heartbeat.or(Some(HEARTBEAT));
        let address = Self { tls: tls(settings, &uri.scheme)?, uri, identity: settings.identity.clone() };
        address.check_user()?;
        Ok(address)
    }

    fn check_user(&self) -> Result<(), BusError> {
        let told = Sender::of_user(self.user());
        let wrong = match &self.identity {
            Identity::Control => told != Sender::Inside,
            Identity::Host(host) => told != Sender::Host(host.clone()),
        };
        if !wrong {
            return Ok(());
        }
        Err(BusError::Closed(match &self.identity {
            Identity::Control => format!("user {:?} is a host's; control needs its own in `bus`", self.user()),
            Identity::Host(host) => format!(
                "`bus` names user {:?}, but this host is {host:?}: run `arcus host add {host}` where control is, and \
                 set `bus` as it says",
                self.user()
            ),
        }))
    }

    /// Our name at the broker.
    pub fn user(&self) -> &str {
        &self.uri.authority.userinfo.username
    }

    pub fn vhost(&self) -> &str {
        &self.uri.vhost
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// Why not, with what to do.
    pub async fn connect(&self) -> Result<Connection, Refused> {
        let name = match &self.identity {
            Identity::Control => "arcus control".to_owned(),
            Identity::Host(host) => format!("arcus host {host}"),
        };
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let runtime = lapin::runtime::default_runtime().map_err(|error| self.explain(&error))?;
        let connecting = Connection::connect_uri_with_config(self.uri.clone(), properties, self.tls.clone(), runtime);
        match tokio::time::timeout(CONNECT_WITHIN, connecting).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(self.explain(&error)),
            Err(_) => Err(Refused { why: format!("{} does not answer", self.place()), for_good: false }),
        }
    }

    fn place(&self) -> String {
        format!("RabbitMQ at {}:{}", self.uri.authority.host, self.uri.authority.port)
    }

    fn explain(&self, error: &lapin::Error) -> Refused {
        let place = self.place();
        match error.kind() {
            ErrorKind::ProtocolError(refusal) => Refused {
                why: format!(
                    "{place} refuses user {:?} in virtual host {:?}: {}. Check `bus`; for a host, `arcus host add` \
                     makes its user anew",
                    self.user(),
                    self.uri.vhost,
                    refusal.get_message().as_str().trim_end_matches('.')
                ),
                for_good: [ACCESS_REFUSED, NOT_ALLOWED].contains(&refusal.get_id()),
            },
            _ => Refused {
                why: format!("{place} cannot be reached: {error}. Is it running, and is `bus` right?"),
                for_good: false,
            },
        }
    }
}

/// Why there is no connection.
pub(super) struct Refused {
    pub why: String,
    /// Trying again as things are would end the same way.
    pub for_good: bool,
}

impl From<Refused> for BusError {
    fn from(refused: Refused) -> Self {
        Self::Closed(refused.why)
    }
}

/// The address within brackets, which the URL's own reader passes over.
fn ipv6_literal(url: &str) -> Option<String> {
    let (_, authority) = url.rsplit_once('@').or_else(|| url.split_once("://"))?;
    let (literal, _) = authority.strip_prefix('[')?.split_once(']')?;
    Some(literal.to_owned())
}

fn tls(settings: &BusSettings, scheme: &AMQPScheme) -> Result<OwnedTLSConfig, BusError> {
    match (scheme, &settings.ca) {
        (AMQPScheme::AMQPS, Some(file)) => {
            let unreadable = |error| BusError::Closed(format!("bus_ca: {} cannot be read: {error}", file.display()));
            let chain = std::fs::read_to_string(file).map_err(unreadable)?;
            Ok(OwnedTLSConfig { cert_chain: Some(chain), ..OwnedTLSConfig::default() })
        }
        (AMQPScheme::AMQPS, None) => Err(BusError::Closed(
            "amqps needs `bus_ca`: a PEM file with the authority that signed RabbitMQ's certificate".to_owned(),
        )),
        (AMQPScheme::AMQP, _) => Ok(OwnedTLSConfig::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, identity: Identity) -> Result<Address, BusError> {
        Address::read(&BusSettings { url: url.into(), ca: None, identity })
    }

    fn why(url: &str, identity: Identity) -> String {
        read(url, identity).err().unwrap().to_string()
    }

    #[test]
    fn an_address_says_where_and_who() {
        let address = read("amqp://host.a:p%40ss@[::1]:5673/%2f", Identity::Host("a".into())).ok().unwrap();
        assert_eq!((address.place().as_str(), address.user()), ("RabbitMQ at ::1:5673", "host.a"));
        assert_eq!((address.uri.authority.userinfo.password.as_str(), address.uri.vhost.as_str()), ("p@ss", "/"));
    }

    #[test]
    fn wrong_settings_say_the_remedy_and_no_password() {
        assert!(why("amqp:secret", Identity::Control).contains("amqp://user"));
        assert!(why("amqps://arcus:secret@broker", Identity::Control).contains("bus_ca"));
        assert!(why("amqp://host.a:secret@broker", Identity::Control).contains("control needs its own"));
        assert!(why("amqp://arcus:secret@broker", Identity::Host("a".into())).contains("arcus host add a"));
        for url in ["amqp:secret", "amqps://arcus:secret@broker", "amqp://host.a:secret@broker"] {
            assert!(!why(url, Identity::Control).contains("secret"), "{url}");
        }
    }
}
