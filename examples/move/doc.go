// Command move moves accounts from one storage to another.
//
//	go run ./examples/move -from sqlite:roster.db -to postgres://localhost/roster
//
// A place is sqlite:PATH, postgres:DSN (or the URL itself), memory-snapshot:FILE, a snapshot of
// package memstore, or jsonl:FILE, the stream of package stream. jsonl:- is the standard input or
// output. Files are written with mode 0600, because they contain the hashes of passwords. The
// command migrates the schemas of both storages.
//
// It shows the progress. In the end it compares the target with the source and prints a table.
// After an interruption or a kill, the same command continues. Stop the servers that write to the
// source first: what they write while an account is read is not moved, and the comparison reports
// it.
package main
