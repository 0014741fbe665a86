//! Names of guests' disks, as people are told: `vda` is the one that the instance starts from.

use crate::model::{Error, InstanceId, Reason, Result};

/// The disk that an instance starts from.
pub const ROOT: &str = "vda";
/// More than that have no name of one letter.
const MOST: i64 = 25;

/// The name that was asked for (`/dev/vdc`, `vdc`, `sdc` and the like), or else the next free one.
///
/// # Errors
/// `DeviceInUse`, `NoFreeDevice`; `InvalidInput` for what is no disk's name.
pub fn choose(instance: &InstanceId, taken: &[String], wanted: Option<&str>) -> Result<String> {
    let is_taken = |device: &str| device == ROOT || taken.iter().any(|other| other == device);
    match wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) {
        Some(wanted) => {
            let device = named(wanted)?;
            if is_taken(&device) {
                return Err(Error::on("device", Reason::DeviceInUse { instance: instance.to_string(), device }));
            }
            Ok(device)
        }
        None => {
            let free = ('b'..='z').map(|letter| format!("vd{letter}")).find(|device| !is_taken(device));
            free.ok_or_else(|| Reason::NoFreeDevice { instance: instance.to_string(), max: MOST }.into())
        }
    }
}

fn named(wanted: &str) -> Result<String> {
    let name = wanted.strip_prefix("/dev/").unwrap_or(wanted);
    let letter = ["xvd", "vd", "sd", "hd"].iter().find_map(|kind| name.strip_prefix(kind));
    match letter {
        Some(letter) if letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            Ok(format!("vd{letter}"))
        }
        _ => {
            let why = "it is not the name of a disk, such as /dev/vdb".to_owned();
            let reason = Reason::InvalidInput { field: "device".to_owned(), value: wanted.to_owned(), why };
            Err(Error::on("device", reason))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_free_name_is_taken_and_others_can_be_chosen() {
        let id = InstanceId::from("i");
        let taken = ["vdb".to_owned(), "vdd".to_owned()];
        assert_eq!(choose(&id, &taken, None).unwrap(), "vdc");
        assert_eq!(choose(&id, &taken, Some("/dev/sde")).unwrap(), "vde");
        assert!(matches!(choose(&id, &taken, Some("/dev/vdb")).unwrap_err().reason, Reason::DeviceInUse { .. }));
        assert!(matches!(choose(&id, &taken, Some("vda")).unwrap_err().reason, Reason::DeviceInUse { .. }));
        for odd in ["/dev/", "vdaa", "vd1", "nonsense"] {
            assert!(matches!(choose(&id, &taken, Some(odd)).unwrap_err().reason, Reason::InvalidInput { .. }), "{odd}");
        }
        let all: Vec<String> = ('b'..='z').map(|letter| format!("vd{letter}")).collect();
        assert!(matches!(choose(&id, &all, None).unwrap_err().reason, Reason::NoFreeDevice { .. }));
    }
}
