//! The records: one file a noun, SQL in constants. Private to control.
