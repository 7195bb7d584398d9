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
	ID       user.ID         `json:"id"`
	Patch    user.Patch      `json:"patch,omitzero"`
	Password *PasswordChange `json:"password,omitempty"` // nil: the password stays

	// PatchFunc, if not nil, returns the patch to apply instead of Patch. Its arguments are the
	// stored user and Patch. The result is validated and authorized as Patch would be. PatchFunc
	// runs inside the transaction, only if the actor may see the user. It may run more than once
	// and must be pure. Use it if the patch depends on the stored user: a field that a request
	// leaves out may mean something else for each user.
	PatchFunc func(present user.User, p user.Patch) user.Patch `json:"-"`

	// replacement is the user that Replace was given.
	replacement *user.User
}

// Patch changes the attributes of a user that p names, and returns a Result with the changed user.
// A patch that changes nothing writes nothing. A user that becomes an API user loses the password.
//
// Errors, in this order:
//   - *validate.Error, storage.ErrNotFound
//   - *permission.Denied, for the first action that the change needs and the actor may not do
//   - ErrStale
//   - the errors of user.Patch.Apply
//   - *storage.ExistsError, which is storage.ErrExists, if a unique name is taken
//   - ErrLastAdministrator
func (h Handle) Patch(ctx context.Context, id user.ID, p user.Patch, opts ...CallOption) (Result, error) {
	return h.patch(ctx, "Patch", Edit{ID: id, Patch: p}, opts)
}

// patch validates the edit e, applies it in one transaction and returns the Result. e sets no
// password. name is the name of the exported method. Errors: as Patch.
func (h Handle) patch(ctx context.Context, name string, e Edit, opts []CallOption) (Result, error) {
	m := method{name: name, invalid: e.Patch.Check(h.profile)}
	result, done, err := runUpdate(ctx, &h, m, opts, func(ctx context.Context, t *tx) (Result, error) {
		out, named, err := t.decide(ctx, &e, false)
		if err != nil {
			return Result{}, err
		}
		return t.writeEdit(ctx, &out, named, nil)
	}, e.ID)
	return result.at(done), err
}

// Edit changes the users of the edits in one transaction, or none of them, and returns one Result
// for each, in the order of edits. A user may be in at most one edit. The users may exchange unique
// names. An edit writes one change record if attributes change, and one if it sets a password.
//
// If there are several edits, the path of a problem begins with the index of the edit, and every
// other error about one edit is in an *ItemError. storage.ErrExists for a unique name comes after
// the errors of all checks. ErrLastAdministrator is about the account after all edits.
//
// Errors, in this order: storage.ErrInvalid for more than storage.MaxPage edits; *validate.Error;
// then as Patch, and as ResetPassword for an edit with a password.
func (h Handle) Edit(ctx context.Context, edits []Edit, opts ...CallOption) ([]Result, error) {
	return h.edit(ctx, "Edit", edits, opts)
}

// edit applies the edits in one transaction, or none of them, and returns one Result for each, in
// order. name is the name of the exported method. It hashes passwords outside of the transaction
// (withPasswords). Errors: as Edit.
func (h Handle) edit(ctx context.Context, name string, edits []Edit, opts []CallOption) (_ []Result, err error) {
	ids, passwords := make([]user.ID, len(edits)), false
	for i := range edits {
		ids[i], passwords = edits[i].ID, passwords || edits[i].Password != nil
	}
	ctx, h.obs = start(ctx, &h, name, ids...)
	defer h.obs.end(&err)
	c, err := begin(ctx, &h, opts)
	if err = firstOf(err, atMost(storage.MaxPage, "edits", len(edits))); err != nil {
		return nil, err
	}
	place := func(i int) item { return item{i, len(edits) == 1} }
	var problems validate.Collector
	for i := range edits {
		problems.Merge(place(i).path(), edits[i].Patch.Check(h.profile))
	}
	once(&problems, ids, func(i int) string { return place(i).path() + "/id" })
	if err := problems.Err(); err != nil {
		return nil, err
	}
	write := func(passwords []*hashedPassword) ([]Result, error) {
		results, done, err := update(ctx, &h, c, method{}, func(ctx context.Context, t *tx) ([]Result, error) {
			results := make([]Result, len(edits))
			i, err := t.editAll(ctx, edits, passwords, results)
			if err != nil {
				return nil, place(i).failed(err)
			}
			return results, nil
		})
		return stamp(results, done), err
	}
	if !passwords {
		return write(make([]*hashedPassword, len(edits)))
	}
	return h.withPasswords(ctx, c, edits, place, write)
}

