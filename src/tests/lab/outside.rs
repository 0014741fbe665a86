//! What can be reached from where, tried with real packets.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::cloud::{Person, eventually};

/// The lab's gateway to the world, on physical network `provider`.
pub const OUTSIDE: &str = "outside";
/// An HTTP server beyond it, and the name that the outside name server has for it.
pub const BEYOND: &str = "203.0.113.80";
pub const BEYOND_NAME: &str = "host.example.test";
pub const BEYOND_SAYS: &str = "hello from beyond";

/// Runs a command in a namespace, or on the lab host where that is empty; what it printed if it ended well.
pub fn attempt(netns: &str, words: &[&str]) -> Option<String> {
    let mut command = if netns.is_empty() {
        Command::new(words[0])
    } else {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", netns, words[0]]);
        command
    };
    let output = command.args(&words[1..]).stdin(Stdio::null()).output().expect("a command");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether an address answers one ping.
pub fn pings(netns: &str, ip: &str) -> bool {
    attempt(netns, &["ping", "-q", "-c", "1", "-W", "1", ip]).is_some()
}

/// Runs a command in a `cirros` guest by SSH, with its password; what it printed if it ended well.
pub fn ssh(netns: &str, ip: &str, command: &str) -> Option<String> {
    let words = ssh_words(ip, command);
    attempt(netns, &words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The command line of [`ssh`]. It ends when nothing is heard any more.
pub fn ssh_words(ip: &str, command: &str) -> Vec<String> {
    let password = std::env::temp_dir().join("arcus-lab-password");
    std::fs::write(&password, "#!/bin/sh\necho gocubsgo\n").expect("a file");
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let askpass = format!("SSH_ASKPASS={}", password.display());
    let guest = format!("cirros@{ip}");
    let mut words = vec!["timeout", "60", "env", &askpass, "SSH_ASKPASS_REQUIRE=force", "ssh", "-q"];
    for option in [
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "PreferredAuthentications=password",
        "NumberOfPasswordPrompts=1",
        "ConnectTimeout=15",
        "ServerAliveInterval=1",
    ] {
        words.extend(["-o", option]);
    }
    words.extend([guest.as_str(), command]);
    words.into_iter().map(str::to_owned).collect()
}

/// Waits until a guest can be told things.
pub async fn comes_up(netns: &str, ip: &str) {
    eventually(&format!("SSH into {ip}"), || async { ssh(netns, ip, "true") }).await;
}

/// The guest reaches its gateway, the world beyond, and that by its name.
pub fn reaches_the_world(netns: &str, ip: &str, gateway: &str) {
    for command in [format!("ping -c 1 -W 2 {gateway}"), format!("ping -c 1 -W 2 {BEYOND}")] {
        assert!(ssh(netns, ip, &command).is_some(), "{ip}: {command}");
    }
    for whom in [BEYOND, BEYOND_NAME] {
        let said = ssh(netns, ip, &format!("timeout 5 wget -q -O - http://{whom}/"));
        assert!(said.as_ref().is_some_and(|said| said.contains(BEYOND_SAYS)), "{ip} asks {whom}: {said:?}");
    }
}

/// Lets ping and SSH in to the project's instances.
pub async fn let_in(person: &Person) {
    let group = person.id_of("/network/v2.0/security-groups", "security_groups", "default").await;
    for (protocol, port) in [("icmp", None), ("tcp", Some(22))] {
        let rule = json!({ "security_group_rule": {
            "security_group_id": group, "direction": "ingress", "ethertype": "IPv4",
            "protocol": protocol, "port_range_min": port, "port_range_max": port,
        } });
        person.post("/network/v2.0/security-group-rules", rule).await;
    }
}

/// Makes network `provider` as the walkthrough does: flat, the gateway and name server outside.
pub async fn provider(admin: &Person) -> String {
    let network = json!({ "network": {
        "name": "provider", "shared": true, "router:external": true,
        "provider:network_type": "flat", "provider:physical_network": "provider",
    } });
    let answer = admin.post("/network/v2.0/networks", network).await;
    let id = answer["network"]["id"].as_str().expect("an id").to_owned();
    let subnet = json!({ "subnet": {
        "network_id": id, "name": "provider-subnet", "ip_version": 4, "cidr": "192.168.56.0/24",
        "gateway_ip": "192.168.56.2", "dns_nameservers": ["192.168.56.2"],
        "allocation_pools": [{ "start": "192.168.56.100", "end": "192.168.56.200" }],
    } });
    admin.post("/network/v2.0/subnets", subnet).await;
    id
}

/// Launches with one NIC, waits until it runs, and returns the instance and its address.
pub async fn launch_on(person: &Person, name: &str, nic: Value) -> (String, String) {
    let mut body = person.launch_body(name, "1").await;
    body["server"]["networks"] = json!([nic]);
    let answer = person.post("/compute/v2.1/servers", body).await;
    let id = answer["server"]["id"].as_str().expect("an id").to_owned();
    let server = person.settled(&id, &["ACTIVE", "ERROR"]).await;
    assert_eq!(server["status"], "ACTIVE", "{server}");
    let addresses = server["addresses"].as_object().expect("addresses");
    let ip = addresses.values().next().and_then(|list| list[0]["addr"].as_str()).expect("an address");
    (id, ip.to_owned())
}

/// Launches as many on a network, each on a host of its own; their ids and addresses.
pub async fn apart(person: &Person, network: &str, names: &[&str]) -> Vec<(String, String)> {
    let group = json!({ "server_group": { "name": "apart", "policies": ["anti-affinity"] } });
    let group = person.post("/compute/v2.1/os-server-groups", group).await;
    let mut launched = Vec::new();
    for name in names {
        let mut body = person.launch_body(name, "1").await;
        body["server"]["networks"] = json!([{ "uuid": network }]);
        body["os:scheduler_hints"] = json!({ "group": group["server_group"]["id"] });
        let answer = person.post("/compute/v2.1/servers", body).await;
        let id = answer["server"]["id"].as_str().expect("an id").to_owned();
        let server = person.settled(&id, &["ACTIVE", "ERROR"]).await;
        assert_eq!(server["status"], "ACTIVE", "{server}");
        let addresses = server["addresses"].as_object().expect("addresses").values().next();
        let ip = addresses.and_then(|list| list[0]["addr"].as_str()).expect("an address").to_owned();
        launched.push((id, ip));
    }
    launched
}
