//! Where the site and the bundled image are: as set, beside an installed program, or where the build left them.

use std::path::{Path, PathBuf};

use crate::config::Config;

/// The site directory.
///
/// # Errors
/// A sentence when there is none.
pub fn site(config: &Config) -> anyhow::Result<PathBuf> {
    if !config.assets.as_os_str().is_empty() {
        return Ok(config.assets.clone());
    }
    first_existing([beside_program("../share/arcus/site"), beside_program("../site")])
        .ok_or_else(|| anyhow::anyhow!("the site directory is missing: set `assets`, or run `make build`"))
}

/// The bundled image, if there is one.
pub fn bundled_image(config: &Config) -> Option<PathBuf> {
    if !config.bundled_image.as_os_str().is_empty() {
        return Some(config.bundled_image.clone());
    }
    first_existing([beside_program("../share/arcus/images/cirros.qcow2")])
}

fn beside_program(relative: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    Some(program.parent().unwrap_or(Path::new("/")).join(relative))
}

fn first_existing<const N: usize>(candidates: [Option<PathBuf>; N]) -> Option<PathBuf> {
    candidates.into_iter().flatten().find(|path| path.exists())
}
