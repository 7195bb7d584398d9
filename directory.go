package roster

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// Directory gives access to the accounts of one storage. New makes one. It is safe for concurrent
// use, and only the storage needs to be closed. Without a storage (a nil or zero Directory,
// New(nil)), every call with valid arguments returns storage.ErrClosed.
type Directory struct {
	store       storage.Storage
	clock       func() time.Time
	hasher      user.Hasher
	passwords   password.Policy
	authorizer  permission.Authorizer
	transitions []user.Transition
	rates       balance.Rates
	profile     validate.Profile
	observers   []Observer
	misuse      error // a *validate.Error about the options, which every call returns
}

// Option sets a property of a Directory.
type Option func(*Directory)

// New returns a Directory over the storage store. It applies the options opts in order and ignores
// nil options. New does not read the storage and does not fail: if store is nil or an option is not
// valid, the calls of the Directory return an error. Without an option, the defaults are:
//   - time.Now as the clock
//   - argon2id password hashes with the parameters that OWASP recommends
//   - the password policy password.Default
//   - the policy permission.Default
//   - user.DefaultTransitions
//   - no exchange rates
//   - the validation profile validate.Strict
func New(store storage.Storage, opts ...Option) *Directory {
	hasher, _ := password.New() // an error comes from an option only
	d := &Directory{
		store:      store,
		clock:      time.Now,
		hasher:     hasher,
		passwords:  password.Default(),
		authorizer: permission.Default(),
	}
	for _, opt := range opts {
		if opt != nil {
			opt(d)
		}
	}
	return d
}

// WithClock sets the function that returns the present time. A nil function changes nothing. If now
// returns the zero time, or a time outside the years 1 to 9999, every writing call except
// DeleteAccount returns user.ErrTime.
func WithClock(now func() time.Time) Option {
	return func(d *Directory) {
		if now != nil {
			d.clock = now
		}
	}
}

// now returns the time of the clock, in UTC and truncated to microseconds. Errors: user.ErrTime,
// wrapped, for the zero time and a time outside the years 1 to 9999.
func (d *Directory) now() (time.Time, error) {
	now := user.NormalizeTime(d.clock())
	err := user.CheckTime(now)
	if err == nil && now.IsZero() {
		err = user.ErrTime
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("roster: the clock: %w", err)
	}
	return now, nil
}

// WithHasher sets the user.Hasher that hashes and verifies passwords. A nil hasher changes nothing.
func WithHasher(h user.Hasher) Option {
	return func(d *Directory) {
		if h != nil {
			d.hasher = h
		}
	}
}

// WithPasswordPolicy sets the policy for new passwords. A nil policy changes nothing.
// Handle.WithPasswordPolicy sets another one for a handle.
func WithPasswordPolicy(p password.Policy) Option {
	return func(d *Directory) {
		if p != nil {
			d.passwords = p
		}
	}
}

// WithAuthorizer sets the policy, which decides which actor may do which action. A nil Authorizer
// denies every action, also to the system actor. Handle.WithAuthorizer sets another one for a
// handle.
//
// Whatever a allows, no actor gains, gives or takes away more power than the actor may grant. If
// a is a permission.Policy or was made by permission.Guarded, its own rules say what an actor may
// grant; otherwise permission.StandardSelfRules do.
func WithAuthorizer(a permission.Authorizer) Option {
	return func(d *Directory) { d.authorizer = orDenial(a) }
}

// orDenial returns a with the rules about power (permission.EnsureGuarded). For nil it returns an
// Authorizer that denies every action, so a policy that is missing by mistake allows nothing.
func orDenial(a permission.Authorizer) permission.Authorizer {
	if a == nil {
		return permission.AuthorizerFunc(nil)
	}
	return permission.EnsureGuarded(a)
}

// WithTransitions sets which attributes are reset when a user loses a role. Nil means
// user.DefaultTransitions; an empty slice that is not nil resets nothing. A host appends its own
// transitions to user.DefaultTransitions. A name that is not valid makes every call fail with
// a *validate.Error at "/options/transitions/N/lost" or "/options/transitions/N/custom/M".
func WithTransitions(t []user.Transition) Option {
	return func(d *Directory) {
		var c validate.Collector
		for i := range t {
			if !t[i].Lost.Valid() {
				c.Add(validate.Problem{Path: validate.Element("/transitions", i) + "/lost", Code: validate.Invalid})
			}
			for j, name := range t[i].Custom {
				if !user.ValidCustomName(name) {
					c.Add(validate.Problem{Path: validate.Element(validate.Element("/transitions", i)+"/custom", j), Code: validate.Invalid})
				}
			}
		}
		d.transitions, d.misuse = t, c.Err()
	}
}

// WithRates sets the exchange rates for amounts in a currency other than the account's.
func WithRates(r balance.Rates) Option { return func(d *Directory) { d.rates = r } }

// WithValidation sets the profile that texts are validated by. Handle.WithValidation sets another
// one for a handle.
func WithValidation(p validate.Profile) Option { return func(d *Directory) { d.profile = p } }

