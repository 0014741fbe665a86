//! LVM's commands, as far as volumes need them.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::agent::command::run;
use crate::model::{Error, Result};

/// A thin pool in a volume group.
pub struct ThinPool {
    pub group: String,
    pub pool: String,
}

/// A logical volume as `lvs` tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The thin pool that it lies in.
    pub pool: String,
}

impl ThinPool {
    /// `group/pool`.
    pub fn name(&self) -> String {
        self.of(&self.pool)
    }

    /// Where the device of a logical volume is.
    pub fn path(&self, name: &str) -> PathBuf {
        Path::new("/dev").join(&self.group).join(name)
    }

    /// What lies in the pool.
    ///
    /// # Errors
    /// What LVM says; so of all of these.
    pub async fn list(&self) -> Result<Vec<Found>> {
        Ok(self.all().await?.into_iter().filter(|found| found.pool == self.pool).collect())
    }

    /// How many bytes a logical volume has, if there is one.
    ///
    /// # Errors
    /// As [`ThinPool::list`].
    pub async fn size(&self, name: &str) -> Result<Option<u64>> {
        Ok(self.all().await?.into_iter().find(|found| found.name == name).map(|found| found.size))
    }

    /// Makes an empty one.
    ///
    /// # Errors
    /// As [`ThinPool::list`].
    pub async fn create(&self, name: &str, size_gb: i64) -> Result<()> {
        change("lvcreate", self.to_create(name, size_gb)).await
    }

    /// Keeps what one holds now, out of everybody's way.
    ///
    /// # Errors
    /// As [`ThinPool::list`].
    pub async fn snapshot(&self, of: &str, name: &str) -> Result<()> {
        change("lvcreate", self.to_snapshot(of, name, true)).await
    }

    /// Makes one that begins with what a snapshot holds.
    ///
    /// # Errors
    /// As [`ThinPool::list`].
    pub async fn copy(&self, snapshot: &str, name: &str) -> Result<()> {
        change("lvcreate", self.to_snapshot(snapshot, name, false)).await
    }

    /// Gives one more room.
    ///
    /// # Errors
    /// As [`ThinPool::list`].
    pub async fn extend(&self, name: &str, size_gb: i64) -> Result<()> {
        change("lvextend", self.to_extend(name, size_gb)).await
    }

    /// Calls one something else, in one step.
    ///
    /// # Errors
    /// As [`ThinPool::list`].
    pub async fn rename(&self, name: &str, to: &str) -> Result<()> {
        change("lvrename", words(&["--quiet", &self.group, name, to])).await
    }

    /// Removes one that is there.
    ///
    /// # Errors
    /// As [`ThinPool::list`].
    pub async fn remove(&self, name: &str) -> Result<()> {
        change("lvremove", words(&["--quiet", "--yes", &self.of(name)])).await
    }

    async fn all(&self) -> Result<Vec<Found>> {
        read(&run("lvs", &self.to_list()).await?)
    }

    fn of(&self, name: &str) -> String {
        format!("{}/{name}", self.group)
    }

    fn to_list(&self) -> Vec<String> {
        let options = "lv_name,lv_size,pool_lv";
        words(&["--reportformat", "json", "--units", "b", "--nosuffix", "--options", options, &self.group])
    }

    /// A new thin volume reads as zeros; there is nothing of others' to wipe.
    fn to_create(&self, name: &str, size_gb: i64) -> Vec<String> {
        let size = format!("{size_gb}g");
        let mut words = words(&["--quiet", "--yes", "--wipesignatures", "n", "--type", "thin", "--virtualsize", &size]);
        words.extend(["--name".to_owned(), name.to_owned(), "--thinpool".to_owned(), self.name()]);
        words
    }

    /// LVM leaves a thin snapshot without a device unless told otherwise.
    fn to_snapshot(&self, of: &str, name: &str, hidden: bool) -> Vec<String> {
        let skip = if hidden { "y" } else { "n" };
        words(&["--quiet", "--yes", "--snapshot", "--setactivationskip", skip, "--name", name, &self.of(of)])
    }

    fn to_extend(&self, name: &str, size_gb: i64) -> Vec<String> {
        words(&["--quiet", "--size", &format!("{size_gb}g"), &self.of(name)])
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

async fn change(program: &str, words: Vec<String>) -> Result<()> {
    run(program, &words).await.map(drop)
}

#[derive(Deserialize)]
struct Report {
    report: Vec<Section>,
}

#[derive(Deserialize)]
struct Section {
    lv: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    lv_name: String,
    lv_size: String,
    pool_lv: String,
}

/// Numbers are texts in it.
fn read(told: &str) -> Result<Vec<Found>> {
    let report: Report = serde_json::from_str(told).map_err(Error::internal)?;
    let rows = report.report.into_iter().flat_map(|section| section.lv);
    let found = |row: Row| {
        let size = row.lv_size.parse().map_err(Error::internal)?;
        Ok(Found { name: row.lv_name, size, pool: row.pool_lv })
    };
    rows.map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> ThinPool {
        ThinPool { group: "vg".into(), pool: "thin".into() }
    }

    #[test]
    fn commands_name_the_pool_and_ask_no_questions() {
        let said = |words: Vec<String>| words.join(" ");
        assert_eq!(
            said(pool().to_create("draft-1", 2)),
            "--quiet --yes --wipesignatures n --type thin --virtualsize 2g --name draft-1 --thinpool vg/thin"
        );
        assert_eq!(
            said(pool().to_snapshot("volume-1", "moment-1_2", true)),
            "--quiet --yes --snapshot --setactivationskip y --name moment-1_2 vg/volume-1"
        );
        assert!(said(pool().to_snapshot("moment-1_2", "draft-3", false)).contains("--setactivationskip n"));
        assert_eq!(said(pool().to_extend("volume-1", 3)), "--quiet --size 3g vg/volume-1");
        assert_eq!(pool().path("volume-1"), Path::new("/dev/vg/volume-1"));
    }

    #[test]
    fn a_report_is_read_whatever_else_is_in_the_group() {
        let told = r#"{ "report": [ { "lv": [
            {"lv_name":"root", "lv_size":"4294967296", "pool_lv":""},
            {"lv_name":"thin", "lv_size":"8589934592", "pool_lv":""},
            {"lv_name":"volume-1", "lv_size":"1073741824", "pool_lv":"thin"}
        ] } ] }"#;
        let found = read(told).unwrap();
        assert_eq!(found[2], Found { name: "volume-1".into(), size: 1 << 30, pool: "thin".into() });
        assert_eq!(found.iter().filter(|found| found.pool == "thin").count(), 1);
        assert_eq!(read(r#"{ "report": [ { "lv": [] } ] }"#).unwrap(), []);
    }
}
