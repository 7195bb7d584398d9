package user

import "testing"

// Only shows each attribute alone, and nothing but the id and the version without one.
func TestOnly(t *testing.T) {
	u := crowded()
	u.Presence.Lock = StatusLock{Locked: true, By: 3, At: noon}
	zero := User{ID: u.ID, Version: u.Version}
	if got := u.Only(0); !got.Equal(zero) || got.Credentials != (Credentials{}) || got.Lifecycle != (Lifecycle{}) ||
		got.Presence != (Presence{}) || got.ConfigVersion != 0 {
		t.Errorf("of no attribute: %+v", got)
	}
	for a := range AllAttributes().All() {
		got := u.Only(AttributesOf(a))
		if !attributes[a].equal(&got, &u) {
			t.Errorf("%s is left out", a)
		}
		hidden := ChangedAttributes(got, zero).Without(AttributesOf(a))
		if a == AttrGranted || a == AttrRoles {
			hidden = hidden.Without(AttributesOf(AttrGranted, AttrRoles))
		}
		if hidden != 0 {
			t.Errorf("%s shows %s too", a, hidden)
		}
	}
	if got := u.Only(AllAttributes()); ChangedAttributes(got, u) != 0 {
		t.Errorf("of all attributes, %s are left out", ChangedAttributes(got, u))
	}
}
