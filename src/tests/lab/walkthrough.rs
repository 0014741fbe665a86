//! The operator's walkthrough with the stock client, from an empty cloud to a shell in the guest.

use serde_json::{Value, json};

use super::client::{Client, Release};
use super::cloud::{Cloud, eventually};
use super::host;
use super::outside::{BEYOND, BEYOND_NAME, BEYOND_SAYS, OUTSIDE, attempt, pings};
use super::ssh::{Key, Login};

/// Each member of `expected` is a member of what the client showed.
fn shows(what: &str, shown: &Value, expected: Value) {
    for (name, value) in expected.as_object().expect("members") {
        assert_eq!(&shown[name], value, "{what}: {name} of {shown}");
    }
}

/// The rows of a list that have this value in a column.
fn rows<'a>(list: &'a Value, column: &str, value: &str) -> Vec<&'a Value> {
    list.as_array().expect("a list").iter().filter(|row| row[column] == value).collect()
}

/// Whether SSH's port can be reached from the provider network.
fn connects(address: &str) -> bool {
    attempt(OUTSIDE, &["timeout", "3", "bash", "-c", &format!("exec 3<>/dev/tcp/{address}/22")]).is_some()
}

/// Steps 2 to 6: what the administrator makes. The `neutron` command sees it as well.
fn prepare(admin: &Client, neutron: &Client) {
    let network = admin.run(
        "network create --share --external --provider-physical-network provider --provider-network-type flat provider",
    );
    let expected = json!({
        "admin_state_up": true, "mtu": 1500, "name": "provider", "port_security_enabled": true,
        "provider:network_type": "flat", "provider:physical_network": "provider", "provider:segmentation_id": null,
        "router:external": true, "shared": true, "status": "ACTIVE", "subnets": [], "tags": [],
    });
    shows("the network", &network, expected);
    let subnet = admin.run(
        "subnet create --network provider --allocation-pool start=192.168.56.100,end=192.168.56.200 \
         --dns-nameserver 192.168.56.2 --gateway 192.168.56.2 --subnet-range 192.168.56.0/24 provider-subnet",
    );
    let expected = json!({
        "cidr": "192.168.56.0/24", "dns_nameservers": ["192.168.56.2"], "enable_dhcp": true, "ip_version": 4,
        "gateway_ip": "192.168.56.2", "name": "provider-subnet", "network_id": network["id"],
        "allocation_pools": [{ "start": "192.168.56.100", "end": "192.168.56.200" }],
    });
    shows("the subnet", &subnet, expected);
    let (networks, subnets) = (admin.run("network list"), admin.run("subnet list"));
    assert_eq!(rows(&networks, "Name", "provider")[0]["Subnets"], json!([subnet["id"]]));
    let listed = rows(&subnets, "Name", "provider-subnet")[0];
    shows("the list", listed, json!({ "Network": network["id"], "Subnet": "192.168.56.0/24" }));
    let (networks, subnets) = (neutron.run("net-list"), neutron.run("subnet-list"));
    let id = subnet["id"].as_str().expect("an id");
    let listed = rows(&networks, "name", "provider")[0];
    shows("the list", listed, json!({ "subnets": [{ "id": id, "cidr": "192.168.56.0/24" }] }));
    let pool = json!({ "start": "192.168.56.100", "end": "192.168.56.200" });
    let listed = rows(&subnets, "name", "provider-subnet")[0];
    shows("the list", listed, json!({ "id": id, "cidr": "192.168.56.0/24", "allocation_pools": [pool] }));
    let flavor = admin.run("flavor create --id 0 --vcpus 1 --ram 64 --disk 1 keywa.com");
    let expected = json!({
        "id": "0", "name": "keywa.com", "ram": 64, "disk": 1, "vcpus": 1, "os-flavor-access:is_public": true,
        "OS-FLV-DISABLED:disabled": false, "rxtx_factor": 1.0,
    });
    shows("the flavor", &flavor, expected);
    // Compute API says "" for none before microversion 2.75, and a client that asks for no version shows what it is told.
    assert!(flavor["swap"] == 0 || flavor["swap"] == "", "{flavor}");
}

