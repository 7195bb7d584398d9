// Package enginetest has tests of a store on a database engine, for faults that an engine can
// cause, such as Updates that share a commit and a context that is canceled at any step.
//
//	func TestCancelledAtEveryStep(t *testing.T) { enginetest.Cancel(t, open(t), 8) }
//
// Tests that depend on one engine, such as those of locks, full disks and cut connections, are in
// the stores. Only tests import this package.
package enginetest
