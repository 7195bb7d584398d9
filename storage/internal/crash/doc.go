// Package crash records transfers while a test kills something under them: a process that writes to
// a storage, the database server, or the free space of a disk. Afterwards it checks that every
// acknowledged transfer exists once, and that every other transfer exists once or not at all. It
// also checks that repeating a transfer under its idempotency key completes it.
//
//	log := crash.NewLog("acme")
//	stop := log.Drive(t, store, 8, "kill")
//	server.Kill()
//	must(t, server.Restart())
//	stop() // waits until each caller knows the outcome of its transfers
//	log.End(t, store)
//
// Only tests import it.
package crash
