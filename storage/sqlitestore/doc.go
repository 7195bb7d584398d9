// Package sqlitestore keeps accounts in one SQLite file.
package sqlitestore
