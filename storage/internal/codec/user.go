package codec

import "github.com/ca74b63c/roster/user"

// AppendUser appends u as a record.
func AppendUser(b []byte, u user.User) []byte { return encode(b, &u, walkUser) }

// DecodeUser reads what AppendUser wrote. Errors: ErrMalformed.
func DecodeUser(b []byte) (user.User, error) { return decode(b, walkUser) }

func walkUser(f *fields, u *user.User) {
	signed(f, 1, "id", &u.ID)
	unsigned(f, 2, "version", &u.Version)

	text(f, 3, "login", &u.Identity.Login)
	text(f, 4, "pid", &u.Identity.PID)
	text(f, 5, "employeeId", &u.Identity.EmployeeID)
	named(f, 6, "kind", &u.Identity.Kind)
	flag(f, 7, "apiUser", &u.Identity.APIUser)
	text(f, 8, "description", &u.Identity.Description)
	text(f, 9, "customData", &u.Identity.CustomData)

	text(f, 10, "first", &u.Names.First)
	text(f, 11, "last", &u.Names.Last)
	text(f, 12, "full", &u.Names.Full)
	text(f, 13, "display", &u.Names.Display)

	text(f, 14, "email", &u.Contact.Email)
	text(f, 15, "phone", &u.Contact.Phone)
	text(f, 16, "mobile", &u.Contact.Mobile)
	text(f, 17, "language", &u.Contact.Language)
	text(f, 18, "dateFormat", &u.Contact.DateFormat)
	text(f, 19, "pictureId", &u.Contact.PictureID)
	text(f, 20, "pictureUrl", &u.Contact.PictureURL)
	text(f, 21, "backgroundUri", &u.Contact.BackgroundURI)
	text(f, 22, "mobileApp", &u.Contact.MobileApp)

	flag(f, 23, "hasPassword", &u.Credentials.HasPassword)
	flag(f, 24, "changeNextLogin", &u.Credentials.ChangeNextLogin)
	instant(f, 25, "passwordChanged", &u.Credentials.ChangedAt)

	signed(f, 26, "maxChats", &u.Capacity.MaxChats)
	optional(f, 27, "maxAsyncChats", &u.Capacity.MaxAsyncChats)
	signed(f, 28, "memberOf", &u.Capacity.MemberOf.Group)
	instant(f, 29, "memberSince", &u.Capacity.MemberOf.Since)
	idSet(f, 30, "skills", &u.Capacity.Skills)
	idSet(f, 31, "queues", &u.Capacity.Queues)
	list(f, 32, "reservations", &u.Capacity.Reservations, walkReservation)
	list(f, 33, "managerOf", &u.Management.ManagerOf, walkAssignment)

	named(f, 34, "status", &u.Presence.Status)
	instant(f, 35, "statusSince", &u.Presence.Since)
	flag(f, 36, "locked", &u.Presence.Lock.Locked)
	signed(f, 37, "lockedBy", &u.Presence.Lock.By)
	instant(f, 38, "lockedAt", &u.Presence.Lock.At)
	signed(f, 39, "callId", &u.Presence.CallID)

	flag(f, 40, "chatSound", &u.Preferences.ChatSound)
	flag(f, 41, "notifyAssignment", &u.Preferences.NotifyAssignment)
	flag(f, 42, "incognito", &u.Preferences.Incognito)
	flag(f, 43, "autoAnswer", &u.Preferences.AutoAnswer)
	idSet(f, 44, "views", &u.Preferences.Views)
	list(f, 45, "statistics", &u.Preferences.Statistics, walkStatistic)
	list(f, 46, "campaigns", &u.Preferences.Campaigns, walkCampaign)

	flag(f, 47, "disabled", &u.Access.Disabled)
	flag(f, 48, "disabledManually", &u.Access.DisabledManually)
	roles(f, 49, "granted", &u.Access.Granted)
	idSet(f, 50, "profiles", &u.Access.Profiles)
	roles(f, 51, "roles", &u.Access.Roles)
	idSet(f, 52, "groups", &u.Access.Groups)
	idSet(f, 53, "permissionGroups", &u.Access.PermissionGroups)
	idSet(f, 54, "applications", &u.Access.Applications)
	idSet(f, 55, "linesOfBusiness", &u.Access.LinesOfBusiness)
	idSet(f, 56, "devices", &u.Access.Devices)
	text(f, 57, "allowedAppKeys", &u.Access.AllowedAppKeys)
	text(f, 58, "oauth2ClientId", &u.Access.OAuth2ClientID)

	flag(f, 59, "parentAccounting", &u.Billing.ParentAccounting)

	instant(f, 60, "created", &u.Lifecycle.Created)
	instant(f, 61, "updated", &u.Lifecycle.Updated)
	instant(f, 62, "deleted", &u.Lifecycle.Deleted)
	flag(f, 63, "erased", &u.Lifecycle.Erased)
	instant(f, 64, "holdUntil", &u.Lifecycle.HoldUntil)

	unsigned(f, 65, "configVersion", &u.ConfigVersion)
	unsigned(f, 66, "signInStamp", &u.Credentials.SignInStamp)
}

func walkAssignment(f *fields, a *user.Assignment) {
	signed(f, 1, "group", &a.Group)
	instant(f, 2, "since", &a.Since)
}

func walkReservation(f *fields, r *user.Reservation) {
	text(f, 1, "channel", &r.Channel)
	instant(f, 2, "until", &r.Until)
}

func walkStatistic(f *fields, s *user.Statistic) {
	text(f, 1, "name", &s.Name)
	text(f, 2, "option", &s.Option)
	text(f, 3, "secondary", &s.Secondary)
	flag(f, 4, "watched", &s.Watched)
}

func walkCampaign(f *fields, c *user.Campaign) {
	text(f, 1, "name", &c.Name)
	flag(f, 2, "active", &c.Active)
}

// AppendSecret appends s as a record. It is the one place where a secret becomes bytes: the hashes in it are as they
// are, so the bytes belong into the storage and nowhere else.
func AppendSecret(b []byte, s user.Secret) []byte { return encode(b, &s, walkSecret) }

// DecodeSecret reads what AppendSecret wrote. Errors: ErrMalformed.
func DecodeSecret(b []byte) (user.Secret, error) { return decode(b, walkSecret) }

func walkSecret(f *fields, s *user.Secret) {
	hash, previous, changed := s.Hash(), s.Previous(), s.Changed()
	text(f, 1, "hash", &hash)
	list(f, 2, "previous", &previous, func(f *fields, hash *string) { text(f, 1, "hash", hash) })
	instant(f, 3, "changed", &changed)
	*s = user.SecretOf(hash, changed, previous.Slice()...)
}
