package roster_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// texts calls f with every text in v, those in unexported fields too.
func texts(v reflect.Value, f func(string)) {
	switch v.Kind() {
	case reflect.String:
		f(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			texts(v.Elem(), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), f)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			texts(v.Index(i), f)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			texts(k, f)
			texts(v.MapIndex(k), f)
		}
	}
}

// counting counts the calls of a hasher.
type counting struct {
	user.Hasher
	verified, unknown, hashed atomic.Int32
	before                    func() // runs before each hash is made
}

func (c *counting) Verify(ctx context.Context, hash, plain string) (bool, bool, error) {
	c.verified.Add(1)
	return c.Hasher.Verify(ctx, hash, plain)
}

func (c *counting) VerifyUnknown(ctx context.Context, plain string) error {
	c.unknown.Add(1)
	return c.Hasher.VerifyUnknown(ctx, plain)
}

func (c *counting) Hash(ctx context.Context, plain string) (string, error) {
	c.hashed.Add(1)
	if c.before != nil {
		c.before()
	}
	return c.Hasher.Hash(ctx, plain)
}

// TestSignIn checks who may sign in. Each sign-in makes one comparison, whatever the login is, so
// that its time does not tell which logins exist.
func TestSignIn(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	each(t, func(t *testing.T, w *world) {
		for _, tt := range []struct {
			name, login string
			plain       roster.Password
			want        error
		}{
			{"login and password", "agent", oldPhrase, nil},
			{"the login in another case", "AGENT", oldPhrase, nil},
			{"a wrong password", "agent", newPhrase, roster.ErrCredentials},
			{"no password", "agent", roster.Password{}, roster.ErrCredentials},
			{"an unknown login", "unknown", oldPhrase, roster.ErrCredentials},
			{"no login", "", oldPhrase, roster.ErrCredentials},
			{"a user without a password", "other", roster.Password{}, roster.ErrCredentials},
			{"a deleted user", "gone", oldPhrase, roster.ErrCredentials},
			{"a text that is no login", "a\x00b", oldPhrase, roster.ErrCredentials},
			{"a mebibyte", strings.Repeat("a", 1<<20), roster.PasswordOf(strings.Repeat("b", 1<<20)), roster.ErrCredentials},
		} {
			before := hasher.verified.Load() + hasher.unknown.Load()
			u, err := w.dir.SignIn(w.ctx, "acme", tt.login, tt.plain)
			w.is(err, tt.want, tt.name)
			if n := hasher.verified.Load() + hasher.unknown.Load() - before; (u.ID == agent) != (tt.want == nil) || n != 1 {
				t.Errorf("%s: user %d, %d comparisons", tt.name, u.ID, n)
			}
		}
		w.is(second(w.dir.SignIn(w.ctx, "globex", "agent", oldPhrase)), roster.ErrCredentials, "another account")
		w.ok(second(w.host.Disable(w.ctx, agent)))
		w.is(second(w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)), roster.ErrDisabled, "a disabled user with the right password")
		w.is(second(w.dir.SignIn(w.ctx, "acme", "agent", newPhrase)), roster.ErrCredentials, "a disabled user with a wrong password")
	}, roster.WithHasher(hasher))
}

func TestNothingIsHashedForWhoIsRefused(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	w := newWorld(t, memstore.New(), roster.WithHasher(hasher))
	hasher.hashed.Store(0)
	hasher.verified.Store(0)
	n, long := roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}, roster.PasswordOf(strings.Repeat("x", 1<<20))
	newUser := roster.CreateParams{User: named("new").User, Password: newPhrase}
	denied, host, c := w.as(other), w.host, w.ctx
	for i, err := range []error{
		second(denied.ResetPassword(c, agent, n)),
		second(denied.ResetPassword(c, noUser, n)),
		second(host.ResetPassword(c, noUser, n)),
		second(host.ResetPassword(c, agent, n, roster.IfVersion(77))),
		second(host.ResetPassword(c, agent, n, roster.WithReason("\x00"))),
		second(w.as(agent).ChangePassword(c, roster.PasswordChange{New: newPhrase})),
		second(w.as(agent).ChangePassword(c, roster.PasswordChange{New: roster.PasswordOf("short"), Old: oldPhrase, HasOld: true})),
		second(host.ResetPassword(c, agent, roster.PasswordChange{New: long})),
		second(host.Create(c, roster.CreateParams{User: newUser.User, Password: long})),
		second(denied.Create(c, newUser)),
		second(host.Create(c, newUser, roster.IfRevision(1))),
		second(w.dir.As("globex", roster.SystemActor()).Create(c, newUser)),
	} {
		if err == nil {
			t.Errorf("call %d was not refused", i)
		}
	}
	if hasher.hashed.Load()+hasher.verified.Load() != 0 {
		t.Errorf("%d hashed, %d verified", hasher.hashed.Load(), hasher.verified.Load())
	}
}

