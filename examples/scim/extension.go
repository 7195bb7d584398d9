package scim

import (
	"slices"

	"github.com/ca74b63c/roster/user"
)

// rosterSchema is the extension for attributes of contact-center users that SCIM does not have.
var rosterSchema = &schema{
	ID: RosterSchema, Name: "Roster User", Description: "What a contact center knows of a user",
	Attributes: []attribute{
		line("pid", "The process id, unique in the account.", func(u *user.User) *string { return &u.Identity.PID }, user.AttrPID),
		line("fullName", "The full name, unique in the account.", func(u *user.User) *string { return &u.Names.Full }, user.AttrFullName),
		line("description", "What the user does.", func(u *user.User) *string { return &u.Identity.Description }, user.AttrDescription),
		line("pictureUrl", "The URL of a picture.", func(u *user.User) *string { return &u.Contact.PictureURL }, user.AttrPictureURL),
		text("kind", "Whether the user is a person or a program.").canonical("human", "system", "bot").from(getKind, setKind, user.AttrKind),
		flag("apiUser", "Whether the user signs in by API instead of a password.", func(u *user.User) *bool { return &u.Identity.APIUser }, user.AttrAPIUser),
		flag("changePasswordNextLogin", "Whether the user must change the password at the next sign-in.",
			func(u *user.User) *bool { return &u.Credentials.ChangeNextLogin }, user.AttrChangeNextLogin),
		flag("parentAccounting", "Whether the user spends the account's money.", func(u *user.User) *bool { return &u.Billing.ParentAccounting }, user.AttrParentAccounting),
		text("maxChats", "How many chats an agent takes at a time.").of(typeInteger).from(
			func(_ *view, u *user.User) any { return int64(u.Capacity.MaxChats) },
			func(u *user.User, v any) error { n, _ := v.(int64); u.Capacity.MaxChats = int(n); return nil }, user.AttrMaxChats),
		text("maxAsyncChats", "How many asynchronous chats an agent takes. Without a value the account's number holds.").of(typeInteger).from(
			getMaxAsyncChats, setMaxAsyncChats, user.AttrMaxAsyncChats),
		text("memberOf", "The id of the group in which the user works.").exact().from(getMemberOf, setMemberOf, user.AttrMemberOf),
		ids("skills", "The ids of the user's skills.", func(u *user.User) *user.IDSet[user.SkillID] { return &u.Capacity.Skills }, user.AttrSkills),
		ids("queues", "The ids of the user's queues.", func(u *user.User) *user.IDSet[user.QueueID] { return &u.Capacity.Queues }, user.AttrQueues),
		ids("profiles", "The ids of the user's profiles, which may give roles.", func(u *user.User) *user.IDSet[user.ProfileID] { return &u.Access.Profiles }, user.AttrProfiles),
		ids("permissionGroups", "The ids of the user's permission groups.",
			func(u *user.User) *user.IDSet[user.PermissionGroupID] { return &u.Access.PermissionGroups }, user.AttrPermissionGroups),
		ids("applications", "The ids of the user's applications.", func(u *user.User) *user.IDSet[user.ApplicationID] { return &u.Access.Applications }, user.AttrApplications),
		ids("linesOfBusiness", "The ids of the user's lines of business.",
			func(u *user.User) *user.IDSet[user.LineOfBusinessID] { return &u.Access.LinesOfBusiness }, user.AttrLinesOfBusiness),
		ids("devices", "The ids of the user's devices.", func(u *user.User) *user.IDSet[user.DeviceID] { return &u.Access.Devices }, user.AttrDevices),
	},
}

// rosterSchemaOf returns the roster extension of users of an account. If customSub returns
// sub-attributes for the account's custom attributes, the extension also has the attribute "custom"
// with these sub-attributes. Otherwise rosterSchemaOf returns the shared rosterSchema. It does not
// change rosterSchema.
func rosterSchemaOf(custom user.CustomSchema) *schema {
	sub := customSub(custom)
	if len(sub) == 0 {
		return rosterSchema
	}
	s := *rosterSchema
	s.Attributes = append(slices.Clone(s.Attributes), text("custom", "The account's own attributes.").with(sub...).from(
		func(_ *view, u *user.User) any { return getCustom(sub, u) },
		func(u *user.User, v any) error { setCustom(sub, u, v); return nil }, user.AttrCustom))
	return &s
}

func line(name, description string, field func(*user.User) *string, model user.Attribute) attribute {
	return text(name, description).from(func(_ *view, u *user.User) any { return some(*field(u)) }, texts(field), model)
}

func flag(name, description string, field func(*user.User) *bool, model user.Attribute) attribute {
	return text(name, description).of(typeBoolean).from(
		func(_ *view, u *user.User) any { return *field(u) },
		func(u *user.User, v any) error { *field(u), _ = v.(bool); return nil }, model)
}

func ids[T ~int64](name, description string, field func(*user.User) *user.IDSet[T], model user.Attribute) attribute {
	return text(name, description).of(typeInteger).many().from(
		func(_ *view, u *user.User) any {
			var list []any
			for id := range field(u).All() {
				list = append(list, int64(id))
			}
			if list == nil {
				return nil
			}
			return list
		},
		func(u *user.User, v any) error {
			list, _ := v.([]any)
			set := make([]T, len(list))
			for i := range list {
				n, _ := list[i].(int64)
				set[i] = T(n)
			}
			*field(u) = user.IDSetOf(set...)
			return nil
		}, model)
}

func getKind(_ *view, u *user.User) any { return u.Identity.Kind.String() }

func setKind(u *user.User, v any) error {
	name, _ := v.(string)
	if name == "" {
		name = user.Human.String()
	}
	if u.Identity.Kind.UnmarshalText([]byte(name)) != nil {
		return invalidValue("kind", "must be one of human, system, bot")
	}
	return nil
}

func getMaxAsyncChats(_ *view, u *user.User) any {
	if n, ok := u.Capacity.MaxAsyncChats.Get(); ok {
		return int64(n)
	}
	return nil
}

func setMaxAsyncChats(u *user.User, v any) error {
	u.Capacity.MaxAsyncChats = user.Optional{}
	if n, ok := v.(int64); ok {
		u.Capacity.MaxAsyncChats = user.Some(int(n))
	}
	return nil
}

func getMemberOf(_ *view, u *user.User) any {
	if u.Capacity.MemberOf.IsZero() {
		return nil
	}
	return groupText(u.Capacity.MemberOf.Group)
}

func setMemberOf(u *user.User, v any) error {
	u.Capacity.MemberOf = user.Assignment{}
	if v == nil {
		return nil
	}
	text, _ := v.(string)
	id, ok := parseGroup(text)
	if !ok {
		return invalidValue("memberOf", "is not the id of a group")
	}
	u.Capacity.MemberOf.Group = id
	return nil
}
