// Package faulttest runs the calls of the front door while each call of the storage fails in turn.
// The call must return the error and must keep no part of its writes, and the storage must work
// afterwards.
//
//	faulttest.Run(t, store, func(t *testing.T) { idle(t, pool) })
//
// Package storagetest does the same for each method of a storage. This package is for a storage
// that can leak something: an open transaction, a connection, a lock. Only tests import it.
package faulttest
