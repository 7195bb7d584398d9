package roster

import (
	"context"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrTooManyUsers is user.ErrTooManyUsers: the account has as many live users as Account.MaxUsers
// allows.
var ErrTooManyUsers = user.ErrTooManyUsers

// CreateParams is a user to be created. Of User, the attributes that a patch can name may be set,
// with Access.Granted and Access.Profiles for the roles. Every other field must be zero, but for
// ID: if it is not 0 the user gets this id. For every actor but the host the id must be below 2^53,
// because JSON numbers beyond it lose digits in JavaScript.
type CreateParams struct {
	User     user.User `json:"user"`
	Password Password  `json:"password,omitzero"` // none: the user can't sign in by password
	// Activation records in the same transaction that the user is to get an activation mail, as
	// RequestActivation does (Omnidesk sendActivationMail).
	Activation bool `json:"activation,omitempty"`
}

// Create adds a user. Errors: *validate.Error, also of the password policy; storage.ErrNotFound if
// there is no such account; *permission.Denied; ErrStale; ErrTooManyUsers; user's errors as in
// user.Patch.Apply; storage.ErrExists with what is taken (*storage.ExistsError: login, pid,
// fullName, id). The hasher's error, user.ErrHash included, comes after those of the policy and the
// rules, and before those of the write.
func (h Handle) Create(ctx context.Context, n CreateParams, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Create"); h.obs != nil {
		defer h.obs.end(&err)
	}
	return oneOf(h.create(ctx, []CreateParams{n}, true, opts))
}

// CreateMany adds users, all or none. The paths of problems begin with the index of the user:
// "/3/identity/login". Errors: storage.ErrInvalid for more than storage.MaxPage users; as Create,
// those of one user in an *ItemError.
func (h Handle) CreateMany(ctx context.Context, users []CreateParams, opts ...CallOption) (_ []Result, err error) {
	if ctx, h.obs = start(ctx, &h, "CreateMany"); h.obs != nil {
		defer h.obs.end(&err)
	}
	if err := limited("users", len(users)); err != nil {
		return nil, err
	}
	return h.create(ctx, users, false, opts)
}

// pendingUser is a validated user that is not inserted yet.
type pendingUser struct {
	item
	id       user.ID
	patch    user.Patch
	named    user.Attributes // the attributes that the caller set
	password bool
	activate bool
	hash     string
	outcome  user.Outcome
	ruleErr  error
}

func (h Handle) create(ctx context.Context, users []CreateParams, one bool, opts []CallOption) ([]Result, error) {
	c, err := h.begin(ctx, opts)
	if err != nil {
		return nil, err
	}
	pending, secrets, err := h.pendingUsers(users, one)
	if err != nil {
		return nil, err
	}
	if secrets {
		// Check the permission first: hashing is expensive.
		if err := h.readTransaction(ctx, c, func(ctx context.Context, s *readTx) error { return s.authorizeCreate(ctx, pending) }); err != nil {
			return nil, err
		}
		for i := range pending {
			if !pending[i].password {
				continue
			}
			if pending[i].hash, err = h.dir.hash(ctx, users[i].Password); err != nil {
				return nil, err
			}
		}
	}
	results := make([]Result, len(pending))
	at, err := h.run(ctx, c, func(ctx context.Context, t *tx) error {
		if err := t.authorizeCreate(ctx, pending); err != nil {
			return err
		}
		for i := range pending {
			var err error
			if results[i], err = t.insert(ctx, &pending[i]); err != nil {
				return pending[i].failed(err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range results {
		h.obs.found(results[i].User.ID)
	}
	return stamp(results, at), nil
}

// births checks the shape of the users to be created.
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

// admit decides whether the users may be created: permission, expected version, rules, for all
// before anything is written.
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

// authorizeNewUser applies the patch to an empty user and checks that the actor may create the
// result.
func (s *readTx) authorizeNewUser(ctx context.Context, b *pendingUser) error {
	before := user.User{ID: b.id, Presence: user.Presence{Since: s.now}, Lifecycle: user.Lifecycle{Created: s.now}}
	b.outcome, b.ruleErr = b.patch.Apply(before, s.facts(ctx))
	granted, _ := s.roleChange(ctx, &b.outcome)
	if s.unread != nil {
		return s.unread
	}
	r := s.request(permission.UserCreate, permission.Target{})
	r.Granted, r.Attributes = granted, b.named
	if err := s.allow(ctx, r); err != nil {
		return err
	}
	if b.activate {
		if err := s.may(ctx, permission.ActivationSend); err != nil {
			return err
		}
	}
	if err := s.checkUserVersion(&user.User{}); err != nil {
		return err
	}
	if b.ruleErr == nil {
		b.ruleErr = s.checkPrecondition(&user.User{}, &b.outcome.After)
	}
	return nil
}

// insert writes a user that authorizeCreate has allowed.
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
	if err := t.store(ctx, storage.UserCreated, &user.User{}, u, ""); err != nil {
		return Result{}, err
	}
	if b.hash != "" {
		if err := t.PutSecret(ctx, u.ID, user.SecretOf(b.hash, t.now)); err != nil {
			return Result{}, err
		}
	}
	if b.activate {
		if err := t.record(ctx, storage.Change{Type: storage.ActivationRequested, UserID: u.ID}); err != nil {
			return Result{}, err
		}
	}
	result := Result{User: *u, Changed: changed, Resets: b.outcome.Resets}
	err := t.answer(ctx, &result)
	return result, err
}

// roomFor counts the live users, if the account's limit asks for it.
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
