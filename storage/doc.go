// Package storage is the contract between roster's front door and what keeps its data. It has
// interfaces, queries, changes, errors and limits; no rule of the domain and no SQL.
//
// The account is the unit of consistency. A transaction names one account, sees nothing of another
// one, and raises that account's revision by one if it wrote anything.
//
// # Writing a storage
//
// Implement Storage, Reader and Writer, and call storagetest.Run in a test. It checks each sentence
// of the interfaces and prints the one that broke. An engine needs little beyond its own
// transactions:
//
//   - one writer at a time for each account, and one revision for each account;
//   - values by key, and lists by key in the order of bytes;
//   - a set of unique keys for each account: the keys of users, the names of reference data, the
//     keys of transfers.
//
// No internal package is needed. The values encode themselves: user.User, user.Account,
// user.Reference, balance.Transfer, Change, Counters, Delivery and DeadLetter as JSON, and
// user.Secret by user.MarshalSecret. The page docs/records.md documents these forms. The package
// has the rest of what storages share:
//
//   - Query.Check, Query.Match, Query.Compare, Query.Beyond and Query.PositionOf define lists. A
//     storage without indexes reads all users, keeps those that match, sorts by position, and
//     takes a page.
//   - PageLimit, CheckTransfer, Counters.CheckLoad, CheckLoaded, CheckKept, Delivery.Check and
//     DeadLetter.Check return the errors that do not depend on how an engine works.
//   - user.User.Keys returns the keys that a user claims, balance.Transfer.Balances what a transfer
//     leaves each holder with, balance.Transfer.Entries a holder's part of it, and Change.Scrubbed
//     and balance.Transfer.WithoutName what is left of them when a user is erased.
package storage
