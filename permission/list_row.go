package permission

import (
	"fmt"

	"github.com/ca74b63c/roster/user"
)

// checkLists returns an error for the first row that contradicts what New says of lists.
func (p *Policy) checkLists() error {
	for role := range user.AllRoles.All() { // a user with a role is everyone too
		if err := p.checkListsOf("the role "+role.String(), actorBits(user.RolesOf(role), 0, true)); err != nil {
			return err
		}
	}
	for perm := range AllPermissions.All() {
		if err := p.checkListsOf("the permission "+perm.String(), actorBits(0, PermissionsOf(perm), false)); err != nil {
			return err
		}
	}
	return p.checkListsOf("everyone", actorBits(0, 0, true))
}

func (p *Policy) checkListsOf(name string, who uint64) error {
	lists, reads := rowsOf(p.rows[UserList], who), rowsOf(p.rows[UserRead], who)
	for _, c := range lists {
		if len(reads) == 0 || !c.everyUser() && !c.within(reads) {
			return fmt.Errorf("permission: policy %.40q: row %d %.40q lets %s list users (user.list) that no row lets them read (user.read)",
				p.spec.Name, c.row, p.spec.Rows[c.row].Name, name)
		}
	}
	return nil
}

func rowsOf(rows []compiledRow, who uint64) (list []*compiledRow) {
	for i := range rows {
		if rows[i].who&who != 0 {
			list = append(list, &rows[i])
		}
	}
	return list
}

// everyUser reports whether the row is for every user.
func (c *compiledRow) everyUser() bool {
	return c.scope&(Anybody.bit()|AnyUser.bit()) != 0 && c.others == 0
}

// within reports whether one of the rows reaches every user that c reaches, for whichever actor.
func (c *compiledRow) within(rows []*compiledRow) bool {
	for _, r := range rows {
		if (r.scope&(Anybody.bit()|AnyUser.bit()) != 0 || r.scope == c.scope) && r.others&^c.others == 0 {
			return true
		}
	}
	return false
}
