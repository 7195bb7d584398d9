// Package trial tries what a storage on an engine does where engines can fail it, in the steps
// that are the same on every engine: Updates that share a commit and rest on each other, a context
// that ends at any step, a store that is closed while many work, and a database of an earlier
// version.
//
//	func TestCloseWhileBusy(t *testing.T) { trial.Close(t, func() storage.Storage { return openAt(t, dsn) }) }
//
// What needs the engine's own words, such as a lock, a full disk or a connection that is cut,
// stays in the storage's tests. It is linked into tests alone.
package enginetest