fn allow(demo: &Client, rule: &str, protocol: &str, port: Option<u16>) -> String {
    let rule = demo.run(&format!("security group rule create {rule} default"));
    let expected = json!({
        "direction": "ingress", "ether_type": "IPv4", "protocol": protocol, "remote_ip_prefix": "0.0.0.0/0",
        "port_range_min": port, "port_range_max": port,
    });
    shows("the rule", &rule, expected);
    rule["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn the_operator_s_walkthrough_holds_to_a_shell_in_the_guest() {
    host::clear();
    let cloud = Cloud::start_bare(&[]).await;
    let client = |name| Client::of(&cloud, name);
    walk(&cloud, client("admin"), client("demo"), &format!("{}/vnc_auto.html?", cloud.url())).await;
}

#[tokio::test]
async fn the_operator_s_walkthrough_holds_with_debian_s_client_at_the_classic_ports() {
    host::clear();
    let cloud = Cloud::start_bare(&[("classic_ports", "true")]).await;
    let client = |name| Client::release(Release::Debian, &cloud, name).at(&format!("{}/v3", cloud.classic_url(5000)));
    walk(&cloud, client("admin"), client("demo"), &format!("{}/vnc_auto.html?", cloud.classic_url(6080))).await;
}

/// Walks with an administrator's and a member's client through a bare cloud, whose consoles are at `console`.
async fn walk(cloud: &Cloud, admin: Client, demo: Client, console: &str) {
    prepare(&admin, &Client::release(Release::Neutron, cloud, "admin"));
    let refusal = demo.refused("network create --share mine");
    assert!(refusal.contains("403"), "{refusal}");

    // Steps 8 and 9.
    let key = Key::new("mykey");
    let ssh = |ip: &str, command: &str| Login { key: &key, netns: OUTSIDE, user: "cirros", ip }.attempt(command);
    demo.run(&format!("keypair create --public-key {} mykey", key.public_file().display()));
    let pair = &demo.run("keypair list")[0];
    assert_eq!(pair["Name"], "mykey");
    let fingerprint = pair["Fingerprint"].as_str().expect("a fingerprint");
    assert_eq!(fingerprint.split(':').count(), 16, "{fingerprint}");

    // Steps 12 to 14, before any rule: the order shows that rules reach a running guest.
    assert_eq!(rows(&demo.run("flavor list"), "Name", "keywa.com").len(), 1);
    assert_eq!(demo.run("image list")[0]["Status"], "active");
    assert_eq!(demo.run("security group list")[0]["Name"], "default");
    let network = demo.run("network show provider")["id"].as_str().expect("an id").to_owned();
    let server = demo.run(&format!(
        "server create --flavor keywa.com --image cirros --nic net-id={network} --security-group default \
         --key-name mykey demo-instance"
    ));
    shows("the server", &server, json!({ "status": "BUILD", "key_name": "mykey", "name": "demo-instance" }));
    assert!(server["adminPass"].as_str().is_some_and(|password| !password.is_empty()), "{server}");
    let id = server["id"].as_str().expect("an id");
    cloud.sign_in("demo").await.settled(id, &["ACTIVE"]).await;
    let listed = demo.run("server list");
    shows("the list", &listed[0], json!({ "Name": "demo-instance", "Status": "ACTIVE", "Image": "cirros" }));
    let address = listed[0]["Networks"]["provider"][0].as_str().expect("an address").to_owned();
    let last: u8 = address.strip_prefix("192.168.56.").expect("of the pool").parse().expect("a number");
    assert!((100..=200).contains(&last), "{address}");

    // The guest is up: its own log says so, and yet nothing comes in.
    let log = || async { demo.output_of(&format!("console log show {id}")).contains("boot done").then_some(()) };
    eventually("a booted guest", log).await;
    assert!(!pings(OUTSIDE, &address), "a ping got in without a rule");
    assert!(!connects(&address), "SSH got in without a rule");

    // Steps 10, 11 and 15.
    allow(&demo, "--proto icmp", "icmp", None);
    eventually("a ping", || async { pings(OUTSIDE, &address).then_some(()) }).await;
    let rule = allow(&demo, "--proto tcp --dst-port 22", "tcp", Some(22));
    let user = eventually("a shell by key", || async { ssh(&address, "whoami") }).await;
    assert_eq!(user.trim(), "cirros");

    // Step 16: the gateway, a host beyond it, a host by name; the name server is the subnet's.
    for place in ["192.168.56.2", BEYOND, BEYOND_NAME] {
        let said = ssh(&address, &format!("ping -c 4 {place}"));
        assert!(said.as_deref().is_some_and(|said| said.contains(" 0% packet loss")), "{place}: {said:?}");
    }
    let resolver = ssh(&address, "cat /etc/resolv.conf").expect("a shell");
    assert!(resolver.contains("nameserver 192.168.56.2"), "{resolver}");
    let page = ssh(&address, &format!("wget -q -O - http://{BEYOND}/")).expect("a page");
    assert!(page.contains(BEYOND_SAYS), "{page}");

    // Step 17.
    let shown = demo.run("console url show demo-instance");
    assert_eq!(shown["type"], "novnc");
    assert!(shown["url"].as_str().is_some_and(|url| url.starts_with(console)), "{shown}");

    // Without the rule no new connection gets in.
    demo.tell(&format!("security group rule delete {rule}"));
    eventually("SSH refused again", || async { (!connects(&address)).then_some(()) }).await;
    assert!(pings(OUTSIDE, &address), "the other rule is still there");

    demo.tell("server delete --wait demo-instance");
    cloud.holds_nothing().await;
    host::comes_clean(&cloud.state_dir(), "after the walkthrough").await;
}
