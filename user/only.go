package user

// Only returns a copy of u that has the id, the version and the attributes in a. Every other
// attribute has its default. ConfigVersion, the sign-in stamp and HoldUntil are zero. u does not
// change.
func (u User) Only(a Attributes) User {
	only := u
	only.ConfigVersion = 0
	for attr := range AllAttributes().Without(a).All() {
		if reset := attributes[attr].reset; reset != nil {
			reset(&only)
		}
	}
	if a.Has(AttrGranted) {
		only.Access.Granted = u.Access.Granted // a reset of the roles resets it too
	}
	if !a.Has(AttrStatus) {
		only.Presence = Presence{Lock: u.Presence.Lock}
	}
	if !a.Has(AttrStatusLock) {
		only.Presence.Lock = StatusLock{}
	}
	if !a.Has(AttrReservations) {
		only.Capacity.Reservations = List[Reservation]{}
	}
	only.Credentials = Credentials{ChangeNextLogin: only.Credentials.ChangeNextLogin}
	if a.Has(AttrPassword) {
		only.Credentials.HasPassword = u.Credentials.HasPassword
	}
	if a.Has(AttrPasswordChanged) {
		only.Credentials.ChangedAt = u.Credentials.ChangedAt
	}
	only.Lifecycle = Lifecycle{}
	if a.Has(AttrCreated) {
		only.Lifecycle.Created = u.Lifecycle.Created
	}
	if a.Has(AttrUpdated) {
		only.Lifecycle.Updated = u.Lifecycle.Updated
	}
	if a.Has(AttrDeleted) {
		only.Lifecycle.Deleted, only.Lifecycle.Erased = u.Lifecycle.Deleted, u.Lifecycle.Erased
	}
	return only
}
