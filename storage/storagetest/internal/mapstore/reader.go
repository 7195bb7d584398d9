package mapstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

type reader struct {
	store   *Store
	state   *state   // what is read: in Update the copy that is written to
	base    *state   // the state that the transaction began with
	live    *account // for a fault
	writing bool
	closed  atomic.Bool
	poison  error // what a method returned that forbids the commit
}

// noted keeps an error that forbids the commit.
func (r *reader) noted(err error) error {
	harmless := errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrAmbiguous)
	if err != nil && r.poison == nil && (!harmless || r.bad("rolls back because something was not found")) {
		r.poison = err
	}
	return err
}

func (r *reader) close(unless string) {
	if !r.store.bad(unless) {
		r.closed.Store(true)
	}
}

func (r *reader) bad(fault string) bool { return r.store.bad(fault) }

// alive returns why a method may not run.
func (r *reader) alive(ctx context.Context) error {
	switch {
	case r.closed.Load():
		return storage.ErrClosed // and not noted: the transaction is over
	case r.store.closed.Err() != nil && !r.bad("Close leaves what runs running"):
		return r.noted(storage.ErrClosed)
	case r.bad("reads under a context that is done"):
		return nil
	}
	return r.noted(ctx.Err())
}

// at returns the state that a method reads.
func (r *reader) at(method string) *state {
	if r.bad(method + " misses the transaction's own writes") {
		return r.base
	}
	if r.live != nil {
		r.store.mu.Lock()
		defer r.store.mu.Unlock()
		return r.live.state
	}
	return r.state
}

func missing[T any](r *reader) (T, error) {
	var zero T
	return zero, r.noted(fmt.Errorf("mapstore: %w", storage.ErrNotFound))
}

func (r *reader) Revision() user.Revision {
	if r.writing && r.bad("Revision in Update is the next one") {
		return r.base.revision + 1
	}
	return r.base.revision
}

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	if err := r.alive(ctx); err != nil {
		return user.Account{}, err
	}
	a := r.at("Account").account
	if a == nil && !r.bad("has settings before they were put") {
		return missing[user.Account](r)
	}
	if a == nil {
		return user.Account{}, nil
	}
	got := *a
	if r.bad("forgets a setting") {
		got.NameReuse.Hold = 0
	}
	return got, nil
}

func (r *reader) User(ctx context.Context, id user.ID) (user.User, error) {
	if err := r.alive(ctx); err != nil {
		return user.User{}, err
	}
	u, ok := r.at("User").users[id]
	switch {
	case !ok && r.bad("returns the zero user for nobody"):
		return user.User{}, nil
	case !ok || r.bad("hides deleted users") && !u.Live():
		return missing[user.User](r)
	case r.bad("forgets an attribute"):
		u.Preferences.Views = user.IDs[user.ViewID]{}
	case r.bad("keeps texts up to NUL"):
		u.Identity.CustomData, _, _ = strings.Cut(u.Identity.CustomData, "\x00")
	case r.bad("makes texts valid UTF-8"):
		u.Identity.CustomData = strings.ToValidUTF8(u.Identity.CustomData, "\uFFFD")
	case r.bad("keeps ids as floats"):
		u.ID = user.ID(float64(u.ID))
	case r.bad("keeps seconds only"):
		u.Lifecycle.Created = u.Lifecycle.Created.Truncate(1e9)
	case r.bad("returns local times"):
		u.Lifecycle.Created = u.Lifecycle.Created.In(elsewhere)
	}
	return u, nil
}

func (r *reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.alive(ctx); err != nil {
		return user.User{}, err
	}
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" && !r.bad("finds users by an empty key") {
		return missing[user.User](r)
	}
	var found []user.User
	for _, u := range r.at("UserByKey").users {
		if r.matchesKey(u, k) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b user.User) int { return cmp.Compare(a.ID, b.ID) })
	switch {
	case len(found) == 0:
		return missing[user.User](r)
	case len(found) > 1 && !r.bad("returns the first of several"):
		return user.User{}, r.noted(fmt.Errorf("mapstore: %w", storage.ErrAmbiguous))
	}
	return found[0], nil
}

func (r *reader) matchesKey(u user.User, k user.Key) bool {
	value := r.keys(u)[k.Kind]
	if r.bad("compares keys without case") {
		return strings.EqualFold(value, k.Value)
	}
	return value == k.Value
}

// keys returns what the user claims.
func (r *reader) keys(u user.User) user.Keys {
	switch {
	case r.bad("frees the names of the deleted at once") && !u.Live():
		return user.Keys{}
	case r.bad("lets the deleted keep their names"):
		u.Lifecycle.Deleted = user.User{}.Lifecycle.Deleted
	case r.bad("lets the deleted keep shared keys") && !u.Live() && !u.Lifecycle.HoldUntil.IsZero():
		u.Lifecycle.Deleted = user.User{}.Lifecycle.Deleted
	}
	return u.Keys()
}

func (r *reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	if err := r.alive(ctx); err != nil {
		return user.Secret{}, err
	}
	secret, ok := r.at("Secret").secrets[id]
	if !ok && r.bad("does not find the secret of who has none") {
		return missing[user.Secret](r)
	}
	if r.bad("forgets earlier passwords") {
		secret.Previous = user.List[string]{}
	}
	return secret, nil
}

