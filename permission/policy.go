package permission

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// Spec is a policy as data. To change a policy, take its Spec, change the rows, and call New.
type Spec struct {
	Name       string
	Source     string      // the document that the policy follows
	Operations []Operation // the calls of the document, if it has any
	Rows       []Row       // in the order of explanations
	// Attributes is the attribute table. Without one, every attribute can be used, except that
	// no actor reads a password.
	Attributes []AttributeRow
	Later      Access     // how an existing user is changed: CanUpdate or Updates; 0: both
	Self       *SelfRules // the rules about power; nil: StandardSelfRules

	// Administrators are the roles that make a user an administrator of the account
	// (KeptAdministrators). Without any, they are StandardAdministratorRoles.
	Administrators user.Roles
}

// Policy decides requests by a table. It denies what no row allows. It is immutable and safe for
// concurrent use. The zero Policy allows only Actor.System; the nil Policy denies every request.
type Policy struct {
	spec  Spec
	names vocabulary
	acts  []compiledAction // by the number of the action in names
	self  selfTable

	compared comparison

	creators user.Roles // roles that rows let create users
}

// compiledAction holds the rows for one action.
type compiledAction struct {
	rows []compiledRow   // in the order of the spec
	free mask            // actors that some row allows it for every target
	able user.Attributes // attributes of the rows
	need string

	power power
	plain bool // the rows alone decide about a request without attributes and roles
}

// unnamed is the compiledAction of an action that no row names.
var unnamed compiledAction

// action returns the rows of the policy for the action a. If no row names a, and a sets one custom
// attribute, these are the rows for CustomSet. If there are none either, action returns &unnamed,
// which has no rows. The result is never nil.
func (p *Policy) action(a Action) *compiledAction {
	i, named := p.names.action(a)
	if !named && a.setsCustom() {
		i, named = CustomSet.position()
	}
	if named && i < len(p.acts) {
		return &p.acts[i]
	}
	return &unnamed
}

// compiledRow is a Row for one action, with sets of bits.
type compiledRow struct {
	who        mask
	attributes user.Attributes
	without    user.Roles // roles that exclude a target
	row        uint16     // index in spec.Rows
	scope      scopes     // the scope of the row, 0 if same is set
	same       *common
}

