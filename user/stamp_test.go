package user

import (
	"reflect"
	"testing"
	"time"
)

const (
	seen Revision = 7  // that before has, in all that is stamped
	next Revision = 12 // that after is stored as
)

// stampedUser returns a user with every attribute, all of revision seen.
func stampedUser() User {
	u := atWork()
	u.Version, u.ConfigVersion, u.Credentials.SignInStamp = seen, seen, seen
	return u
}

// apply returns what a patch makes of u.
func apply(t *testing.T, u User, p Patch) User {
	t.Helper()
	out, err := p.Apply(u, facts())
	if err != nil {
		t.Fatal(err)
	}
	return out.After
}

// TestStampsOfEvents: which events end sign-ins, and which ones are changes of configuration.
func TestStampsOfEvents(t *testing.T) {
	patched := func(p Patch) func(*testing.T, User) User {
		return func(t *testing.T, u User) User { return apply(t, u, p) }
	}
	deleted := func(t *testing.T, u User) User {
		u, err := Delete(u, NameReuse{Hold: time.Hour}, noon)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	disabled := func(_ *testing.T, u User) User { u.Access.Disabled = true; return u }
	without := func(p ProfileID) (Profile, bool) { return Profile{}, true }
	type step = func(*testing.T, User) User
	for _, tt := range []struct {
		name           string
		first          step // makes the user what it is before, nil: nothing
		event          step
		signIn, config bool
	}{
		{"a password is set", nil, func(_ *testing.T, u User) User {
			u.Credentials = u.Credentials.Renewed(true, noon, next) // at the very time of the one before
			return u
		}, true, true},
		{"a password is reset", nil, func(_ *testing.T, u User) User {
			u.Credentials = u.Credentials.Renewed(false, noon, next)
			return u
		}, true, true},
		{"the password is dropped", nil, func(_ *testing.T, u User) User {
			u.Credentials = u.Credentials.Dropped(noon)
			return u
		}, true, true},
		{"nothing is dropped", func(_ *testing.T, u User) User { u.Credentials.HasPassword = false; return u },
			func(_ *testing.T, u User) User { u.Credentials = u.Credentials.Dropped(noon.Add(1e9)); return u }, false, true},
		{"disabled", nil, patched(Patch{Enabled: Set(false)}), true, true},
		{"disabled again", disabled, disabled, false, false},
		{"enabled", disabled, patched(Patch{Enabled: Set(true)}), false, true},
		{"deleted", nil, deleted, true, true},
		{"restored", deleted, func(t *testing.T, u User) User {
			u, err := Restore(u)
			if err != nil {
				t.Fatal(err)
			}
			return u
		}, false, true},
		{"released", deleted, func(_ *testing.T, u User) User { return u.Release() }, false, false},
		{"erased", nil, erase, true, true},
		{"erased after the deletion", deleted, erase, true, true},
		{"a role taken", nil, patched(Patch{Roles: Set(RolesOf(Agent))}), true, true},
		{"a role given", nil, patched(Patch{Roles: Set(RolesOf(Agent, AgentManager, CampaignManager, Admin, Owner))}), false, true},
		{"a profile taken that gave a role", nil, patched(Patch{Profiles: Set(IDSetOf[ProfileID]())}), true, true},
		{"a profile gives its role no more", nil, func(t *testing.T, u User) User {
			out, err := (&Patch{Profiles: Set(u.Access.Profiles)}).Apply(u, Facts{Now: noon, Profile: without})
			if err != nil {
				t.Fatal(err)
			}
			return out.After
		}, true, true},
		{"another password is demanded", func(_ *testing.T, u User) User { u.Credentials.ChangeNextLogin = false; return u },
			patched(Patch{ChangeNextLogin: Set(true)}), false, true},
		{"app keys change", nil, patched(Patch{AllowedAppKeys: Set("other")}), false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := stampedUser()
			if tt.first != nil {
				before = tt.first(t, before)
			}
			after := tt.event(t, before)
			if after.Credentials.SignInStamp != next {
				after.Version, after.ConfigVersion, after.Credentials.SignInStamp = 0, 0, 0 // what after has does not count
			}
			got := stamped(before, after, next)
			is := func(what string, got Revision, changed bool) {
				t.Helper()
				if want := map[bool]Revision{false: seen, true: next}[changed]; got != want {
					t.Errorf("%s is %d, want %d", what, got, want)
				}
			}
			is("Version", got.Version, true)
			is("SignInStamp", got.Credentials.SignInStamp, tt.signIn)
			is("ConfigVersion", got.ConfigVersion, tt.config)
		})
	}
}

func erase(t *testing.T, u User) User {
	u, err := Erase(u, noon)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestStampsOfANewUser: a new user has a stamp of the sign-in that no earlier user with the same id
// had, and configuration.
func TestStampsOfANewUser(t *testing.T) {
	u := atWork()
	u.Version, u.ConfigVersion, u.Credentials.SignInStamp = seen, seen, seen
	got := stamped(User{}, u, next)
	if got.Version != next || got.ConfigVersion != next || got.Credentials.SignInStamp != next {
		t.Errorf("stamped %d, %d, %d", got.Version, got.ConfigVersion, got.Credentials.SignInStamp)
	}
	if got := stamped(User{}, User{ID: 1}, next); got.ConfigVersion != next {
		t.Errorf("a user without attributes has the configuration of %d", got.ConfigVersion)
	}
}

// TestConfiguration: for each field of a user, whether a change of it is one of the configuration.
func TestConfiguration(t *testing.T) {
	activity := map[string]bool{
		"/presence/status": true, "/presence/since": true, "/presence/lock": true, "/presence/callId": true,
		"/capacity/reservations": true, "/lifecycle/updated": true, "/lifecycle/holdUntil": true,
		"/preferences/chatSound": true, "/preferences/notifyAssignment": true, "/preferences/incognito": true,
		"/preferences/autoAnswer": true, "/preferences/views": true, "/preferences/statistics": true, "/preferences/campaigns": true,
		"/id": true, "/version": true, "/configVersion": true, "/credentials/signInStamp": true,
		"/lifecycle/erased": true, // nothing takes it back; TestStampsOfEvents sets it
	}
	paths := map[string]Attribute{}
	for a := range AllAttributes().All() {
		paths[a.Path()] = a
	}
	for _, l := range leaves(t) {
		before := crowded()
		after := before
		reflect.ValueOf(&after).Elem().FieldByIndex(l.index).SetZero()
		got := stamped(before, after, next).ConfigVersion == next
		if got == activity[l.pointer] {
			t.Errorf("%s: a change of it is one of the configuration: %v", l.pointer, got)
		}
		if a, ok := paths[l.pointer]; ok && Configuration().Has(a) != got {
			t.Errorf("%s: Configuration has it: %v", l.pointer, !got)
		}
	}
}

// stamped returns after as Stamp leaves it.
func stamped(before, after User, rev Revision) User {
	Stamp(&before, &after, rev)
	return after
}
