package user

import (
	"math/bits"
	"slices"
	"strings"
)

// roleList is a list of roles. Equal lists are equal by ==.
type roleList struct {
	vendor uint32 // bit i: the role at position i of vendorRoles
	host   string // a host's own roles in ascending order, separated by commas
}

// joinRoles returns roles of a host as roleList keeps them. It sorts the list.
func joinRoles(list []Role) string {
	slices.Sort(list)
	var b strings.Builder
	for i, r := range slices.Compact(list) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(r))
	}
	return b.String()
}

// hasHost reports whether a host's own role is in the list.
func (l roleList) hasHost(r Role) bool {
	for rest := l.host; rest != ""; {
		var name string
		if name, rest, _ = strings.Cut(rest, ","); Role(name) == r {
			return true
		}
	}
	return false
}

// hasAny reports whether the lists share a role.
func (l roleList) hasAny(m roleList) bool {
	if l.vendor&m.vendor != 0 {
		return true
	}
	for rest := l.host; rest != ""; {
		var name string
		if name, rest, _ = strings.Cut(rest, ","); m.hasHost(Role(name)) {
			return true
		}
	}
	return false
}

// hasAll reports whether every role of m is in l.
func (l roleList) hasAll(m roleList) bool {
	if m.vendor&^l.vendor != 0 {
		return false
	}
	for rest := m.host; rest != ""; {
		var name string
		if name, rest, _ = strings.Cut(rest, ","); !l.hasHost(Role(name)) {
			return false
		}
	}
	return true
}

// with returns the roles of both lists.
func (l roleList) with(m roleList) roleList {
	both := roleList{l.vendor | m.vendor, l.host}
	switch {
	case l.host == "":
		both.host = m.host
	case m.host != "" && m.host != l.host:
		both.host = joinRoles(append(splitRoles(l.host), splitRoles(m.host)...))
	}
	return both
}

// without returns the roles of l that are not in m.
func (l roleList) without(m roleList) roleList {
	return roleList{l.vendor &^ m.vendor, l.keep(func(r Role) bool { return !m.hasHost(r) })}
}

// common returns the roles of l that are in m.
func (l roleList) common(m roleList) roleList {
	return roleList{l.vendor & m.vendor, l.keep(m.hasHost)}
}

// keep returns the list's roles of a host for which wanted is true.
func (l roleList) keep(wanted func(Role) bool) string {
	kept := 0
	for r, rest := (Roles{host: l.host}).Cut(); r != ""; r, rest = rest.Cut() {
		if wanted(r) {
			kept += len(r) + 1
		}
	}
	if kept == 0 || kept == len(l.host)+1 { // none or all: without an allocation
		return l.host[:max(kept-1, 0)]
	}
	return joinRoles(slices.DeleteFunc(splitRoles(l.host), func(r Role) bool { return !wanted(r) }))
}

// splitRoles returns the roles of a list of a host's own.
func splitRoles(host string) []Role {
	list := make([]Role, 0, strings.Count(host, ",")+1)
	for name := range strings.SplitSeq(host, ",") {
		list = append(list, Role(name))
	}
	return list
}

// len returns the number of roles.
func (l roleList) len() int {
	n := bits.OnesCount32(l.vendor)
	if l.host != "" {
		n += strings.Count(l.host, ",") + 1
	}
	return n
}
