package user

import (
	"math/bits"

	"github.com/ca74b63c/roster/internal/nameset"
)

// roleList is a list of roles. Equal lists are equal by ==.
type roleList struct {
	vendor uint32      // bit i: the role at position i of vendorRoles
	host   nameset.Set // a host's own roles
}

// hasAny reports whether the lists share a role.
func (l roleList) hasAny(m roleList) bool { return l.vendor&m.vendor != 0 || l.host.HasAny(m.host) }

// hasAll reports whether every role of m is in l.
func (l roleList) hasAll(m roleList) bool { return m.vendor&^l.vendor == 0 && l.host.HasAll(m.host) }

// with returns the roles of both lists.
func (l roleList) with(m roleList) roleList {
	return roleList{l.vendor | m.vendor, l.host.With(m.host)}
}

// without returns the roles of l that are not in m.
func (l roleList) without(m roleList) roleList {
	return roleList{l.vendor &^ m.vendor, l.host.Without(m.host)}
}

// common returns the roles of l that are in m.
func (l roleList) common(m roleList) roleList {
	return roleList{l.vendor & m.vendor, l.host.Common(m.host)}
}

// len returns the number of roles.
func (l roleList) len() int { return bits.OnesCount32(l.vendor) + l.host.Len() }
