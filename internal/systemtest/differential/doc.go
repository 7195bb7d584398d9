// Package differential puts the same random calls to every storage at once, memory, SQLite and
// PostgreSQL, and compares every answer: below the front door with texts that engines like to mix
// up, cut, fold or refuse (NUL, invalid UTF-8, letters with two spellings), times, names of
// deleted users and pages that are turned while others write; and through the front door with what
// a hostile caller sends.
//
// It has no rules of its own: that all of them are wrong together is for package model to find.
package differential
