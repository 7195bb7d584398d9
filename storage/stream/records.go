package stream

import (
	"context"
	"errors"
	"iter"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// errStopped ends the reading of records that are no longer wanted.
var errStopped = errors.New("stream: stopped")

// records yields the records of an account in their order. It reads them in pages. After an error
// it yields nothing more.
func records(ctx context.Context, r storage.Reader, c storage.Counters) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		from := source{ctx, r, func(rec record) error {
			if !yield(rec, nil) {
				return errStopped
			}
			return nil
		}}
		for _, part := range [...]func() error{
			from.references, from.users, from.transfers, func() error { return from.changes(c.Compacted) },
			func() error { return from.deliveries(from.position) }, func() error { return from.deliveries(from.letters) }, from.settings,
		} {
			if err := part(); err != nil {
				if !errors.Is(err, errStopped) {
					yield(nil, err)
				}
				return
			}
		}
	}
}

// source reads the records of an account and gives them to emit. Its methods return the first
// error, which may be that of emit.
type source struct {
	ctx  context.Context
	r    storage.Reader
	emit func(record) error
}

// paged calls read for one page after another, until a page is not full, and calls each for every
// item. each has to make read go on behind the item.
func paged[T any](read func() ([]T, error), each func(*T) error) error {
	for {
		list, err := read()
		if err != nil {
			return err
		}
		for i := range list {
			if err := each(&list[i]); err != nil {
				return err
			}
		}
		if len(list) < storage.MaxPage {
			return nil
		}
	}
}

func (s source) references() error {
	for k := user.ReferenceKind(1); k.Valid(); k++ {
		after := int64(0)
		err := paged(func() ([]user.Reference, error) { return s.r.References(s.ctx, k, after, 0) },
			func(ref *user.Reference) error {
				after = ref.ID
				return s.emit(&referenceLine{"ref", ref})
			})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s source) users() error {
	q := storage.Query{Deleted: storage.WithDeleted}
	var units map[user.ID]balance.Units
	return paged(func() ([]user.User, error) {
		list, err := s.r.Users(s.ctx, q)
		if err != nil {
			return nil, err
		}
		holders := make([]balance.Holder, len(list))
		for i, u := range list {
			holders[i] = balance.HolderOf(u.ID)
		}
		has, err := s.r.Balances(s.ctx, holders...)
		units = make(map[user.ID]balance.Units, len(has))
		for i := range has {
			units[list[i].ID] = has[i]
		}
		return list, err
	}, func(u *user.User) error {
		q.After = &storage.Position{ID: u.ID}
		proof, err := s.r.Secret(s.ctx, u.ID)
		if err != nil {
			return err
		}
		return s.emit(&userLine{"user", u, secret{proof}, units[u.ID]})
	})
}

// fewPostings is the number of postings that a page of transfers should have. One transfer may have
// 100,000, so a page with many transfers could need too much memory.
const fewPostings = 10_000

func (s source) transfers() error {
	for q := (storage.TransferQuery{Limit: 8}); ; {
		list, err := s.r.Transfers(s.ctx, q)
		if err != nil {
			return err
		}
		postings := 0
		for i := range list {
			q.After = list[i].ID
			postings += len(list[i].Postings)
			if err := s.emit(&transferLine{"transfer", &list[i]}); err != nil {
				return err
			}
		}
		if len(list) < q.Limit {
			return nil
		}
		if postings > fewPostings {
			q.Limit = max(q.Limit/8, 1)
		} else if 4*postings < fewPostings {
			q.Limit = min(2*q.Limit, storage.MaxPage)
		}
	}
}

func (s source) changes(after storage.ChangeID) error {
	q := storage.ChangeQuery{After: after}
	return paged(func() ([]storage.Change, error) { return s.r.Changes(s.ctx, q) }, func(c *storage.Change) error {
		q.After = c.ID
		return s.emit(&changeLine{"change", c})
	})
}

// deliveries calls each for every delivery.
func (s source) deliveries(each func(storage.Delivery) error) error {
	after := ""
	return paged(func() ([]storage.Delivery, error) { return s.r.Deliveries(s.ctx, after, 0) }, func(d *storage.Delivery) error {
		after = d.Name
		return each(*d)
	})
}

func (s source) position(d storage.Delivery) error {
	return s.emit(&deliveryLine{"delivery", &d.Name, d.Position})
}

// letters reads the dead letters of a delivery.
func (s source) letters(d storage.Delivery) error {
	var after storage.ChangeID
	return paged(func() ([]storage.DeadLetter, error) { return s.r.DeadLetters(s.ctx, d.Name, after, 0) },
		func(l *storage.DeadLetter) error {
			after = l.Change.ID
			return s.emit(&letterLine{"deadLetter", d.Name, l})
		})
}

func (s source) settings() error {
	a, err := s.r.Account(s.ctx)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return s.emit(&settingsLine{"settings", &a})
}

// expected estimates how many records an account has. For changes the estimate is the number of
// revisions since the last compaction. For records with an id it is the greatest id that the
// account has given.
func expected(c storage.Counters) Counts {
	e := Counts{Changes: int64(c.Revision - c.Compacted.Revision)}
	e.Users, e.Transfers = c.Given[storage.UserIDs], c.Given[storage.TransferIDs]
	for k := user.ReferenceKind(1); k.Valid(); k++ {
		e.References += c.Given[storage.ReferenceIDs(k)]
	}
	return e
}
