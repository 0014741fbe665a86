//! Keeps the house in order: who may import whom, and what the agent may be built with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a source directory").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files.extend(rust_files(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
    files
}

/// The top-level modules that a file names by `crate::…`, and those of `control` by `crate::control::…`.
fn imports(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).expect("a readable file");
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            // `use crate::{bus::…, model::…}`: the names directly inside the braces.
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.extend(std::iter::once(std::mem::take(&mut name))),
                    c if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            found.insert(name);
        } else {
            found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect());
        }
    }
    found.into_iter().map(|path| path.trim().to_owned()).filter(|path| !path.is_empty()).collect()
}

/// Every import that `house` makes of a module that it may not know.
fn trespasses(house: &str, allowed: &[&str]) -> Vec<String> {
    let files = rust_files(&source().join(house));
    assert!(!files.is_empty(), "{house} has no source: the test looks in the wrong place");
    let mut found = Vec::new();
    for file in files {
        for import in imports(&file) {
            let top = import.split("::").next().unwrap_or_default();
            // What roles set up before anything runs, tests set up themselves.
            let is_set_up_by_a_test = top == "telemetry" && file.components().any(|part| part.as_os_str() == "tests");
            if top != house && !allowed.contains(&top) && !is_set_up_by_a_test {
                found.push(format!("{} imports {import}", file.display()));
            }
        }
    }
    found
}

#[test]
fn each_part_imports_only_what_the_house_allows() {
    let rules: &[(&str, &[&str])] = &[
        ("model", &[]),
        ("bus", &["model"]),
        ("agent", &["bus", "model"]),
        ("control", &["bus", "model"]),
        // The browser half of the dashboard is compiled without control, so its server half alone can name it.
        ("dashboard", &["control", "model"]),
        ("http", &["bus", "control", "dashboard", "model"]),
    ];
    let found: Vec<String> = rules.iter().flat_map(|(house, allowed)| trespasses(house, allowed)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nobody_but_control_reaches_the_store() {
    for house in ["agent", "bus", "dashboard", "http", "model", "roles"] {
        for file in rust_files(&source().join(house)) {
            let reached = imports(&file).into_iter().any(|import| import.starts_with("control::store"));
            assert!(!reached, "{} reaches into control::store", file.display());
        }
    }
}

#[test]
fn the_agent_is_built_without_database_driver_token_keys_and_password_hashing() {
    let tree = std::process::Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--no-default-features",
            "--features",
            "libvirt",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{lib}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let crates: BTreeSet<&str> = std::str::from_utf8(&tree.stdout).expect("crate names").lines().collect();
    assert!(crates.contains("virt"), "the agent's tree was not listed: {crates:?}");
    for forbidden in ["sqlx", "sqlx_core", "sqlx_sqlite", "sqlx_postgres", "libsqlite3_sys", "fernet", "argon2"] {
        assert!(!crates.contains(forbidden), "the agent is built with {forbidden}");
    }
}
