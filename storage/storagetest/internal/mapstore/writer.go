package mapstore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

// writer writes to a copy of the state and reads from it.
type writer struct {
	reader
	wrote   bool
	quiet   bool // wrote what raises no revision
	loading bool // Load was called
	loads   storage.Counters
}

// writer returns a writer on a copy of base.
func (s *Store) writer(base *state) *writer {
	return &writer{reader: reader{store: s, state: base.clone(), base: base, writing: true}}
}

// run calls fn with the writer.
func (w *writer) run(ctx context.Context, fn func(context.Context, storage.Writer) error) error {
	return fn(context.WithValue(ctx, inside{}, true), hook.NewWriter(w, w.hooks()))
}

func (w *writer) Next() user.Revision {
	if w.loading {
		return w.loadedRevision()
	}
	return w.base.revision + 1
}

func (w *writer) NextID(ctx context.Context, s storage.Sequence) (int64, error) {
	if !s.Valid() && !w.bad("counts in any sequence") {
		return 0, fmt.Errorf("mapstore: sequence %d: %w", s, storage.ErrInvalid)
	}
	w.on("has one sequence for all", func() { s = storage.UserIDs })
	last := w.state.greatest[s]
	if last == math.MaxInt64 && !w.bad("wraps ids around") {
		return 0, fmt.Errorf("mapstore: no id is left: %w", storage.ErrLimit)
	}
	if !w.bad("returns an id twice") {
		w.state.greatest[s] = last + 1
	}
	return last + 1, nil
}

func (w *writer) used(s storage.Sequence, id int64) {
	if !w.bad("counts ids without those that were put") {
		w.state.greatest[s] = max(w.state.greatest[s], id)
	}
}

func (w *writer) PutAccount(ctx context.Context, a user.Account) error {
	w.state.account, w.wrote = &a, true
	return nil
}

func (w *writer) PutUser(ctx context.Context, u user.User) error {
	if u.ID <= 0 && !w.bad("takes any id") {
		return fmt.Errorf("mapstore: user id %d: %w", u.ID, storage.ErrInvalid)
	}
	if err := w.clash(u); err != nil && !w.bad("compares keys at the commit only") {
		return err
	}
	if old, ok := w.state.users[u.ID]; ok {
		if w.bad("keeps an attribute that is put empty") && u.Identity.Description == "" {
			u.Identity.Description = old.Identity.Description
		}
	} else {
		w.state.first[u.ID] = u
	}
	w.on("drops the secret with every PutUser", func() { delete(w.state.secrets, u.ID) })
	w.state.users[u.ID], w.wrote = u, true
	if u.ConfigVersion > w.state.config || w.bad("ConfigRevision is that of the user put last") {
		w.state.config = u.ConfigVersion
	}
	w.used(storage.UserIDs, int64(u.ID))
	return nil
}

// clash returns a *storage.ExistsError if another user in the writer's state has the same value of
// a unique key as u. The error has the kind of the key and the id of the other user. Otherwise
// clash returns nil. A key without a value never clashes. Some faults of the store make clash miss
// a clash, report one that does not exist, or name the wrong user.
func (w *writer) clash(u user.User) error {
	keys := w.keys(u)
	for _, other := range w.state.users {
		for k, value := range w.keys(other) {
			kind := user.KeyKind(k)
			same := value == keys[k] || w.bad("compares keys without case") && strings.EqualFold(value, keys[k])
			if value == "" || !same || other.ID == u.ID && !w.bad("finds a user's own keys taken") {
				continue
			}
			switch {
			case !kind.Unique() && !w.bad("takes shared keys for unique ones"):
			case w.bad("lets a second user take a key") && kind == user.KeyFullName:
			case w.bad("names the wrong owner of a key"):
				return &storage.ExistsError{What: kind.String(), ID: int64(u.ID)}
			default:
				return &storage.ExistsError{What: kind.String(), ID: int64(other.ID)}
			}
		}
	}
	return nil
}

