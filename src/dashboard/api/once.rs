//! Answers that are given once and never again: JSON for scripts, and a file to save for plain forms.

use leptos::server_fn::ContentType;
use leptos::server_fn::codec::Encoding;
use leptos::server_fn::error::{FromServerFnError, IntoAppError, ServerFnErrorErr};
use leptos::server_fn::response::{ClientRes, TryRes};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(feature = "ssr")]
use super::plain_form;

/// The encoding.
pub struct OnceFile;

impl ContentType for OnceFile {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl Encoding for OnceFile {
    const METHOD: http::Method = http::Method::POST;
}

/// What is told once.
pub trait Once: Serialize + DeserializeOwned + Send {
    /// What its file holds, and of which kind that is.
    #[cfg(feature = "ssr")]
    fn file(self) -> (&'static str, String);
}

/// The answer.
///
/// # Errors
/// Those of the encoder.
pub fn told<T, Response, E>(told: T) -> Result<Response, E>
where
    T: Once,
    Response: TryRes<E>,
    E: FromServerFnError,
{
    #[cfg(feature = "ssr")]
    if plain_form() {
        let (kind, text) = told.file();
        return Response::try_from_string(kind, text);
    }
    let json = serde_json::to_string(&told);
    let json = json.map_err(|error| ServerFnErrorErr::Serialization(error.to_string()).into_app_error())?;
    Response::try_from_string(OnceFile::CONTENT_TYPE, json)
}

/// What a script reads of it.
///
/// # Errors
/// Those of the decoder.
pub async fn heard<T, Response, E>(response: Response) -> Result<T, E>
where
    T: Once,
    Response: ClientRes<E> + Send,
    E: FromServerFnError,
{
    let json = response.try_into_string().await?;
    serde_json::from_str(&json).map_err(|error| ServerFnErrorErr::Deserialization(error.to_string()).into_app_error())
}

/// Lets a server function answer with something that is told once.
macro_rules! told_once {
    ($type:ty) => {
        impl<Response, E> leptos::server_fn::codec::IntoRes<$crate::dashboard::api::once::OnceFile, Response, E>
            for $type
        where
            Response: leptos::server_fn::response::TryRes<E>,
            E: leptos::server_fn::error::FromServerFnError + Send,
        {
            async fn into_res(self) -> std::result::Result<Response, E> {
                $crate::dashboard::api::once::told(self)
            }
        }

        impl<Response, E> leptos::server_fn::codec::FromRes<$crate::dashboard::api::once::OnceFile, Response, E>
            for $type
        where
            Response: leptos::server_fn::response::ClientRes<E> + Send,
            E: leptos::server_fn::error::FromServerFnError,
        {
            async fn from_res(response: Response) -> std::result::Result<Self, E> {
                $crate::dashboard::api::once::heard(response).await
            }
        }
    };
}
pub(super) use told_once;
