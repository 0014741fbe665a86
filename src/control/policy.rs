//! One table of who may do what. A service method that writes asks here first and gets a [`Grant`], which the store
//! calls that write take as an argument: forgetting the check does not compile.

use super::Ctx;
use crate::model::{Error, Noun, ProjectId, Reason, Result, UserId};

/// What can be asked for. Reading one's own project is open to every role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Create, change or delete things of one's own project.
    Write,
    /// Flavors, public images, shared and provider networks, hosts, quotas, other people.
    Administer,
}

/// Proof that the policy allowed an action.
#[derive(Debug, Clone, Copy)]
pub struct Grant(());

/// Allows or refuses `action`; `what` names it in the refusal, such as `create a flavor`.
///
/// # Errors
/// [`Reason::Forbidden`].
pub fn check(ctx: &Ctx, action: Action, what: &str) -> Result<Grant> {
    let allowed = match action {
        Action::Write => ctx.is_admin() || ctx.has_role("member"),
        Action::Administer => ctx.is_admin(),
    };
    if allowed { Ok(Grant(())) } else { Err(Reason::Forbidden { action: what.to_owned() }.into()) }
}

/// Allows everybody what is their own (password, key pairs), whatever their role, and administrators anybody's.
///
/// # Errors
/// [`Reason::Forbidden`].
pub fn own(ctx: &Ctx, owner: &UserId, what: &str) -> Result<Grant> {
    if &ctx.user_id == owner { Ok(Grant(())) } else { check(ctx, Action::Administer, what) }
}

/// Whether the caller may know of a thing that `owner` owns; administrators may know of everything.
///
/// # Errors
/// [`Reason::NotFound`], not Forbidden: another project's things do not exist for this caller.
pub fn visible(ctx: &Ctx, owner: &ProjectId, noun: Noun, id: &str) -> Result<()> {
    if ctx.is_admin() || &ctx.project_id == owner { Ok(()) } else { Err(Error::not_found(noun, id)) }
}
