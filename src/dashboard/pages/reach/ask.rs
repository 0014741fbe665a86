//! The form of the question; a plain GET, so that a question is an address.

use leptos::prelude::*;
use leptos_router::components::Form;

use crate::dashboard::api::reach::{ADDRESS, ME, PRESETS, ReachForm, snapshot};
use crate::dashboard::components::{Field, Look, Picture, Submit};
use crate::dashboard::i18n::tr;
use crate::model::reach::Snapshot;

/// Value and label of a choice.
type Choice = (String, String);

/// Who could be meant, by kind.
#[derive(Clone, Default)]
struct Places {
    instances: Vec<Choice>,
    /// Those that belong to no instance.
    ports: Vec<Choice>,
}

impl Places {
    fn of(snapshot: Snapshot) -> Self {
        let free = snapshot.ports.into_iter().filter(|port| port.device_owner.is_empty());
        let ports = free.map(|port| {
            let addresses = port.fixed_ips.iter().map(|fixed| fixed.ip.to_string());
            let words = [port.name.clone()].into_iter().filter(|name| !name.is_empty()).chain(addresses);
            (format!("port:{}", port.id), words.collect::<Vec<_>>().join(" · "))
        });
        let ports = ports.collect();
        let instances = snapshot.guests.into_iter().map(|guest| (format!("instance:{}", guest.id), guest.name));
        Self { instances: instances.collect(), ports }
    }
}

/// From whom, to whom, with what.
#[component]
pub fn Ask(form: Memo<ReachForm>) -> impl IntoView {
    let places = Resource::new(|| (), |()| snapshot());
    let what = move || form.with(|form| form.what.clone());
    let presets = PRESETS.map(|(word, protocol, port)| {
        let chosen = move || what() == word || (word == "ssh" && what().is_empty());
        view! { <option value=word selected=chosen>{preset(word, protocol, port)}</option> }
    });
    let protocols = [("tcp", "TCP"), ("udp", "UDP"), ("icmp", "ICMP"), ("", tr!(reach.every_protocol))];
    let protocols = protocols.map(|(value, label)| {
        let chosen = move || form.with(|form| form.protocol == value);
        view! { <option value=value selected=chosen>{label}</option> }
    });
    view! {
        <Form method="GET" action="/reach" attr:class="reach-form card">
            <Transition>
                {move || Suspend::new(async move {
                    let places = places.await.map(Places::of).unwrap_or_default();
                    view! {
                        <End name="from" address="from_address" label=tr!(reach.from) places=places.clone() form />
                        <End name="to" address="to_address" label=tr!(reach.to) places form />
                    }
                })}
            </Transition>
            <div class="reach-end">
                <Field name="what" label=tr!(reach.what)>
                    <select id="what" name="what" aria-describedby="what-help">
                        {presets.into_iter().collect_view()}
                        <option value="custom" selected=move || what() == "custom">{tr!(reach.custom)}</option>
                    </select>
                </Field>
                <div class="reach-custom">
                    <Field name="protocol" label=tr!(reach.protocol)>
                        <select id="protocol" name="protocol" aria-describedby="protocol-help">
                            {protocols.into_iter().collect_view()}
                        </select>
                    </Field>
                    <Field name="port" label=tr!(reach.port) help=tr!(reach.port_help).to_owned() optional=true>
                        <input
                            id="port"
                            name="port"
                            inputmode="numeric"
                            autocomplete="off"
                            value=move || form.with(|form| form.port.clone())
                            aria-describedby="port-help"
                        />
                    </Field>
                </div>
            </div>
            <Submit label=tr!(reach.ask) look=Look::Primary icon=Picture::Reach />
        </Form>
    }
}

/// One end: somebody of the project, this computer, or an address.
#[component]
fn End(
    name: &'static str,
    address: &'static str,
    label: &'static str,
    places: Places,
    form: Memo<ReachForm>,
) -> impl IntoView {
    let sends = name == "from";
    let chosen = move || form.with(|form| if sends { form.from.clone() } else { form.to.clone() });
    let typed = move || form.with(|form| if sends { form.from_address.clone() } else { form.to_address.clone() });
    let option = move |(value, label): Choice| {
        let selected = {
            let value = value.clone();
            move || chosen() == value
        };
        view! { <option value=value selected=selected>{label}</option> }
    };
    let group = move |label: &'static str, choices: Vec<Choice>| {
        (!choices.is_empty())
            .then(|| view! { <optgroup label=label>{choices.into_iter().map(option).collect_view()}</optgroup> })
    };
    let me = sends.then(|| option((ME.to_owned(), tr!(reach.me).to_owned())));
    view! {
        <div class="reach-end">
            <Field name label>
                <select id=name name=name aria-describedby=format!("{name}-help")>
                    {me}
                    {group(tr!(reach.instances), places.instances)}
                    {group(tr!(reach.ports), places.ports)}
                    <option value=ADDRESS selected=move || chosen() == ADDRESS>{tr!(reach.other_address)}</option>
                </select>
            </Field>
            <div class="reach-address">
                <Field name=address label=tr!(reach.address)>
                    <input
                        id=address
                        name=address
                        class="mono"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="203.0.113.9"
                        value=typed
                        aria-describedby=format!("{address}-help")
                    />
                </Field>
            </div>
        </div>
    }
}

fn preset(word: &str, protocol: &str, port: &str) -> String {
    match word {
        "ping" => tr!(reach.ping).to_owned(),
        "any" => tr!(reach.anything).to_owned(),
        _ => format!("{} ({} {port})", word.to_uppercase(), protocol.to_uppercase()),
    }
}
