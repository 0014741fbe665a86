//! How the world comes to be: by the same requests that people make. Everything that is red's is called scarlet.

use axum::http::Method;
use serde_json::{Value, json};

use super::entry::Who;
use super::red::Red;
use super::world::{HOST, World};
use crate::bus::contract::{AttachmentNews, ConductorMessage, VolumeNews};
use crate::model::Reason;
use crate::model::volume::{SnapshotStatus, VolumeStatus};

impl World {
    /// Red's things, one after the other.
    pub async fn furnish(&mut self) {
        // Whoever looks for the first time is given a group.
        for who in [Who::Bob, Who::Greta] {
            self.send(who, Method::GET, "/network/v2.0/security-groups", Value::Null).await;
        }
        self.identities().await;
        self.networks().await;
        self.servers().await;
        self.volumes().await;
    }

    async fn send(&self, who: Who, method: Method, path: &str, body: Value) -> Value {
        let headers = [("x-auth-token", self.token(who)), ("openstack-api-version", "compute 2.60")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.front.send(method, path, &headers, body).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// Makes `body`'s only member at `path`, and gives its id, or its name where that is its id.
    async fn make(&self, who: Who, path: &str, body: Value) -> String {
        let one = body.as_object().unwrap().keys().next().unwrap().clone();
        let made = self.send(who, Method::POST, path, body).await;
        let made = &made[&one];
        made["id"].as_str().or(made["name"].as_str()).unwrap().to_owned()
    }

    async fn identities(&mut self) {
        let v3 = |path: &str| format!("/identity/v3/{path}");
        let root = Who::Root;
        let named = |name: &str| json!({ "name": name });
        self.red.role = self.make(root, &v3("roles"), json!({ "role": named("scarlet-role") })).await;
        self.red.other_role = self.make(root, &v3("roles"), json!({ "role": named("other") })).await;
        self.red.group = self.make(root, &v3("groups"), json!({ "group": named("scarlet-group") })).await;
        self.red.user = self.make(root, &v3("users"), json!({ "user": named("scarlet-user") })).await;
        self.red.spare_project = self.make(root, &v3("projects"), json!({ "project": named("scarlet-project") })).await;
        let domain = json!({ "name": "scarlet-domain", "enabled": false });
        self.red.domain = self.make(root, &v3("domains"), json!({ "domain": domain })).await;
        let Red { project, domain, ann, group, role, .. } = &self.red;
        let granted = [
            format!("projects/{project}/users/{ann}/roles/{role}"),
            format!("projects/{project}/groups/{group}/roles/{role}"),
            format!("domains/{domain}/users/{ann}/roles/{role}"),
            format!("domains/{domain}/groups/{group}/roles/{role}"),
            format!("groups/{group}/users/{ann}"),
        ];
        for path in granted {
            self.send(root, Method::PUT, &v3(&path), Value::Null).await;
        }
        let credential = json!({ "application_credential": named("scarlet-credential") });
        let path = v3(&format!("users/{}/application_credentials", self.red.ann));
        self.red.credential = self.make(Who::Ann, &path, credential).await;
        let first = |list: Value| list.as_array().unwrap()[0]["id"].as_str().unwrap().to_owned();
        self.red.service = first(self.send(root, Method::GET, &v3("services"), Value::Null).await["services"].take());
        self.red.endpoint =
            first(self.send(root, Method::GET, &v3("endpoints"), Value::Null).await["endpoints"].take());
        let services = self.send(root, Method::GET, "/compute/v2.1/os-services", Value::Null).await;
        self.red.compute_service = first(services["services"].clone());
    }

    async fn networks(&mut self) {
        let v2 = |path: &str| format!("/network/v2.0/{path}");
        let subnet = |network: &str, cidr: &str| json!({ "subnet": { "name": "scarlet-subnet", "network_id": network, "cidr": cidr, "ip_version": 4 } });
        let (root, ann) = (Who::Root, Who::Ann);
        let outside = json!({ "network": { "name": "outside", "router:external": true } });
        self.red.outside = self.make(root, &v2("networks"), outside).await;
        let outer = json!({ "subnet": { "network_id": self.red.outside, "cidr": "203.0.113.0/24", "ip_version": 4 } });
        self.make(root, &v2("subnets"), outer).await;

        self.red.network = self.make(ann, &v2("networks"), json!({ "network": { "name": "scarlet-net" } })).await;
        self.red.lone_network = self.make(ann, &v2("networks"), json!({ "network": { "name": "scarlet-lone" } })).await;
        self.red.subnet = self.make(ann, &v2("subnets"), subnet(&self.red.network, "10.0.0.0/24")).await;
        self.red.lone_subnet = self.make(ann, &v2("subnets"), subnet(&self.red.lone_network, "10.1.0.0/24")).await;
        let policy = json!({ "object_type": "network", "object_id": self.red.network, "action": "access_as_shared",
            "target_tenant": self.red.green });
        self.red.policy = self.make(ann, &v2("rbac-policies"), json!({ "rbac_policy": policy })).await;

        let group = |name: &str| json!({ "security_group": { "name": name } });
        self.red.security_group = self.make(ann, &v2("security-groups"), group("scarlet-open")).await;
        self.red.spare_security_group = self.make(ann, &v2("security-groups"), group("scarlet-spare")).await;
        let rule = json!({ "security_group_id": self.red.security_group, "direction": "ingress", "protocol": "icmp",
            "description": "scarlet" });
        self.red.rule = self.make(ann, &v2("security-group-rules"), json!({ "security_group_rule": rule })).await;

        let port = json!({ "port": { "network_id": self.red.network, "name": "scarlet-port" } });
        self.red.port = self.make(ann, &v2("ports"), port).await;
        let gateway = json!({ "network_id": self.red.outside });
        let router = json!({ "router": { "name": "scarlet-router", "external_gateway_info": gateway } });
        self.red.router = self.make(ann, &v2("routers"), router).await;
        self.red.spare_router = self.make(ann, &v2("routers"), json!({ "router": { "name": "scarlet-spare" } })).await;
        let interface = v2(&format!("routers/{}/add_router_interface", self.red.router));
        self.send(ann, Method::PUT, &interface, json!({ "subnet_id": self.red.subnet })).await;
        let floating = json!({ "floatingip": { "floating_network_id": self.red.outside, "description": "scarlet" } });
        self.red.floating_ip = self.make(ann, &v2("floatingips"), floating).await;
        let Red { network, subnet, port, router, floating_ip, security_group, .. } = &self.red;
        let tagged = [
            ("networks", network),
            ("subnets", subnet),
            ("ports", port),
            ("routers", router),
            ("floatingips", floating_ip),
            ("security-groups", security_group),
        ];
        for (collection, id) in tagged {
            self.send(ann, Method::PUT, &v2(&format!("{collection}/{id}/tags/scarlet")), Value::Null).await;
        }
    }

    async fn servers(&mut self) {
        let v2 = |path: &str| format!("/compute/v2.1/{path}");
        let (root, ann) = (Who::Root, Who::Ann);
        let keypair = json!({ "keypair": { "name": "scarlet-key" } });
        self.red.keypair = self.make(ann, &v2("os-keypairs"), keypair).await;
        self.red.image = self.image("scarlet-image").await;
        self.red.queued_image = self.image("scarlet-queued").await;
        let octets = [("x-auth-token", self.token(ann)), ("content-type", "application/octet-stream")];
        let file = format!("/image/v2/images/{}/file", self.red.image);
        let put = self.front.send(Method::PUT, &file, &octets, "x".repeat(512)).await;
        assert!(put.status.is_success(), "{}", put.body);
        let member = format!("/image/v2/images/{}/members", self.red.image);
        self.send(ann, Method::POST, &member, json!({ "member": self.red.green })).await;

        let flavor = json!({ "name": "scarlet-flavor", "ram": 64, "vcpus": 1, "disk": 1,
            "os-flavor-access:is_public": false });
        self.red.flavor = self.make(root, &v2("flavors"), json!({ "flavor": flavor })).await;
        let open = json!({ "addTenantAccess": { "tenant": self.red.project } });
        self.send(root, Method::POST, &v2(&format!("flavors/{}/action", self.red.flavor)), open).await;
        let specs = json!({ "extra_specs": { "scarlet": "1" } });
        self.send(root, Method::POST, &v2(&format!("flavors/{}/os-extra_specs", self.red.flavor)), specs).await;

        let aggregate = json!({ "aggregate": { "name": "scarlet-rack" } });
        self.send(root, Method::POST, &v2("os-aggregates"), aggregate).await;
        let group = json!({ "name": "scarlet-together", "policies": ["affinity"] });
        self.red.server_group = self.make(ann, &v2("os-server-groups"), json!({ "server_group": group })).await;
        let server = json!({
            "name": "scarlet-server", "flavorRef": self.red.flavor, "imageRef": self.red.image,
            "networks": [{ "uuid": self.red.network }], "security_groups": [{ "name": "scarlet-open" }],
            "metadata": { "scarlet": "1" }, "tags": ["scarlet"],
        });
        let hints = json!({ "group": self.red.server_group });
        let wanted = json!({ "server": server, "os:scheduler_hints": hints });
        let launched = self.send(ann, Method::POST, &v2("servers"), wanted).await;
        self.red.server = launched["server"]["id"].as_str().unwrap().to_owned();
        let id = self.red.server.as_str().into();
        self.cloud().start(&id, HOST).await;
        self.red.launch = self.cloud().launch_request(&id).await;
        // As the host's agent does it.
        let port = json!({ "port": { "network_id": self.red.network, "device_id": self.red.server, "name": "scarlet",
            "device_owner": "compute:nova", "binding:host_id": HOST, "security_groups": [self.red.security_group] } });
        self.red.server_port = self.make(ann, "/network/v2.0/ports", port).await;
    }

    async fn volumes(&mut self) {
        let v3 = |path: &str| format!("/volume/v3/{path}");
        let (root, ann) = (Who::Root, Who::Ann);
        self.red.volume = self.volume("scarlet-volume", true).await;
        self.red.attached_volume = self.volume("scarlet-attached", true).await;
        self.red.offered_volume = self.volume("scarlet-offered", true).await;
        let kept = self.volume("scarlet-kept", true).await;
        self.volume("scarlet-broken", false).await;
        let messages = self.send(ann, Method::GET, &v3("messages"), Value::Null).await;
        self.red.message = messages["messages"][0]["id"].as_str().unwrap().to_owned();

        let snapshot = json!({ "snapshot": { "volume_id": kept, "name": "scarlet-snapshot",
            "metadata": { "scarlet": "1" } } });
        self.red.snapshot = self.make(ann, &v3("snapshots"), snapshot).await;
        let news = VolumeNews::SnapshotDone {
            snapshot_id: self.red.snapshot.as_str().into(),
            status: SnapshotStatus::Creating,
        };
        self.news(&kept, news).await;
        let transfer = json!({ "transfer": { "volume_id": self.red.offered_volume, "name": "scarlet-gift" } });
        self.red.transfer = self.make(ann, &v3("volume-transfers"), transfer).await;
        let kind = json!({ "volume_type": { "name": "other-type", "extra_specs": { "fast": "1" },
            "os-volume-type-access:is_public": false } });
        self.red.volume_type = self.make(root, &v3("types"), kind).await;

        let path = format!("/compute/v2.1/servers/{}/os-volume_attachments", self.red.server);
        let attachment = json!({ "volumeAttachment": { "volumeId": self.red.attached_volume } });
        self.send(ann, Method::POST, &path, attachment).await;
        let attachments = self.send(ann, Method::GET, &v3("attachments"), Value::Null).await;
        self.red.attachment = attachments["attachments"][0]["id"].as_str().unwrap().to_owned();
        let attached = ConductorMessage::AttachmentNews {
            host: HOST.into(),
            instance_id: self.red.server.as_str().into(),
            attachment_id: self.red.attachment.as_str().into(),
            request_id: "req-agent".into(),
            news: AttachmentNews::Attached,
        };
        self.cloud().tell(attached).await.unwrap();
    }

    /// A volume of red's that its host made, or could not make.
    async fn volume(&self, name: &str, made: bool) -> String {
        let volume = json!({ "volume": { "name": name, "size": 1, "metadata": { "scarlet": "1" } } });
        let id = self.make(Who::Ann, "/volume/v3/volumes", volume).await;
        let status = VolumeStatus::Creating;
        let news = match made {
            true => VolumeNews::Done { status },
            false => VolumeNews::Failed { status, reason: Reason::VolumeDamaged { why: "scarlet".into() } },
        };
        self.news(&id, news).await;
        id
    }

    /// What the volume's host says of it.
    async fn news(&self, volume: &str, news: VolumeNews) {
        let (host, request_id) = (HOST.into(), "req-agent".into());
        let told = ConductorMessage::VolumeNews { host, volume_id: volume.into(), request_id, news };
        self.cloud().tell(told).await.unwrap();
    }

    async fn image(&self, name: &str) -> String {
        let record = json!({ "name": name, "disk_format": "raw", "container_format": "bare", "visibility": "shared",
            "tags": ["scarlet"] });
        let made = self.send(Who::Ann, Method::POST, "/image/v2/images", record).await;
        made["id"].as_str().unwrap().to_owned()
    }
}