func (w *writer) PutSecret(ctx context.Context, id user.ID, s user.Secret) error {
	if _, ok := w.state.users[id]; !ok && !w.bad("keeps secrets of a missing user") {
		return errMissing
	}
	switch {
	case !s.IsZero():
		w.state.secrets[id] = s
	case !w.bad("never removes a secret"):
		delete(w.state.secrets, id)
	}
	w.wrote = true
	return nil
}

func (w *writer) PutReference(ctx context.Context, ref user.Reference) error {
	if (!ref.Kind.Valid() || ref.ID <= 0) && !w.bad("takes any id") {
		return fmt.Errorf("mapstore: %s %d: %w", ref.Kind, ref.ID, storage.ErrInvalid)
	}
	for id, other := range w.state.refs {
		same := other.Name == ref.Name || w.bad("compares names without case") && strings.EqualFold(other.Name, ref.Name)
		sameKind := id.kind == ref.Kind || w.bad("has one set of names for all kinds")
		if same && sameKind && (id.id != ref.ID || id.kind != ref.Kind) && !w.bad("lets a name be taken twice") {
			return &storage.ExistsError{What: "name", ID: id.id}
		}
	}
	if id, taken := w.state.names[referenceName{ref.Kind, ref.Name}]; taken && id != ref.ID && w.bad("never frees a name") {
		return &storage.ExistsError{What: "name", ID: id}
	}
	w.state.names[referenceName{ref.Kind, ref.Name}] = ref.ID
	w.state.refs[referenceID{ref.Kind, ref.ID}], w.wrote = ref, true
	w.used(storage.ReferenceIDs(ref.Kind), ref.ID)
	return nil
}

func (w *writer) DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error {
	key := referenceID{k, id}
	if _, ok := w.state.refs[key]; !ok && !w.bad("deletes what is not there") {
		return errMissing
	}
	delete(w.state.refs, key)
	if w.bad("remembers only the id that was deleted last") {
		w.state.greatest[storage.ReferenceIDs(k)] = id
		for there := range w.state.refs {
			if there.kind == k {
				w.used(storage.ReferenceIDs(k), there.id)
			}
		}
	}
	w.wrote = true
	return nil
}

func (w *writer) PostTransfer(ctx context.Context, t balance.Transfer) error {
	if err := storage.CheckTransfer(w.excused(t)); err != nil {
		return fmt.Errorf("mapstore: %w", err)
	}
	if n := len(w.state.transfers); n > 0 && t.ID <= w.state.transfers[n-1].ID {
		if !w.bad("takes transfers in any order") {
			return fmt.Errorf("mapstore: transfer id %d: %w", t.ID, storage.ErrInvalid)
		}
	}
	for _, other := range w.state.transfers {
		if t.Key != "" && t.Key == other.Key && !w.bad("lets an idempotency key be taken twice") {
			return &storage.ExistsError{What: "key", ID: int64(other.ID)}
		}
		if t.Reverses != 0 && t.Reverses == other.Reverses && !w.bad("reverses a transfer twice") {
			return &storage.ExistsError{What: "reversal", ID: int64(other.ID)}
		}
	}
	for i, p := range t.Postings {
		if i == 999 && w.bad("moves money for the first 999 payees") {
			break
		}
		if err := w.move(p.From, -p.Amount, p.FromAfter); err != nil {
			return fmt.Errorf("mapstore: posting %d: %w", i, err)
		}
		if err := w.move(p.To, p.Amount, p.ToAfter); err != nil {
			return fmt.Errorf("mapstore: posting %d: %w", i, err)
		}
	}
	if !w.bad("keeps the caller's postings") {
		t = copyTransfer(t)
	}
	w.state.transfers, w.wrote = append(w.state.transfers, t), true
	w.used(storage.TransferIDs, int64(t.ID))
	return nil
}