func TestHashingHoldsNoLock(t *testing.T) {
	hasher := &counting{Hasher: cheap()}
	w := newWorld(t, memstore.New(), roster.WithHasher(hasher))
	hasher.before = func() {
		w.ok(second(w.host.Get(w.ctx, agent)))
		w.ok(second(w.host.Disable(w.ctx, other)))
	}
	w.ok(second(w.host.ResetPassword(w.ctx, manager, roster.PasswordChange{New: newPhrase})))
	w.ok(second(w.dir.SignIn(w.ctx, "acme", "manager", newPhrase)))
}

// busyHasher accepts every password, asks for a new hash, and is busy when it is to make one.
type busyHasher struct{ careless }

func (busyHasher) Hash(context.Context, string) (string, error) { return "", password.ErrBusy }

func TestSignInDoesNotWaitForANewHash(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.unchanged("a sign-in", func() {
		busy := roster.New(w.store, roster.WithHasher(busyHasher{}))
		if u := must(busy.SignIn(w.ctx, "acme", "agent", oldPhrase)); u.ID != agent {
			t.Errorf("user %d signed in", u.ID)
		}
	})
}

// stamps are the stamps of a user that a call changes: none, ConfigVersion, or ConfigVersion and
// SignInStamp.
type stamps int

const (
	neither stamps = iota
	config
	signIns
)

// ofAbilities maps each writing call to the stamps that it changes, of its target or of agent.
var ofAbilities = map[string]stamps{
	"UpdateAccount": neither, "PutReference": neither, "DeleteReference": neither, "Create": neither, "CreateMany": neither, "Import": neither,
	"Fund": neither, "Reverse": neither, "TransferToAll": neither, "Transfer": neither, "RefreshTab": neither,
	"RequestActivation": neither, "ReserveAnybody": neither, "Reserve": neither, "Release": neither,
	"SetStatus": neither, "LockStatus": neither, "UnlockStatus": neither,
	"SetView": neither, "AddStatistic": neither, "WatchStatistic": neither, "DeleteStatistic": neither, "SetCampaign": neither,
	"Patch": config, "Restore": config,
	"Replace": signIns, // the patch takes the role
	"Edit":    signIns, "ResetPassword": signIns, "SetRoles": signIns, "Disable": signIns,
	"Delete": signIns, "DeleteMany": signIns, "DeleteAll": signIns, "Erase": signIns,
}

// TestStampsOfEveryCall checks which stamps each call changes. The clock stands still.
func TestStampsOfEveryCall(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		want, listed := ofAbilities[a.name]
		if !listed {
			t.Fatal("the table lacks this call")
		}
		id := a.target
		if id == 0 {
			id = agent
		}
		before := w.user(id)
		known := must(w.host.ConfigRevision(w.ctx))
		result := must(a.do(w.ctx, w.host, a.target))
		now, after := w.state().Revision, w.user(id)
		is := func(what string, got, was user.Revision, changed bool) {
			if changed && got != now || !changed && got != was {
				t.Errorf("%s is %d, was %d, of revision %d; changed %v", what, got, was, now, changed)
			}
		}
		is("SignInStamp", after.Credentials.SignInStamp, before.Credentials.SignInStamp, want == signIns)
		is("ConfigVersion", after.ConfigVersion, before.ConfigVersion, want >= config)
		raises := want >= config || a.name == "Create" || a.name == "CreateMany" || a.name == "Import"
		got := must(w.host.ConfigRevision(w.ctx))
		is("ConfigRevision", got, known, raises)
		if r, ok := result.(roster.Result); ok {
			is("Result.ConfigRevision", r.ConfigRevision, known, raises)
		}
		page, err := w.host.List(w.ctx, roster.ListParams{})
		if w.ok(err); page.ConfigRevision != got {
			t.Errorf("a page says that the configuration is of %d, not %d", page.ConfigRevision, got)
		}
	})
}

// TestWhatEndsASignIn checks which events end a session: before, the actor may do what the user
// may. user.TestStampsOfEvents has every event.
func TestWhatEndsASignIn(t *testing.T) {
	type event = func(w *world) error
	disabling := func(o ...roster.CallOption) event {
		return func(w *world) error { return second(w.host.Disable(w.ctx, agent, o...)) }
	}
	resetting := func(id user.ID, p roster.PasswordChange) event {
		return func(w *world) error { return second(w.host.ResetPassword(w.ctx, id, p)) }
	}
	for name, tt := range map[string]struct {
		events []event
		ends   bool
	}{
		"a password":                 {[]event{resetting(agent, roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true})}, true},
		"disabled and enabled again": {[]event{disabling(), patch(user.Patch{Enabled: user.Set(true)})}, true},
		"deleted and restored": {[]event{
			func(w *world) error { return second(w.host.Delete(w.ctx, agent)) },
			func(w *world) error { return second(w.host.Restore(w.ctx, agent)) },
		}, true},
		"role taken and given again": {[]event{
			patch(user.Patch{Roles: user.Set(user.RolesOf(user.Supervisor))}), patch(user.Patch{Roles: user.Set(user.RolesOf(user.Agent))}),
		}, true},
		"role given": {[]event{patch(user.Patch{Granted: user.Set(user.RolesOf(user.Agent, user.Admin))})}, false},
		"status":     {[]event{patch(user.Patch{Status: user.Set(user.DND)})}, false},
		"a dry run":  {[]event{disabling(roster.DryRun())}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, memstore.New())
			u := must(w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase))
			session := w.session(u)
			w.ok(second(session.Get(w.ctx, agent)))
			for _, do := range tt.events {
				w.ok(do(w))
			}
			want := ""
			if tt.ends {
				want = permission.RuleNoActor
			}
			if got := rule(second(session.Get(w.ctx, agent))); got != want {
				t.Errorf("the session is refused by %q, want %q", got, want)
			}
			if u = w.user(agent); u.Live() && u.Enabled() {
				w.ok(second(w.as(agent).Get(w.ctx, agent))) // an actor without a stamp
			}
		})
	}
}

