//! How much of a limit is used, and what a plan would add.

use leptos::prelude::*;

use crate::dashboard::i18n::tr;
use crate::dashboard::words::capital;

/// A bar with its numbers. A limit below zero means none.
#[component]
pub fn Meter(
    #[prop(into)] label: String,
    used: i64,
    /// What would come on top.
    #[prop(optional, into)]
    adding: Signal<i64>,
    limit: i64,
    /// How a number is written; sizes take a unit with them.
    #[prop(default = |amount| amount.to_string())]
    amount: fn(i64) -> String,
) -> impl IntoView {
    let label = capital(&label);
    let share =
        move |amount: i64| if limit > 0 { (amount as f64 / limit as f64 * 100.0).clamp(0.0, 100.0) } else { 0.0 };
    let over = move || limit >= 0 && used + adding.get() > limit;
    let words = match limit {
        ..0 => format!("{} · {}", amount(used), tr!(common.no_limit)),
        _ => tr!(common.meter_of, used = amount(used), limit = amount(limit)),
    };
    let more = move || {
        let adding = adding.get();
        (adding > 0).then(|| view! { <span class="more">{format!("+{}", amount(adding))}<span class="sr">{format!(" {}", tr!(common.this_adds))}</span></span> })
    };
    let bar_words = words.clone();
    view! {
        <div class="meter" class:over=over>
            <div class="meter-head">
                <span>{label.clone()}</span>
                <span class="numbers">{words} " " {more}</span>
            </div>
            <svg
                role="meter"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax=limit.max(used)
                aria-valuenow=used
                aria-valuetext=bar_words
                width="100%"
                height="6"
            >
                <rect class="track" width="100%" height="6" rx="3" />
                <rect class="plan" width=move || format!("{}%", share(used + adding.get())) height="6" rx="3" />
                <rect class="used" width=format!("{}%", share(used)) height="6" rx="3" />
            </svg>
            <p class="problem">{move || over().then(|| tr!(common.meter_over))}</p>
        </div>
    }
}
