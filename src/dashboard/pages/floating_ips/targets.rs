//! Where a floating IP can lead, and why not elsewhere.

use crate::dashboard::api::floating_ips::Target;
use crate::dashboard::i18n::tr;
use crate::model::NetworkId;

/// The choices of a form, and the labels of what cannot be chosen with the reasons.
pub struct Choices {
    pub options: Vec<(String, String)>,
    pub off: Vec<String>,
}

/// The targets that floating IPs of that external network can lead to; of any, without one.
pub fn choices(targets: &[Target], external: Option<&NetworkId>) -> Choices {
    let mut choices = Choices { options: Vec::new(), off: Vec::new() };
    for target in targets {
        let reachable = match external {
            Some(network) => target.reaches.contains(network),
            None => !target.reaches.is_empty(),
        };
        let label = label(target);
        match target.taken_by {
            Some(address) => {
                choices.off.push(tr!(floating_ips.target_taken, target = label, address = address.to_string()));
            }
            None if reachable => choices.options.push((target.value(), label)),
            None => choices.off.push(tr!(floating_ips.target_apart, target = label)),
        }
    }
    choices
}

/// "web-1 · 10.0.0.5 on private".
fn label(target: &Target) -> String {
    let name = if target.name.is_empty() { tr!(floating_ips.free_port) } else { &target.name };
    let (ip, network) = (target.ip.to_string(), target.network_name.clone());
    tr!(floating_ips.target, name = name, ip = ip, network = network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_router_joins_and_nothing_leads_to_can_be_chosen() {
        let target = |name: &str, reaches: &[&str], taken: Option<&str>| Target {
            port_id: name.into(),
            ip: [10, 0, 0, 5].into(),
            instance: None,
            name: name.to_owned(),
            network_name: "private".to_owned(),
            reaches: reaches.iter().map(|id| NetworkId::from(*id)).collect(),
            taken_by: taken.map(|address| address.parse().unwrap()),
        };
        let targets = [
            target("joined", &["public"], None),
            target("elsewhere", &["other"], None),
            target("apart", &[], None),
            target("taken", &["public"], Some("172.24.4.9")),
        ];
        let names = |choices: Choices| {
            let options = choices.options.into_iter().map(|(value, _)| value).collect::<Vec<_>>();
            (options, choices.off)
        };
        let (options, off) = names(choices(&targets, Some(&"public".into())));
        assert_eq!(options, ["joined,10.0.0.5"]);
        assert_eq!(off.len(), 3);
        assert!(off.iter().any(|label| label.contains("172.24.4.9")), "{off:?}");
        let (options, _) = names(choices(&targets, None));
        assert_eq!(options, ["joined,10.0.0.5", "elsewhere,10.0.0.5"]);
    }
}
