package user

// configuration are the attributes of Configuration.
const configuration = (1<<numAttributes - 1) &^ (1<<AttrStatus | 1<<AttrStatusLock | 1<<AttrReservations |
	1<<AttrChatSound | 1<<AttrNotifyAssignment | 1<<AttrIncognito | 1<<AttrAutoAnswer |
	1<<AttrViews | 1<<AttrStatistics | 1<<AttrCampaigns | 1<<AttrUpdated)

// Configuration returns the attributes whose change User.ConfigVersion tells: all but presence,
// reservations, preferences, and the time of the last change.
func Configuration() Attributes { return configuration }

// Stamp sets the three revisions that after carries, as revision rev of the account stores it.
// before is the user as stored until then, the zero User for a new one. Whatever after has in them:
//
//   - Version is rev;
//   - ConfigVersion is rev if the user is new, if an attribute of Configuration changed, or if
//     SignInStamp is rev;
//   - Credentials.SignInStamp is rev if the password was set or dropped (Credentials.Renewed,
//     Credentials.Dropped), if the user was disabled, deleted or erased, or if the user lost a
//     role.
//
// What does not become rev stays as before has it.
func Stamp(before, after *User, rev Revision) {
	stamp := before.Credentials.SignInStamp
	if after.Credentials.SignInStamp == rev || before.ID != 0 && endsSignIn(before, after) {
		stamp = rev
	}
	after.Version, after.ConfigVersion, after.Credentials.SignInStamp = rev, before.ConfigVersion, stamp
	if before.ID == 0 || stamp == rev || !sameConfiguration(before, after) {
		after.ConfigVersion = rev
	}
}

// endsSignIn reports whether what the user signed in to before ends with the change, but for a
// password that was set: the new one may be indistinguishable from the old one in a User.
func endsSignIn(before, after *User) bool {
	return before.Credentials.HasPassword && !after.Credentials.HasPassword ||
		before.Enabled() && !after.Enabled() ||
		before.Live() && !after.Live() ||
		!before.Lifecycle.Erased && after.Lifecycle.Erased ||
		!after.Access.Roles.HasAll(before.Access.Roles)
}

// sameConfiguration reports whether a and b have the same Configuration. Every write calls it, so
// it names each attribute once more, as Equal does; a test fails on one forgotten.
func sameConfiguration(a, b *User) bool {
	return a.Identity == b.Identity && a.Names == b.Names && a.Contact == b.Contact && a.Billing == b.Billing &&
		a.Credentials.HasPassword == b.Credentials.HasPassword &&
		a.Credentials.ChangeNextLogin == b.Credentials.ChangeNextLogin &&
		a.Credentials.ChangedAt.Equal(b.Credentials.ChangedAt) &&
		a.Capacity.MaxChats == b.Capacity.MaxChats && a.Capacity.MaxAsyncChats == b.Capacity.MaxAsyncChats &&
		a.Capacity.MemberOf.equal(b.Capacity.MemberOf) && a.Capacity.Skills.Equal(b.Capacity.Skills) &&
		a.Capacity.Queues.Equal(b.Capacity.Queues) &&
		sameAssignments(a.Management.ManagerOf, b.Management.ManagerOf) && a.Access.equal(&b.Access) &&
		a.Custom.Equal(b.Custom) &&
		a.Lifecycle.Created.Equal(b.Lifecycle.Created) && a.Lifecycle.Deleted.Equal(b.Lifecycle.Deleted)
}