// Actor is who makes a call: the host, a user of the account, or an API key. The zero Actor is
// UserActor(0), which may do nothing.
type Actor struct {
	id          user.ID
	permissions permission.Permissions
	grants      user.Roles
	stamp       user.Revision // the expected SignInStamp, if signedIn
	key         bool
	system      bool
	signedIn    bool
}

// SystemActor returns the actor that stands for the host. The policies of package permission
// allow it every action.
func SystemActor() Actor { return Actor{system: true} }

// UserActor returns the actor for a user of the account. Each call reads the roles of the user
// from the storage, so a change of roles counts at once.
func UserActor(id user.ID) Actor { return Actor{id: id} }

// SignedIn returns the actor for a session of the user. stamp is Credentials.SignInStamp of the
// user that SignIn returned. If the stored stamp differs in the transaction of a call, the session
// has ended and the actor may do nothing, as if the user did not exist. The stamp changes when the
// password is set or removed, when the user is disabled, deleted or erased, and when the user loses
// a role.
func (a Actor) SignedIn(stamp user.Revision) Actor {
	a.signedIn, a.stamp = true, stamp
	return a
}

// KeyActor returns the actor for an API key with the permissions p. The key acts as the user id, or
// as no user if id is 0. The roles of that user add no permission. The key may grant the roles in
// grants, and every role that a holder of those roles may grant. A key whose user is missing,
// deleted or disabled may do nothing, nor may a key without a user and without a permission. A name
// that is not valid makes every call fail with a *validate.Error at "/actor/permissions" or
// "/actor/grants".
func KeyActor(id user.ID, p permission.Permissions, grants ...user.Role) Actor {
	return Actor{id: id, permissions: p, grants: user.RolesOf(grants...), key: true}
}

// ActorKind is the kind of an Actor.
type ActorKind uint8

// The kinds of actors.
const (
	KindSystem ActorKind = iota // SystemActor
	KindUser                    // UserActor
	KindKey                     // KeyActor
)

// String returns "system", "user" or "key".
func (k ActorKind) String() string {
	if names := [...]string{"system", "user", "key"}; int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("actorkind(%d)", uint8(k))
}

// Kind returns the kind of the actor.
func (a Actor) Kind() ActorKind {
	switch {
	case a.system:
		return KindSystem
	case a.key:
		return KindKey
	}
	return KindUser
}

// UserID returns the id of the acting user, or of the user that the API key acts as. It returns 0
// for the system actor and for a key that acts as no user.
func (a Actor) UserID() user.ID { return a.id }

// Handle makes calls in one account for one actor. It is a small value that is safe to copy. A
// server makes one for each request.
type Handle struct {
	dir        *Directory
	account    user.AccountID
	actor      Actor
	authorizer permission.Authorizer
	passwords  password.Policy
	profile    validate.Profile
	named      bool // the account id is valid (validate.AccountID)

	observed bool         // the directory has an observer
	obs      *observation // of the running call; nil if no observer sees it
}

// As returns the Handle for an account and an actor. It reads nothing: calls report an account or
// an actor that does not exist. If the account id is not valid (validate.AccountID), every call
// returns a *validate.Error at /account.
func (d *Directory) As(account user.AccountID, actor Actor) Handle {
	if d == nil {
		d = new(Directory)
	}
	return Handle{
		dir: d, account: account, actor: actor, named: validate.AccountID.Match(validate.Strict, string(account)),
		authorizer: d.authorizer, passwords: d.passwords, profile: d.profile, observed: d.observers != nil,
	}
}

// WithAuthorizer returns the handle with the policy a instead of the policy of the directory. The
// comment of the option WithAuthorizer says which rules apply under every policy. A nil
// Authorizer denies every action.
func (h Handle) WithAuthorizer(a permission.Authorizer) Handle {
	h.authorizer = orDenial(a)
	return h
}

// WithValidation returns the handle with the profile p for texts.
func (h Handle) WithValidation(p validate.Profile) Handle {
	h.profile = p
	return h
}

// WithPasswordPolicy returns the handle with the policy p for new passwords. A nil policy changes
// nothing.
func (h Handle) WithPasswordPolicy(p password.Policy) Handle {
	if p != nil {
		h.passwords = p
	}
	return h
}

// AccountID returns the id of the account.
func (h Handle) AccountID() user.AccountID { return h.account }

// Accounts yields the ids of all accounts with a revision above 0 that are not deleted, in
// ascending order by bytes. Each page that it reads shows one state of the storage. An account that
// is created between two pages is missing if its id is below the last id that was read. Accounts
// takes no actor: it is for the host. It ends after an error of the context or the storage.
func (d *Directory) Accounts(ctx context.Context) iter.Seq2[user.AccountID, error] {
	return paged("", storage.MaxPage, func(after user.AccountID, limit int) (page []user.AccountID, err error) {
		ctx, h := ctx, d.As("", SystemActor())
		h.named = true // checkCall would refuse the empty account id
		ctx, h.obs = start(ctx, &h, "Accounts")
		defer h.obs.end(&err)
		if err := h.checkCall(ctx); err != nil {
			return nil, err
		}
		return h.dir.store.Accounts(ctx, storage.NotDeleted, after, limit)
	}, func(id user.AccountID) user.AccountID { return id })
}
