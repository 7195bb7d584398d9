// Package storagetest is the promise that every storage.Storage keeps: a suite of cases, one for
// each rule of the contract in package storage. An author of a storage calls it in one test:
//
//	func TestStorage(t *testing.T) {
//		storagetest.Run(t, func(t testing.TB) storage.Storage { return mystore.New(t.TempDir()) })
//	}
//
// Each case opens a fresh storage, closes it, and prints its rule when the rule is broken. Cases
// fill texts with what breaks quoting, ordering and queries (quotes, wildcards, control characters,
// combining marks), because a storage keeps texts byte by byte. They are valid UTF-8 without NUL:
// the domain refuses every other text before it comes to a storage.
//
// The package also has wrappers for the tests of what uses a storage: Twice runs the function of
// every Update two times, Faults lets the n-th call fail.
//
// What it does not do: it does not test durability (a crash, a full disk), because only the
// storage's author knows how to cause one; and it tests a storage from one process. A function that
// a case gives to View or Update may end by runtime.Goexit, as testing's FailNow does: a storage
// that frees its locks in deferred calls needs no care for it.
package storagetest
