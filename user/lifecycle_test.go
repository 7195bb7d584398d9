package user

import (
	"errors"
	"testing"
	"time"
)

func TestDeleteKeepsTheData(t *testing.T) {
	// assumed, LivePerson: deleted users keep their data and free their login name.
	u := crowded()
	u.Lifecycle = Lifecycle{Created: noon, Updated: noon}
	u.Presence.Lock = StatusLock{}
	deleted, err := Delete(u, NameReuse{}, noon.Add(time.Hour).In(noonZone))
	if err != nil || deleted.Live() {
		t.Fatal(err)
	}
	if want := AttributesOf(AttrDeleted, AttrStatus, AttrReservations); ChangedAttributes(u, deleted) != want {
		t.Errorf("changed %v, want %v", ChangedAttributes(u, deleted), want)
	}
	if got := deleted.Presence; got.Status != Offline || !got.Since.Equal(noon.Add(time.Hour)) || got.CallID != 42 {
		t.Errorf("presence %v", got)
	}
	if deleted.Lifecycle.Deleted != noon.Add(time.Hour) {
		t.Errorf("deleted %v, not in UTC", deleted.Lifecycle.Deleted)
	}

	restored, err := Restore(deleted)
	if err != nil || !restored.Live() || restored.Keys() != u.Keys() {
		t.Error(err)
	}
	if want := AttributesOf(AttrStatus, AttrReservations); ChangedAttributes(u, restored) != want {
		t.Errorf("restored differs in %v, want %v", ChangedAttributes(u, restored), want)
	}
	offline := atWork()
	offline.Presence = Presence{Status: Offline, Since: noon}
	if deleted, _ := Delete(offline, NameReuse{}, noon.Add(time.Hour)); !deleted.Presence.Since.Equal(noon) {
		t.Error("the deletion changed since when an offline user is offline")
	}
}

// Deleting and restoring does not get around a status lock: the lock and its status stay. Nor does
// it clear a required password change or the mark of a user that was disabled manually.
func TestDeleteAndRestoreKeepAStatusLock(t *testing.T) {
	for status := range numStatuses {
		u := crowded()
		u.Presence = Presence{Status: status, Since: noon, Lock: StatusLock{Locked: true, By: 5, At: noon}, CallID: 42}
		u.Credentials.ChangeNextLogin = true
		u.Access.Disabled, u.Access.DisabledManually = true, true
		u.Lifecycle = Lifecycle{Created: noon, Updated: noon}
		deleted := must(Delete(u, NameReuse{}, noon.Add(time.Hour)))
		restored := must(Restore(deleted))
		if want := AttributesOf(AttrReservations); ChangedAttributes(u, restored) != want {
			t.Errorf("%s: restored differs in %v, want %v", status, ChangedAttributes(u, restored), want)
		}
		another := (status + 1) % numStatuses
		if _, err := restored.Presence.To(another, noon); !errors.Is(err, ErrStatusLocked) {
			t.Errorf("%s: changed to %s: %v", status, another, err)
		}
	}
}

func TestNameReuse(t *testing.T) {
	later := noon.Add(24 * time.Hour)
	tests := []struct {
		name          string
		policy        NameReuse
		claims        bool // right after the deletion
		expired       bool // a day later
		expiredBefore bool // a microsecond earlier
	}{
		{"at once", NameReuse{}, false, false, false},
		{"after a hold of a day", NameReuse{Hold: 24 * time.Hour}, true, true, false},
		{"after a hold of two days", NameReuse{Hold: 48 * time.Hour}, true, false, false},
		{"never", NameReuse{Never: true}, true, false, false},
		{"never, whatever the hold", NameReuse{Never: true, Hold: time.Second}, true, false, false},
		{"the shortest hold", NameReuse{Hold: 1}, true, true, true},
		{"a negative hold is none", NameReuse{Hold: -time.Second}, false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			live := atWork()
			u := must(Delete(live, tt.policy, noon))
			claimed := u.Keys()
			for k := KeyLogin; k < endKeys; k++ {
				want := ""
				if tt.claims && k.Unique() {
					want = live.Keys()[k]
				}
				if claimed[k] != want {
					t.Errorf("claims %v %q, want %q", k, claimed[k], want)
				}
			}
			if u.HoldExpired(later) != tt.expired || u.HoldExpired(later.Add(-time.Microsecond)) != tt.expiredBefore {
				t.Errorf("expired %v, before %v", u.HoldExpired(later), u.HoldExpired(later.Add(-time.Microsecond)))
			}
			if tt.policy.Never && u.HoldExpired(never.Add(time.Hour)) {
				t.Error("never came to an end")
			}
			if (tt.claims || u.HoldExpired(later)) && u.Release().Keys() != (Keys{}) {
				t.Error("a released user claims names")
			}
			if live.HoldExpired(later) || u.Release().HoldExpired(later) {
				t.Error("a hold that is not there expired")
			}
		})
	}
}

func TestErase(t *testing.T) {
	u := atWork()
	erased := must(Erase(u, noon.Add(time.Hour)))
	want := User{
		ID: u.ID, Version: u.Version,
		Identity: Identity{Kind: Bot, APIUser: true}, Access: Access{Disabled: true}, Billing: u.Billing,
		Lifecycle: Lifecycle{Created: noon, Updated: noon.Add(time.Hour), Deleted: noon.Add(time.Hour), Erased: true},
	}
	if !erased.Equal(want) {
		t.Errorf("what is left: %v", Diff(want, erased))
	}
	if erased.Keys() != (Keys{}) {
		t.Error("an erased user claims names")
	}
	// A user that was deleted before keeps the time of the deletion. The hold ends.
	deleted, _ := Delete(u, NameReuse{Never: true}, noon.Add(time.Minute))
	erased = must(Erase(deleted, noon.Add(time.Hour)))
	if !erased.Lifecycle.Deleted.Equal(noon.Add(time.Minute)) || erased.Keys() != (Keys{}) {
		t.Error(erased.Lifecycle)
	}
}

