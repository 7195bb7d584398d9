package user

import "time"

// MayHavePassword reports whether the user may have a password: "A User which is created as an API
// User doesn't have a password" (LivePerson).
func (u User) MayHavePassword() bool { return !u.Identity.APIUser }

// Renewed returns the credentials with a password that was set at now, by revision rev of the
// account. It clears ChangeNextLogin if the user set the password, and keeps it if another one did.
func (c Credentials) Renewed(own bool, now time.Time, rev Revision) Credentials {
	c.HasPassword, c.ChangedAt, c.SignInStamp = true, now, rev
	c.ChangeNextLogin = c.ChangeNextLogin && !own
	return c
}

// Compared returns how many of the last passwords, the present one first, a new one must differ
// from: as many as the policy remembers, and at least the present one where users must change their
// own (ChangeNextLogin), because the same password is no change. A password that another actor sets
// is not compared for that reason: the user must change it all the same, and a refusal would tell
// the other actor what the present password is.
func (c Credentials) Compared(own bool, remember int) int {
	if own && c.ChangeNextLogin {
		return max(1, remember)
	}
	return remember
}

// Dropped returns the credentials without a password since now. Stamp sets their SignInStamp.
func (c Credentials) Dropped(now time.Time) Credentials { return Credentials{ChangedAt: now} }
