// Package differential makes the same random calls on the memory, SQLite and PostgreSQL storages
// and compares the results. Below the front door it uses texts that engines often confuse, cut,
// fold or refuse, times, names of deleted users, and pages that are read while others write.
// Through the front door it uses the calls of a hostile caller.
//
// It has no rules of its own: package model finds faults that all storages share.
package differential
