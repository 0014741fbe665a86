//! What will happen: a summary, the quota, and whether there is room for it.

use leptos::prelude::*;

use super::plan::Plan;
use crate::dashboard::api::launch::{NEW_KEY, NO_KEY};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::dashboard::sizes::mib;
use crate::dashboard::{funnel, words};
use crate::model::quota::{Resource as Counted, Usage};
use crate::model::scheduling::Decision;

/// The card beside the form, with the button.
#[component]
pub fn Side(plan: Plan, #[prop(into)] busy: Signal<bool>, no_write: Option<String>) -> impl IntoView {
    view! {
        <aside class="card launch-side" aria-label=tr!(launch.summary)>
            <Summary plan />
            <Quota plan />
            <DryRun plan />
            <div class="buttons">
                <Submit label=tr!(launch.launch) look=Look::Primary icon=Picture::Start busy why_not=no_write />
                <button type="submit" class="btn without-script" formaction="/launch" formmethod="get" formnovalidate>
                    {tr!(launch.update)}
                </button>
            </div>
            <AsCommand />
        </aside>
    }
}

#[component]
fn Summary(plan: Plan) -> impl IntoView {
    let none = || tr!(launch.not_chosen).to_owned();
    let source = move || plan.source().unwrap_or_else(none);
    let flavor = move || plan.flavor().map_or_else(none, |flavor| flavor.name);
    let networks = move || {
        let names = plan.networks().into_iter().map(|network| network.name).chain(plan.ports()).collect::<Vec<_>>();
        if names.is_empty() { none() } else { names.join(", ") }
    };
    let key = move || {
        plan.form.with(|form| match form.key.as_str() {
            "" | NO_KEY => tr!(common.none).to_owned(),
            NEW_KEY => form.new_key_name.clone(),
            name => name.to_owned(),
        })
    };
    let name = move || {
        let (name, count) = (plan.form.with(|form| form.name.clone()), plan.count());
        if count > 1 { format!("{name} × {count}") } else { name }
    };
    view! {
        <h2>{tr!(launch.summary)}</h2>
        <Properties>
            <Property label=tr!(common.name)>{name}</Property>
            <Property label=tr!(launch.start_from)>{source}</Property>
            <Property label=tr!(launch.flavor)>{flavor}</Property>
            <Property label=tr!(launch.network)>{networks}</Property>
            <Property label=tr!(launch.key)>{key}</Property>
        </Properties>
    }
}

/// Meters of what the launch would use up; follows what others launch meanwhile.
#[component]
fn Quota(plan: Plan) -> impl IntoView {
    let meter = move |usage: Usage| {
        let counted = usage.resource;
        let amount = if counted == Counted::Ram { mib } else { |count: i64| count.to_string() };
        let adding = Signal::derive(move || plan.adds(counted));
        view! { <Meter label=words::capital(&words::resource(counted.as_str())) used=usage.used limit=usage.limit adding amount /> }
    };
    let makes_volume = Memo::new(move |_| plan.volume_gb().is_some());
    let shown = move |usage: &Usage| match usage.resource {
        Counted::Instances | Counted::Cores | Counted::Ram => true,
        Counted::Volumes | Counted::Gigabytes => makes_volume.get(),
        _ => false,
    };
    view! {
        <h2>{tr!(launch.quota)}</h2>
        {move || plan.usage.get().into_iter().filter(shown).map(meter).collect_view()}
    }
}

/// The scheduler's answer for the present choices; asked again when they or the hosts change.
#[component]
fn DryRun(plan: Plan) -> impl IntoView {
    let said = move || match plan.verdict.get() {
        Ok(Some(Ok(decision))) => view! { <Room decision /> }.into_any(),
        Ok(Some(Err(refusal))) => view! { <p class="quiet">{explain(&refusal.reason).line()}</p> }.into_any(),
        Ok(None) => view! { <p class="quiet">{tr!(launch.room_later)}</p> }.into_any(),
        Err(error) => view! { <ErrorCard error /> }.into_any(),
    };
    view! {
        <h2>{tr!(launch.room)}</h2>
        <div aria-live="polite">{said}</div>
    }
}

#[component]
fn Room(decision: Decision) -> impl IntoView {
    let fits = !decision.candidates.is_empty();
    let refusals = decision.filters.iter().flat_map(|outcome| &outcome.refused).map(|refused| {
        view! { <li><strong>{refused.host.clone()}</strong> " " {funnel::refusal(&refused.refusal)}</li> }
    });
    let refusals = (!fits).then(|| view! { <ul class="refusals">{refusals.collect::<Vec<_>>()}</ul> });
    let tone = if fits { Tone::Positive } else { Tone::Negative };
    let label = if fits { tr!(launch.fits) } else { tr!(launch.fits_nowhere) };
    view! {
        <Badge tone label />
        <p class="quiet">{funnel::summary(&decision)}</p>
        {refusals}
    }
}
