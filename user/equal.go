package user

import "slices"

// Equal reports whether u and v have the same id, attributes and revisions. Times are equal if
// they are the same instant.
func (u User) Equal(v User) bool {
	return u.ID == v.ID && u.Version == v.Version && u.ConfigVersion == v.ConfigVersion &&
		u.Credentials.SignInStamp == v.Credentials.SignInStamp && ChangedAttributes(u, v) == 0 &&
		u.Capacity.MemberOf.equal(v.Capacity.MemberOf) && // and the date
		slices.EqualFunc(u.Management.ManagerOf.items(), v.Management.ManagerOf.items(), Assignment.equal) &&
		u.Presence.Since.Equal(v.Presence.Since) && u.Presence.CallID == v.Presence.CallID &&
		u.Lifecycle.Erased == v.Lifecycle.Erased && u.Lifecycle.HoldUntil.Equal(v.Lifecycle.HoldUntil)
}

// sameReservations compares lists with times by instant, because == distinguishes time zones.
func sameReservations(a, b List[Reservation]) bool {
	return slices.EqualFunc(a.items(), b.items(), Reservation.equal)
}
