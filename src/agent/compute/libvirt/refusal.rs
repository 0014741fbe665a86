//! libvirt's errors as people are told them.

use virt::error::{Error as VirtError, ErrorDomain, ErrorNumber};

use crate::agent::files::says_disk_full;
use crate::model::{Error, Reason};

/// The domain does not exist, perhaps not any more.
pub fn is_missing(error: &VirtError) -> bool {
    error.code().is(ErrorNumber::NoDomain)
}

/// The daemon itself is out of reach, so the same call may do better later.
pub fn is_outage(error: &VirtError) -> bool {
    let code = error.code();
    [ErrorNumber::NoConnect, ErrorNumber::InvalidConn, ErrorNumber::Rpc].into_iter().any(|number| code.is(number))
        || error.domain().is(ErrorDomain::Rpc)
}

/// The daemon at `uri` does not answer.
pub fn outage(uri: &str, why: &str) -> Error {
    Reason::HypervisorUnavailable { uri: uri.to_owned(), why: why.to_owned() }.into()
}

/// The daemon answered, and refused.
pub fn refused(error: VirtError) -> Error {
    let why = error.message().to_owned();
    let reason = if says_disk_full(&why) {
        Reason::DiskFull { path: "the instances".into() }
    } else {
        Reason::HypervisorRefused { why }
    };
    Error::because(reason, error)
}
