//! Security group rules: what is a possible rule, and their records.

use std::net::IpAddr;

use ipnet::IpNet;

use super::security_groups::visible_group;
use super::{NetworkService, firewall};
use crate::control::policy::{self, Action};
use crate::control::store::security_groups as store;
use crate::control::store::standard::{self, SECURITY_GROUPS};
use crate::control::{Ctx, quota};
use crate::model::quota::Resource;
use crate::model::security_group::{Ethertype, NewRule, SecurityGroupRule};
use crate::model::{Error, Noun, Reason, Result, SecurityGroupRuleId, Timestamp, protocol, validate};

const MAX_PORT: i64 = 65_535;
const MAX_ICMP: i64 = 255;

impl NetworkService {
    /// Adds a rule to a group.
    ///
    /// # Errors
    /// `BadRule`, `BadCidr` and the like with the field at fault, `Duplicate`, `QuotaExceeded`, `NotFound`.
    pub async fn create_rule(&self, ctx: &Ctx, rule: NewRule) -> Result<SecurityGroupRule> {
        policy::check(ctx, Action::Write, "add a security group rule")?;
        let rule = checked(rule, self.shared.now())?;
        let mut tx = self.shared.db.write().await?;
        let group = visible_group(&mut tx, ctx, &rule.security_group_id).await?;
        if let Some(remote) = &rule.remote_group_id {
            visible_group(&mut tx, ctx, remote).await.map_err(|error| Error::on("remote_group_id", error.reason))?;
        }
        if group.rules.iter().any(|known| same(known, &rule)) {
            return Err(Reason::Duplicate { noun: Noun::SecurityGroupRule, name: said(&rule) }.into());
        }
        quota::check_in_tx(&mut tx, &group.project_id, Resource::SecurityGroupRules, 1).await?;
        store::insert_rule(&mut tx, &rule).await?;
        standard::touch(&mut tx, &SECURITY_GROUPS, group.id.as_str(), rule.created_at).await?;
        firewall::rules_changed(&mut tx, &ctx.request_id, &group.id, rule.created_at).await?;
        self.shared.commit(tx).await?;
        self.shared.tell(ctx, Noun::SecurityGroup, group.id.as_str());
        Ok(rule)
    }

    /// Removes a rule.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_rule(&self, ctx: &Ctx, id: &SecurityGroupRuleId) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "remove a security group rule")?;
        let missing = || Error::not_found(Noun::SecurityGroupRule, id.as_str());
        let mut tx = self.shared.db.write().await?;
        let group = store::group_of_rule(&mut *tx, id).await?.ok_or_else(missing)?;
        visible_group(&mut tx, ctx, &group).await.map_err(|_| missing())?;
        store::delete_rule(&mut tx, grant, id).await?;
        standard::touch(&mut tx, &SECURITY_GROUPS, group.as_str(), self.shared.now()).await?;
        firewall::rules_changed(&mut tx, &ctx.request_id, &group, self.shared.now()).await?;
        self.shared.commit(tx).await?;
        self.shared.tell(ctx, Noun::SecurityGroup, group.as_str());
        Ok(())
    }
}

/// A rule as it is kept, if it is possible at all.
fn checked(rule: NewRule, now: Timestamp) -> Result<SecurityGroupRule> {
    let protocol = protocol(rule.protocol.as_deref(), rule.ethertype)?;
    ports(protocol.as_deref(), rule.port_min, rule.port_max)?;
    let remote_ip_prefix = prefix(rule.remote_ip_prefix.as_deref(), rule.ethertype)?;
    let remote_group_id = rule.remote_group_id.filter(|id| !id.trim().is_empty());
    if remote_ip_prefix.is_some() && remote_group_id.is_some() {
        return Err(bad("remote_ip_prefix", "name a network or a security group as the remote side, not both"));
    }
    validate::at_most("description", &rule.description, validate::MAX_NAME)?;
    Ok(SecurityGroupRule {
        id: uuid::Uuid::new_v4().to_string().into(),
        security_group_id: rule.security_group_id,
        direction: rule.direction,
        ethertype: rule.ethertype,
        protocol,
        port_min: rule.port_min,
        port_max: rule.port_max,
        remote_ip_prefix,
        remote_group_id: remote_group_id.map(Into::into),
        description: rule.description.trim().to_owned(),
        created_at: now,
    })
}

