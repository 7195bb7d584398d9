package stream

import (
	"context"
	"errors"
	"iter"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// records yields the records of an account in their order. It reads them in pages. After an error
// it yields nothing more.
func records(ctx context.Context, r storage.Reader, c storage.Counters) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for _, part := range [...]func(context.Context, storage.Reader, storage.Counters, func(record) bool) (bool, error){
			readReferences, readUsers, readTransfers, readChanges, readDeliveries, readLetters, readSettings,
		} {
			more, err := part(ctx, r, c, func(r record) bool { return yield(r, nil) })
			if err != nil {
				yield(nil, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

func readReferences(ctx context.Context, r storage.Reader, _ storage.Counters, yield func(record) bool) (bool, error) {
	for k := user.ReferenceKind(1); k.Valid(); k++ {
		for after, full := int64(0), true; full; {
			list, err := r.References(ctx, k, after, 0)
			if err != nil {
				return false, err
			}
			for _, ref := range list {
				after = ref.ID
				if !yield(&referenceRecord{ref}) {
					return false, nil
				}
			}
			full = len(list) == storage.MaxPage
		}
	}
	return true, nil
}

func readUsers(ctx context.Context, r storage.Reader, _ storage.Counters, yield func(record) bool) (bool, error) {
	q := storage.Query{Deleted: storage.WithDeleted}
	for full := true; full; {
		list, err := r.Users(ctx, q)
		if err != nil {
			return false, err
		}
		holders := make([]balance.Holder, len(list))
		for i, u := range list {
			holders[i] = balance.HolderOf(u.ID)
		}
		units, err := r.Balances(ctx, holders...)
		if err != nil {
			return false, err
		}
		for i, u := range list {
			secret, err := r.Secret(ctx, u.ID)
			if err != nil {
				return false, err
			}
			if !yield(&userRecord{u, secret, units[i]}) {
				return false, nil
			}
			q.After = &storage.Position{ID: u.ID}
		}
		full = len(list) == storage.MaxPage
	}
	return true, nil
}

// fewPostings is the number of postings that a page of transfers should have. One transfer may have
// 100,000, so a page with many transfers could need too much memory.
const fewPostings = 10_000

func readTransfers(ctx context.Context, r storage.Reader, _ storage.Counters, yield func(record) bool) (bool, error) {
	limit := 8
	for after, full := balance.TransferID(0), true; full; {
		list, err := r.Transfers(ctx, storage.TransferQuery{After: after, Limit: limit})
		if err != nil {
			return false, err
		}
		postings := 0
		for _, t := range list {
			after = t.ID
			postings += len(t.Postings)
			if !yield(&transferRecord{t}) {
				return false, nil
			}
		}
		full = len(list) == limit
		if postings > fewPostings {
			limit = max(limit/8, 1)
		} else if 4*postings < fewPostings {
			limit = min(2*limit, storage.MaxPage)
		}
	}
	return true, nil
}

func readChanges(ctx context.Context, r storage.Reader, c storage.Counters, yield func(record) bool) (bool, error) {
	for after, full := c.Compacted, true; full; {
		list, err := r.Changes(ctx, storage.ChangeQuery{After: after})
		if err != nil {
			return false, err
		}
		for _, h := range list {
			after = h.ID
			if !yield(&changeRecord{h}) {
				return false, nil
			}
		}
		full = len(list) == storage.MaxPage
	}
	return true, nil
}

// eachDelivery calls fn with each delivery until fn reports false.
func eachDelivery(ctx context.Context, r storage.Reader, fn func(storage.Delivery) (bool, error)) (bool, error) {
	for after, full := "", true; full; {
		list, err := r.Deliveries(ctx, after, 0)
		if err != nil {
			return false, err
		}
		for _, d := range list {
			after = d.Name
			if more, err := fn(d); !more || err != nil {
				return false, err
			}
		}
		full = len(list) == storage.MaxPage
	}
	return true, nil
}

func readDeliveries(ctx context.Context, r storage.Reader, _ storage.Counters, yield func(record) bool) (bool, error) {
	return eachDelivery(ctx, r, func(d storage.Delivery) (bool, error) {
		return yield(&deliveryRecord{d.Name, d.Position}), nil
	})
}

func readLetters(ctx context.Context, r storage.Reader, _ storage.Counters, yield func(record) bool) (bool, error) {
	return eachDelivery(ctx, r, func(d storage.Delivery) (bool, error) {
		for after, full := (storage.ChangeID{}), true; full; {
			list, err := r.DeadLetters(ctx, d.Name, after, 0)
			if err != nil {
				return false, err
			}
			for _, l := range list {
				after = l.Change.ID
				if !yield(&letterRecord{d.Name, l}) {
					return false, nil
				}
			}
			full = len(list) == storage.MaxPage
		}
		return true, nil
	})
}

func readSettings(ctx context.Context, r storage.Reader, _ storage.Counters, yield func(record) bool) (bool, error) {
	a, err := r.Account(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil
	}
	return err == nil && yield(&settingsRecord{a}), err
}

// expected estimates how many records an account has, from its counters c. The number of changes is
// the number of revisions since the last compaction. The other numbers are the greatest ids that
// the account has given. The estimate ignores ids without a record and revisions with several
// changes.
func expected(c storage.Counters) Counts {
	e := Counts{Changes: int64(c.Revision - c.Compacted.Revision)}
	e.Users, e.Transfers = c.Given[storage.UserIDs], c.Given[storage.TransferIDs]
	for k := user.ReferenceKind(1); k.Valid(); k++ {
		e.References += c.Given[storage.ReferenceIDs(k)]
	}
	return e
}
