package permission

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Matrix returns the policy as a Markdown document. Its tables show which actors may make which
// calls of the vendor, which actors may do which actions, who may read and change which attributes,
// the limits of single rows of the policy, and which roles may grant which roles. The same policy
// always returns the same text. A nil policy returns "".
func (p *Policy) Matrix() string {
	if p == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Permissions: %s\n\nAfter: %s. What the tables do not allow is denied.\n", p.spec.Name, p.spec.Source)
	columns := p.columns()
	p.writeOperations(&b, columns)
	p.writeActions(&b, columns)
	p.writeAttributes(&b)
	p.writeRows(&b)
	p.writePower(&b)
	return b.String()
}

// column is one kind of actor.
type column struct {
	name     string
	roles    user.Roles
	perms    Permissions
	everyone bool
}

// columns returns the columns of the matrix: the roles that rows name, "any other role" if a row is
// for all roles or all except some, the permissions, and "everyone".
func (p *Policy) columns() []column {
	var roles user.Roles
	var perms Permissions
	var everyone bool
	for _, row := range p.spec.Rows {
		roles = roles.With(row.Roles)
		perms = perms.With(row.Permissions)
		everyone = everyone || row.Everyone
	}
	var list []column
	named := p.namedRoles()
	for r := range named.Common(roles).All() {
		list = append(list, column{name: r.String(), roles: user.RolesOf(r)})
	}
	if !roles.IsList() {
		list = append(list, column{name: "any other role", roles: named.Complement()})
	}
	for perm := range perms.All() {
		list = append(list, column{name: perm.String(), perms: PermissionsOf(perm)})
	}
	if everyone {
		list = append(list, column{name: "everyone", everyone: true})
	}
	return list
}

// cell returns for which targets the actors of the column c may do the action a: "yes" for every
// target, "" for none, or the scopes of the policy's rows for the action, separated by commas. A
// "*" marks a row whose Targets exclude users, as in "yes*".
func (p *Policy) cell(c column, a Action) string {
	var parts []string
	for _, row := range p.spec.Rows {
		if !row.covers(a) || !(row.Roles.HasAny(c.roles) || row.Permissions.HasAny(c.perms) || row.Everyone && c.everyone) {
			continue
		}
		text := "yes"
		if row.Scope != Anybody {
			text = row.Scope.String()
		}
		if !row.Targets.IsZero() {
			text += "*"
		}
		if text == "yes" {
			return text // the other scopes are part of this one
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

// oneCell escapes names and sources, so that they do not break the table.
var oneCell = strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ")

func writeTable(b *strings.Builder, title string, head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	line := func(cells []string) {
		for _, cell := range cells {
			b.WriteString("| " + oneCell.Replace(cell) + " ")
		}
		b.WriteString("|\n")
	}
	line(head)
	line(slices.Repeat([]string{"---"}, len(head)))
	for _, cells := range rows {
		line(cells)
	}
}

func (p *Policy) writeOperations(b *strings.Builder, columns []column) {
	head := []string{"call", "basis"}
	for _, c := range columns {
		head = append(head, c.name)
	}
	head = append(head, "action", "and, if asked for")
	var rows [][]string
	for _, op := range p.spec.Operations {
		cells := []string{op.Name, op.Basis.String()}
		for _, c := range columns {
			var every []string
			for a := range op.Actions.All() {
				every = append(every, p.cell(c, a))
			}
			cells = append(cells, strings.Join(slices.Compact(every), "; "))
		}
		also := ""
		if !op.Also.IsZero() {
			also = op.Also.String()
		}
		rows = append(rows, append(cells, op.Actions.String(), also))
	}
	writeTable(b, "Calls", head, rows)
}

func (p *Policy) writeActions(b *strings.Builder, columns []column) {
	head := []string{"action"}
	for _, c := range columns {
		head = append(head, c.name)
	}
	var rows [][]string
	denied := StandardActions()
	for a := range denied.With(ActionsOf(slices.Collect(maps.Keys(p.names.actions))...)).All() {
		if len(p.action(a).rows) == 0 {
			continue
		}
		denied = denied.Without(ActionsOf(a))
		cells := []string{a.String()}
		for _, c := range columns {
			cells = append(cells, p.cell(c, a))
		}
		rows = append(rows, cells)
	}
	writeTable(b, "Actions", head, rows)
	if !denied.IsZero() {
		fmt.Fprintf(b, "\nNobody but the system: %s.\n", strings.ReplaceAll(denied.String(), ",", ", "))
	}
}

func (p *Policy) writeAttributes(b *strings.Builder) {
	var rows [][]string
	for _, row := range p.spec.Attributes {
		rows = append(rows, []string{
			row.Name, row.Access.String(), spaced(row.Attributes.String()), row.Basis.String(),
		})
	}
	writeTable(b, "Attributes", []string{"attribute", "access level", "in the model", "basis"}, rows)
}

func (p *Policy) writeRows(b *strings.Builder) {
	var rows [][]string
	for _, row := range p.spec.Rows {
		limit := ""
		switch rest := user.AllAttributes().Without(row.Attributes); {
		case row.Attributes == 0:
		case rest.Len() < row.Attributes.Len():
			limit = "all but " + spaced(rest.String())
		default:
			limit = spaced(row.Attributes.String())
		}
		actions := spaced(row.Actions.String())
		if row.Actions == StandardActions() {
			actions = "all"
		}
		rows = append(rows, []string{
			row.Name, strings.ReplaceAll(row.who(), "|", ", "), actions, limit, row.Basis.String(), row.Source,
		})
	}
	writeTable(b, "Rules", []string{"rule", "who", "actions", "attributes", "basis", "source"}, rows)
}

func (p *Policy) writePower(b *strings.Builder) {
	if p.spec.Self == nil {
		return // the zero policy: no row allows anything
	}
	var rows [][]string
	for _, g := range p.spec.Self.Grants {
		may := spaced(p.self.mayGrant(user.RolesOf(g.Holder)).String())
		if rest, all := strings.CutPrefix(may, "all"); all {
			may = "every role" + rest
		}
		rows = append(rows, []string{g.Holder.String(), may})
	}
	rows = append(rows, []string{"any other", "itself"})
	writeTable(b, "Who grants which roles", []string{"role", "grants"}, rows)
	fmt.Fprintf(b, "\nAn actor that may not grant every role of a user does not give that user roles, enable or restore "+
		"the user, or set the user's credentials (%s).\n", spaced(p.self.credentials.String()))
	if !p.self.freeTaking {
		b.WriteString("It does not take roles from, disable, delete or erase the user either.\n")
	}
	kept := KeptAdministrators(p)
	fmt.Fprintf(b, "A live, enabled user that is no API user and holds one of %s is an administrator. No actor but the system takes "+
		"an account's last administrator.\n", spaced(kept[0].String()))
	if !kept[1].IsZero() {
		fmt.Fprintf(b, "The same holds for the last one that may create users, by %s.\n", spaced(kept[1].String()))
	}
	b.WriteString("No user takes the role admin from themselves, or sets their own password without the old one.\n")
}

func spaced(list string) string { return strings.ReplaceAll(list, ",", ", ") }