// New returns the policy that spec describes, or an error if spec breaks one of these rules:
//
//   - The policy has a name, and at most 1024 rows.
//   - Each row has a name of its own, names an action, allows some actor, and has a valid Scope. A
//     row for Everyone has the scope Self.
//   - The names of roles, permissions and actions are valid, also in Spec.Self. The rows name at
//     most MaxNames roles, MaxNames permissions and MaxNames actions of a host.
//   - Spec.Administrators is a list of valid names.
//
// If spec.Self is nil, New uses StandardSelfRules.
//
// A list shows exactly the users that the actor may read. So a row for UserList decides only which
// actors may ask for lists. To limit the users, limit the row for UserRead. New returns an error if
// a row for UserList contradicts the rows for UserRead of the same actors (each role, each
// permission, everyone):
//
//   - The row for UserList allows lists, and no row lets the actors read any user.
//   - The row for UserList is limited by Scope or Targets, and no row lets the actors read all
//     users within these limits.
func New(spec Spec) (*Policy, error) {
	p := &Policy{spec: spec.clone()}
	if p.spec.Self == nil {
		standard := StandardSelfRules()
		p.spec.Self = &standard
	}
	p.self = p.spec.Self.table()
	if spec.Name == "" {
		return nil, fmt.Errorf("permission: the policy has no name")
	}
	if len(spec.Rows) > 1<<10 {
		return nil, fmt.Errorf("permission: policy %.40q has more than 1024 rows", spec.Name)
	}
	if !spec.Administrators.IsList() || !spec.Administrators.Valid() {
		return nil, fmt.Errorf("permission: policy %.40q: Administrators must list roles by valid names", spec.Name)
	}
	for i, g := range p.spec.Self.Grants {
		if !g.Holder.Valid() || !g.May.Valid() {
			return nil, fmt.Errorf("permission: policy %.40q: grant %d, of %.40q, has a role whose name is not valid",
				spec.Name, i, g.Holder)
		}
	}
	names := make(map[string]bool, len(spec.Rows))
	for i, row := range spec.Rows {
		if why := row.problem(); why != "" {
			return nil, fmt.Errorf("permission: policy %.40q: row %d %.40q %s", spec.Name, i, row.Name, why)
		}
		if names[row.Name] {
			return nil, fmt.Errorf("permission: policy %.40q: two rows are named %.40q", spec.Name, row.Name)
		}
		names[row.Name] = true
	}
	var err error
	if p.names, err = vocabularyOf(spec.Rows); err != nil {
		return nil, fmt.Errorf("permission: policy %.40q %w", spec.Name, err)
	}
	p.compared = comparisonOf(spec.Rows)
	p.acts = make([]compiledAction, numStandardActions+len(p.names.actions))
	for i, a := range standardActions {
		p.compile(i, a)
	}
	for a, i := range p.names.actions {
		p.compile(i, a)
	}
	if err := p.checkLists(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Policy) compile(i int, a Action) {
	var who []string
	act := &p.acts[i]
	act.power = powerOf(a)
	act.plain = a.Reads() || i >= numStandardActions
	reach := reachable(p.spec.Attributes, a, p.spec.Later)
	for i, row := range p.spec.Rows {
		if !row.covers(a) {
			continue
		}
		c := compiledRow{
			who: p.names.of(row.Roles, row.Permissions, row.Everyone), attributes: reach, row: uint16(i),
		}
		c.scope, c.same, _ = row.Scope.compile()
		if row.Attributes != 0 {
			c.attributes &= row.Attributes
		}
		if !row.Targets.IsZero() {
			c.without = row.Targets.Complement()
		}
		if row.Scope == Anybody && c.without.IsZero() {
			act.free.add(&c.who)
			if a == UserCreate {
				p.creators = p.creators.With(row.Roles)
			}
		}
		act.rows = append(act.rows, c)
		act.able |= c.attributes
		who = append(who, row.who())
	}
	act.need = strings.Join(who, "; or ")
}

// must returns the policy of New for a Spec in this package. It panics if New returns an error; the
// tests build every such Spec.
func must(spec Spec) *Policy {
	p, err := New(spec)
	if err != nil {
		panic(err) // the tests build every such Spec
	}
	return p
}

// Name returns the name of the policy.
func (p *Policy) Name() string {
	if p == nil {
		return ""
	}
	return p.spec.Name
}

// Spec returns the policy as data. The caller may change its slices. Self is not nil, unless the
// policy was not made by New.
func (p *Policy) Spec() Spec {
	if p == nil {
		return Spec{}
	}
	return p.spec.clone()
}

func (s Spec) clone() Spec {
	s.Operations = slices.Clone(s.Operations)
	s.Rows = slices.Clone(s.Rows)
	s.Attributes = slices.Clone(s.Attributes)
	if s.Self != nil {
		self := *s.Self
		self.Grants = slices.Clone(self.Grants)
		s.Self = &self
	}
	return s
}

// Operations yields the calls of the vendor's document, in its order.
func (p *Policy) Operations() iter.Seq[Operation] {
	if p == nil {
		return slices.Values[[]Operation](nil)
	}
	return slices.Values(p.spec.Operations)
}

// Operation returns the call with the name, and whether there is one.
func (p *Policy) Operation(name string) (Operation, bool) {
	for op := range p.Operations() {
		if op.Name == name {
			return op, true
		}
	}
	return Operation{}, false
}

// Operation is a call of a vendor's document, with the actions that it does.
type Operation struct {
	Name    string  // such as "PUT /api/v2/user/watch" or "AddUser"
	Actions Actions // what every such call does
	Also    Actions // what a call also does if its body says so
	Basis   Basis
}

// call returns the operation with the name, which does one action, and the others if its body says
// so.
func (b Basis) call(name string, does Action, also ...Action) Operation {
	return Operation{Name: name, Actions: ActionsOf(does), Also: ActionsOf(also...), Basis: b}
}
