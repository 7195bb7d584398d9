package roster

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrTooManyUsers is returned when an account has as many live users as Account.MaxUsers allows (Voximplant 109).
var ErrTooManyUsers = errors.New("roster: the account has as many users as it may have")

// Result is what a write came to.
type Result struct {
	User     user.User       // as he is now; his Version is the new one
	Revision user.Revision   // of the account
	Changed  user.Attributes // what is different from before
	Lost     user.Attributes // what he had and has no more
	Resets   []user.Reset    // what was reset because a role was lost
}

// NewUser is a user to be created. Of User, what a patch can name counts, with Access.Granted and Access.Profiles for
// the roles, and ID if it is not 0: the id he is to have.
type NewUser struct {
	User     user.User
	Password Password // "": he cannot sign in by password
}

// Create adds a user. Errors: *validate.Error, also for the password; storage.ErrNotFound if there is no such account;
// *permission.Denied; ErrStale; ErrTooManyUsers; user's errors as in user.Patch.Apply; storage.ErrExists with what is
// taken (*storage.ExistsError: login, pid, fullName, id).
func (h Handle) Create(ctx context.Context, n NewUser, opts ...CallOption) (Result, error) {
	results, err := h.create(ctx, []NewUser{n}, func(int) string { return "" }, opts)
	if err != nil {
		return Result{}, err
	}
	return results[0], nil
}

// CreateMany adds users, all or none. The paths of problems begin with the index of the user: "/3/identity/login".
// Errors: as Create; storage.ErrInvalid for more than storage.MaxPage users.
func (h Handle) CreateMany(ctx context.Context, users []NewUser, opts ...CallOption) ([]Result, error) {
	if len(users) > storage.MaxPage {
		return nil, tooMany("users", storage.MaxPage)
	}
	return h.create(ctx, users, func(i int) string { return fmt.Sprintf("/%d", i) }, opts)
}

