package model

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// attribute connects the name of an attribute in a Record with its field in user.User and
// user.Patch.
type attribute struct {
	name  string
	get   func(u *user.User) string        // "" for the default
	set   func(u *user.User, value string) // nil: only the library sets it
	patch func(p *user.Patch, value string)
}

// attributes lists the attributes that calls set, and those that only the library sets.
var attributes = []attribute{
	text("login", func(u *user.User) *string { return &u.Identity.Login },
		func(p *user.Patch) *user.Field[string] { return &p.Login }),
	text("pid", func(u *user.User) *string { return &u.Identity.PID },
		func(p *user.Patch) *user.Field[string] { return &p.PID }),
	text("employeeId", func(u *user.User) *string { return &u.Identity.EmployeeID },
		func(p *user.Patch) *user.Field[string] { return &p.EmployeeID }),
	text("customData", func(u *user.User) *string { return &u.Identity.CustomData },
		func(p *user.Patch) *user.Field[string] { return &p.CustomData }),
	text("firstName", func(u *user.User) *string { return &u.Names.First },
		func(p *user.Patch) *user.Field[string] { return &p.FirstName }),
	text("fullName", func(u *user.User) *string { return &u.Names.Full },
		func(p *user.Patch) *user.Field[string] { return &p.FullName }),
	text("displayName", func(u *user.User) *string { return &u.Names.Display },
		func(p *user.Patch) *user.Field[string] { return &p.DisplayName }),
	text("email", func(u *user.User) *string { return &u.Contact.Email },
		func(p *user.Patch) *user.Field[string] { return &p.Email }),
	text("phone", func(u *user.User) *string { return &u.Contact.Phone },
		func(p *user.Patch) *user.Field[string] { return &p.Phone }),
	toggle("apiUser", func(u *user.User) *bool { return &u.Identity.APIUser },
		func(p *user.Patch) *user.Field[bool] { return &p.APIUser }),
	toggle("changeNextLogin", func(u *user.User) *bool { return &u.Credentials.ChangeNextLogin },
		func(p *user.Patch) *user.Field[bool] { return &p.ChangeNextLogin }),
	toggle("incognito", func(u *user.User) *bool { return &u.Preferences.Incognito },
		func(p *user.Patch) *user.Field[bool] { return &p.Incognito }),
	toggle("disabledManually", func(u *user.User) *bool { return &u.Access.DisabledManually },
		func(p *user.Patch) *user.Field[bool] { return &p.DisabledManually }),
	toggle("parentAccounting", func(u *user.User) *bool { return &u.Billing.ParentAccounting },
		func(p *user.Patch) *user.Field[bool] { return &p.ParentAccounting }),
	ids("skills", func(u *user.User) *user.IDSet[user.SkillID] { return &u.Capacity.Skills },
		func(p *user.Patch) *user.Field[user.IDSet[user.SkillID]] { return &p.Skills }),
	ids("queues", func(u *user.User) *user.IDSet[user.QueueID] { return &u.Capacity.Queues },
		func(p *user.Patch) *user.Field[user.IDSet[user.QueueID]] { return &p.Queues }),
	ids("views", func(u *user.User) *user.IDSet[user.ViewID] { return &u.Preferences.Views },
		func(p *user.Patch) *user.Field[user.IDSet[user.ViewID]] { return &p.Views }),
	ids("profiles", func(u *user.User) *user.IDSet[user.ProfileID] { return &u.Access.Profiles },
		func(p *user.Patch) *user.Field[user.IDSet[user.ProfileID]] { return &p.Profiles }),
	ids("groups", func(u *user.User) *user.IDSet[user.GroupID] { return &u.Access.Groups },
		func(p *user.Patch) *user.Field[user.IDSet[user.GroupID]] { return &p.Groups }),
	ids("applications", func(u *user.User) *user.IDSet[user.ApplicationID] { return &u.Access.Applications },
		func(p *user.Patch) *user.Field[user.IDSet[user.ApplicationID]] { return &p.Applications }),
	{
		"maxChats", func(u *user.User) string { return itoa(u.Capacity.MaxChats) },
		func(u *user.User, v string) { u.Capacity.MaxChats = atoi(v) },
		func(p *user.Patch, v string) { p.MaxChats = field(v, atoi) },
	},
	{
		"maxAsyncChats", func(u *user.User) string {
			if n, ok := u.Capacity.MaxAsyncChats.Get(); ok {
				return strconv.Itoa(n)
			}
			return ""
		},
		func(u *user.User, v string) { u.Capacity.MaxAsyncChats = optional(v) },
		func(p *user.Patch, v string) { p.MaxAsyncChats = field(v, optional) },
	},
	{
		"memberOf", func(u *user.User) string { return assigned(u.Capacity.MemberOf) },
		func(u *user.User, v string) { u.Capacity.MemberOf.Group = user.GroupID(atoi(v)) },
		func(p *user.Patch, v string) {
			p.MemberOf = field(v, func(v string) user.GroupID { return user.GroupID(atoi(v)) })
		},
	},
	{
		"managerOf", func(u *user.User) string {
			var list []string
			for a := range u.Management.ManagerOf.All() {
				list = append(list, assigned(a))
			}
			return strings.Join(list, ", ")
		},
		func(u *user.User, v string) {
			var list []user.Assignment
			for g := range idsOf[user.GroupID](v).All() {
				list = append(list, user.Assignment{Group: g})
			}
			u.Management.ManagerOf = user.ListOf(list...)
		},
		func(p *user.Patch, v string) { p.ManagerOf = field(v, idsOf[user.GroupID]) },
	},
	{
		"status", func(u *user.User) string {
			if u.Presence.Status == user.Offline {
				return ""
			}
			return u.Presence.Status.String()
		},
		func(u *user.User, v string) { u.Presence.Status = statusOf(v) },
		func(p *user.Patch, v string) { p.Status = field(v, statusOf) },
	},
	{
		"enabled", func(u *user.User) string {
			if u.Access.Disabled {
				return "false"
			}
			return ""
		},
		func(u *user.User, v string) { u.Access.Disabled = v == "false" },
		func(p *user.Patch, v string) { p.Enabled = field(v, func(v string) bool { return v != "false" }) },
	},
	{
		"granted", func(u *user.User) string { return rolesText(u.Access.Granted) },
		func(u *user.User, v string) { u.Access.Granted = rolesOf(v) },
		func(p *user.Patch, v string) { p.Granted = field(v, rolesOf) },
	},
	{
		"roles", func(u *user.User) string { return rolesText(u.Access.Roles) }, nil,
		func(p *user.Patch, v string) { p.Roles = field(v, rolesOf) },
	},
	{
		"custom", func(u *user.User) string { return customWords(u.Custom) },
		func(u *user.User, v string) { u.Custom = customOf(v) },
		func(p *user.Patch, v string) { p.Custom = customPatchOf(v) },
	},
	shown("statistics", func(u *user.User) string {
		var list []string
		for s := range u.Preferences.Statistics.All() {
			list = append(list, fmt.Sprint(s.Name, "/", s.Option, "/", s.Watched))
		}
		return strings.Join(list, ", ")
	}),
	shown("reservations", func(u *user.User) string {
		var list []string
		for r := range u.Capacity.Reservations.All() {
			list = append(list, r.Channel+" until "+moment(r.Until))
		}
		return strings.Join(list, ", ")
	}),
	shown("password", func(u *user.User) string { return flagText(u.Credentials.HasPassword) }),
	shown("passwordChanged", func(u *user.User) string { return moment(u.Credentials.ChangedAt) }),
	shown("statusLock", func(u *user.User) string {
		if l := u.Presence.Lock; l.Locked {
			return fmt.Sprintf("by %d at %s", l.By, moment(l.At))
		}
		return ""
	}),
	shown("created", func(u *user.User) string { return moment(u.Lifecycle.Created) }),
	shown("updated", func(u *user.User) string { return moment(u.Lifecycle.Updated) }),
	shown("deleted", func(u *user.User) string { return moment(u.Lifecycle.Deleted) }),

	shown(".id", func(u *user.User) string { return itoa(u.ID) }),
	shown(".version", func(u *user.User) string { return itoa(u.Version) }),
	shown(".config", func(u *user.User) string { return itoa(u.ConfigVersion) }),
	shown(".stamp", func(u *user.User) string { return itoa(u.Credentials.SignInStamp) }),
	shown(".since", func(u *user.User) string { return moment(u.Presence.Since) }),
	shown(".call", func(u *user.User) string { return itoa(u.Presence.CallID) }),
	shown(".hold", func(u *user.User) string { return moment(u.Lifecycle.HoldUntil) }),
	shown(".erased", func(u *user.User) string { return flagText(u.Lifecycle.Erased) }),
}

