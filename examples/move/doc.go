// Command move moves accounts from one storage to another one.
//
//	go run ./examples/move -from sqlite:roster.db -to postgres://localhost/roster
//
// A place is sqlite:PATH, postgres:DSN (or the URL itself), memory-snapshot:FILE, a snapshot of
// package memstore, or jsonl:FILE, the stream of package stream; jsonl:- is the standard input or
// output. Files are written with mode 0600, because they hold the hashes of passwords. Schemas are
// brought up to date, that of the source too.
//
// It shows how far it is, and in the end compares what is there with what was moved and prints it
// as a table. Interrupt it when you like, or kill it: the same command goes on where it was. Stop
// the servers that write to the source first: what they write while an account is read stays
// behind, and the comparison says so.
package main
