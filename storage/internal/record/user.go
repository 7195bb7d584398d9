package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// User is a row of roster_users without its account.
type User struct {
	ID, Version                      int64
	Login, DisplayName, Email, Phone string
	Kind                             string
	APIUser                          bool
	Roles                            []string // never nil
	Status                           string
	Enabled, ParentAccounting        bool
	Created, Updated, Deleted        time.Time // zero: NULL
	Attributes                       []byte    // JSON: a user without what stands above

	// LoginKey and DisplayKey are what lists are sorted by. User does not read them.
	LoginKey, DisplayKey string
}

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

// UserOf converts a user to a row. Errors: for an unknown kind or status; for roles that are not a
// list, such as a complement; for a user without a JSON form, such as one with a time outside the
// years 1 to 9999.
func UserOf(u user.User) (User, error) {
	kind, err := nameOf(u.Identity.Kind)
	status, wrong := nameOf(u.Presence.Status)
	switch {
	case err != nil:
	case wrong != nil:
		err = wrong
	case !u.Access.Roles.IsList():
		err = fmt.Errorf("roles %v are not a list", u.Access.Roles)
	}
	if err != nil {
		return User{}, fmt.Errorf("user %d: %w", u.ID, err)
	}
	r := User{
		ID: int64(u.ID), Version: int64(u.Version),
		Login: u.Identity.Login, DisplayName: u.Names.Display, Email: u.Contact.Email, Phone: u.Contact.Phone,
		Kind: kind, APIUser: u.Identity.APIUser, Roles: Roles(u.Access.Roles),
		Status: status, Enabled: u.Enabled(), ParentAccounting: u.Billing.ParentAccounting,
		Created: u.Lifecycle.Created, Updated: u.Lifecycle.Updated, Deleted: u.Lifecycle.Deleted,
		LoginKey: storage.OrderByLogin.Key(u), DisplayKey: storage.OrderByDisplayName.Key(u),
	}
	if r.Attributes, err = json.Marshal(attributesOf(u)); err != nil {
		return User{}, fmt.Errorf("user %d: %w", u.ID, err)
	}
	return r, nil
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

// User converts the row to a user. The columns of the row take precedence over the same fields in
// the JSON of Attributes. Errors: for a kind or status that does not exist; for a role whose name
// is not valid; for JSON that cannot be decoded.
func (r *User) User() (user.User, error) {
	var a attributes
	if err := Decode(r.Attributes, &a); err != nil {
		return user.User{}, fmt.Errorf("user %d: %w", r.ID, err)
	}
	u := user.User{
		ID: user.ID(r.ID), Version: user.Revision(r.Version), ConfigVersion: a.bareUser.ConfigVersion,
		Identity: a.Identity.Identity, Names: a.Names.Names, Contact: a.Contact.Contact,
		Credentials: a.Credentials, Capacity: a.Capacity, Management: a.Management,
		Presence: a.Presence.Presence, Preferences: a.Preferences,
		Access: a.Access.Access, Billing: a.Billing.Billing, Custom: a.bareUser.Custom,
		Lifecycle: a.Lifecycle.Lifecycle,
	}
	u.Identity.Login, u.Names.Display, u.Contact.Email, u.Contact.Phone = r.Login, r.DisplayName, r.Email, r.Phone
	u.Identity.APIUser, u.Access.Disabled, u.Billing.ParentAccounting = r.APIUser, !r.Enabled, r.ParentAccounting
	u.Lifecycle.Created, u.Lifecycle.Updated, u.Lifecycle.Deleted = utc(&r.Created), utc(&r.Updated), utc(&r.Deleted)
	err := parse(r.Kind, &u.Identity.Kind)
	if err == nil {
		err = parse(r.Status, &u.Presence.Status)
	}
	if err == nil {
		u.Access.Roles, err = RolesOf(r.Roles)
	}
	if err != nil {
		return user.User{}, fmt.Errorf("user %d: %w", r.ID, err)
	}
	return u, nil
}
