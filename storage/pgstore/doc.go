// Package pgstore keeps roster's accounts in a PostgreSQL database, or one that speaks its
// protocol: a storage.Storage for many servers at once.
//
//	store, err := pgstore.Open(ctx, "postgres://desk@db/desk") // or New, on a pool that the host has
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//	directory := roster.New(store)
//
// An Update normally holds no lock while its function runs. Its writes go to the engine with the
// commit in one round trip, and the commit takes place only if the account's row is unchanged. The
// Store remembers what it read, so a transfer between holders that it knows is one round trip in
// all. Updates of one account in one Store run one after another, and those that wait for each
// other share a transaction. If several processes write to one account, the function runs again
// under a lock of the account's row. Accounts do not wait for each other. The comment in
// protocol.go has the steps.
//
// Views read one snapshot each (REPEATABLE READ) in two round trips, three if they read two things,
// and so on.
//
// What it leans on:
//
//   - one writer at a time: each transaction first updates or locks the account's row, if it still
//     is what it was. Do not write to the tables beside the store;
//   - all or nothing: the engine's transactions, and its durability as the server configures it
//     (synchronous_commit);
//   - constraints twice: the domain decides, and the schema refuses a negative balance of a user, a
//     balance that is not what the transfer took it for, and a posting of nothing. A posting moves
//     one amount between two holders, so sums are zero. The schema is often the only judge of a
//     transfer's idempotency key: a database must not lack the unique index
//     roster_postings_by_key;
//   - texts: they are valid UTF-8 without NUL, as package storage says, and the database has the
//     encoding UTF8. Each column has COLLATE "C", so texts compare by bytes;
//   - searches for a part of a name: a GIN index of triples of bytes finds candidates for parts of
//     three bytes or more, the kept folded texts decide; shorter parts read all those texts of the
//     account. No extension is needed. Folding is of the version of Unicode that wrote the row;
//   - commits of other processes: LISTEN and NOTIFY, with a poll behind them. Commits of the Store
//     itself are told at once.
//
// Anyone can read the tables with SQL; docs/schema.md lists them. The tables and views begin with
// roster_, so they can share a database with the tables of the embedding server. Tx is a storage
// inside the server's own transaction.
//
// If the connection is lost while a commit is under way, the store makes sure that the commit never
// takes place, and runs the function again. If it cannot, Update returns storage.ErrUnknownOutcome:
// the commit has happened or not, whole. Repeat a transfer under its idempotency key to learn
// which.
//
// A call whose context ends lets a statement that is under way finish, for 100 ms at most, because
// to break it off would close the connection that others share. A call whose writes are in a commit
// that is under way waits for the outcome, CommitTimeout at most.
//
// The package checks no rule of the domain beyond what package storage asks, and encrypts nothing.
// Connections, timeouts, TLS and the exec mode are the pool's. A pooler between must keep a
// transaction on one connection. Erasing a user empties the rows at once. Old versions of them go
// with the engine's VACUUM, and from its log as that is recycled.
package pgstore
