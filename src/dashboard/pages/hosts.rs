//! Compute hosts: what they have, what is allocated of it, how they are. For administrators.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::dashboard::api::hosts::{DisableHost, EnableHost, hosts};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::sizes::{gib, mib};
use crate::model::host::Host;
use crate::model::{Kind, Noun};

/// The list; everybody but administrators is told whom to ask.
#[component]
pub fn HostsPage() -> impl IntoView {
    let enable = ServerAction::<EnableHost>::new();
    let disable = ServerAction::<DisableHost>::new();
    let changed = use_live().any(Noun::Host);
    let list = Resource::new(move || (changed.get(), enable.version().get(), disable.version().get()), |_| hosts());
    view! {
        <PageHeader title=tr!(hosts.title) />
        <p class="lead">{tr!(hosts.lead)}</p>
        <ErrorSummary refused=refused(enable) />
        <ErrorSummary refused=refused(disable) />
        <Transition>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(rows) => view! { <Rows rows enable disable /> }.into_any(),
                    Err(error) if error.kind() == Kind::Forbidden => {
                        let kind = Empty::NotAllowed { text: tr!(common.needs_admin).to_owned() };
                        view! { <EmptyState kind picture=Picture::Host /> }.into_any()
                    }
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Rows(rows: Vec<Host>, enable: ServerAction<EnableHost>, disable: ServerAction<DisableHost>) -> impl IntoView {
    if rows.is_empty() {
        let kind =
            Empty::Nothing { title: tr!(hosts.empty).to_owned(), text: tr!(hosts.empty_text).to_owned(), action: None };
        return view! { <EmptyState kind picture=Picture::Host /> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(hosts.host)),
        Column::new(tr!(common.status)),
        Column::new(tr!(hosts.allocated)),
        Column::new(tr!(hosts.instances)).number(),
        Column::new(tr!(hosts.heartbeat)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = rows.into_iter().map(|host| view! { <Row host enable disable /> }).collect_view();
    view! { <Table caption=tr!(hosts.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(host: Host, enable: ServerAction<EnableHost>, disable: ServerAction<DisableHost>) -> impl IntoView {
    let inventory = host.inventory.clone();
    let name = inventory.host.clone();
    let about = format!(
        "{} {} · {} · {}",
        inventory.hypervisor_type,
        version(inventory.hypervisor_version),
        inventory.arch,
        inventory.availability_zone
    );
    view! {
        <tr>
            <th scope="row"><span>{name.clone()}</span><p class="quiet">{about}</p></th>
            <td><State host=host.clone() /></td>
            <td class="meters">
                <Meter label=tr!(hosts.vcpus) used=host.vcpus_used limit=inventory.vcpus />
                <Meter label=tr!(hosts.ram) used=host.ram_mb_used limit=inventory.ram_mb amount=mib />
                <Meter label=tr!(hosts.disk) used=host.disk_gb_used limit=inventory.disk_gb amount=gib />
            </td>
            <td class="number">{host.instances}</td>
            <td><Time at=host.last_heartbeat /></td>
            <td class="actions">
                {if host.enabled {
                    view! { <Disable name action=disable /> }.into_any()
                } else {
                    view! { <Enable name action=enable /> }.into_any()
                }}
            </td>
        </tr>
    }
}

/// Disabled by somebody, silent, in trouble, or well; with the reason.
#[component]
fn State(host: Host) -> impl IntoView {
    let (tone, label, why) = match (&host.inventory.trouble, host.alive, host.enabled) {
        (_, _, false) => (Tone::Neutral, tr!(hosts.disabled), host.disabled_reason.clone()),
        (_, false, _) => (Tone::Negative, tr!(hosts.silent), Some(tr!(hosts.silent_text).to_owned())),
        (Some(trouble), ..) => (Tone::Warning, tr!(hosts.trouble), Some(trouble.clone())),
        (None, true, true) => (Tone::Positive, tr!(hosts.up), None),
    };
    view! { <Badge tone label />{why.map(|why| view! { <p class="quiet">{why}</p> })} }
}

#[component]
fn Enable(name: String, action: ServerAction<EnableHost>) -> impl IntoView {
    let (commands, fields) = (format!("commands-{name}"), vec![("host", name.clone())]);
    let host = name.clone();
    view! {
        <ActionForm action>
            <input type="hidden" name="host" value=host />
            <Submit label=tr!(hosts.enable) look=Look::Quiet />
        </ActionForm>
        <AsCommandOpener dialog=commands.clone() brief=true />
        <AsCommandDialog id=commands name fields action=EnableHost::url() />
    }
}

#[component]
fn Disable(name: String, action: ServerAction<DisableHost>) -> impl IntoView {
    view! {
        <Confirm
            id=format!("disable-{name}")
            label=tr!(hosts.disable)
            look=Look::Quiet
            title=tr!(hosts.disable_named, name = name.clone())
            done=action.version()
        >
            <p>{tr!(hosts.disable_text)}</p>
            <ActionForm action>
                <input type="hidden" name="host" value=name />
                // No id: every host's row has this field.
                <label class="field">
                    <span>{tr!(hosts.reason)}</span>
                    <input name="reason" type="text" autocomplete="off" placeholder=tr!(hosts.reason_example) />
                </label>
                <Submit label=tr!(hosts.disable) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}

/// libvirt's integer in the usual spelling: 10000002 is `10.0.2`.
fn version(number: i64) -> String {
    format!("{}.{}.{}", number / 1_000_000, number / 1_000 % 1_000, number % 1_000)
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_are_spelled_out() {
        assert_eq!(super::version(10_000_002), "10.0.2");
    }
}
