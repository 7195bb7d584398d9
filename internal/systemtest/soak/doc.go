// Command soak keeps a random load on the front door over every storage, hurts the storage
// meanwhile, and looks whether anything was lost.
//
//	go run ./internal/systemtest/soak             # an hour; a minute with CI=true
//	go run ./internal/systemtest/soak -for 10m -stores sqlite,postgres
//
// The storages take turns, a round each. In a round callers write to and read from a few fresh
// accounts, one in ten of their calls with an input that must be refused. Meanwhile calls of the
// storage fail (storagetest.Faults), callers stop waiting, connections are cut, the file is closed
// and opened again, a second process that writes to it is killed, the server is killed and started
// again, the memory is saved and restored. Then there is peace, and the round is settled:
//
//   - transfers of unknown outcome are asked again under their keys;
//   - every acknowledged write is in the change feed exactly once, at the revision and with the
//     user that its caller was told, every refused one is not, and no other change is there;
//   - of each user, each change begins where the one before ended, and the user is as the last one
//     says;
//   - every revision has its change, and who watched the feed through all of this saw each change
//     once and in order;
//   - the postings add up to the balances, and the money in the account and with its users is what
//     came in.
//
// At the end it prints the load that was held, what was survived, and what memory did. It exits
// with 1 if anything was lost or memory grew.
package main
