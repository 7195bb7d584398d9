// Package sample makes the users and the transfers that the tests of a storage's inside work on,
// and checks a ledger of such transfers. It is linked into tests alone.
//
// What the contract says is tested by package storagetest; what is here is for what only one
// engine can break: a process that is killed, a disk that is full, a plan that reads too much.
package sample