func TestNormal(t *testing.T) {
	in := time.Date(2025, 6, 22, 14, 0, 0, 1999, noonZone)
	if got := NormalizeTime(in); got != time.Date(2025, 6, 22, 12, 0, 0, 1000, time.UTC) {
		t.Error(got)
	}
	if got := NormalizeTime(time.Time{}.In(noonZone)); got != (time.Time{}) {
		t.Error(got)
	}
	if now := time.Now(); NormalizeTime(now) != NormalizeTime(now.Round(0)) {
		t.Error("a monotonic reading is left")
	}
}

func TestAdministers(t *testing.T) {
	roles := RolesOf(Owner, Admin)
	admin := func(change func(*User)) User {
		u := User{ID: 1, Access: Access{Roles: RolesOf(Agent, Admin)}}
		change(&u)
		return u
	}
	for _, tt := range []struct {
		name   string
		change func(*User)
		want   bool
	}{
		{"an admin", func(*User) {}, true},
		{"an owner", func(u *User) { u.Access.Roles = RolesOf(Owner) }, true},
		{"an admin without a password", func(u *User) { u.Credentials.HasPassword = false }, true},
		{"another role", func(u *User) { u.Access.Roles = RolesOf(LPA, Agent) }, false},
		{"a role that is only granted", func(u *User) { u.Access.Roles, u.Access.Granted = Roles{}, RolesOf(Admin) }, false},
		{"disabled", func(u *User) { u.Access.Disabled = true }, false},
		{"an API user", func(u *User) { u.Identity.APIUser = true }, false},
		{"deleted", func(u *User) { u.Lifecycle.Deleted = noon }, false},
		{"erased", func(u *User) { u.Lifecycle.Deleted, u.Lifecycle.Erased = noon, true }, false},
		{"the zero user", func(u *User) { *u = User{} }, false},
	} {
		if u := admin(tt.change); u.Administers(roles) != tt.want {
			t.Errorf("%s: %v", tt.name, !tt.want)
		}
	}
}

func TestLastAdministrator(t *testing.T) {
	admin := func(id ID) User { return User{ID: id, Access: Access{Roles: RolesOf(Admin)}} }
	disabled := admin(1)
	disabled.Access.Disabled = true
	list := []User{disabled, {ID: 2}, admin(7), admin(4), admin(9)}
	for _, tt := range []struct {
		list        []User
		actor, want ID
	}{
		{list, 9, 9}, {list, 4, 4}, {list, 2, 4}, {list, 1, 4}, {list, 0, 4}, {list[:3], 4, 7}, {list[:2], 1, 0}, {nil, 1, 0},
	} {
		if got := LastAdministrator(tt.list, RolesOf(Admin, Owner), tt.actor); got != tt.want {
			t.Errorf("of %d users, for %d: %d, want %d", len(tt.list), tt.actor, got, tt.want)
		}
	}
}

// lastTime and beyond are the last time that there can be, and the next one.
var (
	lastTime = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	beyond   = lastTime.Add(time.Microsecond)
)

func TestCheckTime(t *testing.T) {
	west := time.FixedZone("west", -3600)
	for at, ok := range map[time.Time]bool{
		{}: true, time.Unix(0, 0): true, lastTime: true,
		beyond: false, time.Date(0, 12, 31, 23, 59, 59, 0, time.UTC): false, time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC): false,
		time.Date(9999, 12, 31, 23, 30, 0, 0, west): false, time.Date(0, 12, 31, 23, 30, 0, 0, west): true,
	} {
		if err := CheckTime(at); (err == nil) != ok || !ok && !errors.Is(err, ErrTime) {
			t.Errorf("CheckTime of %v: %v", at, err)
		}
	}
}

// TestNoTimeBeyondYear9999: what keeps a time refuses one that no text form holds, and a hold of
// names that would end later never ends.
func TestNoTimeBeyondYear9999(t *testing.T) {
	ready := User{ID: 1, Capacity: Capacity{MaxChats: 2}, Presence: Presence{Status: Ready}}
	for name, act := range map[string]func(now time.Time) error{
		"Delete":      func(now time.Time) error { _, err := Delete(ready, NameReuse{}, now); return err },
		"Erase":       func(now time.Time) error { _, err := Erase(ready, now); return err },
		"Presence.To": func(now time.Time) error { _, err := ready.Presence.To(DND, now); return err },
		"Patch.Apply": func(now time.Time) error { _, err := Patch{}.Apply(ready, Facts{Now: now}); return err },
		"Reserve":     func(until time.Time) error { _, err := Reserve(ready, "chat", time.Unix(0, 0), until); return err },
	} {
		if err := act(lastTime); err != nil {
			t.Errorf("%s at the last time: %v", name, err)
		}
		if err := act(beyond); !errors.Is(err, ErrTime) {
			t.Errorf("%s beyond it: error %v, want ErrTime", name, err)
		}
	}
	if !never.Equal(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)) {
		t.Errorf("never is %v", never)
	}
	held, err := Delete(ready, NameReuse{Hold: time.Hour}, lastTime)
	if err != nil || CheckTime(held.Lifecycle.HoldUntil) != nil || held.HoldExpired(lastTime) {
		t.Errorf("a hold that ends beyond the year 9999 is until %v, %v", held.Lifecycle.HoldUntil, err)
	}
}
