package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// clashes is a fault that refuses a user for a key of another one.
func clashes(clash func(k user.KeyKind, mine, theirs string, other user.User) bool) fault {
	return refuses("PutUser", func(c *hook.Call, u user.User) error {
		for _, other := range everyUser(c) {
			for k, theirs := range asLive(other) {
				kind := user.KeyKind(k)
				if other.ID != u.ID && theirs != "" && clash(kind, u.Keys()[k], theirs, other) {
					return &storage.ExistsError{What: kind.String(), ID: int64(other.ID)}
				}
			}
		}
		return nil
	})
}

// owner returns the id of another user that claims a key of u.
func owner(c *hook.Call, u user.User, k user.KeyKind) (user.ID, bool) {
	other, err := c.Reader.UserByKey(c.Ctx, user.Key{Kind: k, Value: u.Keys()[k]})
	return other.ID, err == nil && other.ID != u.ID
}

// following returns t with the balances that follow from those that the holders have.
func following(c *hook.Call, t balance.Transfer) balance.Transfer {
	has := map[balance.Holder]balance.Units{}
	t.Postings = slices.Clone(t.Postings)
	for i := range t.Postings {
		p := &t.Postings[i]
		for _, h := range []balance.Holder{p.From, p.To} {
			if _, ok := has[h]; !ok {
				list, _ := c.Reader.Balances(c.Ctx, h)
				has[h] = list[0]
			}
		}
		has[p.From] -= p.Amount
		has[p.To] += p.Amount
		has[balance.World] = 0
		p.FromAfter, p.ToAfter = has[p.From], has[p.To]
	}
	return t
}

// keepsChanges is a fault that scrubs no changes, or only those that are committed.
func keepsChanges(ownOnly bool) fault {
	return keeps("Scrub", func(c *hook.Call) []storage.Change {
		list, _ := c.Reader.Changes(c.Ctx, storage.ChangeQuery{})
		return slices.DeleteFunc(list, func(h storage.Change) bool {
			return h.UserID != *arg[user.ID](c) || ownOnly && h.ID.Revision < c.Writer().Next()
		})
	}, "Changes", changeID)
}

// compacts is a fault that compacts to another place, and tells of the one that was wanted.
func compacts(other func(storage.ChangeID) storage.ChangeID) fault {
	return func(b *broken) {
		var told storage.ChangeID
		on("CompactChanges Counters Changes", func(c *hook.Call) error {
			switch c.Method {
			case "CompactChanges":
				last := arg[storage.ChangeID](c)
				if told = *last; other(told) != told {
					*last = other(told)
					return errors.Join(c.Run(), raise(c.Ctx, c.Writer()))
				}
			case "Changes":
				if err := arg[storage.ChangeQuery](c).CheckKept(told); err != nil {
					return err
				}
			default:
				defer func() { result[storage.Counters](c).Compacted = told }()
			}
			return c.Run()
		})(b)
	}
}

// afterwards is a fault that does something more in the named methods.
func afterwards(methods string, more func(c *hook.Call) error) fault {
	return on(methods, func(c *hook.Call) error {
		if err := c.Run(); err != nil {
			return err
		}
		return more(c)
	})
}

// nextID is a fault that returns another id if there is one.
func nextID(other func(c *hook.Call, s storage.Sequence, last int64) int64) fault {
	return on("NextID", func(c *hook.Call) error {
		s, last := *arg[storage.Sequence](c), int64(0)
		if n, _ := c.Reader.Counters(c.Ctx); s.Valid() {
			last = n.Given[s]
		}
		if id := other(c, s, last); id != 0 {
			*result[int64](c) = id
			return nil
		}
		return c.Run()
	})
}

const deliveryMethods = "PutDelivery DeleteDelivery PutDeadLetter DeleteDeadLetter"

