// Package storage is the contract between roster's front door and what keeps its data. It has interfaces, queries,
// changes, errors and limits; no rule of the domain and no SQL.
//
// To write a storage, implement Storage, Reader and Writer, and call storagetest.Run in a test: it checks each
// sentence written here and prints the one that broke. What the sentences need beyond an engine's own
// transactions is little: one writer at a time for an account, one counter of revisions an account, and comparison
// of strings by bytes.
//
// The account is the unit of consistency. A transaction names one account, sees nothing of another, and raises that
// account's revision by one if it wrote anything.
package storage
