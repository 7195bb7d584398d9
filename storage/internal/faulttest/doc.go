// Package whole tries what a server does with a storage while each call on the storage fails in
// turn, through the whole front door: the failed call returns the error, nothing of it is kept,
// and the storage is at rest and goes on.
//
//	whole.Run(t, store, func(t *testing.T) { idle(t, pool) })
//
// Package storagetest asks the same of every storage by itself, one method at a time. Here a
// storage is asked that has something to lose: a transaction that stays open, a connection, a
// lock. It is linked into tests alone.
package faulttest
