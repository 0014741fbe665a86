use super::testing::{port, rule};
use super::*;
use crate::bus::contract::{FirewallGroup, FirewallPort};
use crate::model::network::AddressPair;
use crate::model::security_group::{Direction, Ethertype, SecurityGroupRule};

fn written(ports: Vec<FirewallPort>, groups: Vec<FirewallGroup>) -> String {
    let zones = ports.iter().map(|port| (port.bridge.clone(), 7)).collect();
    let plan = FirewallPlan { ports, groups };
    script(&plan, Marks::default().of(&plan.ports), &zones, &[])
}

fn group(id: &str, rules: Vec<SecurityGroupRule>, members: &[&str]) -> FirewallGroup {
    FirewallGroup {
        group_id: id.into(),
        rules,
        members: members.iter().map(|member| member.parse().unwrap()).collect(),
    }
}

/// The lines of a chain or set.
fn part<'a>(script: &'a str, head: &str) -> Vec<&'a str> {
    let from = script.lines().skip_while(|line| line.trim() != format!("{head} {{"));
    from.skip(1).take_while(|line| *line != "  }").map(str::trim).collect()
}

fn line<'a>(script: &'a str, head: &str) -> &'a str {
    script.lines().find(|line| line.trim().starts_with(&format!("{head} {{"))).unwrap_or_else(|| panic!("no {head}"))
}

#[test]
fn the_tables_are_replaced_in_one_transaction() {
    let script = written(Vec::new(), Vec::new());
    assert!(
        script
            .starts_with("table bridge arcus\ndelete table bridge arcus\ntable inet arcus\ndelete table inet arcus\n")
    );
    assert!(part(&script, "chain from_taps").contains(&"iifname \"tap*\" drop"), "a tap of no plan passes nothing");
}

#[test]
fn a_port_sends_as_itself_and_its_pairs_alone() {
    let mut one = port(1, &["g"]);
    one.allowed_address_pairs = vec![AddressPair { ip: "10.0.8.0/24".parse().unwrap(), mac: None }];
    let script = written(vec![one], Vec::new());
    assert!(line(&script, "set own4").contains("{ \"tap00000001-00\" . fa:16:3e:00:00:01 . 10.0.0.1 }"));
    assert!(line(&script, "set wide4").contains("{ \"tap00000001-00\" . fa:16:3e:00:00:01 . 10.0.8.0/24 }"));
    assert!(line(&script, "set own6").contains("fe80::f816:3eff:fe00:1 }"));
    assert!(line(&script, "set targets").contains("0xfe80000000000000f8163efffe000001 }"));
    assert!(line(&script, "set dhcp").contains("{ \"tap00000001-00\" . 10.0.0.2 }"));
}

#[test]
fn without_port_security_everything_passes_and_a_port_that_is_down_passes_nothing() {
    let open = FirewallPort { port_security: false, groups: Vec::new(), ..port(1, &[]) };
    let down = FirewallPort { admin_state_up: false, ..port(2, &["g"]) };
    let script = written(vec![open, down, port(3, &["g"])], Vec::new());
    for (map, guarded) in [("map senders", "sent"), ("map receivers", "received")] {
        let expected = format!(
            "{{ \"tap00000001-00\" : accept, \"tap00000002-00\" : drop, \"tap00000003-00\" : goto {guarded} }}"
        );
        assert!(line(&script, map).contains(&expected), "{script}");
    }
    assert!(!line(&script, "set macs").contains("tap00000001-00"));
}

#[test]
fn a_group_s_rules_are_written_once_however_many_ports_are_in_it() {
    let ssh = SecurityGroupRule {
        protocol: Some("tcp".into()),
        port_min: Some(22),
        port_max: Some(22),
        ..rule(Direction::Ingress, Ethertype::IPv4)
    };
    let few = written((1..3).map(|n| port(n, &["g"])).collect(), vec![group("g", vec![ssh.clone()], &[])]);
    let many = written((1..200).map(|n| port(n, &["g"])).collect(), vec![group("g", vec![ssh], &[])]);
    assert_eq!(few.lines().count(), many.lines().count(), "ports are elements of sets");
    assert_eq!(part(&many, "chain in-g"), ["meta nfproto ipv4 meta l4proto 6 th dport 22 goto pass"]);
    assert_eq!(part(&many, "chain out-g"), Vec::<&str>::new());
    assert_eq!(part(&many, "chain in_a4c50001"), ["jump in-g", "drop"]);
}

#[test]
fn a_port_in_no_group_passes_nothing_and_a_group_that_is_unknown_allows_nothing() {
    let script = written(vec![port(1, &[]), port(2, &["gone"])], Vec::new());
    assert_eq!(part(&script, "chain in_a4c50001"), ["drop"]);
    assert_eq!(part(&script, "chain out_a4c50002"), ["drop"]);
}

#[test]
fn members_of_a_remote_group_are_a_set_and_ranges_among_them_make_it_one_of_ranges() {
    let from = SecurityGroupRule { remote_group_id: Some("peers".into()), ..rule(Direction::Ingress, Ethertype::IPv4) };
    let with = |members: &[&str]| {
        written(vec![port(1, &["g"])], vec![group("g", vec![from.clone()], &[]), group("peers", Vec::new(), members)])
    };
    let script = with(&["10.0.0.1/32", "10.0.0.3/32", "fd00::1/128"]);
    assert!(line(&script, "set m4-peers").ends_with("{ type ipv4_addr; elements = { 10.0.0.1, 10.0.0.3 }; }"));
    assert!(line(&script, "set m6-peers").contains("{ fd00::1 }"));
    assert!(part(&script, "chain in-g")[0].contains("ip saddr @m4-peers"));
    let script = with(&["10.0.0.1/32", "10.0.0.0/24"]);
    assert!(line(&script, "set m4-peers").ends_with("{ type ipv4_addr; flags interval; elements = { 10.0.0.0/24 }; }"));
}

#[test]
fn devices_on_bridges_of_others_are_left_alone() {
    let link = |name: &str, master: Option<&str>| Link {
        name: name.into(),
        master: master.map(str::to_owned),
        ..Link::default()
    };
    let links =
        [link("tap0", Some("br0")), link("tap1", Some("brq123")), link("tap2", None), link("eth0", Some("br0"))];
    assert_eq!(strangers(&links), ["tap0"]);
}
