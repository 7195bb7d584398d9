package permission

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// checkLists returns an error if a row for UserList contradicts the rows for UserRead of the same
// actors. The comment of New describes the contradictions. checkLists checks the rows that apply to
// each role, to each permission, to everyone, and to a role that no row names. The error names the
// first such row. If there is none, checkLists returns nil.
func (p *Policy) checkLists() error {
	for role := range p.namedRoles().All() { // rows for everyone apply to each role too
		if err := p.checkListsOf("the role "+role.String(), p.names.of(user.RolesOf(role), Permissions{}, true)); err != nil {
			return err
		}
	}
	perms := VendorPermissions().With(PermissionsOf(slices.Collect(maps.Keys(p.names.permissions))...))
	for perm := range perms.All() {
		if err := p.checkListsOf("the permission "+perm.String(), p.names.of(user.Roles{}, PermissionsOf(perm), false)); err != nil {
			return err
		}
	}
	if err := p.checkListsOf("everyone", mask{low: 1 << everyoneBit}); err != nil {
		return err
	}
	return p.checkListsOf("any other role", mask{low: 1<<otherRole | 1<<everyoneBit})
}

// namedRoles returns the vendors' roles and the host's roles that the rows name.
func (p *Policy) namedRoles() user.Roles {
	return user.VendorRoles().With(user.RolesOf(slices.Collect(maps.Keys(p.names.roles))...))
}

func (p *Policy) checkListsOf(name string, who mask) error {
	lists, reads := rowsOf(p.action(UserList).rows, &who), rowsOf(p.action(UserRead).rows, &who)
	for _, c := range lists {
		if len(reads) == 0 || !c.everyUser() && !c.within(reads) {
			return fmt.Errorf("permission: policy %.40q: row %d %.40q lets %s list users (user.list) that no row lets them read (user.read)",
				p.spec.Name, c.row, p.spec.Rows[c.row].Name, name)
		}
	}
	return nil
}

func rowsOf(rows []compiledRow, who *mask) (list []*compiledRow) {
	for i := range rows {
		if rows[i].who.any(who) {
			list = append(list, &rows[i])
		}
	}
	return list
}

// everyUser reports whether the row is for every user as target.
func (c *compiledRow) everyUser() bool {
	return c.scope&(inAnybody|inAnyUser) != 0 && c.without.IsZero()
}

// within reports whether one of the rows is for every target that c is for, for any actor.
func (c *compiledRow) within(rows []*compiledRow) bool {
	for _, r := range rows {
		if (r.scope&(inAnybody|inAnyUser) != 0 || r.scope == c.scope && (c.same == nil || *r.same == *c.same)) && c.without.HasAll(r.without) {
			return true
		}
	}
	return false
}
