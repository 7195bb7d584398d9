package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// attributes is the JSON of a user without the fields that have a column. A field of type hidden
// replaces the field of the same name in bareUser and encodes as nothing.
type attributes struct {
	bareUser
	ID          hidden           `json:"id,omitzero"`
	Version     hidden           `json:"version,omitzero"`
	Identity    identity         `json:"identity,omitzero"`
	Names       names            `json:"names,omitzero"`
	Contact     contact          `json:"contact,omitzero"`
	Credentials user.Credentials `json:"credentials,omitzero"`
	Capacity    user.Capacity    `json:"capacity,omitzero"`
	Management  user.Management  `json:"management,omitzero"`
	Presence    presence         `json:"presence,omitzero"`
	Preferences user.Preferences `json:"preferences,omitzero"`
	Access      access           `json:"access,omitzero"`
	Billing     billing          `json:"billing,omitzero"`
	Lifecycle   lifecycle        `json:"lifecycle,omitzero"`
}

// bareUser is a user without the methods that encode a whole one.
type bareUser user.User

type hidden struct{}

type identity struct {
	user.Identity
	Login   hidden `json:"login,omitzero"`
	Kind    hidden `json:"kind,omitzero"`
	APIUser hidden `json:"apiUser,omitzero"`
}

type names struct {
	user.Names
	Display hidden `json:"display,omitzero"`
}

type contact struct {
	user.Contact
	Email hidden `json:"email,omitzero"`
	Phone hidden `json:"phone,omitzero"`
}

type presence struct {
	user.Presence
	Status hidden `json:"status,omitzero"`
}

type access struct {
	user.Access
	Disabled hidden `json:"disabled,omitzero"`
	Roles    hidden `json:"roles,omitzero"`
}

type billing struct {
	user.Billing
	ParentAccounting hidden `json:"parentAccounting,omitzero"`
}

type lifecycle struct {
	user.Lifecycle
	Created hidden `json:"created,omitzero"`
	Updated hidden `json:"updated,omitzero"`
	Deleted hidden `json:"deleted,omitzero"`
}

// UserRow returns the values of a user for the columns that ScanUser reads, and the two keys that
// lists are sorted by. Errors: for an unknown kind or status; for roles that are not a list, such
// as a complement; for a user without a JSON form, such as one with a time outside the years 1 to
// 9999.
func UserRow(u user.User) ([]any, error) {
	kind, err := nameOf(u.Identity.Kind)
	status, wrong := nameOf(u.Presence.Status)
	var rest []byte
	switch {
	case err != nil:
	case wrong != nil:
		err = wrong
	case !u.Access.Roles.IsList():
		err = fmt.Errorf("roles %v are not a list", u.Access.Roles)
	default:
		rest, err = json.Marshal(attributesOf(u))
	}
	if err != nil {
		return nil, fmt.Errorf("user %d: %w", u.ID, err)
	}
	l := u.Lifecycle
	return []any{
		int64(u.ID), int64(u.Version), u.Identity.Login, u.Names.Display, u.Contact.Email, u.Contact.Phone, kind, u.Identity.APIUser,
		Roles(u.Access.Roles), status, u.Enabled(), u.Billing.ParentAccounting, NullTime(l.Created), NullTime(l.Updated),
		NullTime(l.Deleted), string(rest), storage.OrderByLogin.Key(u), storage.OrderByDisplayName.Key(u),
	}, nil
}

func attributesOf(u user.User) *attributes {
	a := &attributes{
		bareUser: bareUser{ConfigVersion: u.ConfigVersion, Custom: u.Custom},
		Identity: identity{Identity: u.Identity}, Names: names{Names: u.Names}, Contact: contact{Contact: u.Contact},
		Credentials: u.Credentials, Capacity: u.Capacity, Management: u.Management,
		Presence: presence{Presence: u.Presence}, Preferences: u.Preferences,
		Access: access{Access: u.Access}, Lifecycle: lifecycle{Lifecycle: u.Lifecycle},
	}
	// A group in which nothing is left is not encoded.
	a.Identity.Identity.Login, a.Identity.Identity.Kind, a.Identity.Identity.APIUser = "", 0, false
	a.Names.Names.Display = ""
	a.Contact.Contact.Email, a.Contact.Contact.Phone = "", ""
	a.Presence.Presence.Status = 0
	a.Access.Access.Disabled, a.Access.Access.Roles = false, user.Roles{}
	l := &a.Lifecycle.Lifecycle
	l.Created, l.Updated, l.Deleted = time.Time{}, time.Time{}, time.Time{}
	return a
}

// ScanUser converts a row of roster_users to a user. The row begins with the columns of a user,
// without the account and the sort keys. The columns after them go to the pointers in the parameter
// more. A column takes precedence over the same field in the JSON of the attributes. Errors: those
// of the scan; for a kind or status that does not exist; for a role whose name is not valid; for
// JSON that cannot be decoded.
func ScanUser(row Row, more ...any) (user.User, error) {
	var id, version int64
	var login, display, email, phone, kind, status string
	var roles []string
	var enabled, apiUser, parentAccounting bool
	var created, updated, deleted *time.Time
	var rest []byte
	err := row.Scan(append([]any{&id, &version, &login, &display, &email, &phone, &kind, &apiUser, &roles, &status,
		&enabled, &parentAccounting, &created, &updated, &deleted, &rest}, more...)...)
	if err != nil {
		return user.User{}, err
	}
	var u user.User
	var a attributes
	if err = Decode(rest, &a); err == nil {
		u = user.User{
			ID: user.ID(id), Version: user.Revision(version), ConfigVersion: a.bareUser.ConfigVersion,
			Identity: a.Identity.Identity, Names: a.Names.Names, Contact: a.Contact.Contact,
			Credentials: a.Credentials, Capacity: a.Capacity, Management: a.Management,
			Presence: a.Presence.Presence, Preferences: a.Preferences,
			Access: a.Access.Access, Billing: a.Billing.Billing, Custom: a.bareUser.Custom,
			Lifecycle: a.Lifecycle.Lifecycle,
		}
		u.Identity.Login, u.Names.Display, u.Contact.Email, u.Contact.Phone = login, display, email, phone
		u.Identity.APIUser, u.Access.Disabled, u.Billing.ParentAccounting = apiUser, !enabled, parentAccounting
		u.Lifecycle.Created, u.Lifecycle.Updated, u.Lifecycle.Deleted = utc(created), utc(updated), utc(deleted)
		err = parse(kind, &u.Identity.Kind)
	}
	if err == nil {
		err = parse(status, &u.Presence.Status)
	}
	if err == nil {
		u.Access.Roles, err = RolesOf(roles)
	}
	if err != nil {
		return user.User{}, fmt.Errorf("user %d: %w", id, err)
	}
	return u, nil
}
