// Package memstore keeps accounts in memory: a storage.Storage on go-memdb that needs no file and
// no server. A snapshot of it can be written to a file or any io.Writer, and read again.
//
//	store := memstore.New()
//	defer store.Close()
//	_, err := store.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
//		id, err := w.NextID(ctx, storage.UserIDs)
//		if err != nil {
//			return err
//		}
//		return w.PutUser(ctx, user.User{ID: user.ID(id), Identity: user.Identity{Login: "kim"}})
//	})
//
// # Where the data are
//
// Every datum is in a row of go-memdb. schema.go names the tables, their rows and their indexes,
// and is the file to read first. A store has a database with one row for each account. That row has
// the settings and counters of the account, and its own database with everything else.
//
//   - A user is in the page of users with the user's id (userPage, reader.user).
//   - A login is found in the table of keys by its hash, which leads to the id of the user. The
//     user is then asked whether it has that login (reader.claimants).
//   - A search for a part of a name, a filter and a total use what package internal/index derives
//     from users. It can be derived again from the users at any time.
//   - The history of a user, an actor or a type is found by what is derived from 1,024 changes at a
//     time (historyRow). The changes behind those are gone through (reader.Changes).
//   - A commit writes the rows of the account to a snapshot of its database, and then puts the new
//     row of the account in the place of the old one (Store.Update).
//
// An account has one writer at a time, which waits for its turn as long as its context lives.
// Readers never wait. Writers of different accounts meet only in the last step of a commit, which
// takes some microseconds. Transactions, snapshots and rollback are go-memdb's, and so are the
// channels that Wait waits for.
//
// # Snapshots
//
// A snapshot is lines of a word, a space and JSON with the field names of the public JSON forms:
//
//	format     the title
//	account    id, counters and settings; the lines behind it belong to this account
//	reference  a user.Reference
//	user       a user.User
//	secret     the id of a user, and what user.MarshalSecret returns for the user's secret
//	transfer   a balance.Transfer
//	change     a storage.Change
//	creation   a storage.Change without Created, which is the user as it still is
//	delivery   a storage.Delivery
//	letter     the name of a delivery, and a storage.DeadLetter of it
//	end        the number of lines before it, and their checksum
//
// # Bounds
//
// Options bound everything that grows. What is over a bound is storage.ErrLimit; old changes go
// instead, and a reader that asks for them gets storage.ErrCompacted. The bounds count things; how
// long a text may be is a rule of the domain, which is checked before.
//
// # What it does not do
//
// It is not durable: what was committed after the last snapshot is gone when the process ends. It
// does not share its data between processes, and it checks no rule of the domain.
package memstore
