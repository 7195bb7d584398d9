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

// Error returns a text with the expected and the current number.
func (e *StaleError) Error() string {
	return fmt.Sprintf("roster: stale version: expected %d, it is %d", e.Expected, e.Current)
}

// Is reports whether target is ErrStale.
func (e *StaleError) Is(target error) bool { return target == ErrStale }

// call holds the options of one call.
type call struct {
	version   *user.Revision // of IfVersion, or nil
	revision  *user.Revision // of IfRevision, or nil
	since     *user.Revision // of IfUnchangedSince, or nil
	reason    string
	dry       bool
	condition func(before, after user.User) error // of WithPrecondition, or nil
}

// errDryRun makes the storage roll back the transaction of a DryRun.
var errDryRun = errors.New("roster: dry run")

// checkCall returns nil if a call can run on the handle. Errors, in this order: *validate.Error at
// /context for a nil context, or the error of a context that is done; *validate.Error at /account
// for an account id that is not valid; one *validate.Error at /options for a wrong option of New,
// and at /actor/permissions and /actor/grants for an invalid permission or grant of an API key;
// storage.ErrClosed without a storage.
func (h Handle) checkCall(ctx context.Context) error {
	if ctx == nil {
		return problem("/context", validate.Required)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !h.named {
		return checkText(validate.AccountID, validate.Strict, "/account", string(h.account))
	}
	if permissions, grants := h.actor.permissions.Valid(), h.actor.grants.Valid(); !permissions || !grants || h.dir.misuse != nil {
		var c validate.Collector
		c.Merge("/options", h.dir.misuse)
		if !permissions {
			c.Add(validate.Problem{Path: "/actor/permissions", Code: validate.Invalid})
		}
		if !grants {
			c.Add(validate.Problem{Path: "/actor/grants", Code: validate.Invalid})
		}
		return c.Err()
	}
	if h.dir.store == nil {
		return storage.ErrClosed
	}
	return nil
}

// begin returns a call with the options opts; a nil option has no effect. begin also sets DryRun
// for observers. Errors, in this order: those of checkCall; *validate.Error at /reason.
func begin[O CallOption](ctx context.Context, h *Handle, opts []O) (call, error) {
	var c call
	for _, opt := range opts {
		if any(opt) != nil {
			opt.applyCall(&c)
		}
	}
	if h.obs != nil {
		h.obs.DryRun = c.dry
	}
	if err := h.checkCall(ctx); err != nil {
		return c, err
	}
	var problems validate.Collector
	problems.Optional(validate.Reason, validate.Strict, "/reason", c.reason)
	return c, problems.Err()
}

// readTx is one read transaction: a snapshot of the account, the actor as stored in the snapshot,
// and the options of the call.
type readTx struct {
	storage.Reader
	h     *Handle
	actor permission.Actor
	call  call
	now   time.Time

	found  []user.ID          // see concerns
	refs   []referenceWindow  // reference data that the transaction has read
	unread error              // the first error of reading reference data; see cachedReference
	schema *user.CustomSchema // nil: not read yet; see customSchema
}

// tx is one write transaction of a call.
type tx struct {
	readTx
	storage.Writer               // reads the state with the writes of the call in it
	earlier        error         // why the storage refused the first transaction of the call
	wrote          bool          // record was called
	keyed          bool          // a transfer with an idempotency key was to be written
	config         user.Revision // the greatest ConfigVersion that the call wrote

	// tookAdministrator[i] reports that a write removed an administrator of the set i of
	// permission.KeptAdministrators.
	tookAdministrator [2]bool
}

// concerns adds users to the targets of the operation, which observers receive if the transaction
// succeeds. Without an observer it does nothing.
func (s *readTx) concerns(ids ...user.ID) {
	if s.h.obs != nil {
		s.found = append(s.found, ids...)
	}
}

// committed holds the revision and the ConfigRevision of the account after a writing call.
type committed struct{ revision, config user.Revision }

// method describes an exported method, which reads by runView or writes by runUpdate.
type method struct {
	name    string            // of the operation that observers receive
	invalid error             // the error of the arguments
	action  permission.Action // what the actor must be allowed to do without a target, or ""
	host    bool              // only the system actor may call the method
}

// authorizeMethod returns nil if the method m has no action, or if the policy allows it. Errors:
// *permission.Denied, also if m is only for the host; those of the policy.
func (s *readTx) authorizeMethod(ctx context.Context, m *method) error {
	switch {
	case m.host:
		return s.onlyHost(ctx, m.action)
	case m.action != "":
		return s.may(ctx, m.action)
	}
	return nil
}

// noResult returns fn as a function with an empty result, which view and update take.
func noResult[X any](fn func(context.Context, X) error) func(context.Context, X) (struct{}, error) {
	return func(ctx context.Context, x X) (struct{}, error) { return struct{}{}, fn(ctx, x) }
}

// runView runs the exported method m in a read transaction (view), as one operation for observers,
// and returns the result of fn. targets are the users that the caller names. Errors: those of view.
func runView[T any](
	ctx context.Context, h *Handle, m method, fn func(context.Context, *readTx) (T, error), targets ...user.ID,
) (result T, err error) {
	ctx, h.obs = start(ctx, h, m.name, targets...)
	defer h.obs.end(&err)
	return view(ctx, h, call{}, m, fn)
}

// view checks the handle and the arguments of the method m. In one read transaction it then reads
// the actor, authorizes m and runs fn. It returns the result of fn. c contains the options of the
// call. Errors, in this order: those of checkCall; m.invalid; those of readActor, authorizeMethod,
// fn and the storage.
func view[T any](
	ctx context.Context, h *Handle, c call, m method, fn func(context.Context, *readTx) (T, error),
) (result T, err error) {
	if err := firstOf(h.checkCall(ctx), m.invalid); err != nil {
		return result, err
	}
	s := &readTx{now: user.NormalizeTime(h.dir.clock())}
	err = h.dir.store.View(ctx, h.account, func(ctx context.Context, r storage.Reader) (err error) {
		h.obs.reading()
		*s = readTx{Reader: r, h: h, call: c, now: s.now}
		if s.actor, err = h.readActor(ctx, r); err == nil {
			err = s.authorizeMethod(ctx, &m)
		}
		if err == nil {
			result, err = fn(ctx, s)
		}
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	h.obs.found(s.found...)
	return result, nil
}

// runUpdate runs the exported method m in a write transaction, as one operation for observers, and
// returns the result of fn and the revisions after the commit. targets are the users that the
// caller names. Errors, in this order: those of begin; m.invalid; those of update.
func runUpdate[T any, O CallOption](
	ctx context.Context, h *Handle, m method, opts []O, fn func(context.Context, *tx) (T, error), targets ...user.ID,
) (result T, done committed, err error) {
	ctx, h.obs = start(ctx, h, m.name, targets...)
	defer h.obs.end(&err)
	c, err := begin(ctx, h, opts)
	if err = firstOf(err, m.invalid); err != nil {
		return result, committed{}, err
	}
	return update(ctx, h, c, m, fn)
}

// update authorizes the method m, runs fn in a write transaction, commits, and returns the result
// of fn and the revisions of attempt. A dry run is rolled back. If the transaction fails with an
// error for which tx.again returns true, fn runs once more in a second transaction, whose
// tx.earlier is the error. Errors: those of attempt, without the user id that withoutHolder
// removes; the result is then zero.
func update[T any](
	ctx context.Context, h *Handle, c call, m method, fn func(context.Context, *tx) (T, error),
) (result T, done committed, err error) {
	run := func(ctx context.Context, t *tx) (err error) {
		if err = t.authorizeMethod(ctx, &m); err == nil {
			result, err = fn(ctx, t)
		}
		return err
	}
	done, last, err := h.attempt(ctx, c, nil, run)
	if err != nil && last.again(ctx, err) {
		done, last, err = h.attempt(ctx, c, err, run)
	}
	if err != nil {
		var zero T
		return zero, committed{}, last.withoutHolder(ctx, err)
	}
	if last != nil {
		h.obs.found(last.found...)
	}
	return result, done, nil
}

// attempt runs fn and checkAdministrators in one write transaction and commits. The storage may run
// the transaction several times; last is the tx of the last run, or nil if none began. done
// contains the revisions after the commit; for a dry run, which is rolled back, the revisions that
// a commit would have made. Errors: user.ErrTime for the clock; those of readActor and fn;
// ErrLastAdministrator; those of the storage.
func (h *Handle) attempt(
	ctx context.Context, c call, earlier error, fn func(context.Context, *tx) error,
) (done committed, last *tx, err error) {
	now, err := h.dir.now()
	if err != nil {
		return committed{}, nil, err
	}
	rev, err := h.dir.store.Update(ctx, h.account, func(ctx context.Context, w storage.Writer) (err error) {
		h.obs.writing(true)
		t := &tx{readTx: readTx{Reader: w, h: h, call: c, now: now}, Writer: w, earlier: earlier}
		last = t
		if t.actor, err = h.readActor(ctx, w); err != nil {
			return err
		}
		if err := fn(ctx, t); err != nil {
			return err
		}
		if err := t.checkAdministrators(ctx); err != nil {
			return err
		}
		done = committed{w.Revision(), max(w.ConfigRevision(), t.config)}
		if !c.dry {
			return nil
		}
		if t.wrote {
			done.revision = w.Next()
		}
		return errDryRun
	})
	switch {
	case c.dry && errors.Is(err, errDryRun):
		return done, last, nil
	case err == nil:
		done.revision = rev
	}
	return done, last, err
}

// again reports whether the call runs in a second transaction after t failed with err: if a unique
// name is taken, because a deleted user may have to release the name (releaseNames), and if a
// transfer with an idempotency key failed, because an earlier transfer may have the key (replay).
func (t *tx) again(ctx context.Context, err error) bool {
	if t == nil {
		return false
	}
	return takenName(err) != 0 || t.keyed && ctx.Err() == nil && !errors.Is(err, storage.ErrUnknownOutcome)
}

// checkVersion returns a *StaleError if IfVersion differs from version, or IfRevision from the
// revision of the account, and nil otherwise.
func (s *readTx) checkVersion(version user.Revision) error {
	if v := s.call.version; v != nil && *v != version {
		return &StaleError{*v, version}
	}
	if r := s.call.revision; r != nil && *r != s.Revision() {
		return &StaleError{*r, s.Revision()}
	}
	return nil
}

// checkUserVersion returns a *StaleError if the stored user u or the account is not as IfVersion,
// IfRevision or IfUnchangedSince expects, and nil otherwise.
func (s *readTx) checkUserVersion(u *user.User) error {
	since := s.call.since
	if err := s.checkVersion(u.Version); err != nil || since == nil {
		return err
	}
	if now := s.ConfigRevision(); *since > now || *since < u.ConfigVersion {
		return &StaleError{*since, now}
	}
	return nil
}

// checkPrecondition calls the function of WithPrecondition with the user before and after the
// change, and returns its error. Without that option it returns nil.
func (s *readTx) checkPrecondition(before, after *user.User) error {
	if s.call.condition == nil {
		return nil
	}
	return s.call.condition(*before, *after)
}
