//! Keeps guests and the host apart on the bridges of networks: the host only carries frames there.

use super::nft::Nft;
use crate::model::Result;

const TABLE: &str = "inet arcus_keep_out";
/// What is bridged (seen here with br_netfilter) goes from a bridge to that same bridge; all else would be delivered to
/// the host, or routed by it, past every gateway.
const RULES: &str = "  chain input {
    type filter hook input priority filter; policy accept;
    iifname \"brq*\" drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname \"brq*\" oifname != \"brq*\" drop
    iifname != \"brq*\" oifname \"brq*\" drop
  }
";

/// Makes the rules be in force. Several agents on one machine share them.
///
/// # Errors
/// When `nft` refuses.
pub async fn ensure(nft: &Nft) -> Result<()> {
    nft.ensure("", TABLE, RULES).await
}
