//! A launch.

use serde_json::{Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::{self, Block};
use super::keypair::import;
use super::server::DESCRIPTION;
use super::shell::{Later, MASK, USER_DATA};
use super::wish::{Wish, made};
use crate::control::Ctx;
use crate::dashboard::api::launch::{Key, Launch};
use crate::dashboard::i18n::tr;
use crate::model::launch::{DiskFrom, DiskRequest, LaunchRequest, NicRequest};
use crate::model::volume::FillFrom;
use crate::model::{Error, Reason, Result, ServerGroupId, validate};

const INSTANCE: &str = "openstack_compute_instance_v2";
/// A part of the name of what nobody should see.
const SECRETS: [&str; 5] = ["pass", "secret", "token", "credential", "private"];

impl Form for Launch {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let (key_name, new_key) = match self.form.key() {
            Key::None => (None, None),
            Key::Known(name) => (Some(name.to_owned()), None),
            Key::New { name, public_key: "" } => (Some(name.to_owned()), None),
            Key::New { name, public_key } => {
                let name = validate::keypair_name("new_key_name", name)?;
                let import =
                    import(&name, public_key).map_err(|refusal| Error::on("new_public_key", refusal.reason))?;
                (Some(name), Some(import))
            }
        };
        let request = checked(self.form.request(ctx, key_name).await?)?;
        let (mut commands, mut calls, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(import) = new_key {
            commands.push(import.command);
            calls.push(import.call);
            blocks.push(import.block);
        }
        commands.push(command(&request));
        calls.push(call(&request));
        blocks.push(block(&request));
        let note = |_: &String| tr!(commands.user_data, file = USER_DATA);
        let notes = request.user_data.iter().map(note).collect();
        Ok(Wish { commands, calls, terraform: made(&blocks), notes })
    }
}

/// What the compute service would ask for first, with secrets masked.
fn checked(mut request: LaunchRequest) -> Result<LaunchRequest> {
    let starts = request.image_id.is_some() || !request.more.disks.is_empty();
    for (field, chosen) in [("image", starts), ("flavor", !request.flavor_id.as_str().is_empty())] {
        if !chosen {
            return Err(Error::on(field, Reason::Required { field: field.to_owned() }));
        }
    }
    request.name = validate::name("name", &request.name)?;
    for (key, value) in &mut request.metadata {
        let key = key.to_lowercase();
        if SECRETS.iter().any(|secret| key.contains(secret)) {
            *value = MASK.to_owned();
        }
    }
    Ok(request)
}

fn command(request: &LaunchRequest) -> Cli {
    let cli = match request.description {
        Some(_) => Cli::compute(DESCRIPTION, "server create"),
        None => Cli::new("server create"),
    };
    let disk = |disk: &DiskRequest| {
        let said = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let parts = disk_parts(disk).into_iter().map(|(name, value)| format!("{name}={}", said(value)));
        parts.collect::<Vec<_>>().join(",")
    };
    let cli = cli.maybe("--image", request.image_id.as_ref());
    let cli = cli.each("--block-device", request.more.disks.iter().map(disk)).option("--flavor", &request.flavor_id);
    let cli = request.networks.iter().fold(cli, |cli, nic| match (&nic.port_id, &nic.fixed_ip) {
        (Some(port), _) => cli.option("--port", port),
        (None, None) => cli.option("--network", &nic.network_id),
        (None, Some(ip)) => cli.option("--nic", format!("net-id={},v4-fixed-ip={ip}", nic.network_id)),
    });
    let count = (request.count > 1).then(|| request.count.to_string());
    cli.each("--security-group", request.security_groups.iter().cloned())
        .maybe("--key-name", request.key_name.as_ref())
        .maybe("--user-data", request.user_data.as_ref().map(|_| USER_DATA))
        .maybe("--config-drive", request.config_drive.then_some("True"))
        .maybe("--availability-zone", request.availability_zone.as_ref())
        .maybe("--hint", request.more.server_group.as_ref().map(|group| format!("group={group}")))
        .each("--property", request.metadata.iter().map(|(key, value)| format!("{key}={value}")))
        .maybe("--min", count.as_ref())
        .maybe("--max", count.as_ref())
        .maybe("--description", request.description.as_ref())
        .arg(&request.name)
}

fn call(request: &LaunchRequest) -> Call {
    let nic = |nic: &NicRequest| match (&nic.port_id, &nic.fixed_ip) {
        (Some(port), _) => json!({ "port": port }),
        (None, None) => json!({ "uuid": nic.network_id }),
        (None, Some(ip)) => json!({ "uuid": nic.network_id, "fixed_ip": ip }),
    };
    let nics = request.networks.iter().map(nic).collect::<Vec<_>>();
    let groups = request.security_groups.iter().map(|group| json!({ "name": group })).collect::<Vec<_>>();
    let count = (request.count > 1).then_some(request.count);
    let disk = |disk: &DiskRequest| Value::Object(disk_parts(disk).into_iter().map(owned).collect());
    let disks = request.more.disks.iter().map(disk).collect::<Vec<_>>();
    let server = Body::of([("name", json!(request.name)), ("flavorRef", json!(request.flavor_id))]);
    let server = server
        .maybe("imageRef", request.image_id.as_ref().map(|image| image.as_str()))
        .maybe("block_device_mapping_v2", Some(disks).filter(|disks| !disks.is_empty()))
        .maybe("networks", Some(nics).filter(|nics| !nics.is_empty()))
        .maybe("security_groups", Some(groups).filter(|groups| !groups.is_empty()))
        .maybe("key_name", request.key_name.as_deref())
        .maybe("user_data", request.user_data.as_ref().map(|_| Later::UserData.mark()))
        .maybe("config_drive", request.config_drive.then_some(true))
        .maybe("availability_zone", request.availability_zone.as_deref())
        .maybe("metadata", (!request.metadata.is_empty()).then(|| json!(request.metadata)))
        .maybe("min_count", count)
        .maybe("max_count", count)
        .maybe("description", request.description.as_deref());
    let call = Call::compute("POST", "servers");
    let call = if request.description.is_some() { call.microversion(DESCRIPTION) } else { call };
    let hints = request.more.server_group.as_ref().map(|group| json!({ "group": group }));
    call.json(Body::of([("server", server.into())]).maybe("os:scheduler_hints", hints).into())
}

fn block(request: &LaunchRequest) -> Block {
    let nic = |nic: &NicRequest| {
        Block::within("network")
            .filled("uuid", nic.network_id.as_str())
            .maybe("port", nic.port_id.as_ref().map(|port| port.as_str()))
            .maybe("fixed_ip_v4", nic.fixed_ip.as_ref())
    };
    let several = request.count > 1;
    let name = hcl::quoted(&request.name);
    let name = match name.strip_suffix('"') {
        Some(name) if several => format!("{name}-${{count.index + 1}}\""),
        _ => name,
    };
    Block::resource(INSTANCE, &request.name, "instance")
        .maybe("count", several.then(|| i64::from(request.count)))
        .set("name", hcl::Value::Expression(name))
        .maybe("image_id", request.image_id.as_ref().map(|image| image.as_str()))
        .set("flavor_id", request.flavor_id.as_str())
        .maybe("key_pair", request.key_name.as_ref())
        .maybe("security_groups", Some(request.security_groups.clone()).filter(|groups| !groups.is_empty()))
        .maybe(
            "user_data",
            request.user_data.as_ref().map(|_| hcl::Value::Expression(format!("file(\"{USER_DATA}\")"))),
        )
        .maybe("config_drive", request.config_drive.then_some(true))
        .maybe("availability_zone", request.availability_zone.as_ref())
        .maybe("metadata", Some(request.metadata.clone()).filter(|pairs| !pairs.is_empty()))
        .holds_all(request.more.disks.iter().map(disk_block))
        .holds_all(request.networks.iter().map(nic))
        .holds_all(request.more.server_group.iter().map(hints))
}

/// What clients say of a disk.
fn disk_parts(disk: &DiskRequest) -> Vec<(&'static str, Value)> {
    let (kind, id) = match &disk.from {
        DiskFrom::Volume(id) | DiskFrom::New(FillFrom::Volume(id)) => ("volume", id.as_str()),
        DiskFrom::New(FillFrom::Image(id)) => ("image", id.as_str()),
        DiskFrom::New(FillFrom::Snapshot(id)) => ("snapshot", id.as_str()),
        DiskFrom::New(FillFrom::Nothing) => ("blank", ""),
    };
    let parts = [
        ("uuid", json!(id)),
        ("source_type", json!(kind)),
        ("destination_type", json!("volume")),
        ("boot_index", json!(0)),
        ("delete_on_termination", json!(disk.delete_on_termination)),
    ];
    parts.into_iter().chain(disk.size_gb.map(|size| ("volume_size", json!(size)))).collect()
}

fn owned((name, value): (&str, Value)) -> (String, Value) {
    (name.to_owned(), value)
}

fn disk_block(disk: &DiskRequest) -> Block {
    disk_parts(disk).into_iter().fold(Block::within("block_device"), |block, (name, value)| match value {
        Value::String(text) => block.set(name, text),
        other => block.set(name, hcl::Value::Expression(other.to_string())),
    })
}

fn hints(group: &ServerGroupId) -> Block {
    Block::within("scheduler_hints").set("group", group.as_str())
}
