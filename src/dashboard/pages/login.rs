//! Signing in: domain, user name, password.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::dashboard::api::session::Login;
use crate::dashboard::components::{ErrorSummary, Look, Mark, Preferences, Submit, TextField, query, refused};
use crate::dashboard::i18n::tr;

/// The page that asks who somebody is, and goes on to `?next=`.
#[component]
pub fn LoginPage() -> impl IntoView {
    let login = ServerAction::<Login>::new();
    let refused = refused(login);
    let next = query::param("next");
    view! {
        <Title text=tr!(login.title) />
        <main id="content" class="login">
            <div class="login-card">
                <div class="login-brand"><Mark /><span>{tr!(common.brand)}</span></div>
                <p class="quiet">{tr!(login.tagline)}</p>
                <h1 id="page-title" tabindex="-1">{tr!(login.title)}</h1>
                <ErrorSummary refused />
                <ActionForm action=login>
                    <input type="hidden" name="next" value=next />
                    <TextField name="domain" label=tr!(login.domain) value="Default" help=tr!(login.domain_help).to_owned() required=true refused autocomplete="organization" />
                    <TextField name="user" label=tr!(login.user) required=true refused autocomplete="username" autofocus=true />
                    <TextField name="password" label=tr!(login.password) kind="password" required=true refused autocomplete="current-password" />
                    <Submit label=tr!(common.sign_in) look=Look::Primary busy=login.pending() />
                </ActionForm>
            </div>
            <footer><Preferences /></footer>
        </main>
    }
}
