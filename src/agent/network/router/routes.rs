//! A router's routes: out by its gateway, and those that people gave it.

use serde::Deserialize;

use super::super::link;
use super::legs::gateway_name;
use crate::agent::command::run;
use crate::bus::contract::RouterPlan;
use crate::model::{Error, Result};

/// A route as `ip -json route` shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Route {
    /// Such as `10.0.0.0/8`, `10.0.0.1` or `default`.
    dst: String,
    #[serde(default)]
    gateway: Option<String>,
    #[serde(default)]
    dev: Option<String>,
    #[serde(default)]
    protocol: Option<String>,
}

/// Makes the routes be as planned, beside those that the kernel makes for the legs' own networks.
///
/// # Errors
/// When a next hop is on no leg's network, or `ip` fails otherwise; the other routes are there all the same.
pub async fn ensure(plan: &RouterPlan, netns: &str) -> Result<()> {
    let text = run("ip", &["-netns", netns, "-json", "-4", "route", "show"]).await?;
    let present: Vec<Route> =
        if text.trim().is_empty() { Vec::new() } else { serde_json::from_str(&text).map_err(Error::internal)? };
    let mut done = Ok(());
    for command in commands(plan, &present) {
        done = link::batch_in(netns, &[command]).await.and(done);
    }
    done
}

fn commands(plan: &RouterPlan, present: &[Route]) -> Vec<String> {
    let default = plan.gateway.iter().filter_map(|gateway| {
        let next_hop = gateway.next_hop?;
        let dev = gateway_name(&gateway.leg.port_id);
        // The gateway may lie outside of the leg's own range.
        let command = format!("route replace default via {next_hop} dev {dev} onlink");
        Some(("default".to_owned(), next_hop.to_string(), Some(dev), command))
    });
    let given = plan.routes.iter().map(|route| {
        let (destination, next_hop) = (route.destination.trunc(), route.nexthop.to_string());
        let shown = match destination.prefix_len() {
            0 => "default".to_owned(),
            32 => destination.addr().to_string(),
            _ => destination.to_string(),
        };
        (shown, next_hop.clone(), None, format!("route replace {destination} via {next_hop}"))
    });
    let mut wanted: Vec<(String, String, Option<String>, String)> = Vec::new();
    for route in given.chain(default) {
        // One that a person gave counts more than the gateway.
        if !wanted.iter().any(|other| other.0 == route.0) {
            wanted.push(route);
        }
    }
    let by_kernel = |route: &&Route| route.protocol.as_deref() == Some("kernel");
    let gone = present.iter().filter(|route| !by_kernel(route) && !wanted.iter().any(|other| other.0 == route.dst));
    let is_there = |dst: &str, next_hop: &str, dev: &Option<String>| {
        present.iter().any(|route| {
            route.dst == dst && route.gateway.as_deref() == Some(next_hop) && (dev.is_none() || route.dev == *dev)
        })
    };
    let new = wanted.iter().filter(|(dst, next_hop, dev, _)| !is_there(dst, next_hop, dev));
    gone.map(|route| format!("route delete {}", route.dst)).chain(new.map(|route| route.3.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::contract::{GatewayPlan, LegPlan};
    use crate::model::network::HostRoute;

    fn plan() -> RouterPlan {
        let leg = LegPlan {
            port_id: "0e0e0e0e-1111-4222-8333-444455556666".into(),
            network_id: "n".into(),
            bridge: "brqn".into(),
            mac: "fa:16:3e:00:00:01".into(),
            mtu: 1500,
            addresses: vec!["192.168.56.50/24".parse().unwrap()],
        };
        RouterPlan {
            router_id: "r".into(),
            admin_state_up: true,
            interfaces: Vec::new(),
            gateway: Some(GatewayPlan { leg, next_hop: "192.168.56.2".parse().ok(), enable_snat: true }),
            routes: vec![HostRoute {
                destination: "172.16.0.0/12".parse().unwrap(),
                nexthop: "10.0.0.9".parse().unwrap(),
            }],
            floating_ips: Vec::new(),
        }
    }

    fn shown(text: &str) -> Vec<Route> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn only_what_differs_is_changed() {
        let nothing = shown("[]");
        let all = [
            "route replace 172.16.0.0/12 via 10.0.0.9",
            "route replace default via 192.168.56.2 dev qg-0e0e0e0e-11 onlink",
        ];
        assert_eq!(commands(&plan(), &nothing), all);
        let right = shown(
            r#"[{"dst":"default","gateway":"192.168.56.2","dev":"qg-0e0e0e0e-11","flags":["onlink"]},
                {"dst":"172.16.0.0/12","gateway":"10.0.0.9","dev":"qr-1"},
                {"dst":"10.0.0.0/24","dev":"qr-1","protocol":"kernel"}]"#,
        );
        assert!(commands(&plan(), &right).is_empty());
        let other = shown(r#"[{"dst":"10.9.0.0/16","gateway":"10.0.0.9","dev":"qr-1"}]"#);
        assert_eq!(commands(&plan(), &other)[0], "route delete 10.9.0.0/16");
    }

    #[test]
    fn a_default_route_that_a_person_gave_wins() {
        let mut plan = plan();
        plan.routes =
            vec![HostRoute { destination: "0.0.0.0/0".parse().unwrap(), nexthop: "10.0.0.9".parse().unwrap() }];
        assert_eq!(commands(&plan, &[]), ["route replace 0.0.0.0/0 via 10.0.0.9"]);
    }
}
