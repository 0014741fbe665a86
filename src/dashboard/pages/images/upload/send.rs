//! Sends the form by XMLHttpRequest: fetch cannot say how far an upload is.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{FormData, HtmlFormElement, ProgressEvent, XmlHttpRequest};

use super::{Progress, UPLOAD};
use crate::model::{Error, Reason};

/// Starts sending; `progress` follows, and `uploaded` grows when the image is ready.
pub fn send(form: &HtmlFormElement, progress: RwSignal<Progress>, uploaded: RwSignal<usize>) {
    progress.set(Progress::Sending { sent: 0.0, of: 0.0 });
    if start(form, progress, uploaded).is_err() {
        progress.set(Progress::Refused(broken_off()));
    }
}

fn start(
    form: &HtmlFormElement,
    progress: RwSignal<Progress>,
    uploaded: RwSignal<usize>,
) -> Result<(), wasm_bindgen::JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("POST", UPLOAD)?;
    request.set_request_header("Accept", "application/json")?;

    let sending = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        let (sent, of) = (event.loaded(), event.total());
        progress.set(if sent < of { Progress::Sending { sent, of } } else { Progress::Checking });
    });
    request.upload()?.set_onprogress(Some(sending.as_ref().unchecked_ref()));

    let answered = {
        let request = request.clone();
        Closure::<dyn Fn()>::new(move || match refusal(&request) {
            None => {
                progress.set(Progress::Idle);
                uploaded.update(|count| *count += 1);
            }
            Some(error) => progress.set(Progress::Refused(error)),
        })
    };
    request.set_onloadend(Some(answered.as_ref().unchecked_ref()));

    request.send_with_opt_form_data(Some(&FormData::new_with_form(form)?))?;
    // Both live as long as the page may still hear of this upload.
    sending.forget();
    answered.forget();
    Ok(())
}

/// Why the finished request is a refusal, if it is; a connection that broke off has the status 0.
fn refusal(request: &XmlHttpRequest) -> Option<Error> {
    let status = request.status().unwrap_or_default();
    if (200..300).contains(&status) {
        return None;
    }
    let answer = request.response_text().ok().flatten().unwrap_or_default();
    Some(serde_json::from_str(&answer).unwrap_or_else(|_| broken_off()))
}

fn broken_off() -> Error {
    Reason::Unavailable { part: "upload".to_owned(), why: "the connection broke off".to_owned() }.into()
}
