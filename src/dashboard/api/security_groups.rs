//! Security groups and their rules.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::*;
#[cfg(feature = "ssr")]
use crate::model::security_group::{Direction, Ethertype, NewRule};
use crate::model::security_group::{SecurityGroup, SecurityGroupRule};
use crate::model::{Error, SecurityGroupId, SecurityGroupRuleId};

/// The project's groups with their rules.
#[server(endpoint = "security-groups/list")]
pub async fn security_groups() -> Result<Vec<SecurityGroup>, Error> {
    answer(async { services()?.network.security_groups(&ctx()?).await }).await
}

/// One group.
#[server(endpoint = "security-groups/show", name = ShowSecurityGroup)]
pub async fn security_group(id: SecurityGroupId) -> Result<SecurityGroup, Error> {
    answer(async { services()?.network.security_group(&ctx()?, &id).await }).await
}

/// Makes a group, which lets everything out and nothing in.
#[server(endpoint = "security-groups/create")]
pub async fn create_security_group(
    name: String,
    #[server(default)] description: String,
) -> Result<SecurityGroup, Error> {
    answer(async {
        let group = services()?.network.create_security_group(&ctx()?, &name, &description).await?;
        done(&format!("/security-groups/{}", group.id), "created", &group.name);
        Ok(group)
    })
    .await
}

/// Renames and describes a group.
#[server(endpoint = "security-groups/update")]
pub async fn update_security_group(
    id: SecurityGroupId,
    name: String,
    #[server(default)] description: String,
) -> Result<SecurityGroup, Error> {
    answer(async {
        let group = services()?.network.update_security_group(&ctx()?, &id, Some(&name), Some(&description)).await?;
        done(&format!("/security-groups/{id}"), "saved", &group.name);
        Ok(group)
    })
    .await
}

/// Deletes a group that nothing uses.
#[server(endpoint = "security-groups/delete")]
pub async fn delete_security_group(id: SecurityGroupId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.network.delete_security_group(&ctx()?, &id).await?;
        done("/security-groups", "deleted", &name);
        Ok(())
    })
    .await
}

/// The usual rules: their word in the form, protocol, first and last port (or ICMP type and code).
pub const PRESETS: [(&str, &str, &str, &str); 9] = [
    ("ssh", "tcp", "22", "22"),
    ("ping", "icmp", "8", "0"),
    ("http", "tcp", "80", "80"),
    ("https", "tcp", "443", "443"),
    ("rdp", "tcp", "3389", "3389"),
    ("dns", "udp", "53", "53"),
    ("icmp", "icmp", "", ""),
    ("tcp", "tcp", "", ""),
    ("udp", "udp", "", ""),
];

/// The form of a rule, as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleForm {
    /// One of the [`PRESETS`] instead of protocol and ports; empty for none.
    pub preset: String,
    /// `ingress` (the default) or `egress`.
    pub direction: String,
    /// `IPv4` (the default) or `IPv6`.
    pub ethertype: String,
    /// `tcp`, `udp`, `icmp`, a number, or empty for any.
    pub protocol: String,
    /// The first port, or the ICMP type; empty for any.
    pub port_min: String,
    /// The last port, or the ICMP code; empty for the same as the first port.
    pub port_max: String,
    /// Peers by address range; empty for anywhere.
    pub remote_ip_prefix: String,
    /// Peers by membership of this group; empty for none.
    pub remote_group_id: String,
    pub description: String,
}

/// Adds a rule to a group.
#[server(endpoint = "security-groups/rules/create")]
pub async fn create_rule(
    group: SecurityGroupId,
    #[server(flatten)] form: RuleForm,
) -> Result<SecurityGroupRule, Error> {
    answer(async { services()?.network.create_rule(&ctx()?, form.request(&group)?).await }).await
}

/// Removes a rule from its group.
#[server(endpoint = "security-groups/rules/delete")]
pub async fn delete_rule(id: SecurityGroupRuleId) -> Result<(), Error> {
    answer(async { services()?.network.delete_rule(&ctx()?, &id).await }).await
}

#[cfg(feature = "ssr")]
impl RuleForm {
    /// What the network service is asked for.
    pub(in crate::dashboard) fn request(&self, group: &SecurityGroupId) -> crate::model::Result<NewRule> {
        let or = |text: &str, default: &str| form::optional(text).unwrap_or_else(|| default.to_owned());
        let preset = PRESETS.iter().find(|(word, ..)| *word == self.preset);
        let typed = (self.protocol.as_str(), self.port_min.as_str(), self.port_max.as_str());
        let (protocol, first, last) = preset.map_or(typed, |(_, protocol, first, last)| (protocol, first, last));
        let protocol = form::optional(protocol);
        let icmp = protocol.as_deref().is_some_and(|protocol| protocol.contains("icmp"));
        let port = |field: &str, text: &str| {
            form::optional(text).map(|text| form::number(field, &text, 0, if icmp { 255 } else { 65_535 })).transpose()
        };
        let port_min = port("port_min", first)?;
        let port_max = port("port_max", last)?;
        Ok(NewRule {
            security_group_id: group.clone(),
            direction: form::choice("direction", &or(&self.direction, "ingress"), Direction::ALL)?,
            ethertype: form::choice("ethertype", &or(&self.ethertype, "IPv4"), Ethertype::ALL)?,
            port_min,
            port_max: if icmp { port_max } else { port_max.or(port_min) },
            protocol,
            remote_ip_prefix: form::optional(&self.remote_ip_prefix),
            remote_group_id: form::optional(&self.remote_group_id),
            description: self.description.trim().to_owned(),
        })
    }
}
