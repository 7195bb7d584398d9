package roster

import (
	"context"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrTooManyUsers is user.ErrTooManyUsers: the account has Account.MaxUsers live users.
var ErrTooManyUsers = user.ErrTooManyUsers

// CreateParams describes a user to be created.
type CreateParams struct {
	// User holds the attributes. Those that a patch can name may be set, and Access.Granted and
	// Access.Profiles for the roles. ID may be set to choose the id: below 2^53, because JSON
	// numbers beyond it lose digits in JavaScript, or up to 2^62 for the system actor. Every
	// other field must be zero.
	User user.User `json:"user"`
	// Password is the first password. Without one the user cannot sign in by password.
	Password Password `json:"password,omitzero"`
	// Activation records, in the same transaction, a request to send the user an activation
	// mail, as RequestActivation does (Omnidesk sendActivationMail).
	Activation bool `json:"activation,omitempty"`
}

// Create adds a user and returns a Result with the new user. The user gets the id n.User.ID, or the
// next free id if n.User.ID is 0.
//
// Errors, in this order:
//   - *validate.Error, also for a password that the password policy refuses
//   - storage.ErrNotFound if the account does not exist and the actor may create users
//   - *permission.Denied, also for a role, a custom attribute or the activation mail
//   - ErrStale, ErrTooManyUsers
//   - the errors of user.Patch.Apply
//   - the hasher's error, and user.ErrHash
//   - *storage.ExistsError, which is storage.ErrExists, if the id, login, pid or full name is taken
func (h Handle) Create(ctx context.Context, n CreateParams, opts ...CallOption) (Result, error) {
	return oneOf(h.create(ctx, "Create", []CreateParams{n}, true, opts))
}

// CreateMany adds the users in one transaction and returns one Result for each, in order. If it
// returns an error, it has added no user; only after storage.ErrUnknownOutcome it may have added
// them.
//
// Errors: storage.ErrInvalid for more than storage.MaxPage users; then as Create. The problems of a
// *validate.Error have paths that begin with the index of the user: "/3/identity/login". Every
// other error about one user is in an *ItemError.
func (h Handle) CreateMany(ctx context.Context, users []CreateParams, opts ...CallOption) ([]Result, error) {
	return h.create(ctx, "CreateMany", users, false, opts)
}

// pendingUser is a validated user that is not inserted yet.
type pendingUser struct {
	item
	id       user.ID // the id that the caller chose, or 0
	patch    user.Patch
	named    user.Attributes // the attributes that the caller set
	password bool
	activate bool
	hash     string       // of the password, "" without one
	outcome  user.Outcome // of patch, applied to an empty user
	ruleErr  error        // the error of patch or of WithPrecondition, reported after the denials
}

// create adds users in one transaction and returns their Results in order. It hashes passwords
// outside of any transaction, after a read transaction has checked the permission. If one is true,
// errors have no index. Errors: as CreateMany.
func (h Handle) create(ctx context.Context, name string, users []CreateParams, one bool, opts []CallOption) (_ []Result, err error) {
	ctx, h.obs = start(ctx, &h, name)
	defer h.obs.end(&err)
	c, err := begin(ctx, &h, opts)
	if err = firstOf(err, atMost(storage.MaxPage, "users", len(users))); err != nil {
		return nil, err
	}
	pending, secrets, err := h.pendingUsers(users, one)
	if err != nil {
		return nil, err
	}
	if secrets {
		_, err := view(ctx, &h, c, method{}, noResult(func(ctx context.Context, s *readTx) error {
			return s.authorizeCreate(ctx, pending)
		}))
		if err != nil {
			return nil, err
		}
		for i := range pending {
			if !pending[i].password {
				continue
			}
			if pending[i].hash, err = h.dir.hash(ctx, users[i].Password); err != nil {
				return nil, pending[i].failed(err)
			}
		}
	}
	results, done, err := update(ctx, &h, c, method{}, func(ctx context.Context, t *tx) ([]Result, error) {
		if err := t.authorizeCreate(ctx, pending); err != nil {
			return nil, err
		}
		results := make([]Result, len(pending))
		for i := range pending {
			var err error
			if results[i], err = t.insert(ctx, &pending[i]); err != nil {
				return nil, pending[i].failed(err)
			}
			t.concerns(results[i].User.ID)
		}
		return results, nil
	})
	return stamp(results, done), err
}

// pendingUsers validates the users and returns a pendingUser for each, in order. secrets reports
// whether a user has a password. If one is true, paths have no index. Errors: one *validate.Error.
func (h Handle) pendingUsers(users []CreateParams, one bool) (pending []pendingUser, secrets bool, err error) {
	var problems validate.Collector
	pending = make([]pendingUser, len(users))
	for i := range users {
		n, b := &users[i], &pending[i]
		b.item = item{i, one}
		b.id, b.patch, b.password = n.User.ID, user.Replacement(n.User), !n.Password.IsZero()
		b.activate = n.Activation
		b.named = user.ChangedAttributes(user.User{}, n.User) & b.patch.Attributes()
		if b.password {
			b.named |= user.AttributesOf(user.AttrPassword)
			secrets = true
		}
		problems.Merge(b.path(), user.CheckReadOnly(n.User, user.User{ID: n.User.ID}))
		problems.Merge(b.path(), b.patch.Check(h.profile))
		problems.Range(b.path()+"/id", int64(n.User.ID), 0, h.maxID())
		problems.Merge(b.path(), h.checkFirstPassword(n))
	}
	return pending, secrets, problems.Err()
}

// authorizeCreate checks that the actor may create the pending users and that they can be created,
// and sets pending[i].outcome to each new user. Errors, in this order: storage.ErrNotFound or
// *permission.Denied without an account (settings); *permission.Denied or ErrStale
// (authorizeNewUser); ErrTooManyUsers; the first ruleErr. An error about one user is wrapped by
// item.failed.
func (s *readTx) authorizeCreate(ctx context.Context, pending []pendingUser) error {
	account, err := s.settings(ctx, permission.UserCreate)
	if err != nil {
		return err
	}
	for i := range pending {
		if err := s.authorizeNewUser(ctx, &pending[i]); err != nil {
			return pending[i].failed(err)
		}
	}
	if err := s.roomFor(ctx, account, len(pending)); err != nil {
		return err
	}
	for i := range pending {
		if err := pending[i].ruleErr; err != nil {
			return pending[i].failed(err)
		}
	}
	return nil
}

// authorizeNewUser checks that the actor may create the user b, and sets b.outcome to the new user
// and b.ruleErr to the error of the rules or of WithPrecondition. Errors: *permission.Denied;
// ErrStale; those of the policy and the storage.
func (s *readTx) authorizeNewUser(ctx context.Context, b *pendingUser) error {
	before := user.User{ID: b.id, Presence: user.Presence{Since: s.now}, Lifecycle: user.Lifecycle{Created: s.now}}
	b.outcome, b.ruleErr = b.patch.Apply(before, s.facts(ctx))
	granted, _ := b.outcome.RoleChange(s.profiles(ctx))
	if s.unread != nil {
		return s.unread
	}
	r := s.request(permission.UserCreate, permission.Target{})
	r.Granted, r.Attributes = granted, b.named
	if err := s.allow(ctx, r); err != nil {
		return err
	}
	if b.named.Has(user.AttrCustom) {
		for _, action := range s.settingCustom(ctx, b.patch.Custom.Names()) {
			r := s.request(action, permission.Target{})
			r.Attributes = user.AttributesOf(user.AttrCustom)
			if err := firstOf(s.unread, s.allow(ctx, r)); err != nil {
				return err
			}
		}
	}
	if b.activate {
		if err := s.may(ctx, permission.ActivationSend); err != nil {
			return err
		}
	}
	stale := s.checkUserVersion(&user.User{})
	if stale == nil && b.ruleErr == nil {
		b.ruleErr = s.checkPrecondition(&user.User{}, &b.outcome.After)
	}
	return stale
}

// insert writes the user b.outcome.After under the id b.id, or under the next free id if b.id is 0,
// with a change record and the password hash, if any. If b.activate is true, it also records a
// request for an activation mail. It returns the Result without the parts that the actor may not
// read (answer). Errors: *storage.ExistsError; those of the policy and the storage.
func (t *tx) insert(ctx context.Context, b *pendingUser) (Result, error) {
	u := &b.outcome.After
	if b.id != 0 {
		switch _, err := t.User(ctx, b.id); {
		case err == nil:
			return Result{}, &storage.ExistsError{What: "id", ID: int64(b.id)}
		case !isNotFound(err):
			return Result{}, err
		}
	} else {
		next, err := t.NextID(ctx, storage.UserIDs)
		if err != nil {
			return Result{}, err
		}
		u.ID = user.ID(next)
	}
	changed := b.outcome.Changed
	if b.hash != "" {
		u.Credentials = u.Credentials.Renewed(false, t.now, t.Next())
		changed |= user.AttributesOf(user.AttrPassword, user.AttrPasswordChanged)
	}
	err := t.store(ctx, storage.UserCreated, &user.User{}, u, "")
	if err == nil && b.hash != "" {
		err = t.PutSecret(ctx, u.ID, user.SecretOf(b.hash, t.now))
	}
	if err == nil && b.activate {
		err = t.record(ctx, storage.Change{Type: storage.ActivationRequested, UserID: u.ID})
	}
	if err != nil {
		return Result{}, err
	}
	return t.answer(ctx, nil, Result{User: *u, Changed: changed, Resets: b.outcome.Resets})
}

// roomFor returns ErrTooManyUsers if the account a has no room for n more live users, and nil
// otherwise. Other errors: those of the storage.
func (s *readTx) roomFor(ctx context.Context, a user.Account, n int) error {
	if a.MaxUsers == 0 {
		return nil
	}
	count, err := s.CountUsers(ctx, storage.Query{})
	if err != nil {
		return err
	}
	return a.CheckRoom(count, n)
}
