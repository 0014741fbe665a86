//! How big.

use leptos::prelude::*;

use super::plan::Plan;
use super::section::Section;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::flavor::Flavor;

/// A row for each flavor; an impossible one stays and says why.
#[component]
pub fn Flavors(plan: Plan, refused: Refused) -> impl IntoView {
    let flavors = plan.choices.with_value(|choices| choices.flavors.clone());
    let body = if flavors.is_empty() {
        view! { <p class="card warning">{tr!(launch.no_flavors)}</p> }.into_any()
    } else {
        let columns = vec![
            Column::new(tr!(launch.flavor)),
            Column::new(tr!(launch.vcpus)).number(),
            Column::new(tr!(launch.ram)).number(),
            Column::new(tr!(launch.disk)).number(),
        ];
        let rows = flavors.into_iter().map(|flavor| view! { <Row flavor plan /> }).collect_view();
        view! { <Table caption=tr!(launch.flavor) columns>{rows}</Table> }.into_any()
    };
    view! { <Section title=tr!(launch.how_big) names=&["flavor"] refused>{body}</Section> }
}

#[component]
fn Row(flavor: Flavor, plan: Plan) -> impl IntoView {
    let checked = plan.form.with_untracked(|form| form.flavor == flavor.id.as_str());
    let disk = if flavor.disk_gb == 0 { tr!(launch.disk_as_image).to_owned() } else { sizes::gib(flavor.disk_gb) };
    let known = StoredValue::new(flavor.clone());
    let out_of_reach = move || known.with_value(|flavor| plan.out_of_reach(flavor));
    let too_small = move || known.with_value(|flavor| plan.too_small(flavor));
    let chosen = move || known.with_value(|flavor| plan.form.with(|form| form.flavor == flavor.id.as_str()));
    // Without script the image may be changed and this page cannot follow: the server has the last word then. It also
    // has it on a flavor that became impossible after it was chosen, which must not silently become no choice at all.
    let off = move || !chosen() && (out_of_reach().is_some() || (plan.awake.get() && too_small().is_some()));
    let reason = move || out_of_reach().or_else(too_small);
    let why = format!("flavor-{}-why", flavor.id);
    view! {
        <tr>
            <th scope="row">
                <label class="choice-row">
                    <input
                        type="radio"
                        name="flavor"
                        value=flavor.id.to_string()
                        checked=checked
                        required
                        disabled=off
                        aria-describedby=why.clone()
                    />
                    <span>{flavor.name}</span>
                </label>
                <p class="choice-why" id=why>{reason}</p>
            </th>
            <td class="number">{flavor.vcpus}</td>
            <td class="number">{sizes::mib(flavor.ram_mb)}</td>
            <td class="number">{disk}</td>
        </tr>
    }
}
