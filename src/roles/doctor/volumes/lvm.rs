//! A thin pool of LVM's.

use super::{ask, volumes};
use crate::roles::doctor::{Check, Trouble, program_on_path};

/// A pool that is fuller than this, in percent, soon halts every guest that writes.
const ALMOST_FULL: f64 = 90.0;

/// Whether `lvs` is there, and what it tells of the pool.
pub async fn checks(group: &str, pool: &str) -> Vec<Check> {
    let program = program_on_path("lvs", "lvm2");
    let Ok(lvs) = &program.found else { return vec![program] };
    let name = format!("{group}/{pool}");
    let options = "lv_attr,data_percent,metadata_percent";
    let found = match ask(lvs, &["--noheadings", "--separator", ",", "--options", options, &name]).await {
        Ok(told) => thin_pool(&told, group, pool),
        Err(why) => Err(Trouble::new(why, format!("run as root, and {}", another(group, pool)))),
    };
    vec![program, volumes(found)]
}

/// Reads attributes, of which the first letter says the kind, and how full data and metadata are.
fn thin_pool(told: &str, group: &str, pool: &str) -> Result<String, Trouble> {
    let mut fields = told.trim().split(',').map(str::trim);
    if !fields.next().is_some_and(|attributes| attributes.starts_with('t')) {
        return Err(Trouble::new(format!("{group}/{pool} is no thin pool"), another(group, pool)));
    }
    let mut percent = || fields.next().and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    let (data, metadata) = (percent(), percent());
    let full = format!("{group}/{pool}: {data} % full, its metadata {metadata} %");
    if data.max(metadata) < ALMOST_FULL {
        return Ok(full);
    }
    let option = if data < ALMOST_FULL { "--poolmetadatasize" } else { "--size" };
    Err(Trouble::bearable(full, format!("lvextend {option} +SIZE {group}/{pool}, or delete volumes")))
}

fn another(group: &str, pool: &str) -> String {
    format!(
        "make it (vgcreate {group} /dev/DISK; lvcreate --type thin-pool --extents 95%FREE --name {pool} {group}), or name \
         another in lvm_volume_group and lvm_thin_pool"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Result<String, Trouble> {
        thin_pool(line, "arcus", "volumes")
    }

    #[test]
    fn a_thin_pool_says_how_full_it_is() {
        assert!(told("  twi-aotz--,12.34,10.05\n").is_ok_and(|full| full.contains("12.34 %")));
        assert!(told("  twi---tz--,,\n").is_ok());
        let remedy = |line: &str| told(line).err().filter(|trouble| trouble.bearable).unwrap().remedy;
        assert!(remedy("  twi-aotz--,90.00,10.05\n").contains("--size"));
        assert!(remedy("  twi-aotz--,12.34,97.50\n").contains("--poolmetadatasize"));
    }

    #[test]
    fn anything_else_is_no_thin_pool() {
        for line in ["  -wi-ao----,,\n", "  Vwi-aotz--,3.10,\n", ""] {
            let trouble = told(line).err().unwrap();
            assert!(!trouble.bearable && trouble.remedy.contains("thin-pool"), "{}", trouble.cause);
        }
    }
}
