package roster

import (
	"context"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Edit is a change of one user: a patch, a new password, or both in one transaction.
type Edit struct {
	ID       user.ID
	Patch    user.Patch
	Password *PasswordChange // nil: it stays

	// PatchFunc, if not nil, returns the patch to apply instead of Patch. Its arguments are the
	// present user and Patch. The result is validated and authorized as Patch would be. PatchFunc
	// runs inside the transaction, may run more than once, and runs only for a user that the actor
	// may see. A vendor's replacement needs it where the meaning of a missing field depends on the
	// present user.
	PatchFunc func(present user.User, p user.Patch) user.Patch

	replacement *user.User // of Replace: its read-only fields are compared with the present ones
}

// Patch changes a user: what the patch does not name stays. A patch that changes nothing writes
// nothing. A user who becomes an API user loses the password.
//
// Errors: *validate.Error; storage.ErrNotFound; *permission.Denied, for the first action that the
// change takes and the actor may not do; ErrStale; user's errors as in user.Patch.Apply;
// storage.ErrExists; ErrLastAdministrator.
func (h Handle) Patch(ctx context.Context, id user.ID, p user.Patch, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Patch", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.patch(ctx, Edit{ID: id, Patch: p}, opts)
}

func (h Handle) patch(ctx context.Context, e Edit, opts []CallOption) (Result, error) {
	if err := e.Patch.Check(h.profile); err != nil {
		return Result{}, err
	}
	var result Result
	done, err := h.update(ctx, opts, func(ctx context.Context, t *tx) (err error) {
		result, err = t.edit(ctx, &e, nil)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	return result.at(done), nil
}

// Edit changes users, all or none, passwords included; each user once. Unique names may pass from
// one of these users to another, in any order, and there is one change for each user. The paths of
// problems begin with the index of the edit if there are several. Errors: storage.ErrInvalid for
// more than storage.MaxPage edits; as Patch and ResetPassword, those of one edit of several in an
// *ItemError. Every edit is decided before any is written, so an error that only the write can know
// (storage.ErrExists) comes after those of all edits. Last comes ErrLastAdministrator: it is about
// what all edits come to.
func (h Handle) Edit(ctx context.Context, edits []Edit, opts ...CallOption) (_ []Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Edit"); h.obs != nil {
		defer h.obs.end(&err)
	}
	for i := range edits {
		h.obs.found(edits[i].ID)
	}
	return h.edit(ctx, edits, opts)
}

func (h Handle) edit(ctx context.Context, edits []Edit, opts []CallOption) ([]Result, error) {
	if err := limited("edits", len(edits)); err != nil {
		return nil, err
	}
	c, err := h.begin(ctx, opts)
	if err != nil {
		return nil, err
	}
	place := func(i int) item { return item{i, len(edits) == 1} }
	var problems validate.Collector
	ids, passwords := make([]user.ID, len(edits)), false
	for i := range edits {
		problems.Merge(place(i).path(), edits[i].Patch.Check(h.profile))
		ids[i], passwords = edits[i].ID, passwords || edits[i].Password != nil
	}
	once(&problems, ids, func(i int) string { return place(i).path() + "/id" })
	if err := problems.Err(); err != nil {
		return nil, err
	}
	write := func(passwords []hashedPassword) (results []Result, err error) {
		results = make([]Result, len(edits))
		done, err := h.run(ctx, c, func(ctx context.Context, t *tx) error {
			i, err := t.editAll(ctx, edits, passwords, results)
			if err != nil {
				return place(i).failed(err)
			}
			return nil
		})
		return stamp(results, done), err
	}
	var results []Result
	if passwords {
		results, err = h.withPasswords(ctx, c, edits, place, write)
	} else {
		results, err = write(nil)
	}
	if err != nil {
		return nil, err
	}
	return results, nil
}

// Replace makes a user the same as u in every attribute that a patch can name, but for those in
// keep. What u lacks is cleared ("if certain attributes are missing from the body, they will be
// deleted", LivePerson). Result.Lost lists what the user lost; with DryRun, what they would lose. A
// field that only the library sets must be zero in u or as it is now (user.CheckReadOnly), so a
// user that was read can be sent back.
//
// Errors: as Patch; StaleError if u.Version is neither 0 nor the present version.
func (h Handle) Replace(
	ctx context.Context, id user.ID, u user.User, keep user.Attributes, opts ...CallOption,
) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Replace", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	e := Edit{ID: id, Patch: user.Replacement(u).Keeping(keep), replacement: &u}
	return h.patch(ctx, e, opts)
}

// SetRoles gives a user exactly these roles: profiles that give another one go, what no profile
// gives is granted directly. Losing a role resets what user.Transition says; DryRun previews it.
// Errors: as Patch.
func (h Handle) SetRoles(ctx context.Context, id user.ID, roles user.Roles, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "SetRoles", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.patch(ctx, Edit{ID: id, Patch: user.Patch{Roles: user.Set(roles)}}, opts)
}

// Enable lets a user sign in and work again. Errors: as Patch.
func (h Handle) Enable(ctx context.Context, id user.ID, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Enable", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.patch(ctx, Edit{ID: id, Patch: user.Patch{Enabled: user.Set(true)}}, opts)
}

// Disable keeps a user from signing in and working. Errors: as Patch.
func (h Handle) Disable(ctx context.Context, id user.ID, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Disable", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.patch(ctx, Edit{ID: id, Patch: user.Patch{Enabled: user.Set(false)}}, opts)
}

// decide finds out what an edit comes to, in the order of every call and without writing: target,
// permission, version, rule. named are the attributes of the patch as it is applied. proven says
// that the old password was given; whether it is right is for the caller to have found out.
func (s *readTx) decide(ctx context.Context, e *Edit, proven bool) (out user.Outcome, named user.Attributes, err error) {
	named = e.Patch.Attributes()
	first := permission.UserUpdate
	for action := range permission.Changing(named) {
		first = action
		break
	}
	setting := permission.PasswordReset
	if s.own(e.ID) {
		setting = permission.PasswordChange
	}
	if named == 0 && e.Password != nil {
		first = setting
	}
	var u user.User
	refused, err := s.findTarget(ctx, e.ID, first, false, &u)
	if err != nil {
		return out, named, err
	}
	var ruleErr error
	if e.PatchFunc != nil {
		adapted := *e
		adapted.Patch = e.PatchFunc(u, e.Patch)
		e, named, ruleErr = &adapted, adapted.Patch.Attributes(), adapted.Patch.Check(s.h.profile)
	}
	if e.replacement != nil {
		present, err := s.comparedWith(ctx, u)
		if err != nil {
			return out, named, err
		}
		ruleErr = user.CheckReadOnly(*e.replacement, present)
	}
	if ruleErr == nil {
		out, ruleErr = e.Patch.Apply(u, s.facts(ctx))
	}
	if ruleErr != nil {
		out = user.Outcome{Before: u, After: u, Changed: named} // judged by what it asks for
	}
	changed, err := s.judgedChange(ctx, &out, named)
	if err != nil {
		return out, named, err
	}
	refusedChange := s.allowChange(ctx, &out, named, changed)
	if err := firstOf(s.unread, refusedChange); err != nil {
		return out, named, err
	}
	if out.Changed == 0 && e.Password == nil && refused != nil && !aboutPower(refused) {
		return out, named, refused // nothing to refuse, but the answer shows the user
	}
	if e.Password != nil {
		r := s.request(setting, permission.TargetOf(u))
		r.HasOld, r.Attributes = proven, user.AttributesOf(user.AttrPassword)
		if err := s.allow(ctx, r); err != nil {
			return out, named, err
		}
	}
	if err := s.checkUserVersion(&u); err != nil {
		return out, named, err
	}
	if r := e.replacement; r != nil && r.Version != 0 && r.Version != u.Version {
		return out, named, &StaleError{r.Version, u.Version}
	}
	if ruleErr == nil {
		ruleErr = s.checkPrecondition(&out.Before, &out.After)
	}
	return out, named, ruleErr
}

// judgedChange returns the attributes that count as changed when the policy is asked. Of a user
// that the actor may not read, these are all named ones: else a patch that is refused, or not,
// would tell the actor which value the user has.
func (s *readTx) judgedChange(ctx context.Context, out *user.Outcome, named user.Attributes) (user.Attributes, error) {
	if named.Without(out.Changed) == 0 {
		return out.Changed, nil
	}
	readable, err := s.allowed(ctx, s.request(permission.UserRead, permission.TargetOf(out.Before)))
	if readable {
		return out.Changed, err
	}
	return out.Changed.With(named), err
}

// comparedWith returns the user that a replacement is compared with. Of a user that the actor may
// not read, it has no more than a Result shows: else a refusal would tell the actor which value the
// user has.
func (s *readTx) comparedWith(ctx context.Context, u user.User) (user.User, error) {
	readable, err := s.allowed(ctx, s.request(permission.UserRead, permission.TargetOf(u)))
	if err != nil || readable {
		return u, err
	}
	return u.Only(0), nil
}

// own reports whether the id is the actor's.
func (s *readTx) own(id user.ID) bool { return !s.actor.System && id == s.h.actor.id }

// edit is one Edit inside a transaction.
func (t *tx) edit(ctx context.Context, e *Edit, password *hashedPassword) (Result, error) {
	out, named, err := t.decide(ctx, e, password != nil && password.proven)
	if err != nil {
		return Result{}, err
	}
	return t.writeEdit(ctx, &out, named, password)
}

// editAll is several Edits inside a transaction: all are decided before any is written, and users
// who give up a unique name that one before them takes do so first. passwords is nil, or has one
// for each edit that sets a password. Of an error it says to which edit it belongs.
func (t *tx) editAll(ctx context.Context, edits []Edit, passwords []hashedPassword, results []Result) (int, error) {
	outcomes, named := make([]user.Outcome, len(edits)), make([]user.Attributes, len(edits))
	password := func(i int) *hashedPassword {
		if edits[i].Password == nil {
			return nil
		}
		return &passwords[i]
	}
	for i := range edits {
		p := password(i)
		var err error
		if outcomes[i], named[i], err = t.decide(ctx, &edits[i], p != nil && p.proven); err != nil {
			return i, err
		}
	}
	for i, u := range user.HandOver(outcomes) {
		if err := t.put(ctx, &outcomes[i].Before, &u); err != nil {
			return i, err
		}
	}
	for i := range edits {
		var err error
		if results[i], err = t.writeEdit(ctx, &outcomes[i], named[i], password(i)); err != nil {
			return i, err
		}
	}
	return 0, nil
}

// writeEdit writes what an edit that was decided comes to.
func (t *tx) writeEdit(ctx context.Context, out *user.Outcome, named user.Attributes, password *hashedPassword) (Result, error) {
	before, after := &out.Before, &out.After
	id := before.ID
	switch {
	case password != nil:
		if err := t.setPassword(ctx, out, password, t.own(id) && !named.Has(user.AttrChangeNextLogin)); err != nil {
			return Result{}, err
		}
	case out.Changed == 0:
		result := Result{User: *before}
		err := t.answer(ctx, &result)
		return result, err
	case !after.MayHavePassword() && after.Credentials.HasPassword:
		if err := t.dropPassword(ctx, after); err != nil {
			return Result{}, err
		}
	}
	changed := out.Changed
	if after.Credentials != before.Credentials { // a rare thing, and telling the differences of all attributes costs
		changed = changed.Without(credentials) | user.ChangedAttributes(*before, *after)&credentials
	}
	if password != nil {
		changed |= user.AttributesOf(user.AttrPassword)
	}
	what := storage.UserUpdated
	if out.Changed == 0 {
		what = storage.PasswordChanged
	}
	if err := t.store(ctx, what, before, after, ""); err != nil {
		return Result{}, err
	}
	if password != nil && what != storage.PasswordChanged {
		if err := t.record(ctx, storage.Change{Type: storage.PasswordChanged, UserID: id}); err != nil {
			return Result{}, err
		}
	}
	result := Result{User: *after, Changed: changed, Lost: out.Lost, Resets: out.Resets}
	err := t.answer(ctx, &result)
	return result, err
}
