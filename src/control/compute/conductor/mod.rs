//! The conductor: the only way from a compute host to the database.
