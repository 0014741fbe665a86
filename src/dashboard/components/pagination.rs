//! Which rows are shown, and the way to the others.

use leptos::prelude::*;

use super::query::{self, PAGE_SIZE, page_number, with_params};
use crate::dashboard::i18n::tr;

/// Links to the pages of a list; the page is `?page=`, from 1.
#[component]
pub fn Pagination(
    /// How many rows there are in all.
    #[prop(into)]
    total: Signal<u32>,
) -> impl IntoView {
    let url = query::url();
    let page = move || url.with(page_number);
    let last = move || total.get().div_ceil(PAGE_SIZE).max(1);
    let step = move |to: u32| {
        url.with(|url| with_params(url, &[("page", &if to == 1 { String::new() } else { to.to_string() })]))
    };
    let words = move || {
        let (page, total) = (page(), total.get());
        let first = (page - 1) * PAGE_SIZE + 1;
        match total {
            total if total <= PAGE_SIZE => tr!(common.rows_total, total = total),
            _ => {
                tr!(common.rows_of, first = first.min(total), last = (first + PAGE_SIZE - 1).min(total), total = total)
            }
        }
    };
    view! {
        <div class="pagination">
            <p>{words}</p>
            <Show when=move || last() != 1>
                <nav aria-label=tr!(common.pages)>
                    <Show when=move || page() != 1>
                        <a class="btn" rel="prev" href=move || step(page() - 1)>{tr!(common.previous)}</a>
                    </Show>
                    <Show when=move || page() < last()>
                        <a class="btn" rel="next" href=move || step(page() + 1)>{tr!(common.next)}</a>
                    </Show>
                </nav>
            </Show>
        </div>
    }
}
