// Package differential makes the same random calls on the memory, SQLite and PostgreSQL storages
// and compares the results; see internal/differential. Package model makes the calls of the front
// door on each of them and compares the results with rules.
package differential