/// A protocol by name or number, in lower case; none for any.
pub(super) fn protocol(text: Option<&str>, ethertype: Ethertype) -> Result<Option<String>> {
    let Some(name) = text.map(|text| text.trim().to_ascii_lowercase()).filter(|name| !name.is_empty() && name != "any")
    else {
        return Ok(None);
    };
    if protocol::number(&name, ethertype).is_none() {
        let choices = "tcp, udp, icmp, any, another protocol's name, or a number from 0 to 255";
        return Err(Error::not_a_choice("protocol", name, choices));
    }
    if matches!(name.as_str(), "icmpv6" | "ipv6-icmp") && ethertype == Ethertype::IPv4 {
        return Err(bad("protocol", "ICMPv6 belongs to IPv6"));
    }
    Ok(Some(name))
}

/// Ports for TCP, UDP and their like; type and code for ICMP; neither for anything else.
pub(super) fn ports(protocol: Option<&str>, min: Option<i64>, max: Option<i64>) -> Result<()> {
    if min.is_none() && max.is_none() {
        return Ok(());
    }
    match protocol {
        Some("tcp" | "udp" | "udplite" | "sctp" | "dccp" | "6" | "17") => {
            for (field, port) in [("port_min", min), ("port_max", max)] {
                if let Some(port) = port.filter(|port| !(0..=MAX_PORT).contains(port)) {
                    return Err(bad(
                        field,
                        &format!("Invalid value for port {port}: it must be from 0 to {MAX_PORT}."),
                    ));
                }
            }
            match (min, max) {
                (Some(min), Some(max)) if min <= max => Ok(()),
                _ => Err(bad("port_max", "port_range_min must be <= port_range_max, and both must be given.")),
            }
        }
        Some("icmp" | "icmpv6" | "ipv6-icmp" | "1" | "58") => {
            let Some(kind) = min else {
                return Err(bad("port_min", "ICMP type (port-range-min) is missing: a code needs one."));
            };
            for (field, what, value) in [("port_min", "type", Some(kind)), ("port_max", "code", max)] {
                if let Some(value) = value.filter(|value| !(0..=MAX_ICMP).contains(value)) {
                    let why = format!("Invalid value for ICMP {what} {value}: it must be from 0 to {MAX_ICMP}.");
                    return Err(bad(field, &why));
                }
            }
            Ok(())
        }
        _ => Err(bad("port_min", "ports need a protocol that has them, such as tcp or udp")),
    }
}

/// An address range of the rule's family; a single address becomes a range of one.
fn prefix(text: Option<&str>, ethertype: Ethertype) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let on = |reason| Error::on("remote_ip_prefix", reason);
    let net: IpNet = text
        .parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| on(Reason::BadCidr { value: text.to_owned() }))?;
    if net.trunc() != net {
        return Err(on(Reason::HostBitsSet { value: text.to_owned(), suggestion: net.trunc().to_string() }));
    }
    match (net, ethertype) {
        (IpNet::V4(_), Ethertype::IPv4) | (IpNet::V6(_), Ethertype::IPv6) => Ok(Some(net.to_string())),
        _ => Err(bad("remote_ip_prefix", &format!("{net} is no {ethertype} network"))),
    }
}

