//! Sets and chains as nft reads them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A set or a map: `name` such as `set own4`, `kind` such as `type ifname . ipv4_addr`.
pub fn set(script: &mut String, name: &str, kind: &str, elements: impl IntoIterator<Item = String>) {
    let elements: BTreeSet<String> = elements.into_iter().collect();
    let _ = write!(script, "  {name} {{ {kind};");
    if !elements.is_empty() {
        let elements: Vec<String> = elements.into_iter().collect();
        let _ = write!(script, " elements = {{ {} }};", elements.join(", "));
    }
    script.push_str(" }\n");
}

/// A chain with its rules in order.
pub fn chain(script: &mut String, name: &str, rules: &[&str]) {
    let _ = writeln!(script, "  chain {name} {{");
    for rule in rules {
        let _ = writeln!(script, "    {rule}");
    }
    script.push_str("  }\n");
}

/// A chain that the kernel itself calls; what no rule decides passes.
pub fn base_chain(script: &mut String, name: &str, hook: &str, priority: i32, rules: &[&str]) {
    let head = format!("type filter hook {hook} priority {priority}; policy accept;");
    chain(script, name, &[&[head.as_str()], rules].concat());
}
