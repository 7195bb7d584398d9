// Package memstore keeps accounts in memory: a storage.Storage that needs no file and no server, with a snapshot to
// any io.Writer and back.
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
// Each account is a database of its own: one writer at a time, who waits for his turn as long as his context lives,
// and any number of readers, who never wait. A commit builds the next state beside the present one, sharing all that
// did not change, and swaps one pointer. So a reader sees everything at one revision, and a rollback is forgetting.
//
// What is narrow and looked up by a few keys (reference data, secrets, the idempotency keys of transfers, reversals)
// are rows of go-memdb. What there is one or more of for each user is kept beside it in structures that are
// persistent in the same way, because a write to one go-memdb index costs about seventy allocations, and a user has
// a dozen places where he can be found:
//
//   - users and balances are pages of 64 neighbours in a tree of arrays. An update copies a page of pointers and
//     touches no index that did not change;
//   - the keys (login, e-mail and so on) are in one index of hashes that all states of an account share. It may name
//     users who claim a key no more, or not yet; whoever looks a key up asks the user as he is in his own state;
//   - the orders (by login, by display name) are sorted trees;
//   - each block of 64 pages knows for every skill, role, status, application … which of its 4,096 users have it, as
//     the bits of one word a page, and a sorted tree knows which blocks have any. Filters are AND, OR and AND NOT of
//     words, totals count bits, and what dashboards ask for most (enabled, a role, an application) is counted as it
//     changes;
//   - each page holds the folded names of its users in one text, with a signature of the triples of bytes that
//     occur. A search for a part of a name reads the signatures, and then only pages that may have it;
//   - changes and transfers are logs that only grow at their end.
//
// Everything is bounded by options; what is over is ErrLimit, or for changes ErrCompacted. The bounds count rows; how
// long a text may be is the domain's rule and checked before it comes here.
//
// It is not durable: what was committed after the last Snapshot is gone when the process ends. It does not share its
// data between processes, and evaluates no rule of the domain.
package memstore