func patch(p user.Patch) func(*world) error {
	return func(w *world) error { return second(w.host.Patch(w.ctx, agent, p)) }
}

// TestNoCallOutlivesASignIn checks that a call is refused if it began before the session ended
// and writes after it.
func TestNoCallOutlivesASignIn(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(patch(user.Patch{Granted: user.Set(user.RolesOf(user.Agent, user.Admin))})(w))
	u := w.user(agent)
	hasher := &counting{Hasher: cheap(), before: func() {
		w.ok(second(w.host.Disable(w.ctx, agent)))
		w.ok(second(w.host.Enable(w.ctx, agent)))
	}}
	session := roster.New(w.store, roster.WithHasher(hasher)).As("acme", roster.UserActor(agent).SignedIn(u.Credentials.SignInStamp))
	_, err := session.ResetPassword(w.ctx, other, roster.PasswordChange{New: newPhrase})
	w.is(err, permission.ErrDenied, "a reset that was hashing when the sign-in ended")
	if w.user(other).Credentials.HasPassword {
		t.Error("the password was set")
	}
}

// TestIfUnchangedSince checks that the option compares the configuration of the targets only.
func TestIfUnchangedSince(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		if takesCommonOptions(a.name) {
			return // it does not take the option
		}
		compares := a.target != 0 && a.name != "Transfer" || a.name == "DeleteAll" || a.name == "ReserveAnybody"
		known := w.user(boss).ConfigVersion // all were created at once
		if a.target == gone {
			known = w.user(gone).ConfigVersion
		}
		w.ok(second(w.host.SetStatus(w.ctx, boss, user.DND, 0)))
		if a.name != "DeleteAll" {
			w.ok(second(w.host.Create(w.ctx, named("late"))))
		}
		latest := must(w.host.ConfigRevision(w.ctx))
		if compares {
			for what, since := range map[string]user.Revision{"before": known - 1, "beyond the account's": latest + 1, "far beyond": 1<<64 - 1} {
				_, err := a.do(w.ctx, w.host, a.target, roster.IfUnchangedSince(since))
				var stale *roster.StaleError
				if !errors.As(err, &stale) || stale.Expected != since || stale.Current != latest {
					t.Errorf("%s: %v, want %d expected and %d", what, err, since, latest)
				}
			}
		}
		w.ok(second(a.do(w.ctx, w.host, a.target, roster.IfUnchangedSince(known))))
	})
}

// TestARehashEndsNothing checks that a sign-in makes one new hash of a password of another cost,
// which changes no attribute of the user and is part of one operation. A wrong password makes none.
func TestARehashEndsNothing(t *testing.T) {
	w, r := newWorld(t, memstore.New()), new(recorder)
	before, secret := w.user(agent), w.state().Secrets
	strong := must(password.New(password.WithCost(password.Cost{Memory: 16, Time: 1, Threads: 1})))
	costly := roster.New(w.store, roster.WithHasher(strong), roster.WithObserver(r))
	now := w.state().Revision
	for _, phrase := range []roster.Password{newPhrase, oldPhrase, oldPhrase} {
		if u, err := costly.SignIn(w.ctx, "acme", "agent", phrase); err == nil && !u.Equal(before) || !w.user(agent).Equal(before) {
			t.Error("the user changed")
		}
		if o := r.last(t); o.Name != "SignIn" || o.Attempts != 1 {
			t.Errorf("%+v", o)
		}
	}
	after := w.state()
	last := after.Changes[len(after.Changes)-1]
	if after.Revision != now+1 || last.Type != storage.PasswordRehashed || last.UserID != agent || secret[1] == after.Secrets[1] {
		t.Errorf("revision %d after %d, last change %s", after.Revision, now, last.Type)
	}
}

func TestASignInIsWholeWhenTheStorageFails(t *testing.T) {
	w := newWorld(t, memstore.New())
	strong := must(password.New(password.WithCost(password.Cost{Memory: 16, Time: 1, Threads: 1})))
	w.ok(second(w.failingIn("SignIn", strong, func(dir *roster.Directory) error {
		return second(dir.SignIn(w.ctx, "acme", "agent", oldPhrase))
	})))
}
