package user

import "time"

// MayHavePassword reports whether the user may have a password: "A User which is created as an
// API User doesn't have a password" (LivePerson).
func (u User) MayHavePassword() bool { return !u.Identity.APIUser }

// Renewed returns the credentials after a password was set. HasPassword becomes true, and ChangedAt
// becomes now. SignInStamp becomes rev, the account revision of this change. ChangeNextLogin
// becomes false if the parameter own is true, which means that the user set the password
// themselves. If own is false, ChangeNextLogin stays. c does not change.
func (c Credentials) Renewed(own bool, now time.Time, rev Revision) Credentials {
	c.HasPassword, c.ChangedAt, c.SignInStamp = true, now, rev
	c.ChangeNextLogin = c.ChangeNextLogin && !own
	return c
}

// Compared returns how many of the last passwords, the present one first, a new password must
// differ from. That is remember, the number that the policy remembers. If own is set and the user
// must change the password (ChangeNextLogin), it is at least 1, because the same password is no
// change. A password that another actor sets is not compared for that reason: the user must
// change it anyway, and an error would reveal the present password to the actor.
func (c Credentials) Compared(own bool, remember int) int {
	if own && c.ChangeNextLogin {
		return max(1, remember)
	}
	return remember
}

// Dropped returns the credentials of a user without a password since now. Stamp sets SignInStamp.
func (c Credentials) Dropped(now time.Time) Credentials { return Credentials{ChangedAt: now} }
