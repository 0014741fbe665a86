//! Identity's REST API: what administrators and Tempest's dynamic credentials ask of it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Front};
use crate::control::testing::PASSWORD;

const V3: &str = "/identity/v3";

/// Asks as the bearer of `token`.
async fn ask(front: &Front, method: Method, path: &str, token: &str, body: Value) -> Answer {
    front.send(method, &format!("{V3}{path}"), &[("x-auth-token", token)], body.to_string()).await
}

/// Asks for something that must succeed with this status.
async fn want(front: &Front, method: Method, path: &str, token: &str, body: Value, status: StatusCode) -> Value {
    let answer = ask(front, method.clone(), path, token, body).await;
    assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

async fn get(front: &Front, path: &str, token: &str) -> Value {
    want(front, Method::GET, path, token, Value::Null, StatusCode::OK).await
}

async fn sign_in(front: &Front, identity: Value, scope: Value) -> Answer {
    let mut auth = json!({ "identity": identity });
    if !scope.is_null() {
        auth["scope"] = scope;
    }
    front.send(Method::POST, &format!("{V3}/auth/tokens"), &[], json!({ "auth": auth }).to_string()).await
}

fn password(id: &Value, password: &str) -> Value {
    json!({ "methods": ["password"], "password": { "user": { "id": id, "password": password } } })
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_project_a_user_and_a_role_are_made_and_taken_away() {
    let front = Front::new().await;
    let root = front.cloud.person("root", "red", "admin").await.token;
    let made = json!({ "project": { "name": "blue", "description": "d", "domain_id": "default", "tags": ["a"] } });
    let project = want(&front, Method::POST, "/projects", &root, made.clone(), StatusCode::CREATED).await;
    let project = &project["project"];
    assert_eq!((&project["parent_id"], &project["is_domain"]), (&json!("default"), &json!(false)));
    assert_eq!(project["links"]["self"], format!("http://cloud.example:8080{V3}/projects/{}", id(project)));
    let again = ask(&front, Method::POST, "/projects", &root, made).await;
    assert_eq!((again.status, again.json()["error"]["title"].as_str()), (StatusCode::CONFLICT, Some("Conflict")));

    let user = json!({ "user": {
        "name": "bob", "password": PASSWORD, "domain_id": "default", "email": "bob@example.org", "description": "him",
    } });
    let user = want(&front, Method::POST, "/users", &root, user, StatusCode::CREATED).await;
    let user = &user["user"];
    assert_eq!((&user["email"], &user["description"]), (&json!("bob@example.org"), &json!("him")));
    assert_eq!((user.get("password"), user.get("default_project_id")), (None, None));
    let roles = get(&front, "/roles?name=member", &root).await;
    let role = &roles["roles"][0];
    assert_eq!((roles["roles"].as_array().unwrap().len(), &role["name"]), (1, &json!("member")));

    let held = format!("/projects/{}/users/{}/roles/{}", id(project), id(user), id(role));
    assert_eq!(ask(&front, Method::HEAD, &held, &root, Value::Null).await.status, StatusCode::NOT_FOUND);
    want(&front, Method::PUT, &held, &root, Value::Null, StatusCode::NO_CONTENT).await;
    want(&front, Method::PUT, &held, &root, Value::Null, StatusCode::NO_CONTENT).await;
    want(&front, Method::HEAD, &held, &root, Value::Null, StatusCode::NO_CONTENT).await;
    let path = format!("/role_assignments?user.id={}&scope.project.id={}&include_names", id(user), id(project));
    let assignments = get(&front, &path, &root).await["role_assignments"].clone();
    assert_eq!(assignments.as_array().unwrap().len(), 1);
    assert_eq!(assignments[0]["scope"]["project"]["domain"]["name"], "Default");
    assert_eq!(assignments[0]["user"]["name"], "bob");
    assert_eq!(assignments[0]["links"]["assignment"], format!("http://cloud.example:8080{V3}{held}"));

    let scope = json!({ "project": { "id": project["id"] } });
    let token = sign_in(&front, password(&user["id"], PASSWORD), scope.clone()).await;
    let token = token.header("x-subject-token");
    let own = get(&front, "/auth/projects", token).await;
    assert_eq!((own["projects"].as_array().unwrap().len(), &own["projects"][0]["name"]), (1, &json!("blue")));
    let unscoped = sign_in(&front, password(&user["id"], PASSWORD), Value::Null).await.json();
    assert_eq!(unscoped["token"].get("project"), None, "no default project, no scope");

    let project_path = format!("/projects/{}", id(project));
    let disabled = json!({ "project": { "enabled": false } });
    want(&front, Method::PATCH, &project_path, &root, disabled, StatusCode::OK).await;
    assert_eq!(ask(&front, Method::GET, "/auth/projects", token, Value::Null).await.status, StatusCode::UNAUTHORIZED);
    let enabled = json!({ "project": { "enabled": true } });
    want(&front, Method::PATCH, &project_path, &root, enabled, StatusCode::OK).await;
    get(&front, "/auth/projects", token).await;
    want(&front, Method::DELETE, &project_path, &root, Value::Null, StatusCode::NO_CONTENT).await;
    assert_eq!(ask(&front, Method::GET, "/auth/projects", token, Value::Null).await.status, StatusCode::UNAUTHORIZED);
    let user_path = format!("/users/{}", id(user));
    want(&front, Method::DELETE, &user_path, &root, Value::Null, StatusCode::NO_CONTENT).await;
    let gone = ask(&front, Method::GET, &user_path, &root, Value::Null).await;
    assert_eq!(gone.json()["error"]["message"], format!("Could not find user: {}.", id(user)));
}

#[tokio::test]
async fn people_see_themselves_and_change_their_own_password() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await;
    let bob = front.cloud.person("bob", "blue", "member").await;
    let forbidden = [
        "/users".to_owned(),
        "/projects".to_owned(),
        "/domains".to_owned(),
        "/roles".to_owned(),
        "/groups".to_owned(),
        "/role_assignments".to_owned(),
        "/services".to_owned(),
        "/endpoints".to_owned(),
        format!("/users/{}", bob.user_id),
        format!("/users/{}/projects", bob.user_id),
        format!("/users/{}/application_credentials", bob.user_id),
        format!("/projects/{}", bob.project_id),
    ];
    for path in forbidden {
        let answer = ask(&front, Method::GET, &path, &ann.token, Value::Null).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.body);
        assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with("You are not authorized to perform"));
    }
    let me = format!("/users/{}", ann.user_id);
    assert_eq!(get(&front, &me, &ann.token).await["user"]["name"], "ann");
    assert_eq!(get(&front, &format!("{me}/projects"), &ann.token).await["projects"][0]["name"], "red");
    assert_eq!(get(&front, &format!("/projects/{}", ann.project_id), &ann.token).await["project"]["name"], "red");
    assert_eq!(get(&front, "/domains/default", &ann.token).await["domain"]["enabled"], true);
    assert_eq!(get(&front, "/regions", &ann.token).await["regions"][0]["id"], "RegionOne");
    let renamed = ask(&front, Method::PATCH, &me, &ann.token, json!({ "user": { "name": "eve" } })).await;
    assert_eq!(renamed.status, StatusCode::FORBIDDEN);

    let change = |original: &str| json!({ "user": { "original_password": original, "password": "another password" } });
    let path = format!("{me}/password");
    let wrong = ask(&front, Method::POST, &path, &ann.token, change("not mine")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{}", wrong.body);
    let other = ask(&front, Method::POST, &path, &bob.token, change(PASSWORD)).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN, "{}", other.body);
    want(&front, Method::POST, &path, &ann.token, change(PASSWORD), StatusCode::NO_CONTENT).await;
    let me = json!(ann.user_id);
    assert_eq!(sign_in(&front, password(&me, PASSWORD), Value::Null).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&front, password(&me, "another password"), Value::Null).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_domain_is_a_scope_and_goes_when_it_is_disabled() {
    let front = Front::new().await;
    let root = front.cloud.person("root", "red", "admin").await.token;
    let made = json!({ "domain": { "name": "elsewhere" } });
    let domain = want(&front, Method::POST, "/domains", &root, made, StatusCode::CREATED).await["domain"].clone();
    assert_eq!(get(&front, "/domains?name=elsewhere", &root).await["domains"].as_array().unwrap().len(), 1);
    let user = json!({ "user": { "name": "eve", "password": PASSWORD, "domain_id": domain["id"] } });
    let user = want(&front, Method::POST, "/users", &root, user, StatusCode::CREATED).await["user"].clone();
    let role = get(&front, "/roles?name=reader", &root).await["roles"][0].clone();
    let held = format!("/domains/{}/users/{}/roles/{}", id(&domain), id(&user), id(&role));
    let scope = json!({ "domain": { "name": "elsewhere" } });
    let without = sign_in(&front, password(&user["id"], PASSWORD), scope.clone()).await;
    assert_eq!(without.status, StatusCode::UNAUTHORIZED);
    want(&front, Method::PUT, &held, &root, Value::Null, StatusCode::NO_CONTENT).await;
    let issued = sign_in(&front, password(&user["id"], PASSWORD), scope).await;
    assert_eq!(issued.json()["token"]["domain"]["id"], domain["id"], "{}", issued.body);
    assert_eq!(issued.json()["token"]["roles"][0]["name"], "reader");
    let token = issued.header("x-subject-token");
    assert_eq!(get(&front, "/auth/domains", token).await["domains"][0]["name"], "elsewhere");
    let kinds = get(&front, "/auth/catalog", token).await["catalog"].as_array().unwrap().len();
    assert_eq!(kinds, 4, "block storage is a project's");

    let path = format!("/domains/{}", id(&domain));
    let refused = ask(&front, Method::DELETE, &path, &root, Value::Null).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    want(&front, Method::PATCH, &path, &root, json!({ "domain": { "enabled": false } }), StatusCode::OK).await;
    assert_eq!(ask(&front, Method::GET, "/auth/domains", token, Value::Null).await.status, StatusCode::UNAUTHORIZED);
    want(&front, Method::DELETE, &path, &root, Value::Null, StatusCode::NO_CONTENT).await;
    let gone = ask(&front, Method::GET, &format!("/users/{}", id(&user)), &root, Value::Null).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let default = json!({ "domain": { "enabled": false } });
    assert_eq!(ask(&front, Method::PATCH, "/domains/default", &root, default).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_application_credential_opens_its_project_with_its_roles_and_no_more() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await;
    front.cloud.grant(&ann.user_id, &ann.project_id, "reader").await;
    let token =
        sign_in(&front, password(&json!(ann.user_id), PASSWORD), json!({ "project": { "id": ann.project_id } }));
    let token = token.await.header("x-subject-token").to_owned();
    let path = format!("/users/{}/application_credentials", ann.user_id);
    let body = |name: &str, roles: Value| json!({ "application_credential": { "name": name, "roles": roles } });
    let made = body("ci", json!([{ "name": "reader" }]));
    let made = want(&front, Method::POST, &path, &token, made, StatusCode::CREATED).await;
    let made = &made["application_credential"];
    let more = ask(&front, Method::POST, &path, &token, body("root", json!([{ "name": "admin" }]))).await;
    assert_eq!(more.status, StatusCode::BAD_REQUEST, "{}", more.body);
    let shown = get(&front, &format!("{path}/{}", id(made)), &token).await;
    assert_eq!(shown["application_credential"].get("secret"), None);

    let proof = |secret: &Value| {
        json!({ "methods": ["application_credential"],
        "application_credential": { "id": made["id"], "secret": secret } })
    };
    assert_eq!(sign_in(&front, proof(&json!("wrong")), Value::Null).await.status, StatusCode::UNAUTHORIZED);
    let issued = sign_in(&front, proof(&made["secret"]), Value::Null).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.body);
    let said = issued.json()["token"].clone();
    assert_eq!((&said["project"]["name"], &said["methods"]), (&json!("red"), &json!(["application_credential"])));
    assert_eq!(said["roles"].as_array().unwrap().len(), 1);
    assert_eq!(said["application_credential"]["restricted"], true);
    let narrow = issued.header("x-subject-token");
    let offspring = ask(&front, Method::POST, &path, narrow, body("more", Value::Null)).await;
    assert_eq!(offspring.status, StatusCode::FORBIDDEN, "{}", offspring.body);
    let elsewhere = json!({ "methods": ["token"], "token": { "id": narrow } });
    assert_eq!(sign_in(&front, elsewhere.clone(), json!("unscoped")).await.status, StatusCode::UNAUTHORIZED);
    let same = sign_in(&front, elsewhere, json!({ "project": { "id": ann.project_id } })).await;
    assert_eq!(same.json()["token"]["roles"].as_array().unwrap().len(), 1, "no wider by another token");

    let gone = format!("{path}/{}", id(made));
    want(&front, Method::DELETE, &gone, &token, Value::Null, StatusCode::NO_CONTENT).await;
    assert_eq!(ask(&front, Method::GET, "/auth/projects", narrow, Value::Null).await.status, StatusCode::UNAUTHORIZED);
    let short = json!({ "application_credential": { "name": "short", "expires_at": "2030-01-01T00:10:00.000000" } });
    let short = want(&front, Method::POST, &path, &token, short, StatusCode::CREATED).await;
    assert_eq!(short["application_credential"]["expires_at"], "2030-01-01T00:10:00.000000");
    front.cloud.clock.advance(chrono::TimeDelta::minutes(11));
    let (named, secret) = (&ann.user_id, &short["application_credential"]["secret"]);
    let late = json!({ "methods": ["application_credential"],
        "application_credential": { "name": "short", "user": { "id": named }, "secret": secret } });
    assert_eq!(sign_in(&front, late, Value::Null).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_group_s_roles_are_its_members() {
    let front = Front::new().await;
    let root = front.cloud.person("root", "red", "admin").await.token;
    let ann = front.cloud.person("ann", "red", "member").await;
    let blue = front.cloud.project("blue").await;
    let made = json!({ "group": { "name": "crew" } });
    let group = want(&front, Method::POST, "/groups", &root, made, StatusCode::CREATED).await["group"].clone();
    let role = get(&front, "/roles?name=member", &root).await["roles"][0].clone();
    let held = format!("/projects/{}/groups/{}/roles/{}", blue.id, id(&group), id(&role));
    want(&front, Method::PUT, &held, &root, Value::Null, StatusCode::NO_CONTENT).await;
    let member = format!("/groups/{}/users/{}", id(&group), ann.user_id);
    assert_eq!(ask(&front, Method::HEAD, &member, &root, Value::Null).await.status, StatusCode::NOT_FOUND);
    want(&front, Method::PUT, &member, &root, Value::Null, StatusCode::NO_CONTENT).await;
    let scope = json!({ "project": { "id": blue.id } });
    let issued = sign_in(&front, password(&json!(ann.user_id), PASSWORD), scope.clone()).await;
    assert_eq!(issued.json()["token"]["roles"][0]["name"], "member", "{}", issued.body);
    let path = format!("/role_assignments?effective&user.id={}&scope.project.id={}", ann.user_id, blue.id);
    let effective = get(&front, &path, &root).await["role_assignments"].clone();
    assert!(effective[0]["links"]["membership"].as_str().unwrap().ends_with(&member), "{effective}");
    assert_eq!(get(&front, &format!("/users/{}/groups", ann.user_id), &ann.token).await["groups"][0]["name"], "crew");

    want(&front, Method::DELETE, &member, &root, Value::Null, StatusCode::NO_CONTENT).await;
    let token = issued.header("x-subject-token");
    assert_eq!(ask(&front, Method::GET, "/auth/projects", token, Value::Null).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_served_is_what_the_catalog_says() {
    let front = Front::new().await;
    let root = front.cloud.person("root", "red", "admin").await.token;
    let services = get(&front, "/services", &root).await["services"].clone();
    let endpoints = get(&front, "/endpoints", &root).await["endpoints"].clone();
    assert_eq!(endpoints.as_array().unwrap().len(), 3 * services.as_array().unwrap().len());
    for entry in get(&front, "/auth/catalog", &root).await["catalog"].as_array().unwrap() {
        let service = get(&front, &format!("/services/{}", id(entry)), &root).await["service"].clone();
        assert_eq!(service["type"], entry["type"]);
        for endpoint in entry["endpoints"].as_array().unwrap() {
            let shown = get(&front, &format!("/endpoints/{}", id(endpoint)), &root).await["endpoint"].clone();
            assert_eq!((&shown["service_id"], &shown["interface"]), (&entry["id"], &endpoint["interface"]));
        }
    }
    let unknown = ask(&front, Method::GET, "/services/nope", &root, Value::Null).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let malformed = [json!({}), json!({ "project": { "name": 7 } }), json!({ "project": { "name": " " } })];
    for body in malformed {
        assert_eq!(ask(&front, Method::POST, "/projects", &root, body).await.status, StatusCode::BAD_REQUEST);
    }
}
