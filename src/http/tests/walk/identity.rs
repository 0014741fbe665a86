//! Identity's lines of the table.

use serde_json::json;

use super::entry::For::{Administrators, Anybody, Everybody, Person, Project};
use super::entry::{DELETE, Entry, GET, PATCH, POST, PUT, entry};
use super::red::Red;
use crate::control::testing::PASSWORD;

pub fn entries(red: &Red) -> Vec<Entry> {
    let mut entries = everyday(red);
    entries.extend(people(red));
    entries.extend(places(red));
    entries.extend(grants(red));
    entries
}

/// Tokens, what they open, and what the catalog is made of.
fn everyday(red: &Red) -> Vec<Entry> {
    let user = json!({ "name": "ann", "password": PASSWORD, "domain": { "name": "Default" } });
    let scope = json!({ "project": { "id": red.project } });
    let proof = json!({ "identity": { "methods": ["password"], "password": { "user": user } }, "scope": scope });
    vec![
        entry(Everybody, GET, "/identity"),
        entry(Everybody, GET, "/identity/"),
        entry(Everybody, GET, "/identity/v3"),
        entry(Everybody, GET, "/identity/v3/"),
        entry(Everybody, POST, "/identity/v3/auth/tokens").json(json!({ "auth": proof })),
        entry(Person, GET, "/identity/v3/auth/tokens").header("x-subject-token", &red.ann_token),
        entry(Person, DELETE, "/identity/v3/auth/tokens").header("x-subject-token", &red.ann_token),
        entry(Anybody, GET, "/identity/v3/auth/projects"),
        entry(Anybody, GET, "/identity/v3/auth/domains"),
        entry(Anybody, GET, "/identity/v3/auth/catalog"),
        entry(Anybody, GET, "/identity/v3/regions"),
        entry(Anybody, GET, "/identity/v3/regions/{id}").at(&["RegionOne"]),
        entry(Administrators, GET, "/identity/v3/services"),
        entry(Administrators, GET, "/identity/v3/services/{id}").at(&[&red.service]),
        entry(Administrators, GET, "/identity/v3/endpoints"),
        entry(Administrators, GET, "/identity/v3/endpoints/{id}").at(&[&red.endpoint]),
    ]
}

fn people(red: &Red) -> Vec<Entry> {
    let passwords = json!({ "original_password": PASSWORD, "password": "scarlet horse" });
    let credentials = "/identity/v3/users/{id}/application_credentials";
    let credential = "/identity/v3/users/{user}/application_credentials/{id}";
    let member = "/identity/v3/groups/{id}/users/{user}";
    vec![
        entry(Administrators, GET, "/identity/v3/users"),
        entry(Administrators, POST, "/identity/v3/users").json(json!({ "user": { "name": "scarlet-new" } })),
        entry(Person, GET, "/identity/v3/users/{id}").at(&[&red.ann]),
        entry(Administrators, PATCH, "/identity/v3/users/{id}")
            .at(&[&red.user])
            .json(json!({ "user": { "name": "scarlet-renamed", "enabled": true } })),
        entry(Administrators, DELETE, "/identity/v3/users/{id}").at(&[&red.user]),
        entry(Person, POST, "/identity/v3/users/{id}/password").at(&[&red.ann]).json(json!({ "user": passwords })),
        entry(Person, GET, "/identity/v3/users/{id}/projects").at(&[&red.ann]),
        entry(Person, GET, "/identity/v3/users/{id}/groups").at(&[&red.ann]),
        entry(Person, GET, credentials).at(&[&red.ann]),
        entry(Person, POST, credentials)
            .at(&[&red.ann])
            .json(json!({ "application_credential": { "name": "scarlet-new", "roles": [{ "name": "member" }] } })),
        entry(Person, GET, credential).at(&[&red.ann, &red.credential]),
        entry(Person, DELETE, credential).at(&[&red.ann, &red.credential]),
        entry(Administrators, GET, "/identity/v3/groups"),
        entry(Administrators, POST, "/identity/v3/groups").json(json!({ "group": { "name": "scarlet-new" } })),
        entry(Administrators, GET, "/identity/v3/groups/{id}").at(&[&red.group]),
        entry(Administrators, PATCH, "/identity/v3/groups/{id}")
            .at(&[&red.group])
            .json(json!({ "group": { "description": "scarlet" } })),
        entry(Administrators, DELETE, "/identity/v3/groups/{id}").at(&[&red.group]),
        entry(Administrators, GET, "/identity/v3/groups/{id}/users").at(&[&red.group]),
        entry(Administrators, GET, member).at(&[&red.group, &red.ann]),
        entry(Administrators, PUT, member).at(&[&red.group, &red.user]),
        entry(Administrators, DELETE, member).at(&[&red.group, &red.ann]),
    ]
}

fn places(red: &Red) -> Vec<Entry> {
    vec![
        entry(Administrators, GET, "/identity/v3/domains"),
        entry(Administrators, POST, "/identity/v3/domains").json(json!({ "domain": { "name": "scarlet-new" } })),
        entry(Administrators, GET, "/identity/v3/domains/{id}").at(&[&red.domain]),
        entry(Administrators, PATCH, "/identity/v3/domains/{id}")
            .at(&[&red.domain])
            .json(json!({ "domain": { "description": "scarlet", "enabled": false } })),
        entry(Administrators, DELETE, "/identity/v3/domains/{id}").at(&[&red.domain]),
        entry(Administrators, GET, "/identity/v3/projects"),
        entry(Administrators, POST, "/identity/v3/projects")
            .json(json!({ "project": { "name": "scarlet-new", "tags": ["scarlet"] } })),
        entry(Project, GET, "/identity/v3/projects/{id}").at(&[&red.project]),
        entry(Administrators, PATCH, "/identity/v3/projects/{id}")
            .at(&[&red.project])
            .json(json!({ "project": { "description": "scarlet" } })),
        entry(Administrators, DELETE, "/identity/v3/projects/{id}").at(&[&red.spare_project]),
        entry(Administrators, GET, "/identity/v3/roles"),
        entry(Administrators, POST, "/identity/v3/roles").json(json!({ "role": { "name": "scarlet-new" } })),
        entry(Administrators, GET, "/identity/v3/roles/{id}").at(&[&red.role]),
        entry(Administrators, PATCH, "/identity/v3/roles/{id}")
            .at(&[&red.role])
            .json(json!({ "role": { "name": "scarlet-renamed" } })),
        entry(Administrators, DELETE, "/identity/v3/roles/{id}").at(&[&red.role]),
        entry(Administrators, GET, "/identity/v3/role_assignments"),
    ]
}

/// Roles of users and groups in projects and domains.
fn grants(red: &Red) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (places, place, its) in [("projects", "project", &red.project), ("domains", "domain", &red.domain)] {
        for (actors, actor, who) in [("users", "user", &red.ann), ("groups", "group", &red.group)] {
            let roles = format!("/identity/v3/{places}/{{{place}}}/{actors}/{{{actor}}}/roles");
            let role = format!("{roles}/{{role}}");
            entries.push(entry(Administrators, GET, &roles).at(&[its, who]));
            entries.push(entry(Administrators, GET, &role).at(&[its, who, &red.role]));
            entries.push(entry(Administrators, PUT, &role).at(&[its, who, &red.other_role]));
            entries.push(entry(Administrators, DELETE, &role).at(&[its, who, &red.role]));
        }
    }
    entries
}
