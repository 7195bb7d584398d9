package permission

import (
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// MaxNames is how many roles of a host the rows of a policy may name. The same number applies to
// its permissions and to its actions.
const MaxNames = 256

// mask is a set of roles and permissions by their numbers in one policy. A row applies to an
// actor if their masks share a bit.
type mask struct {
	// low has the vendors' roles at their positions in user.VendorRoles, then otherRole, the
	// vendors' permissions from firstPermission, and everyone.
	low  uint64
	used int // words of high that may have bits
	high [2 * MaxNames / 64]uint64
}

const (
	otherRole       = 31 // all roles of a host that the policy does not name
	firstPermission = 32
	everyoneBit     = 63
)

// any reports whether b and c share a bit.
func (b *mask) any(c *mask) bool {
	return b.low&c.low|b.high[0]&c.high[0] != 0 || b.used > 1 && c.used > 1 && b.anyHigh(c)
}

func (b *mask) anyHigh(c *mask) bool {
	for i := range min(b.used, c.used) {
		if b.high[i]&c.high[i] != 0 {
			return true
		}
	}
	return false
}

func (b *mask) add(c *mask) {
	b.low |= c.low
	b.used = max(b.used, c.used)
	for i := range b.high {
		b.high[i] |= c.high[i]
	}
}

func (b *mask) addHost(i int) {
	b.used = max(b.used, i/64+1)
	b.high[i/64] |= 1 << (i % 64)
}

// vocabulary numbers the names of a host in the rows of a policy, in the order of the rows. Roles
// and permissions share their numbers; actions have others.
type vocabulary struct {
	roles       map[user.Role]int
	permissions map[Permission]int
	actions     map[Action]int
}

// vocabularyOf returns the vocabulary of the rows: a number for each of the host's own roles,
// permissions and actions that the rows name. It returns an error if the rows name more than
// MaxNames roles, MaxNames permissions or MaxNames actions of a host.
func vocabularyOf(rows []Row) (vocabulary, error) {
	v := vocabulary{map[user.Role]int{}, map[Permission]int{}, map[Action]int{}}
	addRoles := func(roles user.Roles) {
		for r, rest := roles.Host().Cut(); r != ""; r, rest = rest.Cut() {
			if _, known := v.roles[r]; !known {
				v.roles[r] = len(v.roles) + len(v.permissions)
			}
		}
	}
	for _, row := range rows {
		addRoles(row.Roles)
		addRoles(row.Targets)
		for p := range row.Permissions.All() {
			_, vendors := p.position()
			if _, known := v.permissions[p]; !known && !vendors {
				v.permissions[p] = len(v.roles) + len(v.permissions)
			}
		}
		for a := range row.Actions.All() {
			_, standard := a.position()
			if _, known := v.actions[a]; !known && !standard {
				v.actions[a] = numStandardActions + len(v.actions)
			}
		}
		for sort, n := range map[string]int{"roles": len(v.roles), "permissions": len(v.permissions), "actions": len(v.actions)} {
			if n > MaxNames {
				return v, fmt.Errorf("names more than %d %s of its own", MaxNames, sort)
			}
		}
	}
	return v, nil
}

// action returns the number of the action a in the policy. The rows for this action are in
// Policy.acts under this number. It returns 0 and false if a is an action of a host that no row
// names.
func (v *vocabulary) action(a Action) (int, bool) {
	if i, standard := a.position(); standard {
		return i, true
	}
	i, named := v.actions[a]
	return i, named
}

// addRoles adds the bit of each of the roles to the mask m. All roles of a host that the policy
// does not name have the same bit, otherRole. If roles is not a list, such as all roles but Owner,
// addRoles adds otherRole too.
func (v *vocabulary) addRoles(m *mask, roles *user.Roles) {
	listed := uint64(roles.VendorBits())
	if !roles.IsList() {
		m.low |= (1<<otherRole-1)&^listed | 1<<otherRole
		for r, i := range v.roles {
			if roles.Has(r) {
				m.addHost(i)
			}
		}
		return
	}
	m.low |= listed
	for r, rest := roles.Host().Cut(); r != ""; r, rest = rest.Cut() {
		if i, named := v.roles[r]; named {
			m.addHost(i)
		} else {
			m.low |= 1 << otherRole
		}
	}
}

// addPermissions adds the bits of permissions to m. A permission that the policy does not name
// has no bit.
func (v *vocabulary) addPermissions(m *mask, permissions *Permissions) {
	m.low |= permissions.standard << firstPermission
	for p, rest := permissions.host.Cut(); p != ""; p, rest = rest.Cut() {
		if i, named := v.permissions[Permission(p)]; named {
			m.addHost(i)
		}
	}
}

// of returns the mask with the bits of the given roles and permissions. If everyone is true, the
// mask also has the bit everyoneBit.
func (v *vocabulary) of(roles user.Roles, perms Permissions, everyone bool) (m mask) {
	v.addRoles(&m, &roles)
	v.addPermissions(&m, &perms)
	if everyone {
		m.low |= 1 << everyoneBit
	}
	return m
}

// addActor adds the bits of an actor's permissions to m, and of its roles if they count.
func (v *vocabulary) addActor(m *mask, a *Actor) {
	if !a.Key {
		v.addRoles(m, &a.Roles)
		m.low |= 1 << everyoneBit
	}
	if !a.Permissions.IsZero() {
		v.addPermissions(m, &a.Permissions)
	}
}