func text(name string, at func(*user.User) *string, of func(*user.Patch) *user.Field[string]) attribute {
	return attribute{
		name, func(u *user.User) string { return *at(u) }, func(u *user.User, v string) { *at(u) = v },
		func(p *user.Patch, v string) { *of(p) = field(v, func(v string) string { return v }) },
	}
}

func toggle(name string, at func(*user.User) *bool, of func(*user.Patch) *user.Field[bool]) attribute {
	return attribute{
		name, func(u *user.User) string { return flagText(*at(u)) }, func(u *user.User, v string) { *at(u) = v != "" },
		func(p *user.Patch, v string) { *of(p) = field(v, func(v string) bool { return v != "" }) },
	}
}

func ids[T ~int64](name string, at func(*user.User) *user.IDSet[T], of func(*user.Patch) *user.Field[user.IDSet[T]]) attribute {
	return attribute{
		name, func(u *user.User) string { return idsText(*at(u)) }, func(u *user.User, v string) { *at(u) = idsOf[T](v) },
		func(p *user.Patch, v string) { *of(p) = field(v, idsOf[T]) },
	}
}

func shown(name string, get func(*user.User) string) attribute {
	return attribute{name: name, get: get}
}

// field returns a patch field that clears the attribute if v is "", and sets it otherwise.
func field[T any](v string, read func(string) T) user.Field[T] {
	if v == "" {
		return user.Clear[T]()
	}
	return user.Set(read(v))
}

