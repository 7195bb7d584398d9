package bench

import (
	"database/sql/driver"
	"strconv"
	"strings"
	"time"

	"github.com/ca74b63c/roster/user"
)

// column is an attribute that users have here: where it is, to read it and to write it.
type column struct {
	name string
	at   func(u *user.User) any
}

var columns = []column{
	{"id INTEGER PRIMARY KEY", func(u *user.User) any { return &u.ID }},
	{"version INTEGER NOT NULL", func(u *user.User) any { return &u.Version }},
	{"login TEXT NOT NULL UNIQUE", func(u *user.User) any { return &u.Identity.Login }},
	{"pid TEXT", func(u *user.User) any { return &u.Identity.PID }},
	{"employee_id TEXT", func(u *user.User) any { return &u.Identity.EmployeeID }},
	{"kind INTEGER", func(u *user.User) any { return &u.Identity.Kind }},
	{"api_user INTEGER", func(u *user.User) any { return &u.Identity.APIUser }},
	{"description TEXT", func(u *user.User) any { return &u.Identity.Description }},
	{"custom_data TEXT", func(u *user.User) any { return &u.Identity.CustomData }},
	{"first_name TEXT", func(u *user.User) any { return &u.Names.First }},
	{"last_name TEXT", func(u *user.User) any { return &u.Names.Last }},
	{"full_name TEXT", func(u *user.User) any { return &u.Names.Full }},
	{"display_name TEXT", func(u *user.User) any { return &u.Names.Display }},
	{"email TEXT", func(u *user.User) any { return &u.Contact.Email }},
	{"phone TEXT", func(u *user.User) any { return &u.Contact.Phone }},
	{"mobile TEXT", func(u *user.User) any { return &u.Contact.Mobile }},
	{"language TEXT", func(u *user.User) any { return &u.Contact.Language }},
	{"date_format TEXT", func(u *user.User) any { return &u.Contact.DateFormat }},
	{"picture_id TEXT", func(u *user.User) any { return &u.Contact.PictureID }},
	{"picture_url TEXT", func(u *user.User) any { return &u.Contact.PictureURL }},
	{"background_uri TEXT", func(u *user.User) any { return &u.Contact.BackgroundURI }},
	{"mobile_app TEXT", func(u *user.User) any { return &u.Contact.MobileApp }},
	{"has_password INTEGER", func(u *user.User) any { return &u.Credentials.HasPassword }},
	{"change_next_login INTEGER", func(u *user.User) any { return &u.Credentials.ChangeNextLogin }},
	{"max_chats INTEGER", func(u *user.User) any { return &u.Capacity.MaxChats }},
	{"max_async_chats INTEGER", func(u *user.User) any { return absent{&u.Capacity.MaxAsyncChats} }},
	{"member_of INTEGER", func(u *user.User) any { return &u.Capacity.MemberOf.Group }},
	{"member_since INTEGER", func(u *user.User) any { return micros{&u.Capacity.MemberOf.Since} }},
	{"skills TEXT", func(u *user.User) any { return ids[user.SkillID]{&u.Capacity.Skills} }},
	{"queues TEXT", func(u *user.User) any { return ids[user.QueueID]{&u.Capacity.Queues} }},
	{"status INTEGER", func(u *user.User) any { return &u.Presence.Status }},
	{"status_since INTEGER", func(u *user.User) any { return micros{&u.Presence.Since} }},
	{"chat_sound INTEGER", func(u *user.User) any { return &u.Preferences.ChatSound }},
	{"notify_assignment INTEGER", func(u *user.User) any { return &u.Preferences.NotifyAssignment }},
	{"incognito INTEGER", func(u *user.User) any { return &u.Preferences.Incognito }},
	{"auto_answer INTEGER", func(u *user.User) any { return &u.Preferences.AutoAnswer }},
	{"views TEXT", func(u *user.User) any { return ids[user.ViewID]{&u.Preferences.Views} }},
	{"disabled INTEGER", func(u *user.User) any { return &u.Access.Disabled }},
	{"disabled_manually INTEGER", func(u *user.User) any { return &u.Access.DisabledManually }},
	{"granted TEXT", func(u *user.User) any { return roles{&u.Access.Granted} }},
	{"roles TEXT", func(u *user.User) any { return roles{&u.Access.Roles} }},
	{"groups TEXT", func(u *user.User) any { return ids[user.GroupID]{&u.Access.Groups} }},
	{"permission_groups TEXT", func(u *user.User) any { return ids[user.PermissionGroupID]{&u.Access.PermissionGroups} }},
	{"applications TEXT", func(u *user.User) any { return ids[user.ApplicationID]{&u.Access.Applications} }},
	{"lines_of_business TEXT", func(u *user.User) any { return ids[user.LineOfBusinessID]{&u.Access.LinesOfBusiness} }},
	{"devices TEXT", func(u *user.User) any { return ids[user.DeviceID]{&u.Access.Devices} }},
	{"created INTEGER", func(u *user.User) any { return micros{&u.Lifecycle.Created} }},
	{"updated INTEGER", func(u *user.User) any { return micros{&u.Lifecycle.Updated} }},
}

func row(u *user.User) []any {
	fields := make([]any, len(columns))
	for i, c := range columns {
		fields[i] = c.at(u)
	}
	return fields
}

// absent keeps a number that may be absent.
type absent struct{ n *user.Optional }

func (a absent) Value() (driver.Value, error) {
	if n, ok := a.n.Get(); ok {
		return int64(n), nil
	}
	return nil, nil
}

func (a absent) Scan(v any) error {
	if n, ok := v.(int64); ok {
		*a.n = user.Some(int(n))
	}
	return nil
}

// micros keeps a time as microseconds since 1970, the zero time as NULL.
type micros struct{ t *time.Time }

func (m micros) Value() (driver.Value, error) {
	if m.t.IsZero() {
		return nil, nil
	}
	return m.t.UnixMicro(), nil
}

func (m micros) Scan(v any) error {
	if n, ok := v.(int64); ok {
		*m.t = time.UnixMicro(n).UTC()
	}
	return nil
}

// ids keeps a set of ids as text, "1;2;3".
type ids[T ~int64] struct{ set *user.IDSet[T] }

func (s ids[T]) Value() (driver.Value, error) {
	var b []byte
	for id := range s.set.All() {
		if len(b) > 0 {
			b = append(b, ';')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return string(b), nil
}

func (s ids[T]) Scan(v any) error {
	text, _ := v.(string)
	if text == "" {
		return nil
	}
	var list []T
	for part := range strings.SplitSeq(text, ";") {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return err
		}
		list = append(list, T(n))
	}
	*s.set = user.IDSetOf(list...)
	return nil
}

// roles is a set of roles in a column: the names, separated by commas.
type roles struct{ set *user.Roles }

func (r roles) Value() (driver.Value, error) {
	if r.set.IsZero() {
		return "", nil
	}
	return r.set.String(), nil
}

func (r roles) Scan(v any) error {
	text, _ := v.(string)
	var list []user.Role
	for name := range strings.SplitSeq(text, ",") {
		if name != "" {
			list = append(list, user.Role(name))
		}
	}
	*r.set = user.RolesOf(list...)
	return nil
}