func (r *reader) Ref(ctx context.Context, k user.RefKind, id int64) (user.Ref, error) {
	if err := r.alive(ctx); err != nil {
		return user.Ref{}, err
	}
	ref, ok := r.at("Ref").refs[refID{k, id}]
	if !ok {
		return missing[user.Ref](r)
	}
	if r.bad("forgets an attribute of reference data") {
		ref.Profile.Gives = false
	}
	return ref, nil
}

func (r *reader) RefByName(ctx context.Context, k user.RefKind, name string) (user.Ref, error) {
	if err := r.alive(ctx); err != nil {
		return user.Ref{}, err
	}
	for id, ref := range r.at("RefByName").refs {
		if id.kind == k && (ref.Name == name || r.bad("compares names without case") && strings.EqualFold(ref.Name, name)) {
			return ref, nil
		}
	}
	return missing[user.Ref](r)
}

func (r *reader) Refs(ctx context.Context, k user.RefKind, after int64, limit int) ([]user.Ref, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	var list []user.Ref
	for id, ref := range r.at("Refs").refs {
		if id.kind == k && id.id > after || id.kind == k && id.id == after && r.bad("repeats the last of a page") {
			list = append(list, ref)
		}
	}
	slices.SortFunc(list, func(a, b user.Ref) int { return cmp.Compare(a.ID, b.ID) })
	if r.bad("lists reference data by name") {
		slices.SortFunc(list, func(a, b user.Ref) int { return cmp.Compare(a.Name, b.Name) })
	}
	return paged(r, list, limit)
}

func (r *reader) Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	list := make([]balance.Units, len(holders))
	for i, h := range holders {
		list[i] = r.at("Balances").balances[h]
	}
	if r.bad("returns balances in the order of holders") {
		sorted := slices.Clone(holders)
		slices.Sort(sorted)
		for i, h := range sorted {
			list[i] = r.state.balances[h]
		}
	}
	return list, nil
}

func (r *reader) find(method string, ok func(balance.Transfer) bool) (balance.Transfer, error) {
	list := r.at(method).transfers
	i := slices.IndexFunc(list, ok)
	if i < 0 {
		return missing[balance.Transfer](r)
	}
	t := copyTransfer(list[i])
	if r.bad("gives out its own postings") {
		t = list[i]
	}
	if r.bad("forgets whom a transfer skipped") {
		t.Skipped = nil
	}
	return t, nil
}

func (r *reader) Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error) {
	if err := r.alive(ctx); err != nil {
		return balance.Transfer{}, err
	}
	return r.find("Transfer", func(t balance.Transfer) bool { return t.ID == id })
}

func (r *reader) TransferByKey(ctx context.Context, key string) (balance.Transfer, error) {
	if err := r.alive(ctx); err != nil {
		return balance.Transfer{}, err
	}
	if key == "" && !r.bad("takes the empty text for an idempotency key") {
		return missing[balance.Transfer](r)
	}
	return r.find("TransferByKey", func(t balance.Transfer) bool {
		return t.Key == key || r.bad("compares idempotency keys without case") && strings.EqualFold(t.Key, key)
	})
}

func (r *reader) Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error) {
	if err := r.alive(ctx); err != nil {
		return 0, err
	}
	if id == 0 {
		return missing[balance.TransferID](r)
	}
	t, err := r.find("Reversal", func(t balance.Transfer) bool { return t.Reverses == id })
	return t.ID, err
}

func (r *reader) Transfers(ctx context.Context, after balance.TransferID, limit int) ([]balance.Transfer, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	var list []balance.Transfer
	for _, t := range r.at("Transfers").transfers {
		if t.ID > after {
			list = append(list, copyTransfer(t))
		}
	}
	if r.bad("lists transfers newest first") {
		slices.Reverse(list)
	}
	return paged(r, list, limit)
}

func (r *reader) Statement(ctx context.Context, h balance.Holder, before storage.EntryID, limit int) ([]balance.Entry, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	if before == (storage.EntryID{}) {
		before.Transfer = math.MaxUint64
	}
	var list []balance.Entry
	for _, t := range r.at("Statement").transfers {
		n := 0
		for e := range t.Entries(h) {
			if n++; n > 1 && r.bad("has one entry for each transfer") {
				continue
			}
			if r.bad("pages statements by transfer") && e.Transfer >= before.Transfer {
				continue
			}
			if storage.EntryIDOf(e).Less(before) {
				list = append(list, e)
			}
		}
	}
	if !r.bad("lists statements oldest first") {
		slices.Reverse(list)
	}
	return paged(r, list, limit)
}

func (r *reader) Changes(ctx context.Context, after storage.ChangeID, limit int) ([]storage.Change, error) {
	if err := r.alive(ctx); err != nil {
		return nil, err
	}
	var list []storage.Change
	for _, c := range r.at("Changes").changes {
		if r.bad("pages changes by revision") && c.ID.Revision <= after.Revision {
			continue
		}
		if after.Less(c.ID) {
			if !r.bad("gives out its own changes") {
				c = copyChange(c)
			}
			list = append(list, c)
		}
	}
	return paged(r, list, limit)
}

func paged[T any](r *reader, list []T, limit int) ([]T, error) {
	list, err := page(r.store, list, limit)
	return list, r.noted(err)
}