// excused returns a copy of t for the check of the transfer's rules. If a fault makes the store
// accept an invalid part of a transfer, excused replaces this part in the copy by a valid one, so
// that the check passes. Without such a fault the copy equals t. excused does not change t, and the
// store writes t.
func (w *writer) excused(t balance.Transfer) balance.Transfer {
	w.on("takes any id of a transfer", func() { t.ID, t.Reverses = 1, 0 })
	t.Postings = slices.Clone(t.Postings)
	for i := range t.Postings {
		p := &t.Postings[i]
		switch {
		case w.bad("takes postings of nothing") && p.Amount == 0, w.bad("takes postings of less than nothing") && p.Amount < 0,
			w.bad("takes any amount") && p.Amount > 0:
			p.Amount = 1
		case w.bad("lets holders pay themselves") && p.From == p.To:
			p.From, p.FromAfter = balance.World, 0
		}
		for _, side := range []struct {
			h balance.Holder
			u *balance.Units
		}{{p.From, &p.FromAfter}, {p.To, &p.ToAfter}} {
			switch {
			case w.bad("lets users have less than nothing") && side.h > 0 && *side.u < 0,
				w.bad("keeps a balance of the world") && side.h == balance.World,
				w.bad("lets balances grow beyond the bound") && !side.u.InRange():
				*side.u = 0
			}
		}
		if w.bad("takes any number for a holder") {
			p.From, p.FromAfter = min(max(p.From, balance.World), balance.Account), 0
			p.To, p.ToAfter = 1, 0
		}
	}
	return t
}

func (w *writer) move(h balance.Holder, delta, after balance.Units) error {
	if h == balance.World && !w.bad("keeps a balance of the world") {
		return nil
	}
	if had := w.state.balances[h]; had+delta != after && h != balance.World {
		if w.bad("adds amounts to balances") {
			after = had + delta
		} else if !w.bad("believes every balance") {
			return storage.ErrConflict
		}
	}
	if h == balance.World {
		after = w.state.balances[h] + delta
	}
	w.state.balances[h] = after
	return nil
}

func (w *writer) AppendChange(ctx context.Context, c storage.Change) error {
	switch {
	case w.loading && !w.bad("numbers loaded changes anew"):
		if err := w.loaded(c.ID); err != nil {
			return err
		}
	case !w.bad("believes a change's own id"):
		c.ID = storage.ChangeID{Revision: w.Next()}
		if n := len(w.state.changes); n > 0 && w.state.changes[n-1].ID.Revision == c.ID.Revision {
			c.ID.Index = w.state.changes[n-1].ID.Index + 1
		}
	}
	w.on("forgets an attribute of changes", func() { c.Actor = 0 })
	if !w.bad("keeps the caller's changes") {
		c = c.Clone()
	}
	w.state.changes, w.wrote = append(w.state.changes, c), true
	return nil
}

func (w *writer) Scrub(ctx context.Context, id user.ID) error {
	if w.bad("scrubs only what is committed") {
		defer func(changes []storage.Change) {
			copy(w.state.changes[len(w.base.changes):], changes)
		}(slices.Clone(w.state.changes[len(w.base.changes):]))
	}
	if w.bad("scrubs for good at once") {
		for i := range w.base.changes {
			w.base.changes[i].Diff = nil
		}
	}
	for i, c := range w.state.changes {
		if (c.UserID == id || w.bad("scrubs everyone")) && !w.bad("scrubs no changes") {
			w.state.changes[i] = c.Scrubbed()
		}
	}
	for i, t := range w.state.transfers {
		t = copyTransfer(t)
		for j, p := range t.Postings {
			if who, ok := p.User(); ok && (who == id || w.bad("scrubs everyone")) && !w.bad("scrubs no postings") {
				t.Postings[j].Name = ""
			}
		}
		w.state.transfers[i] = t
	}
	w.scrubLetters(func(c storage.Change) bool { return c.UserID == id || w.bad("scrubs everyone") })
	w.wrote = true
	return nil
}
