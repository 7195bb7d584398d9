package permission

import (
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// MaxRoles is the greatest number of a host's own roles that the rows of a policy may name.
const MaxRoles = 256

// mask is a set of roles and permissions as one policy numbers them. An actor passes a row if their
// sets share a bit.
type mask struct {
	// low has the vendors' roles at their positions in user.VendorRoles, then otherRole, the
	// permissions from firstPermission, and everyone.
	low  uint64
	wide bool // high has a bit
	high [MaxRoles / 64]uint64
}

const (
	otherRole       = 31 // all roles of a host that the policy does not name
	firstPermission = 32
	everyoneBit     = 63
)

// any reports whether b and c share a bit.
func (b *mask) any(c *mask) bool { return b.low&c.low != 0 || b.wide && c.wide && b.anyHigh(c) }

func (b *mask) anyHigh(c *mask) bool {
	for i := range b.high {
		if b.high[i]&c.high[i] != 0 {
			return true
		}
	}
	return false
}

// add adds the bits of c.
func (b *mask) add(c *mask) {
	b.low |= c.low
	b.wide = b.wide || c.wide
	for i := range b.high {
		b.high[i] |= c.high[i]
	}
}

func (b *mask) addHost(i int) {
	b.wide = true
	b.high[i/64] |= 1 << (i % 64)
}

// addAlso adds permissions, and the bit of everyone.
func (b *mask) addAlso(perms Permissions, everyone bool) {
	b.low |= uint64(perms) << firstPermission
	if everyone {
		b.low |= 1 << everyoneBit
	}
}

// vocabulary numbers the roles of a host that a policy names.
type vocabulary map[user.Role]int

// vocabularyOf numbers the roles of a host in a policy's rows, in their order.
func vocabularyOf(rows []Row) (vocabulary, error) {
	v := vocabulary{}
	add := func(roles user.Roles) {
		for r, rest := roles.Host().Cut(); r != ""; r, rest = rest.Cut() {
			if _, known := v[r]; !known {
				v[r] = len(v)
			}
		}
	}
	for _, row := range rows {
		add(row.Roles)
		add(row.Targets)
	}
	if len(v) > MaxRoles {
		return nil, fmt.Errorf("names %d roles, and may name %d", len(v), MaxRoles)
	}
	return v, nil
}

// add adds the bits of a set of roles to m. Roles of a host that the policy does not name become
// otherRole.
func (v vocabulary) add(m *mask, roles *user.Roles) {
	listed := uint64(roles.VendorBits())
	if !roles.IsList() {
		m.low |= (1<<otherRole-1)&^listed | 1<<otherRole
		for r, i := range v {
			if roles.Has(r) {
				m.addHost(i)
			}
		}
		return
	}
	m.low |= listed
	if roles.HasHost() {
		v.addHosts(m, roles.Host())
	}
}

func (v vocabulary) addHosts(m *mask, roles user.Roles) {
	for r, rest := roles.Cut(); r != ""; r, rest = rest.Cut() {
		if i, named := v[r]; named {
			m.addHost(i)
		} else {
			m.low |= 1 << otherRole
		}
	}
}

// of returns the bits of roles and permissions, and of everyone.
func (v vocabulary) of(roles user.Roles, perms Permissions, everyone bool) (m mask) {
	v.add(&m, &roles)
	m.addAlso(perms, everyone)
	return m
}

// addActor adds the bits of an actor's roles, if they count, and permissions to m.
func (v vocabulary) addActor(m *mask, a *Actor) {
	if !a.Key {
		v.add(m, &a.Roles)
	}
	m.addAlso(a.Permissions, !a.Key)
}
