package codec

import "github.com/ca74b63c/roster/user"

// AppendUser appends u as a record.
func AppendUser(b []byte, u user.User) []byte { return encode(b, &u, walkUser) }

// DecodeUser reads what AppendUser wrote. Errors: ErrMalformed.
func DecodeUser(b []byte) (user.User, error) { return decode(b, walkUser) }

func walkUser(f *fields, u *user.User) {
	signed(f, 1, &u.ID)
	unsigned(f, 2, &u.Version)

	text(f, 3, &u.Identity.Login)
	text(f, 4, &u.Identity.PID)
	text(f, 5, &u.Identity.EmployeeID)
	unsigned(f, 6, &u.Identity.Kind)
	flag(f, 7, &u.Identity.APIUser)
	text(f, 8, &u.Identity.Description)
	text(f, 9, &u.Identity.CustomData)

	text(f, 10, &u.Names.First)
	text(f, 11, &u.Names.Last)
	text(f, 12, &u.Names.Full)
	text(f, 13, &u.Names.Display)

	text(f, 14, &u.Contact.Email)
	text(f, 15, &u.Contact.Phone)
	text(f, 16, &u.Contact.Mobile)
	text(f, 17, &u.Contact.Language)
	text(f, 18, &u.Contact.DateFormat)
	text(f, 19, &u.Contact.PictureID)
	text(f, 20, &u.Contact.PictureURL)
	text(f, 21, &u.Contact.BackgroundURI)
	text(f, 22, &u.Contact.MobileApp)

	flag(f, 23, &u.Credentials.HasPassword)
	flag(f, 24, &u.Credentials.ChangeNextLogin)
	instant(f, 25, &u.Credentials.ChangedAt)

	signed(f, 26, &u.Capacity.MaxChats)
	optional(f, 27, &u.Capacity.MaxAsyncChats)
	signed(f, 28, &u.Capacity.MemberOf.Group)
	instant(f, 29, &u.Capacity.MemberOf.Since)
	idSet(f, 30, &u.Capacity.Skills)
	idSet(f, 31, &u.Capacity.Queues)
	list(f, 32, &u.Capacity.Reservations, walkReservation)
	list(f, 33, &u.Management.ManagerOf, walkAssignment)

	unsigned(f, 34, &u.Presence.Status)
	instant(f, 35, &u.Presence.Since)
	flag(f, 36, &u.Presence.Lock.Locked)
	signed(f, 37, &u.Presence.Lock.By)
	instant(f, 38, &u.Presence.Lock.At)
	signed(f, 39, &u.Presence.CallID)

	flag(f, 40, &u.Preferences.ChatSound)
	flag(f, 41, &u.Preferences.NotifyAssignment)
	flag(f, 42, &u.Preferences.Incognito)
	flag(f, 43, &u.Preferences.AutoAnswer)
	idSet(f, 44, &u.Preferences.Views)
	list(f, 45, &u.Preferences.Statistics, walkStatistic)
	list(f, 46, &u.Preferences.Campaigns, walkCampaign)

	flag(f, 47, &u.Access.Disabled)
	flag(f, 48, &u.Access.DisabledManually)
	unsigned(f, 49, &u.Access.Granted)
	idSet(f, 50, &u.Access.Profiles)
	unsigned(f, 51, &u.Access.Roles)
	idSet(f, 52, &u.Access.Groups)
	idSet(f, 53, &u.Access.PermissionGroups)
	idSet(f, 54, &u.Access.Applications)
	idSet(f, 55, &u.Access.LinesOfBusiness)
	idSet(f, 56, &u.Access.Devices)
	text(f, 57, &u.Access.AllowedAppKeys)
	text(f, 58, &u.Access.OAuth2ClientID)

	flag(f, 59, &u.Billing.ParentAccounting)

	instant(f, 60, &u.Lifecycle.Created)
	instant(f, 61, &u.Lifecycle.Updated)
	instant(f, 62, &u.Lifecycle.Deleted)
	flag(f, 63, &u.Lifecycle.Erased)
	instant(f, 64, &u.Lifecycle.HoldUntil)
}

func walkAssignment(f *fields, a *user.Assignment) {
	signed(f, 1, &a.Group)
	instant(f, 2, &a.Since)
}

func walkReservation(f *fields, r *user.Reservation) {
	text(f, 1, &r.Channel)
	instant(f, 2, &r.Until)
}

func walkStatistic(f *fields, s *user.Statistic) {
	text(f, 1, &s.Name)
	text(f, 2, &s.Option)
	text(f, 3, &s.Secondary)
	flag(f, 4, &s.Watched)
}

func walkCampaign(f *fields, c *user.Campaign) {
	text(f, 1, &c.Name)
	flag(f, 2, &c.Active)
}

// AppendSecret appends s as a record. It is the one place where a secret becomes bytes: the hashes in it are as they
// are, so the bytes belong into the storage and nowhere else.
func AppendSecret(b []byte, s user.Secret) []byte { return encode(b, &s, walkSecret) }

// DecodeSecret reads what AppendSecret wrote. Errors: ErrMalformed.
func DecodeSecret(b []byte) (user.Secret, error) { return decode(b, walkSecret) }

func walkSecret(f *fields, s *user.Secret) {
	hash, previous, changed := s.Hash(), s.Previous(), s.Changed()
	text(f, 1, &hash)
	list(f, 2, &previous, func(f *fields, hash *string) { text(f, 1, hash) })
	instant(f, 3, &changed)
	*s = user.SecretOf(hash, changed, previous.Slice()...)
}
