//! The page of `/reach`: the question stands in its address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::ask::Ask;
use super::stations::Stations;
use super::words;
use crate::dashboard::api::reach::{ReachForm, reachability};
use crate::dashboard::api::security_groups::CreateRule;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::Noun;
use crate::model::reach::Answer;

/// A question, and its answer station by station.
#[component]
pub fn ReachPage() -> impl IntoView {
    let session = use_session();
    let form = question();
    let add = ServerAction::<CreateRule>::new();
    let live = use_live();
    let nouns = [Noun::SecurityGroup, Noun::Port, Noun::Network, Noun::Router, Noun::FloatingIp, Noun::Instance];
    let news = nouns.map(|noun| live.any(noun));
    let heard = move || news.iter().map(Signal::get).sum::<u32>() as usize + add.version().get();
    let answer = Resource::new(
        move || (form.get(), heard()),
        |(form, _)| async move {
            let asked = !form.from.is_empty() && !form.to.is_empty();
            if asked { Some(reachability(form).await) } else { None }
        },
    );
    view! {
        <PageHeader title=tr!(reach.title) />
        <p class="lead">{tr!(reach.lead)}</p>
        <Ask form />
        <ErrorSummary refused=refused(add) />
        <Transition>
            {move || Suspend::new(async move {
                let why_not = session.why_no_write().await;
                answer.await.map(|answer| match answer {
                    Ok(answer) => view! { <Answered answer add why_not /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                })
            })}
        </Transition>
    }
}

/// What the address asks.
fn question() -> Memo<ReachForm> {
    let query = use_query_map();
    Memo::new(move |_| {
        let text = |name| query.with(|query| query.get(name).unwrap_or_default());
        ReachForm {
            from: text("from"),
            from_address: text("from_address"),
            to: text("to"),
            to_address: text("to_address"),
            what: text("what"),
            protocol: text("protocol"),
            port: text("port"),
        }
    })
}

#[component]
fn Answered(answer: Answer, add: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    view! {
        <section class="reach-answer" role="status">
            <Verdict answer=answer.clone() />
            <h2>{tr!(reach.stations)}</h2>
            <Stations findings=answer.findings add why_not />
        </section>
    }
}

/// Yes or no, in a sentence.
#[component]
fn Verdict(answer: Answer) -> impl IntoView {
    let (tone, sentence) = words::verdict(&answer);
    let picture = if answer.reachable { Picture::Check } else { Picture::Close };
    view! { <p class=format!("card reach-verdict {tone}")><Icon picture /><strong>{sentence}</strong></p> }
}
