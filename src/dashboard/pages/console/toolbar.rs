//! The console's buttons. The script acts on `data-act`.

use leptos::prelude::*;

use crate::dashboard::components::{Icon, Picture};
use crate::dashboard::i18n::tr;

/// Where it stands, what can be sent, how it is shown; `alone_at` is the page with nothing else on it.
#[component]
pub fn Toolbar(#[prop(default = None)] alone_at: Option<String>) -> impl IntoView {
    let alone = alone_at.map(|href| view! {
        <a class="btn quiet" href=href target="_blank"><Icon picture=Picture::External /><span>{tr!(instances.console_alone)}</span></a>
    });
    view! {
        <div class="toolbar needs-script" role="toolbar" aria-label=tr!(instances.console_toolbar)>
            <span class="pill" role="status">
                <span class="badge neutral" data-when="off">{tr!(instances.console_off)}</span>
                <span class="badge info" data-when="connecting">{tr!(instances.console_connecting)}</span>
                <span class="badge positive" data-when="connected">{tr!(instances.console_connected)}</span>
                <span class="badge warning" data-when="lost refused">{tr!(instances.console_reconnecting)}</span>
                <span class="badge neutral" data-when="ended">{tr!(instances.console_ended)}</span>
            </span>
            <Act act="keys" label=tr!(instances.console_cad) />
            <details class="typing">
                <summary class="btn quiet needs-script">{tr!(instances.console_paste)}</summary>
                <div class="card">
                    <label for="console-text">{tr!(instances.console_paste_label)}</label>
                    <textarea id="console-text" class="mono" rows="4" spellcheck="false" aria-describedby="console-text-help"></textarea>
                    <p class="help" id="console-text-help">{tr!(instances.console_paste_help)}</p>
                    <p class="problem" role="alert" data-part="untypable" hidden>
                        {tr!(instances.console_untypable)} " " <span class="mono" data-part="characters"></span>
                    </p>
                    <Act act="type" label=tr!(instances.console_type) />
                </div>
            </details>
            <Act act="scale" label=tr!(instances.console_scale) pressed=true />
            <Act act="fullscreen" label=tr!(instances.console_fullscreen) />
            <Act act="reconnect" label=tr!(instances.console_reconnect) />
            {alone}
            <p class="help" id="console-escape">{tr!(instances.console_escape)}</p>
        </div>
    }
}

#[component]
fn Act(act: &'static str, label: &'static str, #[prop(optional)] pressed: bool) -> impl IntoView {
    view! {
        <button type="button" class="btn quiet needs-script" data-act=act aria-pressed=pressed.then_some("true")>{label}</button>
    }
}
