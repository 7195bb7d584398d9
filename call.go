package roster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrStale is returned if the state is not the one that the caller expects: by IfVersion,
// IfRevision, IfUnchangedSince, or the version of a user that Replace gets. The error is then a
// *StaleError. ErrStale is also returned, and is no *StaleError, if other calls keep changing the
// same password.
var ErrStale = errors.New("roster: stale version")

// ErrLastAdministrator is user.ErrLastAdministrator: the call would leave the account without an
// administrator, which only the system actor may do. An administrator is a live, enabled user
// that is not an API user and holds a role of permission.Spec.Administrators.
var ErrLastAdministrator = user.ErrLastAdministrator

// StaleError holds the expected version or revision and the stored one. errors.Is(err, ErrStale)
// is true.
type StaleError struct {
	Expected, Current user.Revision
}

// Error returns a text with both numbers.
func (e *StaleError) Error() string {
	return fmt.Sprintf("roster: stale version: expected %d, it is %d", e.Expected, e.Current)
}

// Is reports whether target is ErrStale.
func (e *StaleError) Is(target error) bool { return target == ErrStale }

// ItemError is the error of one item of a call that takes a list. It wraps the error of the item,
// so errors.Is and errors.As find that error. A *validate.Error is not wrapped: the paths of its
// problems begin with the index of the item.
type ItemError struct {
	Index int // in the list, from 0
	Err   error
}

// Error returns a text with the index and the error of the item.
func (e *ItemError) Error() string { return fmt.Sprintf("roster: item %d: %v", e.Index, e.Err) }

// Unwrap returns the error of the item.
func (e *ItemError) Unwrap() error { return e.Err }

// item is the position of one item in the arguments of a call.
type item struct {
	index int
	one   bool // the call takes one item, not a list
}

// path returns the JSON pointer of the item: "/3", or "" if the call takes one item.
func (i item) path() string {
	if i.one {
		return ""
	}
	return fmt.Sprintf("/%d", i.index)
}

// failed returns err as an error about the item i of a list. If the call takes one item and no
// list, failed returns err unchanged. If err contains a *validate.Error, failed returns a
// *validate.Error whose paths begin with the path of the item. For every other error of a list it
// returns an *ItemError with the index of the item.
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

// call holds the options of one call.
type call struct {
	version    user.Revision
	hasVersion bool
	revision   user.Revision
	hasRev     bool
	since      user.Revision // of IfUnchangedSince
	hasSince   bool
	reason     string
	dry        bool
	condition  func(before, after user.User) error // of WithPrecondition
}

// errDryRun makes the storage roll back the transaction of a DryRun.
var errDryRun = errors.New("roster: dry run")

// checkCall returns an error if a call with the context ctx cannot run on the handle. It checks the
// context, the account id, the names in the actor and in the options of New, and that there is a
// storage. Every call runs checkCall before it reads the storage. checkCall reads nothing, so it
// does not check that the account or the user exists.
//
// Errors, in this order:
//   - *validate.Error at /context for a nil context
//   - the error of the context, if the context is done
//   - *validate.Error at /account for an account id that is not valid
//   - *validate.Error for names in the options of New or in the actor that are not valid
//   - storage.ErrClosed if the directory has no storage
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
	if !h.actor.permissions.Valid() || !h.actor.grants.Valid() || h.dir.misuse != nil {
		return h.misuse()
	}
	if h.dir.store == nil {
		return storage.ErrClosed
	}
	return nil
}

// misuse returns a *validate.Error with the names that are not valid: those in the options of New
// at /options, the permissions of the actor at /actor/permissions, and the roles that the actor may
// grant at /actor/grants. If all names are valid, it returns nil.
func (h Handle) misuse() error {
	var c validate.Collector
	c.Merge("/options", h.dir.misuse)
	for path, valid := range map[string]bool{
		"/permissions": h.actor.permissions.Valid(), "/grants": h.actor.grants.Valid(),
	} {
		if !valid {
			c.Add(validate.Problem{Path: "/actor" + path, Code: validate.Invalid})
		}
	}
	return c.Err()
}

// begin returns the call that the options of a writing call describe. It ignores nil options. It
// also checks the call with checkCall, and checks the reason of WithReason. It does not check the
// other arguments of the call. If there is an observer, begin sets DryRun of the observation.
//
// Errors, in this order: those of checkCall; *validate.Error at /reason for a reason that is not
// valid.
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