/// Whether two rules match the same, however they say it: every address is no limit, and protocols have numbers.
fn same(a: &SecurityGroupRule, b: &SecurityGroupRule) -> bool {
    let matched = |rule: &SecurityGroupRule| {
        (
            rule.direction,
            rule.ethertype,
            rule.protocol.as_deref().map(|name| protocol::number(name, rule.ethertype)),
            rule.port_min,
            rule.port_max,
            rule.remote_ip_prefix.clone().filter(|prefix| !prefix.ends_with("/0")),
            rule.remote_group_id.clone(),
        )
    };
    matched(a) == matched(b)
}

/// A rule in a few words, for a refusal.
fn said(rule: &SecurityGroupRule) -> String {
    let mut words = vec![rule.direction.to_string(), rule.ethertype.to_string()];
    words.push(rule.protocol.clone().unwrap_or_else(|| "any".to_owned()));
    words.extend(rule.port_min.map(|port| port.to_string()));
    words.extend(rule.remote_ip_prefix.clone());
    words.join(" ")
}

fn bad(field: &str, why: &str) -> Error {
    Error::on(field, Reason::BadRule { why: why.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::security_group::Direction;

    fn tcp(min: Option<i64>, max: Option<i64>) -> NewRule {
        NewRule {
            security_group_id: "g".into(),
            direction: Direction::Ingress,
            ethertype: Ethertype::IPv4,
            protocol: Some("TCP".into()),
            port_min: min,
            port_max: max,
            remote_ip_prefix: Some("10.0.0.0/8".into()),
            remote_group_id: None,
            description: String::new(),
        }
    }

    fn field_at_fault(rule: NewRule) -> Option<String> {
        checked(rule, Timestamp::default()).expect_err("an impossible rule").field
    }

    #[test]
    fn a_possible_rule_is_kept_in_one_spelling() {
        let rule = checked(
            NewRule { remote_ip_prefix: Some("10.1.2.3".into()), ..tcp(Some(22), Some(22)) },
            Timestamp::default(),
        );
        let rule = rule.expect("a possible rule");
        assert_eq!((rule.protocol.as_deref(), rule.remote_ip_prefix.as_deref()), (Some("tcp"), Some("10.1.2.3/32")));
    }

    #[test]
    fn rules_that_match_the_same_are_known_whatever_they_say() {
        let rule = |protocol: &str, prefix: Option<&str>| {
            let (protocol, remote_ip_prefix) = (Some(protocol.to_owned()), prefix.map(str::to_owned));
            checked(NewRule { protocol, remote_ip_prefix, ..tcp(Some(22), Some(22)) }, Timestamp::default()).unwrap()
        };
        assert!(same(&rule("tcp", None), &rule("6", Some("0.0.0.0/0"))));
        assert!(!same(&rule("tcp", None), &rule("tcp", Some("10.0.0.0/8"))));
        assert!(!same(&rule("tcp", None), &rule("udp", None)));
    }

    #[test]
    fn an_impossible_rule_names_its_field() {
        let rules = [
            (tcp(Some(22), None), "port_max"),
            (tcp(Some(23), Some(22)), "port_max"),
            (tcp(Some(0), Some(65_536)), "port_max"),
            (NewRule { protocol: Some("telepathy".into()), ..tcp(None, None) }, "protocol"),
            (NewRule { protocol: None, ..tcp(Some(22), Some(22)) }, "port_min"),
            (NewRule { protocol: Some("icmp".into()), ..tcp(None, Some(0)) }, "port_min"),
            (NewRule { protocol: Some("icmpv6".into()), ..tcp(None, None) }, "protocol"),
            (NewRule { remote_ip_prefix: Some("10.0.0.1/8".into()), ..tcp(None, None) }, "remote_ip_prefix"),
            (NewRule { remote_ip_prefix: Some("fd00::/8".into()), ..tcp(None, None) }, "remote_ip_prefix"),
            (NewRule { remote_group_id: Some("other".into()), ..tcp(None, None) }, "remote_ip_prefix"),
        ];
        for (rule, field) in rules {
            assert_eq!(field_at_fault(rule.clone()).as_deref(), Some(field), "{rule:?}");
        }
    }
}
