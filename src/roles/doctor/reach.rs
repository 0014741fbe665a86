//! What a role must reach on other machines, and what others must reach here.

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Client;
use reqwest::header::DATE;
use tokio::net::TcpListener;

use super::{Check, Trouble};
use crate::agent::{ConsoleAt, ConsolePort};
use crate::bus::{self, Identity};
use crate::config::Config;
use crate::control::records;
use crate::model::error::root_cause;

/// How long the APIs may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// By how much clocks may differ. Tokens, heartbeats and the order of a timeline's steps depend on them.
const CLOCK_OFF: TimeDelta = TimeDelta::seconds(5);

/// Whether the database answers and has this version's schema.
pub async fn database(config: &Config) -> Check {
    let found = if config.database.is_empty() {
        Err(Trouble::new(
            "database is not set, and roles of their own share a PostgreSQL database",
            "set database = \"postgres://user:password@host/database\", or run `arcus up` instead",
        ))
    } else {
        match records::missing(&config.database, &config.state_dir).await {
            Ok(missing) if missing.is_empty() => Ok("it answers, and its schema is up to date".to_owned()),
            Ok(missing) => {
                let missing: Vec<_> = missing.iter().map(ToString::to_string).collect();
                Err(Trouble::new(format!("migrations {} are missing", missing.join(", ")), "run `arcus db migrate`"))
            }
            Err(error) => Err(Trouble::new(
                error.to_string(),
                "see that PostgreSQL runs and lets this machine in, and compare user and password in database",
            )),
        }
    };
    Check { what: "database".into(), found }
}

/// Whether the bus lets us in with what the settings say.
pub async fn bus(config: &Config, identity: Identity) -> Check {
    let remedy = match &identity {
        Identity::Control => "see that RabbitMQ runs, and compare user, password and virtual host in bus".to_owned(),
        Identity::Host(host) => {
            format!("run `arcus host add {host}` where control is, and set bus as it says; see that RabbitMQ runs")
        }
    };
    let found = if config.bus.is_empty() {
        Err(Trouble::new("bus is not set, and roles of their own speak over RabbitMQ", remedy))
    } else {
        match bus::connect(&config.bus_settings(identity)).await {
            Ok(_) => Ok("RabbitMQ lets us in".to_owned()),
            Err(error) => Err(Trouble::new(error.to_string(), remedy)),
        }
    };
    Check { what: "bus".into(), found }
}

/// Whether the APIs answer, and whether their clock is ours.
pub async fn api(config: &Config) -> Vec<Check> {
    let what = "REST APIs".to_owned();
    if config.api_url.is_empty() {
        let remedy = format!("run `arcus host add {}` where control is, and do as it says", config.host);
        return vec![Check { what, found: Err(Trouble::new("api_url is not set", remedy)) }];
    }
    match ask(&config.api_url).await {
        Ok(answered) => {
            let clock = answered.map(|there| Check { what: "clock".into(), found: clock(there, Utc::now()) });
            let found = Ok(format!("{} answers", config.api_url));
            std::iter::once(Check { what, found }).chain(clock).collect()
        }
        Err(why) => {
            let cause = format!("{}: {why}", config.api_url);
            let remedy =
                "see that `arcus api` runs there and listens at an address that this machine reaches (setting listen)";
            vec![Check { what, found: Err(Trouble::new(cause, remedy)) }]
        }
    }
}

/// What time it is there, if that is said.
async fn ask(api_url: &str) -> Result<Option<DateTime<Utc>>, String> {
    let client = Client::builder().no_proxy().timeout(ANSWER_WITHIN).build().map_err(|error| error.to_string())?;
    let address = format!("{}/identity/v3", api_url.trim_end_matches('/'));
    let answer = client.get(address).send().await.map_err(|error| root_cause(&error).to_string())?;
    if !answer.status().is_success() {
        return Err(format!("identity answers {}", answer.status()));
    }
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    Ok(date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc()))
}

fn clock(there: DateTime<Utc>, here: DateTime<Utc>) -> Result<String, Trouble> {
    let off = here - there;
    if off.abs() <= CLOCK_OFF {
        return Ok("it agrees with that of the APIs".to_owned());
    }
    let (seconds, direction) = (off.num_seconds().abs(), if off > TimeDelta::zero() { "ahead of" } else { "behind" });
    let cause = format!("this machine's is {seconds} s {direction} that of the APIs");
    Err(Trouble::new(cause, "apt-get install chrony on each machine, and let them follow the same servers"))
}

/// Whether consoles can be offered where the settings say.
pub async fn console(config: &Config) -> Check {
    let found = match config.console_port() {
        Err(why) => Err(Trouble::new(why, "correct the setting console_listen")),
        Ok(None) => Err(Trouble::bearable(
            "console_listen is empty, so that screens are shown on this machine only",
            "set console_listen to a port, such as \"6089\"",
        )),
        Ok(Some(ConsolePort { at, .. })) => {
            let address = match at {
                ConsoleAt::Address(address) => address,
                ConsoleAt::WayToApi(port) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)),
            };
            match TcpListener::bind(address).await {
                Ok(_) => Ok(format!("port {} is free", address.port())),
                Err(error) => Err(Trouble::bearable(
                    format!("{address}: {error}"),
                    "fine if Arcus itself runs here; else set console_listen to a free port",
                )),
            }
        }
    };
    Check { what: "consoles".into(), found }
}

/// A guest that breaks out must find no way to the records, nor an administrator's way onto the bus.
pub fn secrets(config: &Config) -> Check {
    let names = [("database", &config.database), ("rabbitmq_management", &config.rabbitmq_management)];
    let set: Vec<_> = names.iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| *name).collect();
    let found = if set.is_empty() {
        Ok("nothing of control's is here".to_owned())
    } else {
        Err(Trouble::new(
            format!("{} is set on a machine that runs guests", set.join(" and ")),
            "take it out of the settings and of the environment",
        ))
    };
    Check { what: "secrets".into(), found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_said_with_direction_and_remedy() {
        let there: DateTime<Utc> = "2030-01-01T00:00:00Z".parse().unwrap();
        assert!(clock(there, there + TimeDelta::seconds(5)).is_ok());
        let trouble = clock(there, there - TimeDelta::seconds(42)).err().unwrap();
        assert!(trouble.cause.contains("42 s behind") && trouble.remedy.contains("chrony"), "{}", trouble.cause);
    }

    #[tokio::test]
    async fn what_is_not_set_or_does_not_answer_is_said_with_its_remedy() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = Config {
            api_url: format!("http://{nobody}"),
            database: "postgres://arcus@db/arcus".into(),
            ..Config::default()
        };
        let trouble = |check: Check| check.found.err().unwrap();
        assert!(trouble(api(&config).await.remove(0)).remedy.contains("arcus api"));
        assert!(trouble(bus(&config, Identity::Host("a".into())).await).remedy.contains("arcus host add a"));
        assert!(trouble(secrets(&config)).cause.contains("database"));
        assert!(trouble(database(&Config::default()).await).remedy.contains("postgres://"));
    }
}
