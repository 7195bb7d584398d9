package user

import (
	"fmt"
	"slices"
)

// Attribute is an attribute of a user. The names are stable; the numbers may change between
// versions.
type Attribute uint8

// The attributes that a patch can name, grouped as in User; then those that only the library sets.
const (
	AttrLogin Attribute = iota
	AttrPID
	AttrEmployeeID
	AttrKind
	AttrAPIUser
	AttrDescription
	AttrCustomData

	AttrFirstName
	AttrLastName
	AttrFullName
	AttrDisplayName

	AttrEmail
	AttrPhone
	AttrMobile
	AttrLanguage
	AttrDateFormat
	AttrPictureID
	AttrPictureURL
	AttrBackgroundURI
	AttrMobileApp

	AttrChangeNextLogin

	AttrMaxChats
	AttrMaxAsyncChats
	AttrMemberOf
	AttrSkills
	AttrQueues

	AttrManagerOf

	AttrStatus

	AttrChatSound
	AttrNotifyAssignment
	AttrIncognito
	AttrAutoAnswer
	AttrViews
	AttrStatistics
	AttrCampaigns

	AttrEnabled
	AttrDisabledManually
	AttrProfiles
	AttrGranted // the roles granted directly
	AttrRoles   // the resulting set; in a patch, the set that is wanted
	AttrGroups
	AttrPermissionGroups
	AttrApplications
	AttrLinesOfBusiness
	AttrDevices
	AttrAllowedAppKeys
	AttrOAuth2ClientID

	AttrParentAccounting

	AttrCustom // all custom attributes together

	AttrPassword // write only: set by the password calls, never read
	AttrPasswordChanged
	AttrStatusLock
	AttrReservations
	AttrCreated
	AttrUpdated
	AttrDeleted
	numAttributes
)

// numPatched counts the attributes that a patch can name.
const numPatched = AttrPassword

// String returns the name of the attribute, such as "maxChats".
func (a Attribute) String() string {
	if a < numAttributes {
		return attributes[a].name
	}
	return fmt.Sprintf("attribute(%d)", uint8(a))
}

// Path returns the JSON pointer (RFC 6901) of the attribute in an encoded User, such as
// "/capacity/maxChats", and "" for a number that is no attribute. The path of each problem with
// the attribute begins with it.
func (a Attribute) Path() string {
	if a < numAttributes {
		return attributes[a].path
	}
	return ""
}

// Value returns the value of the attribute in u, and the zero Value for a number that is no
// attribute.
func (a Attribute) Value(u User) Value {
	if a < numAttributes {
		return attributes[a].value(&u)
	}
	return Value{}
}

// MarshalText returns the name. It returns an error for a number that is no attribute.
func (a Attribute) MarshalText() ([]byte, error) { return nameOf(a, a < numAttributes) }

// nameOf returns the name of a value of an enumeration.
func nameOf(e fmt.Stringer, named bool) ([]byte, error) {
	if !named {
		return nil, fmt.Errorf("user: there is no %s", e)
	}
	return []byte(e.String()), nil
}

// UnmarshalText sets a to the attribute with a name, such as "maxChats". For an unknown name it
// returns an error and leaves a unchanged.
func (a *Attribute) UnmarshalText(b []byte) error {
	i := slices.IndexFunc(attributes[:], func(r attributeRow) bool { return r.name == string(b) })
	if i < 0 {
		return fmt.Errorf("user: unknown attribute %.40q", b)
	}
	*a = Attribute(i)
	return nil
}