func (h *Handle) create(ctx context.Context, users []NewUser, prefix func(int) string, opts []CallOption) ([]Result, error) {
	var problems validate.Collector
	patches := make([]user.Patch, len(users))
	secrets := false
	for i := range users {
		n := &users[i]
		patches[i] = user.Replacement(n.User)
		problems.Merge(prefix(i), patches[i].Check(h.profile))
		problems.Range(prefix(i)+"/id", int64(n.User.ID), 0, 1<<63-1)
		problems.Merge(prefix(i), h.checkFirstPassword(n))
		secrets = secrets || n.Password != ""
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	if secrets {
		// Hashing costs; whoever may not create users is refused before it.
		if err := h.may(ctx, permission.UserCreate); err != nil {
			return nil, err
		}
	}
	hashes := make([]string, len(users))
	for i := range users {
		if users[i].Password == "" {
			continue
		}
		var err error
		if hashes[i], err = h.dir.hasher.Hash(ctx, string(users[i].Password)); err != nil {
			return nil, err
		}
	}
	results := make([]Result, len(users))
	rev, err := h.update(ctx, opts, func(ctx context.Context, t *tx) error {
		account, err := t.Account(ctx)
		if err != nil {
			return err
		}
		if err := t.roomFor(ctx, account, len(users)); err != nil {
			if denied := t.h.allow(permission.Request{Action: permission.UserCreate, Actor: t.actor}); denied != nil {
				return denied
			}
			return err
		}
		for i := range users {
			if results[i], err = t.create(ctx, users[i].User.ID, &patches[i], hashes[i]); err != nil {
				return at(prefix(i), err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range results {
		results[i].Revision = rev
	}
	return results, nil
}

// may checks, outside of the transaction that counts, that the actor could do it at all.
func (h *Handle) may(ctx context.Context, action permission.Action) error {
	return h.view(ctx, func(ctx context.Context, r storage.Reader, actor permission.Actor) error {
		if _, err := r.Account(ctx); err != nil {
			return err
		}
		return h.allow(permission.Request{Action: action, Actor: actor})
	})
}

// at moves the problems of an error below a path.
func at(prefix string, err error) error {
	var invalid *validate.Error
	if prefix == "" || !errors.As(err, &invalid) {
		return err
	}
	var c validate.Collector
	c.Merge(prefix, invalid)
	return c.Err()
}

// roomFor checks the account's own limit of live users.
func (t *tx) roomFor(ctx context.Context, a user.Account, n int) error {
	if a.MaxUsers == 0 {
		return nil
	}
	count, err := t.CountUsers(ctx, storage.Query{})
	if err != nil {
		return err
	}
	if count+n > a.MaxUsers {
		return ErrTooManyUsers
	}
	return nil
}

func (t *tx) create(ctx context.Context, id user.ID, p *user.Patch, hash string) (Result, error) {
	before := user.User{ID: id, Presence: user.Presence{Since: t.now}, Lifecycle: user.Lifecycle{Created: t.now}}
	out, ruleErr := p.Apply(before, t.facts(ctx))
	granted, _ := roleChange(out)
	request := permission.Request{
		Action: permission.UserCreate, Actor: t.actor, Granted: granted, Attributes: out.Changed & p.Attributes(),
	}
	if hash != "" {
		request.Attributes |= user.AttributesOf(user.AttrPassword)
	}
	if err := t.h.allow(request); err != nil {
		return Result{}, err
	}
	if err := t.fresh(0); err != nil {
		return Result{}, err
	}
	if ruleErr != nil {
		return Result{}, ruleErr
	}
	u := out.After
	if id != 0 {
		if _, err := t.User(ctx, id); err == nil {
			return Result{}, &storage.ExistsError{What: "id", ID: int64(id)}
		} else if !errors.Is(err, storage.ErrNotFound) {
			return Result{}, err
		}
	} else {
		next, err := t.NextID(ctx, storage.UserIDs)
		if err != nil {
			return Result{}, err
		}
		u.ID = user.ID(next)
	}
	if hash != "" {
		u.Credentials.HasPassword, u.Credentials.ChangedAt = true, t.now
	}
	u, err := t.store(ctx, storage.UserCreated, user.User{}, u, "")
	if err != nil {
		return Result{}, err
	}
	if hash != "" {
		if err := t.PutSecret(ctx, u.ID, user.Secret{Hash: hash, Changed: t.now}); err != nil {
			return Result{}, err
		}
	}
	return Result{User: u, Changed: out.Changed, Resets: out.Resets}, nil
}

// facts are what the rules ask of the account. A profile that cannot be read is one that is not there; the
// transaction has failed then anyway.
func (t *tx) facts(ctx context.Context) user.Facts {
	return user.Facts{
		Now:         t.now,
		Transitions: t.h.dir.transitions,
		Profile: func(id user.ProfileID) (user.Profile, bool) {
			ref, err := t.Ref(ctx, user.RefProfile, int64(id))
			return ref.Profile, err == nil
		},
	}
}

// Edit is a change of one user: a patch, a new password, or both in one transaction.
type Edit struct {
	ID       user.ID
	Patch    user.Patch
	Password *NewPassword // nil: it stays
}

// Patch changes a user: what the patch does not name stays. A patch that changes nothing writes nothing. Errors:
// *validate.Error; storage.ErrNotFound; *permission.Denied, for the first action that the change takes and the actor
// may not do; ErrStale; user's errors as in user.Patch.Apply; storage.ErrExists.
func (h Handle) Patch(ctx context.Context, id user.ID, p user.Patch, opts ...CallOption) (Result, error) {
	if err := p.Check(h.profile); err != nil {
		return Result{}, err
	}
	var result Result
	rev, err := h.update(ctx, opts, func(ctx context.Context, t *tx) (err error) {
		result, err = t.patch(ctx, id, &p, nil)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	result.Revision = rev
	return result, nil
}

// Edit changes users, all or none, passwords included. The paths of problems begin with the index of the edit if there
// are several. Errors: as Patch and ResetPassword; storage.ErrInvalid for more than storage.MaxPage edits.
func (h Handle) Edit(ctx context.Context, edits []Edit, opts ...CallOption) ([]Result, error) {
	if len(edits) > storage.MaxPage {
		return nil, tooMany("edits", storage.MaxPage)
	}
	prefix := func(i int) string {
		if len(edits) == 1 {
			return ""
		}
		return fmt.Sprintf("/%d", i)
	}
	var problems validate.Collector
	for i := range edits {
		problems.Merge(prefix(i), edits[i].Patch.Check(h.profile))
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	var results []Result
	err := h.withPasswords(ctx, edits, prefix, func(hashed []hashedPassword) error {
		results = make([]Result, len(edits))
		rev, err := h.update(ctx, opts, func(ctx context.Context, t *tx) (err error) {
			for i := range edits {
				if results[i], err = t.patch(ctx, edits[i].ID, &edits[i].Patch, hashed[i].or()); err != nil {
					return at(prefix(i), err)
				}
			}
			return nil
		})
		for i := range results {
			results[i].Revision = rev
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// Replace makes a user the same as u in every attribute that a patch can name, but for those in keep: what u lacks is
// cleared ("if certain attributes are missing from the body, they will be deleted", LivePerson). Result.Lost says what
// he lost; with DryRun, what he would lose. Errors: as Patch.
func (h Handle) Replace(ctx context.Context, id user.ID, u user.User, keep user.Attributes, opts ...CallOption) (Result, error) {
	return h.Patch(ctx, id, user.Replacement(u).Keeping(keep), opts...)
}

// SetRoles gives a user exactly these roles: profiles that give another one go, what no profile gives is granted
// directly. Losing a role resets what user.Transition says; DryRun previews it. Errors: as Patch.
func (h Handle) SetRoles(ctx context.Context, id user.ID, roles user.Roles, opts ...CallOption) (Result, error) {
	return h.Patch(ctx, id, user.Patch{Roles: user.Set(roles)}, opts...)
}

// Enable lets a user sign in and work again. Errors: as Patch.
func (h Handle) Enable(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return h.Patch(ctx, id, user.Patch{Enabled: user.Set(true)}, opts...)
}

// Disable keeps a user from signing in and working. Errors: as Patch.
func (h Handle) Disable(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return h.Patch(ctx, id, user.Patch{Enabled: user.Set(false)}, opts...)
}

// patch is one Edit inside a transaction.
func (t *tx) patch(ctx context.Context, id user.ID, p *user.Patch, password *hashedPassword) (Result, error) {
	named := p.Attributes()
	first := permission.UserUpdate
	for action := range permission.Changing(named) {
		first = action
		break
	}
	u, err := t.target(ctx, id, first, false)
	if err != nil {
		return Result{}, err
	}
	out, ruleErr := p.Apply(u, t.facts(ctx))
	if ruleErr != nil {
		out = user.Outcome{Before: u, After: u, Changed: named} // judged by what it asks for
	}
	if err := t.allowChange(out, named); err != nil {
		return Result{}, err
	}
	if out.Changed == 0 && password == nil { // nothing to refuse, but the answer shows the user
		if err := t.allow(first, u); err != nil {
			return Result{}, err
		}
	}
	if password != nil {
		if err := t.h.allow(password.request(t.actor, u)); err != nil {
			return Result{}, err
		}
	}
	if err := t.fresh(u.Version); err != nil {
		return Result{}, err
	}
	if ruleErr != nil {
		return Result{}, ruleErr
	}
	if password != nil {
		if err := t.setPassword(ctx, &out.After, password, named); err != nil {
			return Result{}, err
		}
	}
	if out.Changed == 0 && password == nil {
		return Result{User: u}, nil
	}
	what := storage.UserUpdated
	if out.Changed == 0 {
		what = storage.PasswordChanged
	}
	after, err := t.store(ctx, what, u, out.After, "")
	if err != nil {
		return Result{}, err
	}
	return Result{User: after, Changed: out.Changed, Lost: out.Lost, Resets: out.Resets}, nil
}
