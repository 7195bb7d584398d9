// Command soak keeps a random load on the front door over every storage while the storage fails,
// and checks that nothing was lost.
//
//	go run ./internal/systemtest/soak             # an hour; a minute with CI=true
//	go run ./internal/systemtest/soak -for 10m -stores sqlite,postgres
//
// The storages take turns, a round each. In a round clients write to and read from a few new
// accounts. They make some calls with random arguments, and others of package ability. One call in
// ten must be refused whatever the state of the account is. Meanwhile calls of the storage fail
// (storagetest.Faults), callers give up, connections are cut, the file is closed and opened again,
// the server is killed and started again, and the memory store is saved and restored. Then the load
// stops, and the round is checked:
//
//   - Transfers with an unknown outcome are repeated under their keys.
//   - Every acknowledged write is in the changes exactly once, with the revision and the user of
//     the caller's result. A refused write is not, and no other change is.
//   - Each change of a user begins with the values that the change before left, and the user has
//     the values of the last one.
//   - Every revision has a change.
//   - The postings add up to the balances, and all balances together equal the money that came in.
//
// The tests of each storage kill processes that write and processes that follow the changes
// (storage/internal/crash).
//
// At the end it prints the load, the faults and the memory in use. It exits with 1 if anything was
// lost or the memory grew.
package main