// writeMutants are storages that write wrongly.
var writeMutants = []mutant{
	{"commits nothing", "Update/Commits User/RoundTrip",
		on(onlyWriting, func(c *hook.Call) error { return raise(c.Ctx, c.Writer()) })},

	// Users
	{"takes any id", "Update/Poisoned User/Invalid Reference/Invalid", all(
		skips("PutUser", func(_ *hook.Call, u user.User) bool { return u.ID <= 0 }),
		skips("PutReference", func(_ *hook.Call, r user.Reference) bool { return r.ID <= 0 || !r.Kind.Valid() }),
	)},
	{"keeps an attribute that is put empty", "User/RoundTrip", on("PutUser", func(c *hook.Call) error {
		u := arg[user.User](c)
		if old, err := c.Reader.User(c.Ctx, u.ID); err == nil && u.Identity.Description == "" {
			u.Identity.Description = old.Identity.Description
		}
		return c.Run()
	})},
	{"compares keys without case", "Key/Bytes",
		clashes(func(k user.KeyKind, mine, theirs string, other user.User) bool {
			return k.Unique() && strings.EqualFold(mine, theirs) && other.Live()
		})},
	{"lets the deleted keep their names", "Key/Freed",
		clashes(func(k user.KeyKind, mine, theirs string, _ user.User) bool {
			return k.Unique() && mine == theirs
		})},
	{"takes shared keys for unique ones", "Update/Absence Key/Shared",
		clashes(func(_ user.KeyKind, mine, theirs string, other user.User) bool {
			return mine == theirs && other.Live()
		})},
	{"lets a second user take a key", "Key/Unique", skips("PutUser", func(c *hook.Call, u user.User) bool {
		_, taken := owner(c, u, user.KeyFullName)
		return taken
	})},
	{"names the wrong owner of a key", "Key/Unique Key/Swap", on("PutUser", func(c *hook.Call) error {
		err := c.Run()
		var exists *storage.ExistsError
		if errors.As(err, &exists) {
			exists.ID = int64(arg[user.User](c).ID)
		}
		return err
	})},
	{"compares keys at the commit only", "Key/Swap", inUpdate(func() (hook.Hook, writeFunc) {
		var late error
		return func(c *hook.Call) error {
				if c.Method != "PutUser" {
					return c.Run()
				}
				for _, k := range uniqueKeys {
					if id, taken := owner(c, *arg[user.User](c), k); taken {
						late = &storage.ExistsError{What: k.String(), ID: int64(id)}
						return nil
					}
				}
				return c.Run()
			}, func(context.Context, storage.Writer) error {
				return late
			}
	})},
	{"keeps secrets of a missing user", "Update/Absence Secret/NotFound", forgives("PutSecret", storage.ErrNotFound)},
	{"drops the secret with every PutUser", "Secret/RoundTrip", afterwards("PutUser", func(c *hook.Call) error {
		return c.Writer().PutSecret(c.Ctx, arg[user.User](c).ID, user.Secret{})
	})},
	{"never removes a secret", "Secret/Removed",
		skips("PutSecret", func(_ *hook.Call, s user.Secret) bool { return s.IsZero() })},

	// Reference data
	{"lets a name be taken twice", "Reference/Unique",
		skips("PutReference", func(c *hook.Call, r user.Reference) bool {
			other, err := c.Reader.ReferenceByName(c.Ctx, r.Kind, r.Name)
			return err == nil && other.ID != r.ID
		})},
	{"compares names without case", "Reference/Unique",
		refuses("PutReference", func(c *hook.Call, r user.Reference) error {
			list, _ := c.Reader.References(c.Ctx, r.Kind, 0, 0)
			for _, other := range list {
				if other.ID != r.ID && strings.EqualFold(other.Name, r.Name) {
					return &storage.ExistsError{What: "name", ID: other.ID}
				}
			}
			return nil
		})},
	{"never frees a name", "Reference/Unique", func(b *broken) {
		names := map[string]int64{}
		refuses("PutReference", func(_ *hook.Call, r user.Reference) error {
			key := fmt.Sprint(r.Kind, r.Name)
			if id, ok := names[key]; ok && id != r.ID {
				return &storage.ExistsError{What: "name", ID: id}
			}
			names[key] = r.ID
			return nil
		})(b)
	}},
	{"deletes what is not there", "Reference/Deleted", forgives("DeleteReference", storage.ErrNotFound)},

	// Sequences
	{"returns an id twice", "Sequence/Once",
		nextID(func(_ *hook.Call, _ storage.Sequence, last int64) int64 { return last + 1 })},
	{"wraps ids around", "Sequence/Exhausted", nextID(func(_ *hook.Call, _ storage.Sequence, last int64) int64 {
		return last / math.MaxInt64
	})},
	{"counts in any sequence", "Sequence/Unknown", nextID(func(_ *hook.Call, s storage.Sequence, _ int64) int64 {
		if s.Valid() {
			return 0
		}
		return 1
	})},
	{"counts ids without those that were put", "Sequence/Greater", func(b *broken) {
		given := map[storage.Sequence]int64{}
		nextID(func(_ *hook.Call, s storage.Sequence, _ int64) int64 {
			given[s]++
			return given[s]
		})(b)
	}},
	{"has one sequence for all", "Sequence/Apart",
		before("NextID", func(s *storage.Sequence) { *s = storage.UserIDs })},

	// Transfers
	{"takes any transfer", "Transfer/Invalid",
		skips("PostTransfer", func(_ *hook.Call, t balance.Transfer) bool { return storage.CheckTransfer(t) != nil })},
	{"takes transfers in any order", "Transfer/Ascending",
		skips("PostTransfer", func(c *hook.Call, t balance.Transfer) bool {
			last, _ := c.Reader.Transfers(c.Ctx, storage.TransferQuery{Newest: true, Limit: 1})
			return len(last) > 0 && t.ID <= last[0].ID
		})},
	{
		"lets an idempotency key be taken twice", "Transfer/Key Transfer/KeyRace",
		skips("PostTransfer", func(c *hook.Call, t balance.Transfer) bool {
			_, err := c.Reader.TransferByKey(c.Ctx, t.Key)
			return err == nil
		}),
	},
	{"reverses a transfer twice", "Transfer/Reversal",
		skips("PostTransfer", func(c *hook.Call, t balance.Transfer) bool {
			_, err := c.Reader.Reversal(c.Ctx, t.Reverses)
			return err == nil
		})},
	{"believes every balance", "Update/Poisoned Transfer/Conflict",
		skips("PostTransfer", func(c *hook.Call, t balance.Transfer) bool {
			return storage.CheckTransfer(t) == nil && !reflect.DeepEqual(t.Postings, following(c, t).Postings)
		})},
	{"moves money for the first 999 payees", "Transfer/RoundTrip", before("PostTransfer", func(t *balance.Transfer) {
		t.Postings = t.Postings[:min(len(t.Postings), 999)]
	})},

	// Changes
	{"forgets an attribute of changes", "Change/RoundTrip",
		before("AppendChange", func(c *storage.Change) { c.Actor = 0 })},
	{"believes a change's own id", "Change/IDs", func(b *broken) {
		var ids []storage.ChangeID
		on("AppendChange Changes", func(c *hook.Call) error {
			if c.Method == "AppendChange" {
				ids = append(ids, arg[storage.Change](c).ID)
				return c.Run()
			}
			err := c.Run()
			for i := range *result[[]storage.Change](c) {
				(*result[[]storage.Change](c))[i].ID = ids[i]
			}
			return err
		})(b)
	}},
	{"numbers loaded changes anew", "Load/Changes", on("AppendChange", func(c *hook.Call) error {
		arg[storage.Change](c).ID.Index++
		return c.Run()
	})},
	{"loads changes in any order", "Load/Changes", on("AppendChange", func(c *hook.Call) error {
		last, _ := c.Reader.Changes(c.Ctx, storage.ChangeQuery{Newest: true, Limit: 1})
		if len(last) > 0 && !last[0].ID.Less(arg[storage.Change](c).ID) {
			return nil
		}
		return c.Run()
	})},
	{"keeps what is compacted", "History/Compacted",
		compacts(func(storage.ChangeID) storage.ChangeID { return storage.ChangeID{} })},
	{"moves back what is compacted", "History/CompactedAgain",
		compacts(func(last storage.ChangeID) storage.ChangeID { return last })},
	{"forgets changes that are not there yet", "History/CompactedAgain",
		skips("CompactChanges", func(c *hook.Call, last storage.ChangeID) bool {
			return storage.CheckCompaction(last, c.Writer().Next()) != nil
		})},
	{"counts a compaction that forgets nothing", "History/CompactedAgain",
		afterwards("CompactChanges", func(c *hook.Call) error {
			return raise(c.Ctx, c.Writer())
		})},

	// Scrub
	{"scrubs everyone", "Scrub/Everything",
		on("Scrub", func(c *hook.Call) (err error) {
			for id := range user.ID(20) {
				err = errors.Join(err, c.Writer().Scrub(c.Ctx, id))
			}
			return err
		})},
	{"scrubs no changes", "Scrub/Everything", keepsChanges(false)},
	{"scrubs only what is committed", "Scrub/Everything", keepsChanges(true)},
	{"scrubs no postings", "Scrub/Everything", keeps("Scrub", func(c *hook.Call) []balance.Transfer {
		list, _ := c.Reader.Transfers(c.Ctx, storage.TransferQuery{})
		return list
	}, "Transfers", transferKey)},
	{"scrubs no dead letters", "Scrub/Everything", keeps("Scrub", func(c *hook.Call) []storage.DeadLetter {
		list, _ := c.Reader.DeadLetters(c.Ctx, "a", storage.ChangeID{}, 0)
		return list
	}, "DeadLetters", letterChange)},

	// Load
	{"forgets which ids were given elsewhere", "Load/Counters",
		before("Load", func(c *storage.Counters) { c.Given = storage.Counters{}.Given })},
	{"forgets that changes are not kept", "Load/Counters",
		before("Load", func(c *storage.Counters) { c.Compacted = storage.ChangeID{} })},
	{"loads over an account that is there", "Load/Refused",
		skips("Load", func(c *hook.Call, _ storage.Counters) bool {
			return c.Reader.Revision() != 0
		})},
	{"loads after a delivery was put", "Load/Refused", skips("Load", func(c *hook.Call, _ storage.Counters) bool {
		list, _ := c.Reader.Deliveries(c.Ctx, "", 0)
		return len(list) > 0
	})},

	// Deliveries
	{"raises the revision for a delivery", "Delivery/Quiet Wait/Nothing Delivery/Lease",
		afterwards(deliveryMethods, func(c *hook.Call) error {
			return raise(c.Ctx, c.Writer())
		})},
	{"takes any delivery", "Delivery/Invalid",
		skips("PutDelivery", func(_ *hook.Call, d storage.Delivery) bool { return d.Check() != nil })},
	{"takes any dead letter", "Delivery/Invalid",
		skips("PutDeadLetter", func(_ *hook.Call, l storage.DeadLetter) bool { return l.Check() != nil })},
	{"deletes deliveries that are not there", "Delivery/Deleted", forgives("DeleteDelivery", storage.ErrNotFound)},
	{"keeps the dead letters of a delivery that is deleted", "Delivery/Deleted", func(b *broken) {
		var kept []storage.DeadLetter
		on("DeleteDelivery DeadLetters", func(c *hook.Call) error {
			if c.Method == "DeleteDelivery" {
				kept, _ = c.Reader.DeadLetters(c.Ctx, *arg[string](c), storage.ChangeID{}, 0)
				return c.Run()
			}
			err := c.Run()
			*result[[]storage.DeadLetter](c) = append(*result[[]storage.DeadLetter](c), kept...)
			return err
		})(b)
	}},
	{"keeps dead letters of no delivery", "DeadLetter/Absent", forgives("PutDeadLetter", storage.ErrNotFound)},
	{"deletes dead letters that are not there", "DeadLetter/Absent",
		forgives("DeleteDeadLetter", storage.ErrNotFound)},
	{"keeps the first dead letter of a change", "DeadLetter/RoundTrip",
		skips("PutDeadLetter", func(c *hook.Call, l storage.DeadLetter) bool {
			list, _ := c.Reader.DeadLetters(c.Ctx, *arg[string](c), storage.ChangeID{}, 0)
			return slices.ContainsFunc(list, func(old storage.DeadLetter) bool { return old.Change.ID == l.Change.ID })
		})},
	{"forgets the user that the change of a dead letter created", "DeadLetter/RoundTrip",
		before("PutDeadLetter", func(l *storage.DeadLetter) {
			l.Change.Created = nil
		})},
}
