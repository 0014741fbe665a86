//! What guests learn of themselves, by the metadata service and from config drives.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::cloud::{Cloud, Person, eventually, eventually_within};
use super::host;
use super::probe::Probe;
use super::ssh::{Key, Login};

const METADATA: &str = "http://169.254.169.254";
/// Debian boots in a minute or two without KVM.
const MINUTES: u32 = 15;

/// What a launch may ask for beside the usual.
struct Wishes<'a> {
    name: &'a str,
    key: &'a Key,
    user_data: &'a str,
    config_drive: bool,
}

/// Launches the bundled guest on `shared` with these wishes; `more` replaces members of the request.
async fn launch(person: &Person, wishes: &Wishes<'_>, more: Value) -> String {
    let mut body = person.launch_body(wishes.name, "1").await;
    let server = &mut body["server"];
    server["key_name"] = json!(wishes.key.name);
    server["user_data"] = json!(STANDARD.encode(wishes.user_data));
    server["config_drive"] = json!(wishes.config_drive);
    for (member, value) in more.as_object().into_iter().flatten() {
        server[member] = value.clone();
    }
    let answer = person.post("/compute/v2.1/servers", body).await;
    answer["server"]["id"].as_str().expect("an id").to_owned()
}

/// The address of a running instance on its only network.
async fn address(person: &Person, id: &str) -> String {
    let server = person.settled(id, &["ACTIVE"]).await;
    let networks = server["addresses"].as_object().expect("addresses");
    let addresses = networks.values().next().expect("a network");
    addresses[0]["addr"].as_str().expect("an address").to_owned()
}

async fn serial_log(person: &Person, id: &str) -> String {
    let path = format!("/compute/v2.1/servers/{id}/action");
    let answer = person.post(&path, json!({ "os-getConsoleOutput": {} })).await;
    answer["output"].as_str().expect("a log").to_owned()
}

/// The default group lets ping and SSH in.
async fn open_to_ssh(person: &Person) {
    let group = person.id_of("/network/v2.0/security-groups", "security_groups", "default").await;
    for rule in
        [json!({ "protocol": "icmp" }), json!({ "protocol": "tcp", "port_range_min": 22, "port_range_max": 22 })]
    {
        let mut rule = rule;
        rule["security_group_id"] = json!(group);
        rule["direction"] = json!("ingress");
        rule["ethertype"] = json!("IPv4");
        person.post("/network/v2.0/security-group-rules", json!({ "security_group_rule": rule })).await;
    }
}

/// The status that `curl` gets in a namespace, and the body.
fn curl(netns: &str, arguments: &[&str]) -> (String, String) {
    let mut all = vec!["netns", "exec", netns, "curl", "-s", "-m", "20", "-w", "\n%{http_code}"];
    all.extend(arguments);
    let told = host::tell("ip", &all);
    let (body, status) = told.rsplit_once('\n').expect("a status");
    (status.to_owned(), body.to_owned())
}

