//! Lets guests' packets through the host, also past a firewall of the host that forwards nothing, such as Docker's
//! or ufw's: an `accept` of ours does not overrule the `drop` of another table, so the exception goes into theirs.

use serde_json::Value;

use super::BRIDGE;
use crate::agent::command::run;
use crate::model::Result;

/// Each chain with the rules without which it would drop what guests send and get.
fn exceptions() -> [(&'static str, Vec<String>); 2] {
    let names = |protocol: &str| format!("-i {BRIDGE} -p {protocol} -m {protocol} --dport 53 -j ACCEPT");
    [
        ("FORWARD", vec![format!("-i {BRIDGE} -j ACCEPT"), format!("-o {BRIDGE} -j ACCEPT")]),
        ("INPUT", vec![names("udp"), names("tcp")]),
    ]
}

/// Makes the host pass packets on.
///
/// # Errors
/// When the kernel or `iptables` refuses.
pub async fn allow() -> Result<()> {
    super::forward_packets().await?;
    let chains = run("nft", &["--json", "list", "chains", "ip"]).await?;
    for (chain, rules) in exceptions() {
        if drops(&chains, chain) {
            insert(chain, &rules).await?;
        }
    }
    Ok(())
}

/// Whether iptables' chain of that name drops what no rule of it lets pass.
fn drops(chains: &str, name: &str) -> bool {
    let listed: Value = serde_json::from_str(chains).unwrap_or_default();
    let chains = listed["nftables"].as_array().into_iter().flatten().map(|entry| &entry["chain"]);
    let is_it = |chain: &&Value| chain["table"] == "filter" && chain["name"] == name && chain["policy"] == "drop";
    chains.filter(is_it).count() > 0
}

async fn insert(chain: &str, rules: &[String]) -> Result<()> {
    let present = run("iptables", &["-w", "-S", chain]).await?;
    for rule in rules.iter().filter(|rule| !present.lines().any(|line| line == format!("-A {chain} {rule}"))) {
        let words: Vec<&str> = ["-w", "-I", chain].into_iter().chain(rule.split(' ')).collect();
        run("iptables", &words).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_drops_is_told_from_one_that_does_not() {
        let chains = r#"{"nftables":[{"metainfo":{}},
            {"chain":{"family":"ip","table":"filter","name":"FORWARD","hook":"forward","policy":"drop"}},
            {"chain":{"family":"ip","table":"filter","name":"INPUT","hook":"input","policy":"accept"}}]}"#;
        assert!(drops(chains, "FORWARD"));
        assert!(!drops(chains, "INPUT"));
        assert!(!drops("", "FORWARD"));
    }
}
