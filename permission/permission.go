package permission

import (
	"fmt"

	"github.com/ca74b63c/roster/internal/nameset"
)

// Permission is the name of a permission of an API key: an upper-case letter, then at most 63
// upper-case letters, digits and underscores; or a name of the form of an Action. The constants
// are those of a vendor. A host adds its own permissions, such as "REPORT_READ", by naming them
// in the rows of a policy and in keys. A permission that a policy does not name allows nothing
// under that policy.
type Permission string

// The permissions of Omnidesk's user controller.
const (
	PermUserRead                    Permission = "USER_READ"
	PermUserCUD                     Permission = "USER_CUD" // create, update, delete
	PermReserveUser                 Permission = "API_RESERVE_USER"
	PermUserAnonymousBrowsingUpdate Permission = "USER_ANONYMOUS_BROWSING_UPDATE"
)

// vendorPermissions are the constants in the order in which sets list them.
var vendorPermissions = [...]Permission{PermUserRead, PermUserCUD, PermReserveUser, PermUserAnonymousBrowsingUpdate}

// VendorPermissions returns the vendors' permissions, which are the constants of this package.
func VendorPermissions() Permissions { return PermissionsOf(vendorPermissions[:]...) }

// position returns the position of p in VendorPermissions. It reports false for a host's own
// permission.
func (p Permission) position() (int, bool) {
	for i, vendors := range vendorPermissions {
		if p == vendors {
			return i, true
		}
	}
	return 0, false
}

func (Permission) at(position int) Permission { return vendorPermissions[position] }

// Valid reports whether p is a valid name of a permission.
func (p Permission) Valid() bool { return nameset.Upper(string(p)) || nameset.Lower(string(p)) }

// String returns the name.
func (p Permission) String() string { return string(p) }

// ParsePermission returns the permission with the name s. It returns an error that quotes s if s
// is not a valid name.
func ParsePermission(s string) (Permission, error) {
	if !Permission(s).Valid() {
		return "", fmt.Errorf("permission: %.40q is not a permission: a name has a letter, then letters of the same case, digits and _", s)
	}
	return Permission(s), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. It sets p to the permission with the name b.
// It returns an error, and leaves p unchanged, if b is not a valid name (ParsePermission).
func (p *Permission) UnmarshalText(b []byte) error {
	parsed, err := ParsePermission(string(b))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
