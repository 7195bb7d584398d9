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
// all. The comment in protocol.go has the steps, and what follows if one fails. A View reads one
// snapshot in two round trips, three if it reads two things, and so on.
//
// What it depends on:
//
//   - The engine's transactions and durability, as the server configures them (synchronous_commit).
//   - No other program writes to the tables. Each transaction updates or locks the account's row
//     first, so an account has one writer at a time.
//   - The constraints of the schema. The domain decides, and the schema refuses a negative balance
//     of a user, and a posting of nothing. The unique index roster_postings_by_key is often the
//     only judge of a transfer's idempotency key.
//   - The encoding UTF8. Each column has COLLATE "C", so texts compare by bytes. No extension is
//     needed: a GIN index of triples of bytes finds candidates for a part of a name.
//   - LISTEN and NOTIFY for commits of other processes, with a poll behind them.
//
// Anyone can read the tables with SQL; docs/schema.md lists them. Their names begin with roster_.
// Tx is a storage inside the host's own transaction.
//
// The package checks no rule of the domain beyond what package storage asks, and encrypts nothing.
// Connections, timeouts, TLS and the exec mode are the pool's. A pooler between must keep a
// transaction on one connection. Erasing a user empties the rows at once. Old versions of them go
// with the engine's VACUUM, and from its log as that is recycled.
package pgstore
