// Package storagetest tests that a storage.Storage keeps the contract of package storage. It has
// one case for each rule of the contract. The author of a storage runs all of them in one test:
//
//	func TestStorage(t *testing.T) {
//		storagetest.Run(t, func(t testing.TB) storage.Storage { return mystore.New(t.TempDir()) })
//	}
//
// Each case opens a new storage, closes it, and prints its rule if the storage breaks the rule. The
// texts of the cases have quotes, wildcards, control characters and combining marks, because a
// storage keeps texts byte by byte. They are valid UTF-8 without NUL, because the domain refuses
// every other text.
//
// The package also has two wrappers for tests of code that uses a storage: Twice runs the function
// of every Update two times, and Faults makes one call fail.
//
// The package does not test durability, such as after a crash or with a full disk, because only the
// author of a storage knows how to cause this. It tests a storage from one process.
//
// A function that a case gives to View or Update may end by runtime.Goexit, as testing's FailNow
// does. A storage that releases its locks in deferred calls needs nothing else for this.
package storagetest
