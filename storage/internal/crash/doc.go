// Package crash keeps account of transfers while something is killed under them: a process that
// writes to a storage, the server behind it, a disk that has no room. Afterwards it proves that
// every transfer that was acknowledged is there exactly once and every other one whole or not at
// all, and that repeating those under their idempotency keys makes them done.
//
//	log := crash.NewLog("acme")
//	stop := log.Drive(t, store, 8, "kill")
//	server.Kill()
//	must(t, server.Restart())
//	stop() // waits until each caller knows the outcome of its transfers
//	log.End(t, store)
//
// It is linked into tests alone.
package crash
