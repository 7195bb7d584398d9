package user

import "time"

// MayHavePassword reports whether the user may have a password: "A User which is created as an API User doesn't have a
// password" (LivePerson).
func (u User) MayHavePassword() bool { return !u.Identity.APIUser }

// Renewed returns the credentials of a user who has a new password since now. Whoever chose it himself need not choose
// another one at his next sign-in.
func (c Credentials) Renewed(himself bool, now time.Time) Credentials {
	c.HasPassword, c.ChangedAt = true, now
	c.ChangeNextLogin = c.ChangeNextLogin && !himself
	return c
}

// Dropped returns the credentials of a user who has no password any more since now, and so none to change.
func (c Credentials) Dropped(now time.Time) Credentials { return Credentials{ChangedAt: now} }
