package roster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrStale is returned when what is to change has another version than the caller expects. See
// StaleError.
var ErrStale = errors.New("roster: stale version")

// ErrLastAdministrator is user.ErrLastAdministrator: the call would leave the account without an
// administrator, which only the host may do. An administrator is a live, enabled user that is no
// API user and holds a role of permission.Spec.Administrators.
var ErrLastAdministrator = user.ErrLastAdministrator

// StaleError says which version there is. errors.Is(err, ErrStale) holds.
type StaleError struct {
	Expected, Current user.Revision
}

// Error says both versions.
func (e *StaleError) Error() string {
	return fmt.Sprintf("roster: stale version: expected %d, it is %d", e.Expected, e.Current)
}

// Is reports whether target is ErrStale.
func (e *StaleError) Is(target error) bool { return target == ErrStale }

// ItemError says which item of a call that takes many made it fail. It wraps the item's own error,
// which errors.Is and errors.As find. The problems of a *validate.Error need none: their paths
// begin with the item.
type ItemError struct {
	Index int // from 0
	Err   error
}

// Error says which item, and its error.
func (e *ItemError) Error() string { return fmt.Sprintf("roster: item %d: %v", e.Index, e.Err) }

// Unwrap returns the item's own error.
func (e *ItemError) Unwrap() error { return e.Err }

// item names a place in the arguments of a call: "/3", or "" if the call has but one.
type item struct {
	index int
	one   bool
}

func (i item) path() string {
	if i.one {
		return ""
	}
	return fmt.Sprintf("/%d", i.index)
}

// failed says of an error which item it is about.
func (i item) failed(err error) error {
	if i.one {
		return err
	}
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		var c validate.Collector
		c.Merge(i.path(), invalid)
		return c.Err()
	}
	return &ItemError{i.index, err}
}

type call struct {
	version    user.Revision
	hasVersion bool
	revision   user.Revision
	hasRev     bool
	since      user.Revision
	hasSince   bool
	reason     string
	dry        bool
	condition  func(before, after user.User) error
}

// errDryRun rolls a transaction back whose answer is wanted without its effect.
var errDryRun = errors.New("roster: dry run")

