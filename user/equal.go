package user

import "slices"

// Equal reports whether u and v have the same id, attributes and revisions. Times are equal if
// they are the same instant.
func (u User) Equal(v User) bool {
	return u.ID == v.ID && u.Version == v.Version && u.ConfigVersion == v.ConfigVersion && u.Identity == v.Identity && u.Names == v.Names &&
		u.Contact == v.Contact && u.Billing == v.Billing && u.Credentials.equal(v.Credentials) &&
		u.Capacity.equal(&v.Capacity) && sameAssignments(u.Management.ManagerOf, v.Management.ManagerOf) &&
		u.Presence.equal(v.Presence) && u.Preferences.equal(&v.Preferences) && u.Access.equal(&v.Access) &&
		u.Custom.Equal(v.Custom) && u.Lifecycle.equal(v.Lifecycle)
}

func (c Credentials) equal(d Credentials) bool {
	return c.HasPassword == d.HasPassword && c.ChangeNextLogin == d.ChangeNextLogin &&
		c.ChangedAt.Equal(d.ChangedAt) && c.SignInStamp == d.SignInStamp
}

func (c *Capacity) equal(d *Capacity) bool {
	return c.MaxChats == d.MaxChats && c.MaxAsyncChats == d.MaxAsyncChats && c.MemberOf.equal(d.MemberOf) &&
		c.Skills.Equal(d.Skills) && c.Queues.Equal(d.Queues) && sameReservations(c.Reservations, d.Reservations)
}

func (p Presence) equal(q Presence) bool {
	return p.Status == q.Status && p.Since.Equal(q.Since) && p.Lock.equal(q.Lock) && p.CallID == q.CallID
}

func (p *Preferences) equal(q *Preferences) bool {
	return p.ChatSound == q.ChatSound && p.NotifyAssignment == q.NotifyAssignment && p.Incognito == q.Incognito &&
		p.AutoAnswer == q.AutoAnswer && p.Views.Equal(q.Views) && p.Statistics.Equal(q.Statistics) &&
		p.Campaigns.Equal(q.Campaigns)
}

func (a *Access) equal(b *Access) bool {
	return a.Disabled == b.Disabled && a.DisabledManually == b.DisabledManually && a.Granted == b.Granted &&
		a.Profiles.Equal(b.Profiles) && a.Roles == b.Roles && a.Groups.Equal(b.Groups) &&
		a.PermissionGroups.Equal(b.PermissionGroups) && a.Applications.Equal(b.Applications) &&
		a.LinesOfBusiness.Equal(b.LinesOfBusiness) && a.Devices.Equal(b.Devices) &&
		a.AllowedAppKeys == b.AllowedAppKeys && a.OAuth2ClientID == b.OAuth2ClientID
}

func (l Lifecycle) equal(m Lifecycle) bool {
	return l.Created.Equal(m.Created) && l.Updated.Equal(m.Updated) && l.Deleted.Equal(m.Deleted) &&
		l.Erased == m.Erased && l.HoldUntil.Equal(m.HoldUntil)
}

// sameAssignments compares lists with times by instant, because == distinguishes time zones.

func sameAssignments(a, b List[Assignment]) bool {
	return a == b || slices.EqualFunc(a.items(), b.items(), Assignment.equal)
}

func sameReservations(a, b List[Reservation]) bool {
	return a == b || slices.EqualFunc(a.items(), b.items(), Reservation.equal)
}
