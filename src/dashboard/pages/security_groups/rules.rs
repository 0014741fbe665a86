//! The rules of a group, in words.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::words;
use crate::dashboard::api::security_groups::DeleteRule;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::security_group::{Direction, SecurityGroup, SecurityGroupRule};

/// The table, what is let in first.
#[component]
pub fn Rules(
    group: SecurityGroup,
    groups: Vec<SecurityGroup>,
    action: ServerAction<DeleteRule>,
    why_not: Option<String>,
) -> impl IntoView {
    let columns = vec![
        Column::new(tr!(security_groups.rule)),
        Column::new(tr!(security_groups.direction)),
        Column::new(tr!(common.description)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let mut rules = group.rules;
    rules.sort_by_key(|rule| (rule.direction == Direction::Egress, rule.created_at));
    let nothing_in = !rules.iter().any(|rule| rule.direction == Direction::Ingress);
    let rows = rules.into_iter().map(|rule| {
        let sentence = words::rule(&rule, &groups);
        view! { <Row rule sentence action why_not=why_not.clone() /> }
    });
    let rows = rows.collect_view();
    view! {
        <h2>{tr!(security_groups.rules)}</h2>
        {nothing_in.then(|| view! { <p class="card info">{tr!(security_groups.nothing_in)}</p> })}
        <Table caption=tr!(security_groups.rules) columns>{rows}</Table>
    }
}

/// Removing is undone by adding again, so nothing is asked.
#[component]
fn Row(
    rule: SecurityGroupRule,
    sentence: String,
    action: ServerAction<DeleteRule>,
    why_not: Option<String>,
) -> impl IntoView {
    let direction = match rule.direction {
        Direction::Ingress => tr!(security_groups.ingress),
        Direction::Egress => tr!(security_groups.egress),
    };
    let remove = tr!(security_groups.remove_named, rule = sentence.clone());
    let (id, commands) = (rule.id.to_string(), format!("commands-{}", rule.id));
    let (fields, name) = (vec![("id", id.clone())], remove.clone());
    view! {
        <tr>
            <th scope="row">{sentence}</th>
            <td>{direction}</td>
            <td>{rule.description}</td>
            <td class="actions">
                <ActionForm action>
                    <input type="hidden" name="id" value=id />
                    <span title=remove><Submit label=tr!(security_groups.remove) look=Look::Quiet icon=Picture::Delete why_not /></span>
                </ActionForm>
                <AsCommandOpener dialog=commands.clone() brief=true />
                <AsCommandDialog id=commands name fields action=DeleteRule::url() />
            </td>
        </tr>
    }
}
