//! What several nouns ask before they write.

use crate::control::store::{Tx, domains, groups, projects, roles, users};
use crate::model::identity::{Actor, Target};
use crate::model::{DomainId, Error, GroupId, Noun, ProjectId, Reason, Result, RoleId, UserId, validate};

pub fn description_of(text: &str) -> Result<String> {
    validate::at_most("description", text, validate::MAX_NAME)?;
    Ok(text.trim().to_owned())
}

pub fn found(found: bool, noun: Noun, id: &str) -> Result<()> {
    if found { Ok(()) } else { Err(Error::not_found(noun, id)) }
}

/// Only administrators, or those to whom the thing is their own, may look at it.
pub fn permitted(permitted: bool, action: &str) -> Result<()> {
    if permitted { Ok(()) } else { Err(Reason::Forbidden { action: action.to_owned() }.into()) }
}

pub async fn domain_exists(tx: &mut Tx, id: &DomainId) -> Result<()> {
    found(domains::by_id(&mut **tx, id).await?.is_some(), Noun::Domain, id.as_str())
}

pub async fn project_exists(tx: &mut Tx, id: &ProjectId) -> Result<()> {
    found(projects::by_id(&mut **tx, id).await?.is_some(), Noun::Project, id.as_str())
}

pub async fn user_exists(tx: &mut Tx, id: &UserId) -> Result<()> {
    found(users::by_id(&mut **tx, id).await?.is_some(), Noun::User, id.as_str())
}

pub async fn group_exists(tx: &mut Tx, id: &GroupId) -> Result<()> {
    found(groups::by_id(&mut **tx, id).await?.is_some(), Noun::Group, id.as_str())
}

pub async fn role_exists(tx: &mut Tx, id: &RoleId) -> Result<()> {
    found(roles::by_id(&mut **tx, id).await?.is_some(), Noun::Role, id.as_str())
}

pub async fn actor_exists(tx: &mut Tx, actor: &Actor) -> Result<()> {
    match actor {
        Actor::User(id) => user_exists(tx, id).await,
        Actor::Group(id) => group_exists(tx, id).await,
    }
}

pub async fn target_exists(tx: &mut Tx, target: &Target) -> Result<()> {
    match target {
        Target::Project(id) => project_exists(tx, id).await,
        Target::Domain(id) => domain_exists(tx, id).await,
    }
}
