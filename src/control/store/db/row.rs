//! Reading rows, whichever database they come from.

use std::str::FromStr;

use sqlx::{ColumnIndex, Decode, Row, Type};

/// Reads a TEXT column of something that has no type of its own in SQL, such as an address.
pub fn parsed<'r, T, R>(row: &'r R, column: &str) -> sqlx::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
    R: Row,
    for<'c> &'c str: ColumnIndex<R>,
    &'r str: Decode<'r, R::Database> + Type<R::Database>,
{
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(error) })
}

/// [`FromRow`](sqlx::FromRow) by hand, for the rows of both databases.
macro_rules! from_row {
    ($type:ty, |$row:ident| $body:expr) => {
        impl sqlx::FromRow<'_, sqlx::sqlite::SqliteRow> for $type {
            fn from_row($row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Self> {
                $body
            }
        }

        impl sqlx::FromRow<'_, sqlx::postgres::PgRow> for $type {
            fn from_row($row: &sqlx::postgres::PgRow) -> sqlx::Result<Self> {
                $body
            }
        }
    };
}
pub(in crate::control::store) use from_row;