#[tokio::test]
async fn a_guest_reads_its_own_metadata_and_nobody_else_s() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    open_to_ssh(&demo).await;
    let key = Key::known_to(&demo, "mine").await;
    let script = "#!/bin/sh\necho told-by-service >/home/cirros/told\n";
    let wishes = |name| Wishes { name, key: &key, user_data: script, config_drive: false };
    let ann = launch(&demo, &wishes("ann"), json!({ "metadata": { "role": "db" } })).await;
    let bob = launch(&demo, &wishes("bob"), json!({})).await;
    let (ann_ip, bob_ip) = (address(&demo, &ann).await, address(&demo, &bob).await);
    let network = demo.id_of("/network/v2.0/networks", "networks", "shared").await;
    let netns = &format!("qdhcp-{network}");

    let guest = Login { key: &key, netns, user: "cirros", ip: &ann_ip };
    assert_eq!(guest.run("hostname").await, "ann");
    assert_eq!(guest.run("cat told").await, "told-by-service");
    assert!(serial_log(&demo, &ann).await.contains("metadata from 169.254.169.254"));

    let ask = format!("wget -q -O - {METADATA}/openstack/latest/meta_data.json");
    let told: Value = serde_json::from_str(&guest.run(&ask).await).expect("JSON");
    assert_eq!((told["uuid"].as_str(), told["hostname"].as_str()), (Some(ann.as_str()), Some("ann.novalocal")));
    assert_eq!((&told["meta"]["role"], &told["public_keys"]["mine"]), (&json!("db"), &json!(key.public)));
    let ec2 = |path: &str| format!("wget -q -O - {METADATA}/2009-04-04/meta-data/{path}");
    assert_eq!(guest.run(&ec2("local-ipv4")).await, ann_ip);
    assert_eq!(guest.run(&ec2("public-keys/0/openssh-key")).await, key.public);

    // Whatever it says of itself.
    let headers = format!("--header 'X-Forwarded-For: {bob_ip}' --header 'X-Instance-ID: {bob}'");
    let forged = format!("wget -q {headers} -O - {METADATA}/openstack/latest/meta_data.json");
    let told: Value = serde_json::from_str(&guest.run(&forged).await).expect("JSON");
    assert_eq!(told["uuid"], ann.as_str());

    // An address that no instance has.
    let addresses = host::tell("ip", &["-netns", netns, "-4", "-brief", "address", "show", "dev", "ns-dhcp"]);
    let server = addresses.split_whitespace().find_map(|word| word.strip_suffix("/24")).expect("the DHCP server's");
    let (prefix, _) = server.rsplit_once('.').expect("an address");
    let probe = Probe::on(&network, "nobody", &format!("{prefix}.250/24"));
    host::tell("ip", &["-netns", &probe.netns, "route", "add", "169.254.169.254/32", "via", server]);
    let url = format!("{METADATA}/openstack/latest/meta_data.json");
    let forged_for = format!("X-Forwarded-For: {ann_ip}");
    let forged_id = format!("X-Instance-ID: {ann}");
    for arguments in [vec![url.as_str()], vec!["-H", &forged_for, "-H", &forged_id, &url]] {
        assert_eq!(curl(&probe.netns, &arguments).0, "404", "{arguments:?}");
    }
    assert_eq!(curl(&probe.netns, &["-X", "PUT", &format!("{METADATA}/latest/api/token")]).0, "405");

    // Names, by the network's own DNS.
    let found = guest.run(&format!("nslookup bob.novalocal {server}")).await;
    assert!(found.contains(&bob_ip), "{found}");

    // After a crash it is there again.
    let mut cloud = cloud;
    cloud.kill();
    cloud.run(&[]).await;
    let told: Value = serde_json::from_str(&guest.run(&ask).await).expect("JSON");
    assert_eq!(told["uuid"], ann.as_str());
    for id in [&ann, &bob] {
        demo.delete_server(id).await;
    }
    host::comes_clean(&cloud.state_dir(), "after the deletes").await;
}

#[tokio::test]
async fn a_config_drive_tells_the_same_and_lasts_as_long_as_the_instance() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    open_to_ssh(&demo).await;
    let key = Key::known_to(&demo, "mine").await;
    let script = "#!/bin/sh\necho told-by-drive >/home/cirros/told\n";
    let id =
        launch(&demo, &Wishes { name: "driven", key: &key, user_data: script, config_drive: true }, json!({})).await;
    let ip = address(&demo, &id).await;
    let network = demo.id_of("/network/v2.0/networks", "networks", "shared").await;
    let guest = Login { key: &key, netns: &format!("qdhcp-{network}"), user: "cirros", ip: &ip };
    // The log begins anew with each start.
    let told_by_drive = async |when: &str| {
        eventually(&format!("metadata from the config drive {when}"), || async {
            serial_log(&demo, &id).await.contains("metadata from the config drive").then_some(())
        })
        .await;
        assert_eq!(guest.run("cat told").await, "told-by-drive", "{when}");
        assert_eq!(guest.run("hostname").await, "driven", "{when}");
        assert!(!serial_log(&demo, &id).await.contains("metadata from 169.254.169.254"), "{when}");
    };
    told_by_drive("at first").await;
    assert_eq!(demo.server(&id).await["config_drive"], "True");

    let action = format!("/compute/v2.1/servers/{id}/action");
    demo.post(&action, json!({ "reboot": { "type": "HARD" } })).await;
    demo.settled(&id, &["ACTIVE"]).await;
    told_by_drive("after a power cycle").await;

    // A rebuild forgets what the script did, and the drive of the new disk says it again.
    let image = demo.id_of("/image/v2/images", "images", "cirros").await;
    guest.run("sudo rm told && sync").await;
    demo.post(&action, json!({ "rebuild": { "imageRef": image } })).await;
    demo.settled(&id, &["ACTIVE"]).await;
    told_by_drive("after a rebuild").await;
    guest.run("mkdir -p drive && sudo mount -o ro /dev/vdb drive").await;
    let told: Value =
        serde_json::from_str(&guest.run("cat drive/openstack/2018-08-27/meta_data.json").await).expect("JSON");
    assert_eq!(told["uuid"], id.as_str());
    assert_eq!(guest.run("cat drive/openstack/latest/user_data").await, script.trim());
    assert!(guest.attempt("sudo mount -o remount,rw drive && sudo touch drive/mine").is_none(), "it can be written to");

    demo.delete_server(&id).await;
    host::comes_clean(&cloud.state_dir(), "after the delete").await;
}

