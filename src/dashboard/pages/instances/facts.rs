//! What an instance is.

use leptos::prelude::*;

use super::fault::found_no_host;
use super::funnel::Funnel;
use crate::dashboard::api::volumes::page as volume_page;
use crate::dashboard::components::{Properties, Property, Time};
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::reach::{Connect, ConnectCard};
use crate::dashboard::sizes::{gib, mib};
use crate::dashboard::words;
use crate::model::Noun;
use crate::model::Result;
use crate::model::connect::Connection;
use crate::model::instance::{Instance, InstanceAddress, InstanceImage};
use crate::model::scheduling::Decision;

/// The image's name; "volume" for an instance that starts from one.
pub fn started_from(image: Option<&InstanceImage>) -> String {
    image.map_or_else(|| words::noun(Noun::Volume).to_owned(), |image| image.name.clone())
}

/// Properties, addresses and the scheduler's reasons.
#[component]
pub fn Facts(
    instance: Instance,
    connection: Option<Result<Connection>>,
    connect: Connect,
    decision: Option<Decision>,
    no_write: Option<String>,
) -> impl IntoView {
    // The card of a launch that found no host shows the decision already.
    let shown_above = instance.fault.as_ref().is_some_and(found_no_host);
    let placed = instance.host.is_some().then(|| instance.id.clone());
    let connect =
        placed.zip(connection).map(|(id, connection)| view! { <ConnectCard id connection connect why_not=no_write /> });
    let decision = decision.filter(|_| !shown_above);
    let flavor = instance.flavor.clone();
    let disk = if flavor.disk_gb == 0 { tr!(instances.disk_as_image).to_owned() } else { gib(flavor.disk_gb) };
    let size = format!("{} · {} vCPU · {} · {disk}", flavor.name, flavor.vcpus, mib(flavor.ram_mb));
    let image = match &instance.image {
        Some(image) => view! { <a href=format!("/images/{}", image.id)>{image.name.clone()}</a> }.into_any(),
        None => match instance.volumes.iter().find(|attachment| attachment.boot) {
            Some(root) => view! { <a href=volume_page(&root.volume_id)>{started_from(None)}</a> }.into_any(),
            None => started_from(None).into_any(),
        },
    };
    let metadata =
        instance.metadata.iter().map(|(key, value)| view! { <li class="mono">{format!("{key}={value}")}</li> });
    let metadata = metadata.collect::<Vec<_>>();
    view! {
        <div class="columns">
            <section>
                <Properties>
                    <Property label=tr!(common.id) copy=instance.id.to_string()><code>{instance.id.to_string()}</code></Property>
                    {instance.description.clone().filter(|text| !text.is_empty()).map(|text| view! {
                        <Property label=tr!(common.description)>{text}</Property>
                    })}
                    <Property label=tr!(instances.flavor)>{size}</Property>
                    <Property label=tr!(instances.image)>{image}</Property>
                    <Property label=tr!(instances.key)>{instance.key_name.clone().unwrap_or_else(|| tr!(common.none).into())}</Property>
                    <Property label=tr!(instances.security_groups)>{instance.security_groups.join(", ")}</Property>
                    {(!metadata.is_empty()).then(|| view! {
                        <Property label=tr!(instances.metadata)><ul>{metadata}</ul></Property>
                    })}
                </Properties>
            </section>
            <section>
                <Properties>
                    <Property label=tr!(instances.host)>{instance.host.clone().unwrap_or_else(|| tr!(instances.no_host).into())}</Property>
                    <Property label=tr!(instances.zone)>{instance.availability_zone.clone()}</Property>
                    <Property label=tr!(instances.domain) copy=instance.domain_name.clone()><code>{instance.domain_name.clone()}</code></Property>
                    <Property label=tr!(instances.power)>{words::power(instance.power_state)}</Property>
                    <Property label=tr!(common.created)><Time at=instance.created_at /></Property>
                    {instance.launched_at.map(|at| view! { <Property label=tr!(instances.launched)><Time at /></Property> })}
                    <Property label=tr!(common.request_id) copy=instance.request_id.clone()><code>{instance.request_id.clone()}</code></Property>
                </Properties>
            </section>
        </div>
        {connect}
        <section class="section">
            <h2>{tr!(instances.addresses)}</h2>
            <Ports addresses=instance.addresses />
        </section>
        {decision.map(|decision| view! { <section class="section"><Funnel decision /></section> })}
    }
}

/// Where the instance is plugged in.
#[component]
fn Ports(addresses: Vec<InstanceAddress>) -> impl IntoView {
    if addresses.is_empty() {
        return view! { <p class="quiet">{tr!(instances.no_address)}</p> }.into_any();
    }
    let ports = addresses.into_iter().map(|address| {
        let network = format!("/networks/{}", address.network_id);
        let (ip, mac) = (address.ip.clone(), address.mac.clone());
        view! {
            <Property label=address.network_name.clone() copy=ip>
                <span class="mono">{address.ip}</span>
                " · " <span class="mono quiet">{mac}</span>
                " · " <a href=network>{tr!(instances.to_network)}</a>
            </Property>
        }
    });
    view! { <Properties>{ports.collect::<Vec<_>>()}</Properties> }.into_any()
}
