package user

// configuration are the attributes of Configuration.
const configuration = (1<<numAttributes - 1) &^ (1<<AttrStatus | 1<<AttrStatusLock | 1<<AttrReservations |
	1<<AttrChatSound | 1<<AttrNotifyAssignment | 1<<AttrIncognito | 1<<AttrAutoAnswer |
	1<<AttrViews | 1<<AttrStatistics | 1<<AttrCampaigns | 1<<AttrUpdated)

// Configuration returns the attributes that User.ConfigVersion covers: all except presence,
// reservations, preferences, and the time of the last change.
func Configuration() Attributes { return configuration }

// Stamp sets the three revisions of the user *after, each to rev or to the value of *before.
// *before is the stored user, or the zero User for a new one. rev is the revision of the account
// that stores the change.
//
//   - Version becomes rev.
//   - Credentials.SignInStamp becomes rev if the user is new, if a password was set or removed, if
//     the user was disabled, deleted or erased, or if the user lost a role. Otherwise *after gets
//     the SignInStamp of *before.
//   - ConfigVersion becomes rev if SignInStamp becomes rev, or if an attribute of Configuration
//     differs. Otherwise *after gets the ConfigVersion of *before.
//
// After setting a password, the caller must call Credentials.Renewed with rev before Stamp. Stamp
// detects a new password only because SignInStamp of *after is then rev.
func Stamp(before, after *User, rev Revision) {
	stamp := before.Credentials.SignInStamp
	if before.ID == 0 || after.Credentials.SignInStamp == rev || endsSignIn(before, after) {
		stamp = rev
	}
	after.Version, after.ConfigVersion, after.Credentials.SignInStamp = rev, before.ConfigVersion, stamp
	s := borrow(before, after)
	defer s.release()
	if before.ID == 0 || stamp == rev || differing(&s.before, &s.after, configuration) != 0 {
		after.ConfigVersion = rev
	}
}

// endsSignIn reports whether the change ends the sessions of the user. It does not detect a
// password that was set, because a User may not show the difference.
func endsSignIn(before, after *User) bool {
	return before.Credentials.HasPassword && !after.Credentials.HasPassword ||
		before.Enabled() && !after.Enabled() ||
		before.Live() && !after.Live() ||
		!before.Lifecycle.Erased && after.Lifecycle.Erased ||
		!after.Access.Roles.HasAll(before.Access.Roles)
}
