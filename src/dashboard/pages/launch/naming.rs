//! Name and number.

use leptos::prelude::*;

use super::first::proposed_name;
use super::plan::Plan;
use super::section::Section;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::launch::MAX_COUNT;

/// The name, which follows the image until somebody types another, how many, and how they will be called.
#[component]
pub fn Naming(plan: Plan, refused: Refused) -> impl IntoView {
    let name = RwSignal::new(plan.form.with_untracked(|form| form.name.clone()));
    let count = plan.form.with_untracked(|form| form.count.clone());
    let suffix = plan.choices.with_value(|choices| choices.suffix.clone());
    let proposed = Memo::new(move |_| plan.source().map(|name| proposed_name(&name, &suffix)).unwrap_or_default());
    Effect::new(move |before: Option<String>| {
        let now = proposed.get();
        let typed = plan.form.with_untracked(|form| form.name.clone());
        if before.is_some_and(|before| before == typed) || typed.is_empty() {
            name.set(now.clone());
            plan.form.update(|form| form.name.clone_from(&now));
        }
        now
    });
    let preview = move || plan.form.with(|form| names(form.name.trim(), form.count.trim().parse().unwrap_or(1)));
    view! {
        <Section title=tr!(launch.naming) names=&["naming"] refused>
            <div class="fields">
                <Field name="name" label=tr!(common.name) refused>
                    <input
                        id="name"
                        name="name"
                        type="text"
                        required
                        maxlength="255"
                        value=name.get_untracked()
                        prop:value=name
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="name-help"
                        aria-invalid=move || problem(Some(refused), "name").map(|_| "true")
                    />
                </Field>
                <TextField name="count" label=tr!(launch.count) kind="number" min=1 max=i64::from(MAX_COUNT) value=count refused />
            </div>
            {move || preview().map(|names| view! { <p class="help">{tr!(launch.names, names = names)}</p> })}
        </Section>
    }
}

/// The names that several instances will have: `web-1, web-2, web-3` or `web-1 … web-9`.
fn names(name: &str, count: u32) -> Option<String> {
    match count {
        _ if name.is_empty() => None,
        2..=4 => Some((1..=count).map(|number| format!("{name}-{number}")).collect::<Vec<_>>().join(", ")),
        5..=MAX_COUNT => Some(format!("{name}-1 … {name}-{count}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_instances_are_numbered() {
        assert_eq!(names("web", 1), None);
        assert_eq!(names("web", 3).as_deref(), Some("web-1, web-2, web-3"));
        assert_eq!(names("web", 9).as_deref(), Some("web-1 … web-9"));
        assert_eq!(names("web", MAX_COUNT + 1), None);
    }
}
