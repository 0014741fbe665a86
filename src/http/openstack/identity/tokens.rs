//! `/identity/v3/auth/tokens`.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::catalog::catalog;
use super::request::{Methods, TokenRequest, required};
use crate::control::identity::{Issued, Named, Scope};
use crate::control::{Asker, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::{Bearer, header};
use crate::http::openstack::body::Body;
use crate::http::openstack::time::micros_zulu;
use crate::model::identity::TokenInfo;
use crate::model::{Kind, Reason, Result};

const SUBJECT: &str = "x-subject-token";

/// `POST`: a token for a password, or for a token of another scope.
pub async fn issue(
    State(services): State<Services>,
    base: Base,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    asker: Option<Extension<Asker>>,
    Body(request): Body<TokenRequest>,
) -> Result<Response, Failure> {
    let (methods, scope) = request.auth.into_parts()?;
    let from = from.map(|Extension(ConnectInfo(address))| address.ip());
    let asker = asker.map(|Extension(asker)| asker).unwrap_or_default();
    let issued = prove(&services, methods, scope, from, &asker).await.map_err(|error| match error.kind() {
        // As Keystone: whoever may not enter a project does not learn whether there is one.
        Kind::NotFound => Failure::of_kind(error, Kind::Unauthenticated),
        _ => error.into(),
    })?;
    let body = json!({ "token": view(&issued.info, &base, true) });
    Ok((StatusCode::CREATED, [(SUBJECT, issued.token)], Json(body)).into_response())
}

async fn prove(
    services: &Services,
    methods: Methods,
    scope: Scope,
    from: Option<IpAddr>,
    asker: &Asker,
) -> Result<Issued> {
    let identity = &services.identity;
    match (methods.methods.first().map(String::as_str), methods.password, methods.token) {
        (Some("application_credential"), ..) => {
            let credential = methods.application_credential.ok_or_else(|| required("application_credential"))?;
            if !matches!(scope, Scope::DefaultIfAny) {
                let why = "an application credential has its scope: leave scope out".into();
                return Err(Reason::Malformed { why }.into());
            }
            let issued = identity.login_with_credential(credential.named()?, &credential.secret, from).await;
            issued.inspect(|issued| asker.is(&issued.info))
        }
        (Some("password"), Some(password), _) => {
            let user = password.user;
            if let Some(id) = user.named.id {
                return identity.login_noted(Named::Id(id.into()), &user.password, scope, from, asker).await;
            }
            let (name, domain) = user.named.in_domain()?;
            identity.login_noted(Named::Name { name, domain }, &user.password, scope, from, asker).await
        }
        (Some("token"), _, Some(token)) => {
            identity.rescope(&token.id, scope).await.inspect(|issued| asker.is(&issued.info))
        }
        (Some(method @ ("password" | "token")), ..) => Err(required(method)),
        (Some(method), ..) => {
            let (field, value, choices) =
                ("methods".into(), method.to_owned(), "password, token, application_credential".into());
            Err(Reason::NotAChoice { field, value, choices }.into())
        }
        (None, ..) => Err(required("methods")),
    }
}

/// The token that a request is about, besides the one that it shows.
pub struct Subject(String);

impl<S: Sync> FromRequestParts<S> for Subject {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self(header(&parts.headers, SUBJECT).ok_or_else(|| required("X-Subject-Token"))?.to_owned()))
    }
}

/// `GET` and `HEAD`: what a token says. People may look at their own, administrators at any.
pub async fn show(
    State(services): State<Services>,
    bearer: Bearer,
    Subject(token): Subject,
    base: Base,
    uri: Uri,
) -> Result<Response, Failure> {
    let info = readable(&services, &bearer, &token).await?;
    let with_catalog = !uri.query().is_some_and(|query| query.contains("nocatalog"));
    let body = json!({ "token": view(&info, &base, with_catalog) });
    Ok(([(SUBJECT, token)], Json(body)).into_response())
}

/// `DELETE`: makes a token worthless.
pub async fn revoke(
    State(services): State<Services>,
    bearer: Bearer,
    Subject(token): Subject,
) -> Result<StatusCode, Failure> {
    readable(&services, &bearer, &token).await?;
    services.identity.revoke(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn readable(services: &Services, bearer: &Bearer, subject: &str) -> Result<TokenInfo, Failure> {
    if subject == bearer.token {
        return Ok(bearer.info.clone());
    }
    let info = services.identity.validate(subject).await.map_err(|error| match error.kind() {
        // The caller is known; it is the subject that is not.
        Kind::Unauthenticated => Failure::of_kind(error, Kind::NotFound),
        _ => error.into(),
    })?;
    let admin = bearer.info.roles.iter().any(|role| role.name == "admin");
    if admin || bearer.info.user.id == info.user.id {
        return Ok(info);
    }
    Err(Reason::Forbidden { action: "look at another user's token".into() }.into())
}

fn view(info: &TokenInfo, base: &Base, with_catalog: bool) -> Value {
    let mut token = json!({
        "methods": info.methods,
        "user": {
            "domain": { "id": info.user_domain.id, "name": info.user_domain.name },
            "id": info.user.id,
            "name": info.user.name,
            "password_expires_at": null,
        },
        "audit_ids": [info.audit_id],
        "expires_at": micros_zulu(info.expires_at),
        "issued_at": micros_zulu(info.issued_at),
    });
    if let Some((project, domain)) = &info.project {
        token["project"] =
            json!({ "domain": { "id": domain.id, "name": domain.name }, "id": project.id, "name": project.name });
        token["is_domain"] = json!(false);
    } else if let Some(domain) = &info.domain {
        token["domain"] = json!({ "id": domain.id, "name": domain.name });
    } else {
        return token;
    }
    token["roles"] = info.roles.iter().map(|role| json!({ "id": role.id, "name": role.name })).collect();
    if let Some(credential) = &info.application_credential {
        let (id, name, restricted) = (&credential.id, &credential.name, !credential.unrestricted);
        token["application_credential"] = json!({ "id": id, "name": name, "restricted": restricted });
    }
    if with_catalog {
        token["catalog"] = catalog(base, info.project.as_ref().map(|(project, _)| &project.id));
    }
    token
}