// Replace sets every attribute that a patch can name, except those in keep, to its value in u, and
// clears it if u does not set it ("if certain attributes are missing from the body, they will be
// deleted", LivePerson). Result.Lost lists the attributes that lost a value. A field that only the
// library sets must be zero or equal to the stored one (user.CheckReadOnly), so a caller can read a
// user with Get, change it and pass it to Replace.
//
// Errors: as Patch; *validate.Error also if a field that only the library sets differs; ErrStale
// also if u.Version is neither 0 nor the stored version.
func (h Handle) Replace(
	ctx context.Context, id user.ID, u user.User, keep user.Attributes, opts ...CallOption,
) (Result, error) {
	return h.patch(ctx, "Replace", Edit{ID: id, Patch: user.Replacement(u).Keeping(keep), replacement: &u}, opts)
}

// SetRoles gives a user exactly the given roles. It removes each profile that gives another role,
// and grants directly each role that no remaining profile gives. Losing a role resets attributes
// (user.Transition); Result.Resets lists them, and DryRun shows them beforehand. Errors: as Patch.
func (h Handle) SetRoles(ctx context.Context, id user.ID, roles user.Roles, opts ...CallOption) (Result, error) {
	return h.patch(ctx, "SetRoles", Edit{ID: id, Patch: user.Patch{Roles: user.Set(roles)}}, opts)
}

// Enable lets a user sign in and act again. Errors: as Patch.
func (h Handle) Enable(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return h.patch(ctx, "Enable", Edit{ID: id, Patch: user.Patch{Enabled: user.Set(true)}}, opts)
}

// Disable keeps a user from signing in and from acting. Errors: as Patch.
func (h Handle) Disable(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return h.patch(ctx, "Disable", Edit{ID: id, Patch: user.Patch{Enabled: user.Set(false)}}, opts)
}

