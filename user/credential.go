package user

import "time"

// MayHavePassword reports whether the user may have a password: "A User which is created as an API User doesn't have a
// password" (LivePerson).
func (u User) MayHavePassword() bool { return !u.Identity.APIUser }

// Renewed returns the credentials with a password that was set at now, by revision rev of the account. It clears
// ChangeNextLogin if the user set the password, and keeps it if another one did.
func (c Credentials) Renewed(own bool, now time.Time, rev Revision) Credentials {
	c.HasPassword, c.ChangedAt, c.SignInStamp = true, now, rev
	c.ChangeNextLogin = c.ChangeNextLogin && !own
	return c
}

// Dropped returns the credentials without a password since now. Stamped sets their SignInStamp.
func (c Credentials) Dropped(now time.Time) Credentials { return Credentials{ChangedAt: now} }
