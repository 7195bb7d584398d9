// Package enginetest has tests of a store on a database engine, for faults that an engine can
// cause: Updates that share a commit, a context that is canceled at any step, a store that is
// closed while it is busy, and a database of an earlier version.
//
//	func TestCloseWhileBusy(t *testing.T) { enginetest.Close(t, func() storage.Storage { return openAt(t, dsn) }) }
//
// Tests that depend on one engine, such as those of locks, full disks and cut connections, are in
// the stores. Only tests import this package.
package enginetest
