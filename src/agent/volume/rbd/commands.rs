//! `rbd` and `ceph`, as far as volumes need them.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::agent::ceph::Ceph;
use crate::agent::command::{probe, run, said};
use crate::agent::files::{disk_full, says_disk_full};
use crate::model::{Error, Result};

/// A pool of a cluster.
pub struct Rbd {
    pub ceph: Ceph,
    pub pool: String,
}

#[derive(Deserialize)]
struct Image {
    /// Bytes.
    size: u64,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Whether a command was refused because somebody has the image open.
pub fn is_open(error: &Error) -> bool {
    said(error).contains("image still has watchers")
}

impl Rbd {
    /// The images of the pool.
    ///
    /// # Errors
    /// What `rbd` says; so of all of these.
    pub async fn list(&self) -> Result<Vec<String>> {
        self.ask(&["ls"]).await
    }

    /// How many bytes an image has, if there is one.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn size(&self, image: &str) -> Result<Option<u64>> {
        match probe("rbd", &self.words(&["info", image, "--format", "json"])).await {
            Ok(told) => read::<Image>(&told).map(|found| Some(found.size)),
            Err(error) if is_missing(&error, image) => Ok(None),
            Err(error) => {
                tracing::warn!(command = %said(&error), "a command of this host failed");
                Err(error)
            }
        }
    }

    /// Makes an empty image.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn create(&self, image: &str, size_gb: i64) -> Result<()> {
        self.change(&["create", "--size", &format!("{size_gb}G"), image]).await
    }

    /// Gives an image more room.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn resize(&self, image: &str, size_gb: i64) -> Result<()> {
        self.change(&["resize", "--no-progress", "--size", &format!("{size_gb}G"), image]).await
    }

    /// Calls an image something else, in one step.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn rename(&self, image: &str, to: &str) -> Result<()> {
        self.change(&["rename", image, to]).await
    }

    /// Removes an image with its snapshots; none there is fine.
    ///
    /// # Errors
    /// As [`Rbd::list`], and see [`is_open`].
    pub async fn remove(&self, image: &str) -> Result<()> {
        if self.size(image).await?.is_none() {
            return Ok(());
        }
        self.change(&["snap", "purge", "--no-progress", image]).await?;
        self.change(&["rm", "--no-progress", image]).await
    }

    /// Keeps what an image holds now.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn snapshot(&self, image: &str, snapshot: &str) -> Result<()> {
        self.change(&["snap", "create", "--no-progress", "--snap", snapshot, image]).await
    }

    /// Removes a snapshot.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn delete_snapshot(&self, image: &str, snapshot: &str) -> Result<()> {
        self.change(&["snap", "rm", "--no-progress", "--snap", snapshot, image]).await
    }

    /// The snapshots of an image.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn snapshots(&self, image: &str) -> Result<Vec<String>> {
        let found: Vec<Named> = self.ask(&["snap", "ls", image]).await?;
        Ok(found.into_iter().map(|snapshot| snapshot.name).collect())
    }

    /// GiB that the pool holds when it is full, without the copies that the cluster keeps.
    ///
    /// # Errors
    /// As [`Rbd::list`].
    pub async fn capacity_gb(&self) -> Result<i64> {
        let mut words = self.ceph.arguments();
        words.extend(["df", "--format", "json"].map(str::to_owned));
        let told: Value = serde_json::from_str(&run("ceph", &words).await?).map_err(Error::internal)?;
        Ok(capacity_gb(&told, &self.pool))
    }

    async fn ask<T: DeserializeOwned>(&self, words: &[&str]) -> Result<T> {
        read(&self.run(&[words, &["--format", "json"]].concat()).await?)
    }

    async fn change(&self, words: &[&str]) -> Result<()> {
        self.run(words).await.map(drop)
    }

    async fn run(&self, words: &[&str]) -> Result<String> {
        run("rbd", &self.words(words)).await.map_err(|error| match says_disk_full(&said(&error)) {
            true => Error::because(disk_full(Path::new(&format!("rbd:{}", self.pool))), error),
            false => error,
        })
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let mut all = self.ceph.arguments();
        all.extend(["--pool".to_owned(), self.pool.clone()]);
        all.extend(words.iter().map(ToString::to_string));
        all
    }
}

fn read<T: DeserializeOwned>(told: &str) -> Result<T> {
    serde_json::from_str(told).map_err(Error::internal)
}

/// `rbd` ends with the same number for a missing keyring as for a missing image.
fn is_missing(error: &Error, image: &str) -> bool {
    said(error).contains(&format!("error opening image {image}: (2)"))
}

/// What is stored and what may be.
fn capacity_gb(told: &Value, pool: &str) -> i64 {
    let pools = told["pools"].as_array().into_iter().flatten();
    let stats = pools.filter(|found| found["name"] == pool).map(|found| &found["stats"]).next();
    let bytes = |name: &str| stats.and_then(|stats| stats[name].as_i64()).unwrap_or_default();
    (bytes("stored") + bytes("max_avail")) >> 30
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Reason;

    #[test]
    fn a_pool_holds_what_is_stored_and_what_may_be() {
        let of = |name: &str| json!({ "name": name, "stats": { "stored": 3_i64 << 30, "max_avail": 4_i64 << 30 } });
        let told = json!({ "stats": {}, "pools": [of("other"), of("volumes")] });
        assert_eq!((capacity_gb(&told, "volumes"), capacity_gb(&told, "none")), (7, 0));
    }

    #[test]
    fn a_missing_keyring_is_no_missing_image() {
        let said = |why: &str| Error::from(Reason::Unavailable { part: "rbd".into(), why: why.into() });
        assert!(is_missing(&said("rbd info x: rbd: error opening image x: (2) No such file or directory"), "x"));
        assert!(!is_missing(&said("auth: unable to find a keyring on k: (2) No such file or directory"), "x"));
    }
}
