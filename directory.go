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

// Directory is the front door to the accounts of one storage. It is safe for use by many
// goroutines; it holds no state of its own and starts nothing, so there is nothing to close but the
// storage. Make one with New: without a storage (a nil or zero Directory, New(nil)) it answers
// storage.ErrClosed to every call, as one over a closed storage does.
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
}

// Option sets a property of a Directory.
type Option func(*Directory)

// New returns a directory over a storage. Without options: the system's clock, argon2id password
// hashes at OWASP's cost, password.Default, permission.Default, the documents' role transitions, no
// exchange rates, strict validation.
func New(store storage.Storage, opts ...Option) *Directory {
	hasher, _ := password.New() // only options can make it fail, and there are none
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

// WithClock makes the directory take the time from now. Nil changes nothing. While now returns the
// zero time, or one outside the years 1 to 9999, every call that writes returns user.ErrTime.
func WithClock(now func() time.Time) Option {
	return func(d *Directory) {
		if now != nil {
			d.clock = now
		}
	}
}

// now returns the time of a call that writes. Errors: user.ErrTime.
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

// WithHasher makes the directory hash and verify passwords with h. Nil changes nothing.
func WithHasher(h user.Hasher) Option {
	return func(d *Directory) {
		if h != nil {
			d.hasher = h
		}
	}
}

// WithPasswordPolicy makes new passwords keep p; a handle may have another one
// (Handle.WithPasswordPolicy). Nil changes nothing.
func WithPasswordPolicy(p password.Policy) Option {
	return func(d *Directory) {
		if p != nil {
			d.passwords = p
		}
	}
}

// WithAuthorizer makes a decide who may do what; a handle may have another one
// (Handle.WithAuthorizer). Whatever a allows, no actor gains, gives or takes more than it may
// grant. What an actor may grant is said by the rules of a itself, if a is a policy or
// permission.Guarded, else by permission.StandardSelfRules. Nil denies everything.
func WithAuthorizer(a permission.Authorizer) Option {
	return func(d *Directory) { d.authorizer = orDenial(a) }
}

// orDenial returns a with the rules about power. For nil it returns an Authorizer that denies every
// action, also to the system actor, so that a policy that is missing by mistake allows nothing.
func orDenial(a permission.Authorizer) permission.Authorizer {
	if a == nil {
		return permission.AuthorizerFunc(nil)
	}
	return permission.EnsureGuarded(a)
}

// WithTransitions says what losing a role resets. A host's own rules are appended to
// user.DefaultTransitions.
func WithTransitions(t []user.Transition) Option { return func(d *Directory) { d.transitions = t } }

// WithRates gives the prices at which amounts in a currency other than the account's are taken.
func WithRates(r balance.Rates) Option { return func(d *Directory) { d.rates = r } }

// WithValidation sets how texts are validated; a handle may have another one
// (Handle.WithValidation).
func WithValidation(p validate.Profile) Option { return func(d *Directory) { d.profile = p } }

// Actor is the caller: the embedding program, a user, or an API key.
type Actor struct {
	id          user.ID
	permissions permission.Permissions
	grants      user.Roles
	stamp       user.Revision // if signedIn
	key         bool
	system      bool
	signedIn    bool
}

// SystemActor returns the actor of the embedding program itself. The policies of package permission
// allow it every action.
func SystemActor() Actor { return Actor{system: true} }

// UserActor returns the actor of the user with the given id. Each call reads the user's roles from
// the storage.
func UserActor(id user.ID) Actor { return Actor{id: id} }

// SignedIn returns the actor as a session has it: a user who signed in when Credentials.SignInStamp
// was stamp. Once it is another one, the actor may do nothing, as if the user were gone. Each call
// compares it in its own transaction, so a call that was sent before the sign-in ended and runs
// after it is refused as well.
func (a Actor) SignedIn(stamp user.Revision) Actor {
	a.signedIn, a.stamp = true, stamp
	return a
}

// KeyActor returns the actor of an API key with the permissions p. The key acts as the user id, or
// as no user if id is 0. Only p counts; the roles of the user add no permission. The key may grant
// the given roles and the roles that those may grant, and no others.
func KeyActor(id user.ID, p permission.Permissions, grants ...user.Role) Actor {
	return Actor{id: id, permissions: p, grants: user.RolesOf(grants...), key: true}
}

// ActorKind is the kind of an Actor.
type ActorKind uint8

// The kinds of actors, each named after the function that makes one.
const (
	KindSystem ActorKind = iota
	KindUser
	KindKey
)

// String returns "system", "user" or "key".
func (k ActorKind) String() string {
	switch k {
	case KindSystem:
		return "system"
	case KindUser:
		return "user"
	case KindKey:
		return "key"
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

// UserID returns the id of the user that acts or as which the key acts. It is 0 for the system and
// for a key of no user.
func (a Actor) UserID() user.ID { return a.id }

// Handle is an account and an actor. A Handle is a small value: a server makes one for each
// request.
type Handle struct {
	dir        *Directory
	account    user.AccountID
	actor      Actor
	authorizer permission.Authorizer
	passwords  password.Policy
	profile    validate.Profile
	named      bool // account keeps its rule, so that a storage may be asked for it

	observed bool         // the directory has an observer
	obs      *observation // of the call under way, nil if it is not observed
}

// As returns the handle of an account for an actor. Neither needs to exist: a call on what is not
// there says so. An account id that none can have (validate.AccountID) makes every call fail with a
// *validate.Error at "/account". So does a nil context, at "/context".
func (d *Directory) As(account user.AccountID, actor Actor) Handle {
	if d == nil {
		d = new(Directory)
	}
	return Handle{
		dir: d, account: account, actor: actor, named: validate.AccountID.Match(validate.Strict, string(account)),
		authorizer: d.authorizer, passwords: d.passwords, profile: d.profile, observed: d.observers != nil,
	}
}

// WithAuthorizer returns the handle with a as its policy, instead of the policy of the directory.
// The rules about power apply as for the option WithAuthorizer. Nil denies everything.
func (h Handle) WithAuthorizer(a permission.Authorizer) Handle {
	h.authorizer = orDenial(a)
	return h
}

// WithValidation returns the handle with another way to validate texts.
func (h Handle) WithValidation(p validate.Profile) Handle {
	h.profile = p
	return h
}

// WithPasswordPolicy returns the handle with another policy for new passwords. Nil changes nothing.
func (h Handle) WithPasswordPolicy(p password.Policy) Handle {
	if p != nil {
		h.passwords = p
	}
	return h
}

// AccountID returns the id of the handle's account.
func (h Handle) AccountID() user.AccountID { return h.account }

// Accounts yields the ids of the accounts that were written to, in the order of their bytes, page
// after page. Each page is of one state of the storage, the whole may not be: an account that is
// made meanwhile is left out if its id comes before the present page. Accounts is for the embedding
// program, since an actor belongs to one account. It stops after an error: the context's, or the
// storage's.
func (d *Directory) Accounts(ctx context.Context) iter.Seq2[user.AccountID, error] {
	return func(yield func(user.AccountID, error) bool) {
		for after, more := user.AccountID(""), true; more; {
			page, err := d.accounts(ctx, after)
			if err != nil {
				yield("", err)
				return
			}
			for _, id := range page {
				if !yield(id, nil) {
					return
				}
				after = id
			}
			more = len(page) == storage.MaxPage
		}
	}
}

// accounts returns one page of Accounts. An observer sees each page as an operation.
func (d *Directory) accounts(ctx context.Context, after user.AccountID) (page []user.AccountID, err error) {
	h := d.As("", SystemActor())
	h.named = true // no account is named, so none is refused
	if ctx, h.obs = start(ctx, &h, "Accounts"); h.obs != nil {
		defer h.obs.end(&err)
	}
	if err := h.checkCall(ctx); err != nil {
		return nil, err
	}
	return h.dir.store.Accounts(ctx, after, storage.MaxPage)
}