// checkCall is the first step of every call. A nil context is a *validate.Error, not a panic, so
// that a mistake in a server does not stop it.
//
// Errors, in this order: *validate.Error for a nil context; the context's error; *validate.Error
// for an invalid account id; storage.ErrClosed without a storage.
func (h Handle) checkCall(ctx context.Context) error {
	if ctx == nil {
		var c validate.Collector
		c.Require("/context", false)
		return c.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !h.named {
		var c validate.Collector
		c.Check(validate.AccountID, validate.Strict, "/account", string(h.account))
		return c.Err()
	}
	if h.dir.store == nil {
		return storage.ErrClosed
	}
	return nil
}

// begin is the first step of a call that writes, but for the shape of its own arguments.
func (h Handle) begin(ctx context.Context, opts []CallOption) (call, error) {
	var c call
	for _, opt := range opts {
		if opt != nil {
			opt.applyCall(&c)
		}
	}
	if h.obs != nil {
		h.obs.DryRun = c.dry
	}
	if err := h.checkCall(ctx); err != nil {
		return c, err
	}
	if c.reason != "" {
		var problems validate.Collector
		if !problems.Check(validate.Reason, validate.Strict, "/reason", c.reason) {
			return c, problems.Err()
		}
	}
	return c, nil
}

// readTx is one read transaction: a snapshot of the account, the actor as read from it, and the
// call options.
type readTx struct {
	storage.Reader
	h     *Handle
	actor permission.Actor
	call  call
	now   time.Time

	refs   []referenceWindow // the reference data that rules asked for
	unread error             // why a rule was told that a piece of it is not there, if the storage failed to read it
}

// tx is one writing call inside its transaction.
type tx struct {
	readTx
	storage.Writer // reads what the readTx's Reader reads, with the call's own writes in it
	wrote          bool
	releases       bool          // deleted users give up names whose hold has ended
	config         user.Revision // the greatest ConfigVersion that it wrote

	tookAdministrator [2]bool // a write took a holder of one of permission.KeptAdministrators
}

// committed are the account's revisions after a call that writes.
type committed struct{ revision, config user.Revision }

// update runs one writing call: its options, then run.
func (h Handle) update(ctx context.Context, opts []CallOption, fn func(context.Context, *tx) error) (committed, error) {
	c, err := h.begin(ctx, opts)
	if err != nil {
		return committed{}, err
	}
	return h.run(ctx, c, fn)
}

// run opens the transaction, reads the actor and lets fn do the rest. A dry run's transaction is
// rolled back; it returns the revisions that the commit would have made.
//
// A name that is taken may belong to a deleted user whose hold on it has ended. Few calls meet one,
// so run first assumes that there is none, and runs fn once more if the storage refuses a name.
func (h Handle) run(ctx context.Context, c call, fn func(context.Context, *tx) error) (committed, error) {
	done, last, err := h.attempt(ctx, c, false, fn)
	var taken *storage.ExistsError
	if errors.As(err, &taken) && isUserName(taken.What) {
		done, last, err = h.attempt(ctx, c, true, fn)
	}
	if err != nil && last != nil {
		err = last.withoutHolder(ctx, err)
	}
	return done, err
}

// attempt is one transaction of run. It also returns the last tx that fn had. releases says whether
// deleted users give up names whose hold has ended.
func (h Handle) attempt(
	ctx context.Context, c call, releases bool, fn func(context.Context, *tx) error,
) (committed, *tx, error) {
	now, err := h.dir.now()
	if err != nil {
		return committed{}, nil, err
	}
	var last struct { // the last run of fn
		committed
		tx *tx
	}
	rev, err := h.dir.store.Update(ctx, h.account, func(ctx context.Context, w storage.Writer) error {
		h.obs.writing()
		t := &tx{readTx: readTx{Reader: w, h: &h, call: c, now: now}, Writer: w, releases: releases}
		last.tx = t
		var err error
		if t.actor, err = h.readActor(ctx, w); err != nil {
			return err
		}
		if err := fn(ctx, t); err != nil {
			return err
		}
		if err := t.checkAdministrators(ctx); err != nil {
			return err
		}
		last.committed = committed{w.Revision(), max(w.ConfigRevision(), t.config)}
		if !c.dry {
			return nil
		}
		if t.wrote {
			last.revision = w.Next()
		}
		return errDryRun
	})
	switch {
	case c.dry && errors.Is(err, errDryRun):
		return last.committed, last.tx, nil
	case err != nil:
		return committed{}, last.tx, err
	}
	last.revision = rev
	return last.committed, last.tx, nil
}

// view runs one reading call.
func (h Handle) view(ctx context.Context, fn func(context.Context, *readTx) error) error {
	if err := h.checkCall(ctx); err != nil {
		return err
	}
	return h.readTransaction(ctx, call{}, fn)
}

// look shows fn one state of the account.
func (h Handle) readTransaction(ctx context.Context, c call, fn func(context.Context, *readTx) error) error {
	now := user.NormalizeTime(h.dir.clock())
	return h.dir.store.View(ctx, h.account, func(ctx context.Context, r storage.Reader) error {
		h.obs.reading()
		s := &readTx{Reader: r, h: &h, call: c, now: now}
		var err error
		if s.actor, err = h.readActor(ctx, r); err != nil {
			return err
		}
		return fn(ctx, s)
	})
}

// fresh checks the expected versions.
func (s *readTx) checkVersion(version user.Revision) error {
	if s.call.hasVersion && s.call.version != version {
		return &StaleError{s.call.version, version}
	}
	if s.call.hasRev && s.call.revision != s.Revision() {
		return &StaleError{s.call.revision, s.Revision()}
	}
	return nil
}

// freshUser checks the expected versions of a user.
func (s *readTx) checkUserVersion(u *user.User) error {
	if err := s.checkVersion(u.Version); err != nil || !s.call.hasSince {
		return err
	}
	if now := s.ConfigRevision(); s.call.since > now || s.call.since < u.ConfigVersion {
		return &StaleError{s.call.since, now}
	}
	return nil
}

// provided asks the caller's own condition.
func (s *readTx) checkPrecondition(before, after *user.User) error {
	if s.call.condition == nil {
		return nil
	}
	return s.call.condition(*before, *after)
}

// Result describes a write, or with DryRun what the write would do. It shows what its actor may
// read. An actor that GetDeleted would refuse gets, of the user, the id, the version and the
// attributes in Changed, and Resets without the values before. Views are shown as by Get.
type Result struct {
	User     user.User       `json:"user"`              // after the write; Version is the new one
	Revision user.Revision   `json:"revision"`          // of the account
	Changed  user.Attributes `json:"changed,omitempty"` // what is different from before, but for the time of the update
	Lost     user.Attributes `json:"lost,omitempty"`    // what the user had and has no more
	Resets   []user.Reset    `json:"resets,omitempty"`  // what was reset because a role was lost
	// Returned is what the account got of a deleted user's money: the zero Money if that was
	// nothing, or if the actor may not read the user's balance.
	Returned balance.Money `json:"returned,omitzero"`

	ConfigRevision user.Revision `json:"configRevision"` // of the account: what Handle.ConfigRevision returns after the write
}

// at returns the result with the account's revisions.
func (r Result) at(done committed) Result {
	r.Revision, r.ConfigRevision = done.revision, done.config
	return r
}

// oneOf returns the result of a call that takes many and was given one.
func oneOf(results []Result, err error) (Result, error) {
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// stamp sets the account's revisions in all results.
func stamp(results []Result, done committed) []Result {
	for i := range results {
		results[i] = results[i].at(done)
	}
	return results
}
