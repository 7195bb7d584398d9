// Package sqlread reads an account out of the tables that docs/schema.md lists. The SQL stores
// share it: it has the statements, and turns rows into the domain's values. A store gives it an
// Engine that runs them. What PostgreSQL and SQLite say differently is in Dialect.
package sqlread
