package user

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/validate"
)

// ReferenceKind is a kind of reference data: the data of an account, besides users, whose ids
// users have.
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

// String returns the name of the kind, such as "application".
func (k ReferenceKind) String() string {
	if k > 0 && k < endReferences {
		return referenceKinds[k]
	}
	return fmt.Sprintf("reference(%d)", uint8(k))
}

// Valid reports whether k is one of the kinds.
func (k ReferenceKind) Valid() bool { return k > 0 && k < endReferences }

// MarshalText returns the name of the kind, and an empty text for the zero ReferenceKind. It
// returns an error for any other number that is no kind.
func (k ReferenceKind) MarshalText() ([]byte, error) {
	if k == 0 {
		return nil, nil
	}
	return nameOf(k, k.Valid())
}

// UnmarshalText sets k to the kind with a name, such as "skill". An empty text gives the zero
// ReferenceKind. For an unknown name it returns an error and leaves k unchanged.
func (k *ReferenceKind) UnmarshalText(b []byte) error {
	i := slices.Index(referenceKinds[:], string(b))
	if i < 0 {
		return fmt.Errorf("user: unknown kind of reference %.20q", b)
	}
	*k = ReferenceKind(i)
	return nil
}

// Reference is one piece of reference data, such as an application, a skill or a profile. Its
// name is unique among the pieces of its kind in the account, compared by bytes.
type Reference struct {
	Kind        ReferenceKind  `json:"kind"`
	ID          int64          `json:"id"` // positive; never given to a second piece of a kind
	Version     Revision       `json:"version"`
	Name        string         `json:"name"`
	Description string         `json:"description,omitempty"`
	Profile     Profile        `json:"profile,omitzero"`  // of a profile: the role that it gives
	AutoLink    bool           `json:"autoLink,omitzero"` // of a queue: Voximplant auto_link
	Properties  List[Property] `json:"properties,omitzero"`
}

// ErrInUse is returned if a change would take the role from a profile that users have, or refuse
// a custom attribute of users.
var ErrInUse = errors.New("user: the profile or custom attribute is in use")

// Gives reports whether users get a role from the piece: whether it is a profile.
func (r Reference) Gives() bool { return r.Kind == ReferenceProfile }

// Roles returns the roles that the piece gives to its users.
func (r Reference) Roles() Roles {
	if !r.Gives() {
		return Roles{}
	}
	return r.Profile.roles()
}

// CheckReplace returns nil if next may replace r. users is how many users have r, deleted ones
// included, because a restored user has the same roles as before. A profile that users have must
// keep its role. Error: ErrInUse.
func (r Reference) CheckReplace(next Reference, users int) error {
	if r.Gives() && users > 0 && next.Profile != r.Profile {
		return ErrInUse
	}
	return nil
}

// CheckDelete returns nil if r may be deleted. users is how many users have r, as in
// CheckReplace. Error: ErrInUse.
func (r Reference) CheckDelete(users int) error {
	if r.Gives() && users > 0 {
		return ErrInUse
	}
	return nil
}

// Property is additional data of a piece of reference data, such as the type, vendor and phone
// number of a device (Genesys).
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

// Property returns the value of the property with the name, or "".
func (r Reference) Property(name string) string {
	p, _ := r.Properties.Find(func(p Property) bool { return p.Name == name })
	return p.Value
}

// Check returns nil if the piece of reference data is valid, else a *validate.Error with every
// problem. It checks the kind, the id, the name, the description, the role of a profile and the
// properties. The id may be 0. The description and the values of properties may be empty. For more
// than MaxListed properties Check adds one problem and does not check the single properties.
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
		for i, p := range r.Properties.items() {
			path := validate.Element("/properties", i)
			c.Check(validate.Tag, validate.Strict, path+"/name", p.Name)
			c.Optional(validate.Description, validate.Strict, path+"/value", p.Value)
		}
	}
	return c.Err()
}
