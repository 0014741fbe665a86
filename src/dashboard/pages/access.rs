//! How stock clients reach the project: the catalog, and the files that they read.

use leptos::prelude::*;

use crate::dashboard::api::access::api_access;
use crate::dashboard::components::query::escape;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::access::{ApiAccess, Endpoint};

/// The page of `/api-access`.
#[component]
pub fn ApiAccessPage() -> impl IntoView {
    let access = Resource::new(|| (), |()| api_access());
    view! {
        <PageHeader title=tr!(access.title) />
        <p class="lead">{tr!(access.lead)}</p>
        <Transition>
            {move || Suspend::new(async move {
                match access.await {
                    Ok(access) => view! { <Whole access /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Whole(access: ApiAccess) -> impl IntoView {
    let ApiAccess { auth_url, project, endpoints, openrc, clouds_yaml } = access;
    let try_it = format!(
        "python3 -m venv ~/openstack\n~/openstack/bin/pip install python-openstackclient\nsource {project}-openrc.sh\n~/openstack/bin/openstack server list"
    );
    view! {
        <Properties>
            <Property label=tr!(access.auth_url) copy=auth_url.clone()><code>{auth_url}</code></Property>
        </Properties>
        <section class="section"><Catalog endpoints /></section>
        <section class="section">
            <h2>{tr!(access.files)}</h2>
            <p class="help">{tr!(access.files_help)}</p>
            <File name=format!("{project}-openrc.sh") text=openrc />
            <File name="clouds.yaml".to_owned() text=clouds_yaml />
        </section>
        <section class="section">
            <h2>{tr!(access.try_it)}</h2>
            <CodeBlock text=try_it label=tr!(access.commands) />
        </section>
    }
}

#[component]
fn Catalog(endpoints: Vec<Endpoint>) -> impl IntoView {
    let columns =
        vec![Column::new(tr!(access.service)), Column::new(tr!(common.name)), Column::new(tr!(access.endpoint))];
    let rows = endpoints.into_iter().map(|Endpoint { kind, name, url }| {
        view! {
            <tr>
                <th scope="row"><code>{kind}</code></th>
                <td>{name}</td>
                <td class="with-copy"><code>{url.clone()}</code> <CopyButton text=url what=tr!(access.endpoint) /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(access.catalog) columns>{rows}</Table> }
}

/// A file to look at, to copy, and to keep: the link holds it whole.
#[component]
fn File(name: String, text: String) -> impl IntoView {
    let href = format!("data:text/plain;charset=utf-8,{}", escape(&text));
    let words = tr!(access.download, name = name.clone());
    view! {
        <div class="file">
            <CodeBlock text label=name.clone() />
            <a class="btn" href=href download=name>
                <Icon picture=Picture::Download />
                <span>{words}</span>
            </a>
        </div>
    }
}
