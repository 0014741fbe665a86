//! What a router does to addresses, as one nftables table in its namespace.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use super::METADATA_PORT;
use crate::bus::contract::{FloatingPlan, RouterPlan};

/// The table's body.
pub fn rules(plan: &RouterPlan) -> String {
    let own = plan.gateway.as_ref().and_then(|gateway| gateway.leg.addresses.first()).map(ipnet::Ipv4Net::addr);
    let snat = plan.gateway.as_ref().is_some_and(|gateway| gateway.enable_snat);
    let floating = &plan.floating_ips;
    let mut text = String::new();
    let mut chain = |head: &str, rules: Vec<String>| {
        let rules: String = rules.iter().map(|rule| format!("    {rule}\n")).collect();
        let _ = write!(text, "  chain {head}; policy accept;\n{rules}  }}\n");
    };
    chain("prerouting {\n    type nat hook prerouting priority dstnat", inwards(floating));
    chain("postrouting {\n    type nat hook postrouting priority srcnat", outwards(floating, own, snat));
    let outside_asks = format!("iifname \"qg-*\" tcp dport {METADATA_PORT} drop");
    chain("input {\n    type filter hook input priority filter", vec![outside_asks]);
    chain("forward {\n    type filter hook forward priority filter", passes(floating, own, snat));
    text
}

fn inwards(floating: &[FloatingPlan]) -> Vec<String> {
    let metadata = format!("iifname \"qr-*\" ip daddr 169.254.169.254 tcp dport 80 redirect to :{METADATA_PORT}");
    let to_inner = floating
        .iter()
        .map(|FloatingPlan { floating_ip, fixed_ip }| format!("ip daddr {floating_ip} dnat to {fixed_ip}"));
    [metadata].into_iter().chain(to_inner).collect()
}

fn outwards(floating: &[FloatingPlan], own: Option<Ipv4Addr>, snat: bool) -> Vec<String> {
    // Between the router's own networks addresses stay, unless a floating IP was asked for.
    let mut rules = vec!["iifname != \"qg-*\" oifname != \"qg-*\" ct status ! dnat accept".to_owned()];
    rules.extend(floating.iter().map(|FloatingPlan { floating_ip, fixed_ip }| {
        format!("iifname != \"qg-*\" ip saddr {fixed_ip} snat to {floating_ip}")
    }));
    if let Some(own) = own {
        if snat {
            rules.push(format!("oifname \"qg-*\" snat to {own}"));
        }
        // Whoever asks a neighbour by its floating IP must get the answer by way of the router too.
        rules.push(format!("iifname \"qr-*\" ct status dnat snat to {own}"));
    }
    rules
}

/// Connections by way of a floating IP end with it: what was agreed on when they began holds no longer.
fn passes(floating: &[FloatingPlan], own: Option<Ipv4Addr>, snat: bool) -> Vec<String> {
    let pairs: Vec<String> = floating.iter().map(|pair| format!("{} . {}", pair.floating_ip, pair.fixed_ip)).collect();
    let unless_among = |pair: &str| match pairs.as_slice() {
        [] => String::new(),
        pairs => format!(" {pair} != {{ {} }}", pairs.join(", ")),
    };
    let unless_own = own.map(|own| format!(" ct reply ip daddr != {own}")).unwrap_or_default();
    let mut rules = vec![
        // It would leave with its inner address.
        "oifname \"qg-*\" ct state invalid drop".to_owned(),
        format!("ct status dnat{} drop", unless_among("ct original ip daddr . ct reply ip saddr")),
        format!("ct status snat{unless_own}{} drop", unless_among("ct reply ip daddr . ct original ip saddr")),
    ];
    if snat {
        rules.push("iifname \"qg-*\" oifname \"qr-*\" ct state new ct status ! dnat drop".to_owned());
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::contract::{GatewayPlan, LegPlan};

    fn plan(snat: bool, floating: &[(&str, &str)]) -> RouterPlan {
        let leg = LegPlan {
            port_id: "p".into(),
            network_id: "n".into(),
            bridge: "brqn".into(),
            mac: "fa:16:3e:00:00:01".into(),
            mtu: 1500,
            addresses: vec!["192.168.56.50/24".parse().unwrap()],
        };
        let floating = floating.iter().map(|(outer, inner)| FloatingPlan {
            floating_ip: outer.parse().unwrap(),
            fixed_ip: inner.parse().unwrap(),
        });
        RouterPlan {
            router_id: "r".into(),
            admin_state_up: true,
            interfaces: Vec::new(),
            gateway: Some(GatewayPlan { leg, next_hop: None, enable_snat: snat }),
            routes: Vec::new(),
            floating_ips: floating.collect(),
        }
    }

    #[test]
    fn a_floating_ip_leads_in_and_out_and_comes_before_the_router_s_own_address() {
        let rules = rules(&plan(true, &[("192.168.56.60", "10.0.0.11")]));
        assert!(rules.contains("ip daddr 192.168.56.60 dnat to 10.0.0.11\n"), "{rules}");
        let floating = rules.find("ip saddr 10.0.0.11 snat to 192.168.56.60\n").unwrap();
        assert!(floating < rules.find("oifname \"qg-*\" snat to 192.168.56.50\n").unwrap(), "{rules}");
        assert!(rules.contains("ct original ip daddr . ct reply ip saddr != { 192.168.56.60 . 10.0.0.11 } drop"));
    }

    #[test]
    fn without_a_floating_ip_no_connection_by_one_passes() {
        assert!(rules(&plan(true, &[])).contains("ct status dnat drop\n"));
    }

    #[test]
    fn without_snat_inner_addresses_leave_as_they_are_and_can_be_called() {
        let rules = rules(&plan(false, &[]));
        assert!(!rules.contains("oifname \"qg-*\" snat"), "{rules}");
        assert!(!rules.contains("ct state new"), "{rules}");
    }

    #[test]
    fn without_a_gateway_metadata_is_still_redirected() {
        let rules = rules(&RouterPlan { gateway: None, ..plan(true, &[]) });
        assert!(rules.contains("redirect to :9697"));
        assert!(!rules.contains("snat to"), "{rules}");
    }
}
