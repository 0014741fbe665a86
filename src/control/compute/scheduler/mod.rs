//! The scheduler: picks and claims a host for each new instance.
