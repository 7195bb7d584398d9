package user

import "time"

// Only returns a copy of u that has the id, the version and the attributes in a. Every other
// attribute has its default. ConfigVersion, the sign-in stamp and HoldUntil are zero.
// Presence.Since stays only if a has AttrStatus, and Lifecycle.Erased only if a has AttrDeleted. u
// does not change.
func (u User) Only(a Attributes) User {
	u.ConfigVersion, u.Credentials.SignInStamp, u.Lifecycle.HoldUntil = 0, 0, time.Time{}
	if !a.Has(AttrStatus) {
		u.Presence = Presence{Lock: u.Presence.Lock}
	}
	if !a.Has(AttrDeleted) {
		u.Lifecycle.Erased = false
	}
	for attr := range AllAttributes().Without(a).All() {
		attributes[attr].reset(&u)
	}
	return u
}
