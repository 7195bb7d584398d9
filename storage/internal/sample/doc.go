// Package sample makes users and transfers for the tests of the stores, and checks a ledger of such
// transfers. Only tests import it.
//
// Package storagetest tests the storage contract. The tests that use this package test faults of
// one engine: a killed process, a full disk, a query plan that reads too much.
package sample
