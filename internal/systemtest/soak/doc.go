// Command soak keeps a random load on the front door over every storage while the storage fails,
// and checks that nothing was lost.
//
//	go run ./internal/systemtest/soak             # an hour; a minute with CI=true
//	go run ./internal/systemtest/soak -for 10m -stores sqlite,postgres
//
// The storages take turns, a round each. A round records one history after another: package history
// has the clients, the calls, some of which must be refused, and the checks. Meanwhile calls of the
// storage fail (storagetest.Faults), callers give up, connections are cut, the file is closed and
// opened again, the server is killed and started again, and the memory store is saved and restored.
//
// The tests of each storage kill processes that write and processes that follow the changes
// (storage/internal/crash).
//
// At the end it prints the load, the faults and the memory in use. It exits with 1 if anything was
// lost or the memory grew.
package main
