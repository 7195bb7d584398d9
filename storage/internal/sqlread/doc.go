// Package sqlread reads an account from the tables that docs/schema.md describes. Both SQL stores
// use it. It contains the SELECT statements, and turns rows into values of the domain. A store
// supplies an Engine, which runs the statements. Dialect contains the differences between
// PostgreSQL and SQLite.
package sqlread
