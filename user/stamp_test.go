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

// TestStampsOfEvents: which events end sign-ins, and which ones are changes of configuration.
func TestStampsOfEvents(t *testing.T) {
	patched := func(p Patch) func(User) User {
		return func(u User) User { return must(p.Apply(u, facts())).After }
	}
	deleted := func(u User) User { return must(Delete(u, NameReuse{Hold: time.Hour}, noon)) }
	erased := func(u User) User { return must(Erase(u, noon)) }
	reset := func(own bool) func(User) User {
		return func(u User) User { u.Credentials = u.Credentials.Renewed(own, noon, next); return u }
	}
	dropped := func(u User) User { u.Credentials = u.Credentials.Dropped(noon); return u }
	disabled := func(u User) User { u.Access.Disabled = true; return u }
	without := func(p ProfileID) (Profile, bool) { return Profile{}, true }
	type step = func(User) User
	for _, tt := range []struct {
		name           string
		first          step // makes the user what it is before, nil: nothing
		event          step
		signIn, config bool
	}{
		{"a password is set", nil, reset(true), true, true}, // at the very time of the one before
		{"a password is reset", nil, reset(false), true, true},
		{"the password is dropped", nil, dropped, true, true},
		{"nothing is dropped", func(u User) User { u.Credentials.HasPassword = false; return u },
			func(u User) User { u.Credentials = u.Credentials.Dropped(noon.Add(1e9)); return u }, false, true},
		{"disabled", nil, patched(Patch{Enabled: Set(false)}), true, true},
		{"disabled again", disabled, disabled, false, false},
		{"enabled", disabled, patched(Patch{Enabled: Set(true)}), false, true},
		{"deleted", nil, deleted, true, true},
		{"restored", deleted, func(u User) User { return must(Restore(u)) }, false, true},
		{"released", deleted, User.Release, false, false},
		{"erased", nil, erased, true, true},
		{"erased after the deletion", deleted, erased, true, true},
		{"a role taken", nil, patched(Patch{Roles: Set(RolesOf(Agent))}), true, true},
		{"a role given", nil, patched(Patch{Roles: Set(RolesOf(Agent, AgentManager, CampaignManager, Admin, Owner))}), false, true},
		{"a profile taken that gave a role", nil, patched(Patch{Profiles: Set(IDSetOf[ProfileID]())}), true, true},
		{"a profile gives its role no more", nil, func(u User) User {
			return must(Patch{Profiles: Set(u.Access.Profiles)}.Apply(u, Facts{Now: noon, Profile: without})).After
		}, true, true},
		{"another password is demanded", func(u User) User { u.Credentials.ChangeNextLogin = false; return u },
			patched(Patch{ChangeNextLogin: Set(true)}), false, true},
		{"app keys change", nil, patched(Patch{AllowedAppKeys: Set("other")}), false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := stampedUser()
			if tt.first != nil {
				before = tt.first(before)
			}
			after := tt.event(before)
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
