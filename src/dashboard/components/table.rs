//! Tables: caption, headed columns that sort by link, and room to scroll on narrow screens.

use leptos::prelude::*;

use super::icon::{Icon, Picture};
use super::query::{self, with_params};
use crate::dashboard::i18n::tr;

/// A column's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    label: String,
    sort: Option<&'static str>,
    class: &'static str,
    hidden: bool,
}

impl Column {
    /// A column with words at the left.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), sort: None, class: "", hidden: false }
    }

    /// Sorts the list by `?sort=key`, and again the other way round by `&order=desc`.
    pub fn sort(self, key: &'static str) -> Self {
        Self { sort: Some(key), ..self }
    }

    /// A column of numbers, aligned right.
    pub fn number(self) -> Self {
        Self { class: "number", ..self }
    }

    /// A column of boxes to tick, whose head is only read out.
    pub fn tick(self) -> Self {
        Self { class: "tick", hidden: true, ..self }
    }

    /// A column of buttons, whose head is only read out.
    pub fn actions(self) -> Self {
        Self { class: "actions", hidden: true, ..self }
    }
}

/// A table; `children` are its `<tr>` rows. The first cell of each row should be a `<th scope="row">`.
#[component]
pub fn Table(
    /// What the table lists; read out, not shown.
    #[prop(into)]
    caption: String,
    columns: Vec<Column>,
    /// The key by which it is sorted without `?sort=`.
    #[prop(optional)]
    sorted_by: &'static str,
    /// Whether that first order is descending.
    #[prop(optional)]
    descending: bool,
    children: Children,
) -> impl IntoView {
    let label = caption.clone();
    let heads = columns.into_iter().map(|column| view! { <Head column sorted_by descending /> }).collect::<Vec<_>>();
    view! {
        <div class="table" role="region" tabindex="0" aria-label=label>
            <table>
                <caption class="sr">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Head(column: Column, sorted_by: &'static str, descending: bool) -> impl IntoView {
    let Column { label, sort, class, hidden } = column;
    let Some(key) = sort else {
        return view! { <th scope="col" class=class><span class=if hidden { "sr" } else { "" }>{label}</span></th> }
            .into_any();
    };
    let url = query::url();
    // None where the list is not sorted by this column, else whether it runs downwards.
    let order = move || {
        url.with(|url| {
            let params = url.search_params();
            match params.get("sort") {
                Some(sort) => (sort == key).then(|| params.get("order").as_deref() == Some("desc")),
                None => (key == sorted_by).then_some(descending),
            }
        })
    };
    let href = move || {
        let next = if order() == Some(false) { "desc" } else { "asc" };
        url.with(|url| with_params(url, &[("sort", key), ("order", next), ("page", "")]))
    };
    let title = tr!(common.sort_by, column = label.clone());
    view! {
        <th
            scope="col"
            class=class
            aria-sort=move || order().map(|descending| if descending { "descending" } else { "ascending" })
        >
            <a href=href title=title>
                {label}
                {move || order().map(|descending| view! { <Icon picture=if descending { Picture::Chevron } else { Picture::Up } size=12 /> })}
            </a>
        </th>
    }
    .into_any()
}
