//! `/identity/v3/role_assignments`: who holds which role where.

use std::collections::BTreeMap;

use axum::Json;
use serde_json::{Value, json};

use super::caller::Caller;
use super::listing::{Listing, href};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::model::identity::{Actor, Assignment, Target};
use crate::model::{GroupId, Result};

/// `GET`, with filters by user, group, role and scope. With `effective` a group's roles are shown as its members'.
pub async fn list(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let assignments = caller.services.identity.assignments(&caller.ctx).await?;
    let mut rows: Vec<(Assignment, Option<GroupId>)> = Vec::new();
    for assignment in assignments {
        match &assignment.actor {
            Actor::Group(group) if listing.switched("effective") => {
                for member in caller.services.identity.members(&caller.ctx, group).await? {
                    let actor = Actor::User(member.id);
                    rows.push((Assignment { actor, ..assignment.clone() }, Some(group.clone())));
                }
            }
            _ => rows.push((assignment, None)),
        }
    }
    rows.retain(|(assignment, _)| fits(assignment, &listing));
    let names = if listing.switched("include_names") {
        Names::read(&caller.services, &caller.ctx).await?
    } else {
        Names::default()
    };
    let rows = rows.iter().map(|(row, by)| view(row, by.as_ref(), &names, &listing.base)).collect();
    Ok(listing.all("role_assignments", rows))
}

fn fits(assignment: &Assignment, listing: &Listing) -> bool {
    let (user, group) = match &assignment.actor {
        Actor::User(id) => (Some(id.as_str()), None),
        Actor::Group(id) => (None, Some(id.as_str())),
    };
    let (project, domain) = match &assignment.target {
        Target::Project(id) => (Some(id.as_str()), None),
        Target::Domain(id) => (None, Some(id.as_str())),
    };
    let has = [
        ("user.id", user),
        ("group.id", group),
        ("role.id", Some(assignment.role_id.as_str())),
        ("scope.project.id", project),
        ("scope.domain.id", domain),
        // Nobody holds a role in the system as a whole.
        ("scope.system", None),
    ];
    has.into_iter().all(|(name, has)| listing.value(name).is_none_or(|wanted| has == Some(wanted)))
}

/// Everything's name by its id, with the domain that it is of.
#[derive(Default)]
struct Names(BTreeMap<String, Value>);

impl Names {
    async fn read(services: &Services, ctx: &Ctx) -> Result<Self> {
        let identity = &services.identity;
        let domains = identity.domains(ctx).await?;
        let domain = |id: &str| {
            let found = domains.iter().find(|domain| domain.id.as_str() == id);
            json!({ "id": id, "name": found.map(|domain| &domain.name) })
        };
        let mut names = BTreeMap::new();
        for user in identity.users(ctx).await? {
            names.insert(user.id.0, json!({ "name": user.name, "domain": domain(user.domain_id.as_str()) }));
        }
        for group in identity.groups(ctx).await? {
            names.insert(group.id.0, json!({ "name": group.name, "domain": domain(group.domain_id.as_str()) }));
        }
        for project in identity.projects(ctx).await? {
            names.insert(project.id.0, json!({ "name": project.name, "domain": domain(project.domain_id.as_str()) }));
        }
        for role in identity.roles(ctx).await? {
            names.insert(role.id.0, json!({ "name": role.name }));
        }
        for domain in &domains {
            names.insert(domain.id.0.clone(), json!({ "name": domain.name }));
        }
        Ok(Self(names))
    }

    /// A reference to a thing: its id, with its name where names are wanted.
    fn of(&self, id: &str) -> Value {
        let mut named = self.0.get(id).cloned().unwrap_or_else(|| json!({}));
        named["id"] = json!(id);
        named
    }
}

fn view(assignment: &Assignment, by: Option<&GroupId>, names: &Names, base: &Base) -> Value {
    let (actor, id, actors) = match &assignment.actor {
        Actor::User(id) => ("user", id.as_str(), "users"),
        Actor::Group(id) => ("group", id.as_str(), "groups"),
    };
    let (target, place, targets) = match &assignment.target {
        Target::Project(id) => ("project", id.as_str(), "projects"),
        Target::Domain(id) => ("domain", id.as_str(), "domains"),
    };
    let role = assignment.role_id.as_str();
    let (holder, holders) = by.map_or((id, actors), |group| (group.as_str(), "groups"));
    let mut links = json!({ "assignment": href(base, &format!("{targets}/{place}/{holders}/{holder}/roles/{role}")) });
    if let Some(group) = by {
        links["membership"] = json!(href(base, &format!("groups/{group}/users/{id}")));
    }
    json!({ actor: names.of(id), "scope": { target: names.of(place) }, "role": names.of(role), "links": links })
}
