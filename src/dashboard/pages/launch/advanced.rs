//! What most launches do without.

use leptos::prelude::*;

use super::plan::Plan;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::words;
use crate::model::launch::MAX_USER_DATA;
use crate::model::server_group::ServerGroup;

/// The members of the request that are set here.
const NAMES: [&str; 5] = ["availability_zone", "server_group", "user_data", "metadata", "description"];

/// Folded away unless something in it was filled in or refused.
#[component]
pub fn Advanced(plan: Plan, refused: Refused) -> impl IntoView {
    let form = plan.form.get_untracked();
    let filled = !(form.availability_zone.is_empty()
        && form.server_group.is_empty()
        && form.user_data.is_empty()
        && form.metadata.is_empty()
        && form.description.is_empty())
        || form.config_drive;
    let faulty = move || {
        refused.with(|error| {
            let field = error.as_ref().and_then(|error| error.field.as_deref());
            field.is_some_and(|field| NAMES.contains(&field))
        })
    };
    let zones = plan.choices.with_value(|choices| choices.zones.clone());
    let zones = std::iter::once((String::new(), tr!(launch.any_zone).to_owned()))
        .chain(zones.into_iter().map(|zone| (zone.clone(), zone)))
        .collect::<Vec<_>>();
    let groups = plan.choices.with_value(|choices| choices.server_groups.clone());
    let groups = groups
        .into_iter()
        .map(|ServerGroup { id, name, policy, .. }| (id.to_string(), format!("{name} · {}", words::policy(policy))));
    let groups = std::iter::once((String::new(), tr!(server_groups.choose_none).to_owned())).chain(groups).collect();
    view! {
        <details class="advanced" open=move || filled || faulty()>
            <summary><h2>{tr!(launch.advanced)}</h2></summary>
            <div class="launch-section">
                <div class="fields">
                    <SelectField name="availability_zone" label=tr!(launch.zone) options=zones value=form.availability_zone refused />
                    <SelectField name="server_group" label=tr!(server_groups.choose) options=groups value=form.server_group help=tr!(server_groups.choose_help).to_owned() refused />
                    <TextField name="description" label=tr!(common.description) optional=true value=form.description refused />
                </div>
                <UserData plan refused />
                <TextAreaField
                    name="metadata"
                    label=tr!(launch.metadata)
                    value=form.metadata
                    rows=2
                    mono=true
                    optional=true
                    placeholder="role=web"
                    help=tr!(launch.metadata_help).to_owned()
                    refused
                />
                <TickField name="config_drive" label=tr!(launch.config_drive) help=tr!(launch.config_drive_help).to_owned() checked=form.config_drive />
            </div>
        </details>
    }
}

/// A script for the guest, with how much of the room it takes.
#[component]
fn UserData(plan: Plan, refused: Refused) -> impl IntoView {
    let value = plan.form.with_untracked(|form| form.user_data.clone());
    let bytes = move || plan.form.with(|form| form.user_data.len());
    let over = move || bytes() as u64 > MAX_USER_DATA;
    view! {
        <TextAreaField
            name="user_data"
            label=tr!(launch.user_data)
            value=value
            rows=5
            mono=true
            optional=true
            placeholder="#cloud-config"
            help=tr!(launch.user_data_help).to_owned()
            refused
        />
        <div class="buttons needs-script">
            <FileText label=tr!(keypairs.read_file) target="user_data" />
            <span class="quiet" class:problem=over>{move || tr!(launch.bytes, bytes = bytes(), max = MAX_USER_DATA)}</span>
        </div>
    }
}
