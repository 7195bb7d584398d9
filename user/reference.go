package user

import (
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/validate"
)

// ReferenceKind tells the sorts of reference data: what an account knows beside users, and users point to
// by id.
type ReferenceKind uint8

// The kinds of reference data.
const (
	ReferenceApplication ReferenceKind = iota + 1
	ReferenceSkill
	ReferenceGroup // agent group
	ReferenceProfile
	ReferenceQueue
	ReferenceDevice
	ReferenceLineOfBusiness
	ReferenceCampaign
	ReferenceView
	endReferences
)

var referenceKinds = [endReferences]string{
	"", "application", "skill", "group", "profile", "queue", "device", "line_of_business", "campaign", "view",
}

// String returns the kind's name, "application".
func (k ReferenceKind) String() string {
	if k > 0 && k < endReferences {
		return referenceKinds[k]
	}
	return fmt.Sprintf("reference(%d)", uint8(k))
}

// Valid reports whether k is one of the kinds.
func (k ReferenceKind) Valid() bool { return k > 0 && k < endReferences }

// MarshalText writes the kind's name; the zero ReferenceKind is empty. Errors: for another number that no
// kind has.
func (k ReferenceKind) MarshalText() ([]byte, error) {
	if k == 0 {
		return nil, nil
	}
	return nameOf(k, k.Valid())
}

// UnmarshalText reads a kind's name.
func (k *ReferenceKind) UnmarshalText(b []byte) error {
	for i := ReferenceKind(0); i < endReferences; i++ {
		if referenceKinds[i] == string(b) {
			*k = i
			return nil
		}
	}
	return fmt.Errorf("user: unknown kind of reference %.20q", b)
}

// Reference is one piece of reference data: an application, a skill, a profile. Its name is unique among
// its kind in the account, compared by bytes.
type Reference struct {
	Kind        ReferenceKind  `json:"kind"`
	ID          int64          `json:"id"` // positive; never given twice for one kind
	Version     Revision       `json:"version"`
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Profile     Profile        `json:"profile,omitzero"`  // of a profile: the role that it gives
	AutoLink    bool           `json:"autoLink,omitzero"` // of a queue: Voximplant auto_link
	Properties  List[Property] `json:"properties,omitzero"`
}

// ErrInUse is returned where a profile that users have would stop giving them its role, and where a
// custom attribute of users would be refused.
var ErrInUse = errors.New("user: the profile or custom attribute is in use")

// Gives reports whether users get something from the piece by having it: their roles come from
// profiles. What else they point to is a number to the rules.
func (r Reference) Gives() bool { return r.Kind == ReferenceProfile }

// Roles returns the roles that users get by having the piece.
func (r Reference) Roles() Roles {
	if !r.Gives() {
		return Roles{}
	}
	return r.Profile.roles()
}

// CheckReplace returns nil if next may stand in the place of r, which so many users have, the
// deleted ones counted: they come back with the roles that they had. A profile that is in use goes
// on giving the role that it gives. Error: ErrInUse.
func (r Reference) CheckReplace(next Reference, users int) error {
	if r.Gives() && users > 0 && next.Profile != r.Profile {
		return ErrInUse
	}
	return nil
}

// CheckDelete returns nil if r, which so many users have, may go. Error: ErrInUse, as CheckReplace.
func (r Reference) CheckDelete(users int) error {
	if r.Gives() && users > 0 {
		return ErrInUse
	}
	return nil
}

// Property is what else is known of a piece of reference data: a device's type, vendor and phone
// number (Genesys).
type Property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Equal reports whether r and s are the same in every attribute.
func (r Reference) Equal(s Reference) bool {
	return r.Kind == s.Kind && r.ID == s.ID && r.Version == s.Version && r.Name == s.Name &&
		r.Description == s.Description && r.Profile == s.Profile && r.AutoLink == s.AutoLink &&
		r.Properties.Equal(s.Properties)
}

// Property returns the value of the named property, "" if there is none.
func (r Reference) Property(name string) string {
	p, _ := r.Properties.Find(func(p Property) bool { return p.Name == name })
	return p.Value
}

// Check returns the problems of a piece of reference data, or nil.
func (r Reference) Check() error {
	var c validate.Collector
	if !r.Kind.Valid() {
		c.Add(validate.Problem{Path: "/kind", Code: validate.Unknown})
	}
	c.Range("/id", r.ID, 0, 1<<63-1)
	c.Check(validate.ReferenceName, validate.Strict, "/name", r.Name)
	c.Optional(validate.Description, validate.Strict, "/description", r.Description)
	if r.Profile.Role != "" && !r.Profile.Role.Valid() {
		c.Add(validate.Problem{Path: "/profile/role", Code: validate.Invalid})
	}
	if c.Items("/properties", r.Properties.Len(), MaxListed) {
		for i, p := range r.Properties.items {
			path := validate.Element("/properties", i)
			c.Check(validate.Tag, validate.Strict, path+"/name", p.Name)
			c.Optional(validate.Description, validate.Strict, path+"/value", p.Value)
		}
	}
	return c.Err()
}
