//! Statements that either database can run: the same `$1`, the same values, rows read by name.

use std::fmt::Display;
use std::marker::PhantomData;

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Encode, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite, Type};

use super::source::{Executor, Source, run};

/// What can stand for `$1`: whatever both drivers can write.
pub trait Value<'q>: Send {
    fn for_sqlite(self: Box<Self>, arguments: &mut SqliteArguments) -> Result<(), BoxDynError>;
    fn for_postgres(self: Box<Self>, arguments: &mut PgArguments) -> Result<(), BoxDynError>;
}

impl<'q, T> Value<'q> for T
where
    T: Send + Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres>,
{
    fn for_sqlite(self: Box<Self>, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
        arguments.add(*self)
    }

    fn for_postgres(self: Box<Self>, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        arguments.add(*self)
    }
}

/// What a row becomes, whichever database it comes from.
pub trait Record: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

impl<T> Record for T where T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

type Values<'q> = Vec<Box<dyn Value<'q> + 'q>>;

/// A statement with its values.
#[must_use]
pub struct Query<'q> {
    sql: SqlStr,
    values: Values<'q>,
}

/// A statement whose rows become `T`.
#[must_use]
pub struct QueryAs<'q, T> {
    query: Query<'q>,
    row: PhantomData<fn() -> T>,
}

/// A statement whose rows' first column becomes `T`.
#[must_use]
pub struct QueryScalar<'q, T>(QueryAs<'q, (T,)>);

/// A statement that changes something.
pub fn query<'q>(sql: impl SqlSafeStr) -> Query<'q> {
    Query { sql: sql.into_sql_str(), values: Vec::new() }
}

/// A statement whose rows become `T`.
pub fn query_as<'q, T>(sql: impl SqlSafeStr) -> QueryAs<'q, T> {
    QueryAs { query: query(sql), row: PhantomData }
}

/// A statement whose rows' first column becomes `T`.
pub fn query_scalar<'q, T>(sql: impl SqlSafeStr) -> QueryScalar<'q, T> {
    QueryScalar(query_as(sql))
}

impl<'q> Query<'q> {
    /// The value of the next `$n`.
    pub fn bind(mut self, value: impl Value<'q> + 'q) -> Self {
        self.values.push(Box::new(value));
        self
    }

    /// Runs it; tells how many rows it touched.
    pub async fn execute(self, on: impl Executor<'_>) -> sqlx::Result<Touched> {
        self.execute_on(on.source()).await.map(Touched)
    }

    async fn execute_on(self, source: Source<'_>) -> sqlx::Result<u64> {
        run!(source, self, |statement, connection| Ok(statement.execute(connection).await?.rows_affected()))
    }

    async fn rows(self, source: Source<'_>) -> sqlx::Result<Rows> {
        run!(source, self, |statement, connection| Ok(statement.fetch_all(connection).await?.into()))
    }

    async fn first_row(self, source: Source<'_>) -> sqlx::Result<Rows> {
        run!(source, self, |statement, connection| {
            let row = statement.fetch_optional(connection).await?;
            Ok(row.into_iter().collect::<Vec<_>>().into())
        })
    }

    fn into_sqlite(self) -> sqlx::Result<(SqlStr, SqliteArguments)> {
        let mut arguments = SqliteArguments::default();
        for value in self.values {
            value.for_sqlite(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        Ok((self.sql, arguments))
    }

    fn into_postgres(self) -> sqlx::Result<(SqlStr, PgArguments)> {
        let mut arguments = PgArguments::default();
        for value in self.values {
            value.for_postgres(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        Ok((self.sql, arguments))
    }
}

/// What a statement found. Only here is it known which database was asked, so that all else is compiled once.
enum Rows {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

impl From<Vec<SqliteRow>> for Rows {
    fn from(rows: Vec<SqliteRow>) -> Self {
        Self::Sqlite(rows)
    }
}

impl From<Vec<PgRow>> for Rows {
    fn from(rows: Vec<PgRow>) -> Self {
        Self::Postgres(rows)
    }
}

impl Rows {
    fn read<T: Record>(&self) -> sqlx::Result<Vec<T>> {
        match self {
            Self::Sqlite(rows) => rows.iter().map(T::from_row).collect(),
            Self::Postgres(rows) => rows.iter().map(T::from_row).collect(),
        }
    }
}

/// What a statement did.
pub struct Touched(u64);

impl Touched {
    pub fn rows_affected(&self) -> u64 {
        self.0
    }
}

impl<'q, T: Record> QueryAs<'q, T> {
    /// The value of the next `$n`.
    pub fn bind(mut self, value: impl Value<'q> + 'q) -> Self {
        self.query = self.query.bind(value);
        self
    }

    pub async fn fetch_all(self, on: impl Executor<'_>) -> sqlx::Result<Vec<T>> {
        self.query.rows(on.source()).await?.read()
    }

    pub async fn fetch_optional(self, on: impl Executor<'_>) -> sqlx::Result<Option<T>> {
        Ok(self.query.first_row(on.source()).await?.read()?.pop())
    }

    pub async fn fetch_one(self, on: impl Executor<'_>) -> sqlx::Result<T> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

impl<'q, T> QueryScalar<'q, T>
where
    (T,): Record,
{
    /// The value of the next `$n`.
    pub fn bind(mut self, value: impl Value<'q> + 'q) -> Self {
        self.0 = self.0.bind(value);
        self
    }

    pub async fn fetch_all(self, on: impl Executor<'_>) -> sqlx::Result<Vec<T>> {
        Ok(self.0.fetch_all(on).await?.into_iter().map(|(value,)| value).collect())
    }

    pub async fn fetch_optional(self, on: impl Executor<'_>) -> sqlx::Result<Option<T>> {
        Ok(self.0.fetch_optional(on).await?.map(|(value,)| value))
    }

    pub async fn fetch_one(self, on: impl Executor<'_>) -> sqlx::Result<T> {
        Ok(self.0.fetch_one(on).await?.0)
    }
}

/// A statement put together from parts. What people say is bound, never pushed.
pub struct QueryBuilder<'q> {
    sql: String,
    values: Values<'q>,
}

impl<'q> QueryBuilder<'q> {
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }

    /// Adds text of our own.
    pub fn push(&mut self, sql: impl Display) -> &mut Self {
        self.sql.push_str(&sql.to_string());
        self
    }

    /// Adds the next `$n` with its value.
    pub fn push_bind(&mut self, value: impl Value<'q> + 'q) -> &mut Self {
        self.values.push(Box::new(value));
        let number = self.values.len();
        self.push(format_args!("${number}"))
    }

    pub fn build(self) -> Query<'q> {
        Query { sql: AssertSqlSafe(self.sql).into_sql_str(), values: self.values }
    }

    pub fn build_query_as<T>(self) -> QueryAs<'q, T> {
        QueryAs { query: self.build(), row: PhantomData }
    }

    pub fn build_query_scalar<T>(self) -> QueryScalar<'q, T> {
        QueryScalar(self.build_query_as())
    }
}