// decide authorizes the edit e, applies its patch to the stored user, and returns the outcome and
// the attributes that the patch names (after PatchFunc). It writes nothing. proven is true if the
// caller gave the right old password. Errors, in this order: storage.ErrNotFound;
// *permission.Denied; ErrStale; the error of the patch (Check, user.CheckReadOnly or Apply), such
// as a *validate.Error; that of WithPrecondition. Errors of the policy and the storage may come at
// any time.
func (s *readTx) decide(ctx context.Context, e *Edit, proven bool) (out user.Outcome, named user.Attributes, err error) {
	named = e.Patch.Attributes()
	first := permission.UserUpdate
	for action := range permission.Changing(named) {
		first = action
		break
	}
	if first == permission.CustomSet {
		actions := s.settingCustom(ctx, e.Patch.Custom.Names())
		if s.unread != nil && !isNotFound(s.unread) { // without an account there is no user either
			return out, named, s.unread
		}
		if len(actions) > 0 {
			first = actions[0]
		}
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
		readable, err := s.allowed(ctx, s.request(permission.UserRead, permission.TargetOf(u)))
		if err != nil {
			return out, named, err
		}
		present := u
		if !readable {
			present = u.Only(0) // the comparison must reveal no hidden attribute
		}
		ruleErr = user.CheckReadOnly(*e.replacement, present)
	}
	if ruleErr == nil {
		out, ruleErr = e.Patch.Apply(u, s.facts(ctx))
	}
	if ruleErr != nil {
		// The policy then decides about the attributes that the edit names.
		out = user.Outcome{Before: u, After: u, Changed: named}
	}
	changed, all, err := s.judgedChange(ctx, &out, named)
	if err != nil {
		return out, named, err
	}
	var custom []permission.Action
	if (changed & named).Has(user.AttrCustom) {
		custom = s.changingCustom(ctx, e.Patch.Custom, &out, all || ruleErr != nil)
	}
	refusedChange := s.allowChange(ctx, &out, named, changed, custom)
	if err := firstOf(s.unread, refusedChange); err != nil {
		return out, named, err
	}
	if out.Changed == 0 && e.Password == nil && refused != nil && !denial(refused).AboutPower() {
		return out, named, refused // nothing changes, but the result would show the user
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

// own reports whether id is the id of the acting user. It is false for the system actor.
func (s *readTx) own(id user.ID) bool { return !s.actor.System && id == s.h.actor.id }

// editAll checks all edits (decide), then writes them in order and sets results[i] to the Result of
// edits[i]. passwords[i] is the hashed password of edits[i], or nil. Edits may exchange unique
// names (user.HandOver). With an error it returns the index of the edit in question. Errors: those
// of decide and writeEdit.
func (t *tx) editAll(ctx context.Context, edits []Edit, passwords []*hashedPassword, results []Result) (_ int, err error) {
	outcomes, named := make([]user.Outcome, len(edits)), make([]user.Attributes, len(edits))
	for i, p := range passwords {
		if outcomes[i], named[i], err = t.decide(ctx, &edits[i], p != nil && p.proven); err != nil {
			return i, err
		}
	}
	for i, u := range user.HandOver(outcomes) {
		if err := t.put(ctx, &outcomes[i].Before, &u); err != nil {
			return i, err
		}
	}
	for i, p := range passwords {
		if results[i], err = t.writeEdit(ctx, &outcomes[i], named[i], p); err != nil {
			return i, err
		}
	}
	return 0, nil
}

// writeEdit writes out.After, which decide has checked, with a change record, and returns the
// Result without the parts that the actor may not read (answer). If password is not nil, it also
// writes the new secret and records storage.PasswordChanged. If the user may no longer have a
// password, it removes the secret. If nothing changes, it writes nothing. named are the attributes
// that the patch names. Errors: errSecretChanged (setPassword); *storage.ExistsError; those of the
// policy and the storage.
func (t *tx) writeEdit(ctx context.Context, out *user.Outcome, named user.Attributes, password *hashedPassword) (Result, error) {
	before, after := &out.Before, &out.After
	switch {
	case password != nil:
		if err := t.setPassword(ctx, out, password, t.own(before.ID) && !named.Has(user.AttrChangeNextLogin)); err != nil {
			return Result{}, err
		}
	case out.Changed == 0:
		return t.answer(ctx, before, Result{User: *before})
	case !after.MayHavePassword() && after.Credentials.HasPassword:
		if err := t.dropPassword(ctx, after); err != nil {
			return Result{}, err
		}
	}
	changed := out.Changed
	// To compare all attributes is slow, so it is done only if the credentials differ.
	if after.Credentials != before.Credentials {
		changed = changed.Without(credentials) | user.ChangedAttributes(*before, *after)&credentials
	}
	if password != nil {
		changed |= user.AttributesOf(user.AttrPassword)
	}
	what := storage.UserUpdated
	if out.Changed == 0 {
		what = storage.PasswordChanged
	}
	err := t.store(ctx, what, before, after, "")
	if err == nil && password != nil && what != storage.PasswordChanged {
		err = t.record(ctx, storage.Change{Type: storage.PasswordChanged, UserID: before.ID})
	}
	if err != nil {
		return Result{}, err
	}
	return t.answer(ctx, before, Result{User: *after, Changed: changed, Lost: out.Lost, Resets: out.Resets})
}
