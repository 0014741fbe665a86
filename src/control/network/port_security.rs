//! What a port may be given that loosens what is checked at it.

use crate::control::Ctx;
use crate::model::network::{AddressPair, Network, Port};
use crate::model::{Error, Reason, Result};

/// Groups and pairs mean nothing where nothing is checked; and on another's network only administrators may have less
/// checked than `before` (port security and allowed pairs): its owner relies on nobody taking addresses there.
///
/// # Errors
/// `NeedsPortSecurity`, `Forbidden`.
pub fn check(ctx: &Ctx, network: &Network, port: &Port, before: (bool, &[AddressPair])) -> Result<()> {
    let unused = [
        ("security_groups", port.security_groups.is_empty()),
        ("allowed_address_pairs", port.allowed_address_pairs.is_empty()),
    ];
    if let Some((field, _)) = unused.iter().find(|(_, empty)| !port.port_security && !empty) {
        return Err(Error::on(field, Reason::NeedsPortSecurity));
    }
    let (secure, pairs) = before;
    let looser = [
        ("switch port security on or off", port.port_security != secure),
        ("allow further addresses", port.allowed_address_pairs.iter().any(|pair| !pairs.contains(pair))),
    ];
    match looser.iter().find(|(_, looser)| *looser) {
        Some((what, _)) if !ctx.is_admin() && network.project_id != ctx.project_id => {
            Err(Reason::Forbidden { action: format!("{what} on a network of another project") }.into())
        }
        _ => Ok(()),
    }
}