#[tokio::test]
async fn a_debian_guest_with_stock_cloud_init_is_content_with_both_ways() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    open_to_ssh(&demo).await;
    let key = Key::known_to(&demo, "mine").await;
    let image = upload_debian(&cloud, &demo).await;
    let user_data = "#cloud-config\nwrite_files:\n- path: /var/tmp/told\n  content: told\n";

    let by_service = Wishes { name: "served", key: &key, user_data, config_drive: false };
    let served = launch(&demo, &by_service, json!({ "imageRef": image, "flavorRef": "2" })).await;
    let ip = address(&demo, &served).await;
    let network = demo.id_of("/network/v2.0/networks", "networks", "shared").await;
    let guest = Login { key: &key, netns: &format!("qdhcp-{network}"), user: "debian", ip: &ip };
    is_content(&guest, "served", "DataSourceOpenStack").await;
    demo.delete_server(&served).await;

    // Without DHCP there is no way to a metadata service at all.
    let network = demo.post("/network/v2.0/networks", json!({ "network": { "name": "still" } })).await;
    let network = network["network"]["id"].as_str().expect("an id").to_owned();
    let subnet = json!({ "network_id": network, "ip_version": 4, "cidr": "10.9.0.0/24", "enable_dhcp": false,
        "dns_nameservers": ["9.9.9.9"] });
    demo.post("/network/v2.0/subnets", json!({ "subnet": subnet })).await;
    let by_drive = Wishes { name: "driven", key: &key, user_data, config_drive: true };
    let more = json!({ "imageRef": image, "flavorRef": "2", "networks": [{ "uuid": network }] });
    let driven = launch(&demo, &by_drive, more).await;
    let ip = address(&demo, &driven).await;
    let probe = Probe::on(&network, "still", "10.9.0.250/24");
    let guest = Login { key: &key, netns: &probe.netns, user: "debian", ip: &ip };
    is_content(&guest, "driven", "DataSourceConfigDrive").await;
    let resolvers = guest.run("resolvectl dns").await;
    assert!(resolvers.contains("9.9.9.9"), "{resolvers}");
    demo.delete_server(&driven).await;
    host::comes_clean(&cloud.state_dir(), "after the deletes").await;
}

/// cloud-init has ended without a complaint, and did what it was told by that source.
async fn is_content(guest: &Login<'_>, name: &str, source: &str) {
    let result = guest.run_within(MINUTES, "cat /run/cloud-init/result.json").await;
    let result: Value = serde_json::from_str(&result).expect("JSON");
    let told_by = result["v1"]["datasource"].as_str().expect("a source");
    assert!(told_by.starts_with(source), "{told_by}");
    assert_eq!(result["v1"]["errors"], json!([]));
    let log = guest.run("sudo grep -E 'WARNING|ERROR' /var/log/cloud-init.log; true").await;
    assert_eq!(log, "", "cloud-init complains");
    assert_eq!(guest.run("cat /var/tmp/told").await, "told");
    assert_eq!(guest.run("hostname").await, name);
}

async fn upload_debian(cloud: &Cloud, person: &Person) -> String {
    let path = host::tell("images/debian/build", &[]);
    let about = json!({ "name": "debian", "disk_format": "qcow2", "container_format": "bare", "min_ram": 512 });
    let (status, image) = person.call(Method::POST, "/image/v2/images", Some(about)).await;
    assert!(status.is_success(), "{status} {image}");
    let id = image["id"].as_str().expect("an id").to_owned();
    let data = std::fs::read(path.trim()).expect("the image");
    let answer = cloud
        .http
        .put(format!("{}/image/v2/images/{id}/file", cloud.url()))
        .header("X-Auth-Token", &person.token)
        .header("Content-Type", "application/octet-stream")
        .body(data)
        .send()
        .await
        .expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    eventually_within(1, "an active image", || async {
        let image = person.get(&format!("/image/v2/images/{id}")).await;
        (image["status"] == "active").then_some(())
    })
    .await;
    id
}
