//! A pool of a Ceph cluster.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{ask, volumes};
use crate::agent::Ceph;
use crate::config::Config;
use crate::model::error::root_cause;
use crate::roles::doctor::{Check, Trouble, program_on_path};

/// What guests need to reach volumes in Ceph, and the pool of this host's own, if they lie in one. Nothing where the
/// settings speak of neither.
pub async fn checks(config: &Config, pool: Option<&str>) -> Vec<Check> {
    let ceph = match config.ceph() {
        Ok(ceph) => ceph,
        Err(why) => return vec![Check { what: "Ceph".into(), found: Err(Trouble::new(why, "correct that setting")) }],
    };
    if pool.is_none() && ceph.user.is_none() {
        return Vec::new();
    }
    let mut checks = vec![configuration(&ceph.conf)];
    if let Some(user) = &ceph.user {
        checks.push(key(&ceph, user).await);
    }
    if let Some(pool) = pool {
        checks.push(program_on_path("rbd", "ceph-common"));
        // Without those it would only say the same less clearly.
        if checks.iter().all(|check| check.found.as_ref().err().is_none_or(|trouble| trouble.bearable)) {
            checks.push(volumes(answer(&ceph, pool).await));
        }
    }
    checks.push(driver().await);
    checks
}

/// QEMU reads it as well, as a user of its own.
fn configuration(conf: &Path) -> Check {
    let path = conf.display();
    let found = match File::open(conf).and_then(|file| file.metadata()) {
        Err(error) => Err(Trouble::new(
            format!("{path}: {error}"),
            "copy ceph.conf there from the cluster, or say in rbd_conf where it is",
        )),
        Ok(found) if found.permissions().mode() & 0o004 == 0 => {
            let cause = format!("{path} is closed to others than its owner and group, and QEMU's own user reads it");
            Err(Trouble::bearable(cause, format!("chmod o+r {path}")))
        }
        Ok(_) => Ok(path.to_string()),
    };
    Check { what: "Ceph's configuration".into(), found }
}

async fn key(ceph: &Ceph, user: &str) -> Check {
    let keyring = ceph.keyring.display();
    let found = match ceph.key().await {
        Ok(_) => Ok(format!("{keyring} has that of client.{user}")),
        Err(error) => Err(Trouble::new(
            root_cause(&error).to_string(),
            format!(
                "put there what `ceph auth get client.{user}` says on the cluster, or correct rbd_user and rbd_keyring"
            ),
        )),
    };
    Check { what: "Ceph's key".into(), found }
}

/// Whether QEMU has what it speaks to Ceph with, which is a package of its own: then it misses the rest of the name.
async fn driver() -> Check {
    let found = match ask("qemu-img", &["info", "rbd:"]).await {
        Err(why) if !why.contains("Pool name is required") => {
            Err(Trouble::new(why, "apt-get install qemu-block-extra, of the version of QEMU's other packages"))
        }
        _ => Ok("QEMU has it".to_owned()),
    };
    Check { what: "Ceph's driver".into(), found }
}

async fn answer(ceph: &Ceph, pool: &str) -> Result<String, Trouble> {
    let mut words = ceph.arguments();
    words.extend(["--pool", pool, "ls"].map(str::to_owned));
    match ask("rbd", &words).await {
        Ok(_) => Ok(format!("the pool {pool} answers")),
        Err(why) => {
            let remedy = remedy(&why, pool, ceph.user.as_deref());
            Err(Trouble::new(why, remedy))
        }
    }
}

/// What helps when `rbd` says this.
fn remedy(said: &str, pool: &str, user: Option<&str>) -> String {
    let user = user.unwrap_or("admin");
    if said.contains("error opening pool") {
        format!("on the cluster: ceph osd pool create {pool} && rbd pool init {pool}; or name another in rbd_pool")
    } else if said.contains("not permitted") || said.contains("Permission denied") {
        format!(
            "on the cluster: ceph auth caps client.{user} mon 'profile rbd' osd 'profile rbd pool={pool}'; and see that \
             the key is the one that `ceph auth get client.{user}` says"
        )
    } else {
        "see that the cluster runs (`ceph status` there) and that its monitors and OSDs are reached from here"
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_that_are_missing_are_said_and_the_pool_is_not_asked_without_them() {
        let directory = tempfile::tempdir().unwrap();
        let (conf, keyring) = (directory.path().join("ceph.conf"), directory.path().join("keyring"));
        let config = Config {
            rbd_user: "arcus".into(),
            rbd_conf: conf.clone(),
            rbd_keyring: keyring.clone(),
            ..Config::default()
        };
        let found = checks(&config, Some("volumes")).await;
        let what: Vec<_> = found.iter().map(|check| check.what.as_str()).collect();
        assert_eq!(what, ["Ceph's configuration", "Ceph's key", "rbd", "Ceph's driver"]);
        for (check, path) in found.iter().zip([&conf, &keyring]) {
            let trouble = check.found.as_ref().err().unwrap();
            assert!(trouble.cause.contains(&path.display().to_string()), "{}", trouble.cause);
        }

        std::fs::write(&conf, "[global]\n").unwrap();
        std::fs::set_permissions(&conf, std::fs::Permissions::from_mode(0o600)).unwrap();
        let closed = configuration(&conf).found.err().unwrap();
        assert!(closed.bearable && closed.remedy.starts_with("chmod"), "{}", closed.remedy);
        std::fs::write(&keyring, "[client.other]\n\tkey = YXJjdXM=\n").unwrap();
        let ceph = config.ceph().unwrap();
        assert!(key(&ceph, "arcus").await.found.err().unwrap().cause.contains("client.arcus"));
    }

    #[tokio::test]
    async fn who_has_nothing_to_do_with_ceph_is_told_nothing_of_it() {
        assert!(checks(&Config::default(), None).await.is_empty());
    }

    #[test]
    fn what_helps_depends_on_what_was_said() {
        let remedy = |said: &str| remedy(said, "volumes", Some("arcus"));
        assert!(remedy("rbd: error opening pool 'volumes': (2) No such file").contains("pool create volumes"));
        for refused in ["(1) Operation not permitted", "(13) Permission denied"] {
            assert!(remedy(&format!("rbd: listing images failed: {refused}")).contains("caps client.arcus"));
        }
        assert!(remedy("rbd: couldn't connect to the cluster!").contains("ceph status"));
    }
}
