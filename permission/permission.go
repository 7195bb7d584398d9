package permission

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"
)

// Permission is a permission that an API key is granted by name, as Omnidesk does.
type Permission uint8

// The permissions of Omnidesk's user controller.
const (
	PermUserRead                    Permission = iota // USER_READ
	PermUserCUD                                       // USER_CUD: create, update, delete
	PermReserveUser                                   // API_RESERVE_USER
	PermUserAnonymousBrowsingUpdate                   // USER_ANONYMOUS_BROWSING_UPDATE
	numPermissions
)

var permissionNames = [numPermissions]string{
	"USER_READ", "USER_CUD", "API_RESERVE_USER", "USER_ANONYMOUS_BROWSING_UPDATE",
}

// String returns the vendor's name of the permission, as ParsePermission reads it.
func (p Permission) String() string {
	if p < numPermissions {
		return permissionNames[p]
	}
	return fmt.Sprintf("PERMISSION(%d)", uint8(p))
}

// ParsePermission reads a permission's name. It returns an error that names the text for anything else.
func ParsePermission(s string) (Permission, error) {
	for i, name := range permissionNames {
		if name == s {
			return Permission(i), nil
		}
	}
	return 0, fmt.Errorf("permission: unknown permission %.40q", s)
}

// Permissions is a set of permissions. The zero value is the empty set.
type Permissions uint16

// AllPermissions holds every permission.
const AllPermissions Permissions = 1<<numPermissions - 1

// PermissionsOf returns the set of the given permissions.
func PermissionsOf(permissions ...Permission) Permissions {
	var s Permissions
	for _, p := range permissions {
		s |= 1 << p
	}
	return s
}

// Has reports whether p is in the set.
func (s Permissions) Has(p Permission) bool { return s&(1<<p) != 0 }

// HasAny reports whether s and t share a permission.
func (s Permissions) HasAny(t Permissions) bool { return s&t != 0 }

// With returns s and t together.
func (s Permissions) With(t Permissions) Permissions { return s | t }

// Without returns s less the permissions of t.
func (s Permissions) Without(t Permissions) Permissions { return s &^ t }

// Len returns the number of permissions.
func (s Permissions) Len() int { return bits.OnesCount16(uint16(s)) }

// All yields the permissions in the order in which they are declared.
func (s Permissions) All() iter.Seq[Permission] {
	return func(yield func(Permission) bool) {
		for rest := uint16(s); rest != 0; rest &= rest - 1 {
			if !yield(Permission(bits.TrailingZeros16(rest))) {
				return
			}
		}
	}
}

// String lists the names, separated by commas; the empty set is "none".
func (s Permissions) String() string {
	if s == 0 {
		return "none"
	}
	names := make([]string, 0, s.Len())
	for p := range s.All() {
		names = append(names, p.String())
	}
	return strings.Join(names, ",")
}
