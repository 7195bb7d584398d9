package mapstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/hook"
	"github.com/ca74b63c/roster/user"
)

type reader struct {
	store   *Store
	state   *state   // what is read: in Update the copy that is written to
	base    *state   // the state that the transaction began with
	live    *account // for a fault
	writing bool
	closed  atomic.Bool
	txErr   error // what a method returned that forbids the commit
}

// noted returns err unchanged. If err is the first error that prevents the commit of the
// transaction, noted also records it in r.txErr. storage.ErrNotFound and storage.ErrAmbiguous
// prevent the commit only with a fault of the store. Every other error prevents it.
func (r *reader) noted(err error) error {
	harmless := errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrAmbiguous)
	if err != nil && r.txErr == nil && (!harmless || r.bad("rolls back because something was not found")) {
		r.txErr = err
	}
	return err
}

func (r *reader) close(unless string) {
	if !r.store.bad(unless) {
		r.closed.Store(true)
	}
}

func (r *reader) bad(fault string) bool { return r.store.bad(fault) }

func (r *reader) on(fault string, f func()) { r.store.on(fault, f) }

// hooks returns what runs around each method: checkCall before it, and noted with its error.
func (r *reader) hooks() hook.Hooks { return hook.Hooks{Before: r.checkCall, After: r.noted} }

// checkCall returns the error that a method must return before it reads, or nil.
func (r *reader) checkCall(ctx context.Context, _ string) error {
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

// at returns the state that the given method must read: the state of r, unless the store has a
// fault. If the method has the fault to miss the transaction's own writes, it is the state before
// the transaction. If r.live is set, it is the current state of the account, and at looks for a
// change by another transaction for a moment.
func (r *reader) at(method string) *state {
	if r.bad(method + " misses the transaction's own writes") {
		return r.base
	}
	if r.live != nil {
		st := r.state
		for i := 0; i < 10 && st == r.state; i++ {
			r.store.mark(func() { st = r.live.state })
			if method == "Users" {
				time.Sleep(time.Millisecond) // gives a commit time to show
			}
		}
		return st
	}
	return r.state
}

var errMissing = fmt.Errorf("mapstore: %w", storage.ErrNotFound)

func (r *reader) Revision() user.Revision {
	if r.writing && r.bad("Revision in Update is the next one") {
		return r.base.revision + 1
	}
	return r.base.revision
}

func (r *reader) ConfigRevision() user.Revision {
	st := r.base
	r.on("ConfigRevision shows the transaction's own writes", func() { st = r.state })
	if r.bad("ConfigRevision is any revision") {
		return st.revision
	}
	return st.config
}

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	a := r.at("Account").account
	if a == nil && !r.bad("has settings before they were put") {
		return user.Account{}, errMissing
	}
	if a == nil {
		return user.Account{}, nil
	}
	got := *a
	r.on("forgets a setting", func() { got.NameReuse.Hold = 0 })
	return got, nil
}

func (r *reader) User(ctx context.Context, id user.ID) (user.User, error) {
	u, ok := r.at("User").users[id]
	switch {
	case !ok && r.bad("returns the zero user for a missing user"):
		return user.User{}, nil
	case !ok || r.bad("hides deleted users") && !u.Live():
		return user.User{}, errMissing
	case r.bad("forgets an attribute"):
		u.Preferences.Views = user.IDSet[user.ViewID]{}
	case r.bad("keeps texts up to a control character"):
		u.Identity.CustomData, _, _ = strings.Cut(u.Identity.CustomData, "\x01")
	case r.bad("composes texts"):
		u.Identity.CustomData = strings.ReplaceAll(u.Identity.CustomData, "e\u0301", "é")
	case r.bad("keeps ids as floats"):
		u.ID = user.ID(float64(u.ID))
	case r.bad("keeps seconds only"):
		u.Lifecycle.Created = u.Lifecycle.Created.Truncate(1e9)
	case r.bad("keeps times as nanoseconds") && !u.Lifecycle.Created.IsZero():
		u.Lifecycle.Created = time.Unix(0, u.Lifecycle.Created.UnixNano()).UTC()
	case r.bad("returns local times"):
		u.Lifecycle.Created = u.Lifecycle.Created.In(elsewhere)
	}
	return u, nil
}

func (r *reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" && !r.bad("finds users by an empty key") {
		return user.User{}, errMissing
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
		return user.User{}, errMissing
	case len(found) > 1 && !r.bad("returns the first of several"):
		return user.User{}, fmt.Errorf("mapstore: %w", storage.ErrAmbiguous)
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

// keys returns the keys that the user claims.
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
	secret, ok := r.at("Secret").secrets[id]
	if !ok && r.bad("does not find the secret of who has none") {
		return user.Secret{}, errMissing
	}
	r.on("forgets earlier passwords", func() { secret = user.SecretOf(secret.Hash(), secret.Changed()) })
	return secret, nil
}

func (r *reader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	ref, ok := r.at("Reference").refs[referenceID{k, id}]
	if !ok {
		return user.Reference{}, errMissing
	}
	r.on("forgets an attribute of reference data", func() { ref.Profile.Role = "" })
	return ref, nil
}

func (r *reader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	for id, ref := range r.at("ReferenceByName").refs {
		if id.kind == k && (ref.Name == name || r.bad("compares names without case") && strings.EqualFold(ref.Name, name)) {
			return ref, nil
		}
	}
	return user.Reference{}, errMissing
}

func (r *reader) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	var list []user.Reference
	for id, ref := range r.at("References").refs {
		if id.kind == k && id.id > after || id.kind == k && id.id == after && r.bad("repeats the last of a page") {
			list = append(list, ref)
		}
	}
	slices.SortFunc(list, func(a, b user.Reference) int { return cmp.Compare(a.ID, b.ID) })
	if r.bad("lists reference data by name") {
		slices.SortFunc(list, func(a, b user.Reference) int { return cmp.Compare(a.Name, b.Name) })
	}
	return page(r.store, list, limit)
}