// readTx is one read transaction: a snapshot of the account, the actor as stored in the snapshot,
// and the options of the call.
type readTx struct {
	storage.Reader
	h     *Handle
	actor permission.Actor
	call  call
	now   time.Time

	refs   []referenceWindow  // reference data that the transaction has read
	unread error              // the first error of reading reference data; see cachedReference
	schema *user.CustomSchema // nil: not read yet; see customSchema
}

// tx is one write transaction of a call.
type tx struct {
	readTx
	storage.Writer               // reads the state with the writes of the call in it
	wrote          bool          // record was called
	releases       bool          // deleted users release names whose hold has ended
	config         user.Revision // the greatest ConfigVersion that the call wrote

	// tookAdministrator[i] reports that a write removed an administrator of the set i of
	// permission.KeptAdministrators.
	tookAdministrator [2]bool
}

// committed holds the revision and the ConfigRevision of the account after a writing call.
type committed struct{ revision, config user.Revision }

// update applies the options opts and runs fn in a write transaction. It returns the revisions
// after the commit, or zero revisions after an error. Errors: those of begin and run.
func (h Handle) update(ctx context.Context, opts []CallOption, fn func(context.Context, *tx) error) (committed, error) {
	c, err := h.begin(ctx, opts)
	if err != nil {
		return committed{}, err
	}
	return h.run(ctx, c, fn)
}

// run runs fn in a write transaction and commits. It returns the revisions after the commit. For a
// dry run it rolls back, and returns the revisions that the commit would have made.
//
// If the storage refuses fn because another user has a unique name, run runs fn once more, in a new
// transaction. That transaction takes the name from a deleted user whose hold on the name has
// ended. The first transaction does not search for such users, because they are rare.
//
// Errors: those of attempt. If the error is about a name that another user has, run removes the id
// of that user from the error, unless the actor may read every user.
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

// attempt runs fn in one write transaction of the storage. It reads the actor first, then runs fn,
// then checks that the account keeps an administrator. If all succeed, the storage commits. For a
// dry run the storage rolls back. The storage may run all of this more than once.
//
// If releases is true, the writes of fn take unique names from deleted users whose hold on the name
// has ended.
//
// The first result holds the revisions after the commit; for a dry run, the revisions that the
// commit would have made. After an error it is zero. The second result is the tx of the last
// transaction, also after an error; it is nil if no transaction began.
//
// Errors: user.ErrTime for a clock that is not valid; those of fn; ErrLastAdministrator; those of
// the storage.
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

// view checks the call and runs fn in a read transaction. Errors: those of checkCall and fn; the
// storage's.
func (h Handle) view(ctx context.Context, fn func(context.Context, *readTx) error) error {
	if err := h.checkCall(ctx); err != nil {
		return err
	}
	return h.readTransaction(ctx, call{}, fn)
}

// readTransaction runs fn on a snapshot of the account, with the actor as stored in the snapshot.
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

// checkVersion returns a *StaleError if IfVersion is set and differs from version, or if IfRevision
// is set and differs from the revision of the account. Otherwise it returns nil.
func (s *readTx) checkVersion(version user.Revision) error {
	if s.call.hasVersion && s.call.version != version {
		return &StaleError{s.call.version, version}
	}
	if s.call.hasRev && s.call.revision != s.Revision() {
		return &StaleError{s.call.revision, s.Revision()}
	}
	return nil
}

// checkUserVersion compares the options of the call with the stored user u. It returns nil or a
// *StaleError. There is an error in two cases:
//
//   - checkVersion returns an error for u.Version.
//   - IfUnchangedSince is set, and is less than u.ConfigVersion or greater than the ConfigRevision
//     of the account.
func (s *readTx) checkUserVersion(u *user.User) error {
	if err := s.checkVersion(u.Version); err != nil || !s.call.hasSince {
		return err
	}
	if now := s.ConfigRevision(); s.call.since > now || s.call.since < u.ConfigVersion {
		return &StaleError{s.call.since, now}
	}
	return nil
}

// checkPrecondition runs the function of WithPrecondition, if the call has one, and returns its
// error.
func (s *readTx) checkPrecondition(before, after *user.User) error {
	if s.call.condition == nil {
		return nil
	}
	return s.call.condition(*before, *after)
}