func flagText(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func idsText[T ~int64](set user.IDSet[T]) string {
	var list []string
	for id := range set.All() {
		list = append(list, strconv.FormatInt(int64(id), 10))
	}
	return strings.Join(list, " ")
}

func idsOf[T ~int64](v string) user.IDSet[T] {
	var list []T
	for _, word := range strings.Fields(v) {
		list = append(list, T(atoi(word)))
	}
	return user.IDSetOf(list...)
}

func rolesText(roles user.Roles) string {
	var list []string
	for r := range roles.All() {
		list = append(list, r.String())
	}
	return words(list...)
}

func rolesOf(v string) user.Roles {
	var roles user.Roles
	for _, word := range strings.Fields(v) {
		if r, err := user.ParseRole(word); err == nil {
			roles = roles.With(user.RolesOf(r))
		}
	}
	return roles
}

func statusOf(v string) user.Status {
	s, _ := user.ParseStatus(v) // "" is offline
	return s
}

func optional(v string) user.Optional {
	if v == "" {
		return user.Optional{}
	}
	return user.Some(atoi(v))
}

func assigned(a user.Assignment) string {
	if a.Group == 0 {
		return ""
	}
	return fmt.Sprintf("%d since %s", a.Group, moment(a.Since))
}

// recordOf returns the attributes of the user u as a Record. An attribute with its default value is
// absent.
func recordOf(u user.User) Record {
	r := Record{}
	for i := range attributes {
		r.set(attributes[i].name, attributes[i].get(&u))
	}
	return r
}

// userOf returns a user with the attributes in fields, for a creation or a replacement. An
// attribute that fields does not name has its default value. fields must not name roles or
// attributes that only the library sets.
func userOf(fields Record) user.User {
	var u user.User
	for i := range attributes {
		if v, named := fields[attributes[i].name]; named {
			attributes[i].set(&u, v)
		}
	}
	return u
}

// patchOf returns a patch that sets each attribute in fields to its value. The value "" clears the
// attribute. The patch does not change attributes that fields does not name. fields must not name
// attributes that only the library sets.
func patchOf(fields Record) user.Patch {
	var p user.Patch
	for i := range attributes {
		if v, named := fields[attributes[i].name]; named {
			attributes[i].patch(&p, v)
		}
	}
	return p
}

// everything returns a record that names each attribute that a replacement sets. The value is the
// one in fields, or "" if fields does not name the attribute. As a patch, the record therefore
// clears each attribute that fields does not name. The custom attributes begin with "-", which
// clears all others. The record does not name roles, because roles follow from other attributes.
func everything(fields Record) Record {
	all := Record{}
	for i := range attributes {
		if attributes[i].set != nil {
			all[attributes[i].name] = fields[attributes[i].name]
		}
	}
	all["custom"] = "- " + customWords(customOf(all["custom"])) // a user has no value to clear
	return all
}
