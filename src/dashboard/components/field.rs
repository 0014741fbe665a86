//! Form fields: label above, help and refusal below, tied together for screen readers.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::model::Error;

/// Why the last try was refused, if it was.
pub type Refused = Signal<Option<Error>>;

/// The refusal of a server action's last try; also the one that a page without script brings in its address.
pub fn refused<S>(action: ServerAction<S>) -> Refused
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || value.with(|value| value.as_ref().and_then(|result| result.as_ref().err().cloned())))
}

/// Label, help and refusal around an input. The input needs `id={scope}{name}` and
/// `aria-describedby={scope}{name}-help`.
#[component]
pub fn Field(
    /// The argument's name in the request; refusals are matched by it.
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(default = None, into)] help: Option<String>,
    /// Marks the field as one that may stay empty.
    #[prop(optional)]
    optional: bool,
    #[prop(default = None, into)] refused: Option<Refused>,
    /// Keeps ids apart where two forms on a page have fields of the same name.
    #[prop(optional)]
    scope: &'static str,
    children: Children,
) -> impl IntoView {
    let id = format!("{scope}{name}");
    view! {
        <div class="field" class:bad=move || problem(refused, name).is_some()>
            <label for=id.clone()>
                {label}
                {optional.then(|| view! { <span class="quiet">{format!(" ({})", tr!(common.optional))}</span> })}
            </label>
            {children()}
            <div class="help" id=format!("{id}-help")>
                {help}
                {move || problem(refused, name).map(|text| view! { <p class="problem">{text}</p> })}
            </div>
        </div>
    }
}

/// What the refusal says about the field of that name.
pub fn problem(refused: Option<Refused>, name: &str) -> Option<String> {
    let error = refused?.get().filter(|error| error.field.as_deref() == Some(name))?;
    Some(explain(&error.reason).line())
}

/// A one-line input.
#[component]
pub fn TextField(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(default = None, into)] help: Option<String>,
    /// The input's type: `text`, `password`, `number`, `search`, …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(default = None, into)] refused: Option<Refused>,
    #[prop(optional)] scope: &'static str,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] min: Option<i64>,
    #[prop(optional)] max: Option<i64>,
    /// Machine text: addresses, ids.
    #[prop(optional)]
    mono: bool,
    #[prop(optional)] autofocus: bool,
    /// Follows what is typed.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = format!("{scope}{name}");
    let follow = move |text: String| {
        if let Some(typed) = typed {
            typed.set(text);
        }
    };
    view! {
        <Field name label help optional refused=refused scope>
            <input
                id=id.clone()
                name=name
                type=kind
                value=value
                class=mono.then_some("mono")
                required=required
                placeholder=placeholder
                autocomplete=autocomplete
                autofocus=autofocus
                spellcheck="false"
                min=min
                max=max
                aria-describedby=format!("{id}-help")
                aria-invalid=move || problem(refused, name).map(|_| "true")
                on:input:target=move |event| follow(event.target().value())
            />
        </Field>
    }
}
