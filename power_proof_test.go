package roster_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestNoActorBecomesMoreThanItMayGrant lets an intruder make random calls, as itself and as the
// users that it created or took over. No actor gains a role outside of the roles that the first
// actor may grant, directly or through roles that it grants. The test runs under each built-in
// policy, and under 300 random policies, engines and rules, or as many as ROSTER_POLICIES says.
func TestNoActorBecomesMoreThanItMayGrant(t *testing.T) {
	policies, err := strconv.ParseUint(cmp.Or(os.Getenv("ROSTER_POLICIES"), "300"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	tally := map[string]int{}
	for _, p := range []*permission.Policy{
		permission.Default(), permission.Genesys(), permission.LivePerson(), permission.Voximplant(), permission.Omnidesk(),
	} {
		every := slices.Collect(user.VendorRoles().All())
		for i, role := range every {
			x := &intruder{tally: tally, rng: rand.New(rand.NewPCG(1, uint64(i))), universe: every, rules: *p.Spec().Self}
			if x.held = user.RolesOf(role); i%2 == 1 {
				x.held = user.RolesOf(role, every[(i*7+1)%len(every)])
			}
			x.try(t, p, 150)
		}
	}
	for seed := range policies {
		x := &intruder{tally: tally, rng: rand.New(rand.NewPCG(3, seed)), universe: []user.Role{
			user.Owner, user.Admin, user.UserManager, user.AgentManager, user.Agent, user.Payer,
		}}
		if seed%2 == 0 { // a host's own roles too, of which no random row names the last
			x.universe = []user.Role{user.Owner, user.Admin, user.UserManager, "team_lead", "quality_analyst", "night_shift"}
		}
		x.rules, x.held = x.drawRules(), x.someRoles()
		if x.key = seed%5 == 0; x.key {
			x.grants = x.someRoles()
		}
		x.try(t, x.drawAuthorizer(), 120)
	}
	// The test is only useful if each call was allowed and each rule refused at least once.
	names := []string{permission.RuleGrant, permission.RuleTargetHolds, permission.RuleTake}
	for _, move := range powerMoves {
		names = append(names, move.name)
	}
	for _, name := range names {
		if tally[name] < 10 {
			t.Errorf("%s: seen %d times", name, tally[name])
		}
	}
}

// intruding is the id of the intruder's own user.
const intruding user.ID = 1

// intruder makes random calls as any of the users that it controls.
type intruder struct {
	*world
	rng      *rand.Rand
	universe []user.Role
	rules    permission.SelfRules
	held     user.Roles
	key      bool       // the first actor is an API key of the intruder's user
	grants   user.Roles // of the key
	first    roster.Actor
	policy   permission.Authorizer
	limit    user.Roles // what it may grant, with what that may grant
	users    map[user.ID]user.User
	controls map[user.ID]bool // also those that it could sign in as if they were enabled and not deleted
	count    int
	trace    []string
	tally    map[string]int
}

func (x *intruder) drawRules() permission.SelfRules {
	rules := permission.SelfRules{FreeTaking: x.rng.IntN(3) == 0}
	for range x.rng.IntN(4) {
		rules.Grants = append(rules.Grants, permission.Grant{Holder: x.role(), May: x.someRoles()})
	}
	if x.rng.IntN(3) == 0 {
		rules.Credentials = user.AttributesOf(user.AttrEmail)
	}
	return rules
}

// drawAuthorizer returns a random policy or engine that allows much, so that the rules about
// power have to refuse.
func (x *intruder) drawAuthorizer() permission.Authorizer {
	switch x.rng.IntN(5) {
	case 0:
		x.rules = permission.StandardSelfRules()
		return permission.Any(permission.Omnidesk(), permissive)
	case 1:
		return permission.Guarded(permissive, x.rules)
	}
	spec := permission.Spec{Name: "random", Self: &x.rules}
	for i := range 1 + x.rng.IntN(5) {
		row := permission.Row{
			Name: fmt.Sprint("row ", i), Actions: permission.StandardActions(), Roles: x.someRoles(), Permissions: permission.VendorPermissions(),
			Scope: []permission.Scope{
				permission.Anybody, permission.Anybody, permission.AnyUser, permission.Self, permission.ManagedGroup,
				permission.SameAs(user.AttrMemberOf), permission.SameCustom("site"),
			}[x.rng.IntN(7)],
		}
		row.Roles = row.Roles.Without(user.RolesOf("night_shift"))
		row.Permissions = row.Permissions.With(permission.PermissionsOf("REPORT_READ"))
		if x.rng.IntN(2) == 0 {
			row.Actions = permission.ActionsOf(permission.UserRead)
			for a := range permission.StandardActions().All() {
				if x.rng.IntN(2) == 0 {
					row.Actions = row.Actions.With(permission.ActionsOf(a))
				}
			}
		}
		row.Actions = row.Actions.Without(permission.ActionsOf(permission.UserList)) // New would refuse the row
		if x.rng.IntN(4) == 0 {
			row.Targets = x.someRoles()
		}
		spec.Rows = append(spec.Rows, row)
	}
	return must(permission.New(spec))
}

// site returns a site, or no value.
func (x *intruder) site() user.Value {
	return []user.Value{user.TextValue("Berlin"), user.TextValue("Łódź"), {}}[x.rng.IntN(3)]
}

func (x *intruder) role() user.Role { return x.universe[x.rng.IntN(len(x.universe))] }

func (x *intruder) someRoles() user.Roles {
	if x.rng.IntN(2) == 0 {
		return user.RolesOf(x.role())
	}
	return user.RolesOf(x.role(), x.role())
}

// closed returns the roles that a holder of roles may grant, directly or through roles that it
// grants.
func closed(rules permission.SelfRules, roles user.Roles) user.Roles {
	for {
		before := roles
		for _, g := range rules.Grants {
			if roles.Has(g.Holder) {
				roles = roles.With(g.May)
			}
		}
		if roles == before {
			return roles
		}
	}
}

// try creates an account with an intruder and makes the given number of calls.
func (x *intruder) try(t *testing.T, a permission.Authorizer, calls int) {
	t.Helper()
	x.world = empty(t, memstore.New(), roster.WithTransitions(append(user.DefaultTransitions(), user.Transition{
		Name: "no lead", Lost: "team_lead", Custom: []string{"site"}, Resets: user.AttributesOf(user.AttrManagerOf, user.AttrGranted),
	})))
	x.policy, x.first, x.limit = a, roster.UserActor(intruding), closed(x.rules, x.held)
	if x.key {
		x.first = roster.KeyActor(intruding, permission.PermissionsOf("REPORT_READ"), slices.Collect(x.grants.All())...)
		x.limit = closed(x.rules, x.grants)
	}
	x.users, x.controls = map[user.ID]user.User{}, map[user.ID]bool{intruding: !x.key, 9: true, 10: true}
	x.populate()
	for range calls {
		x.call()
		if t.Failed() {
			t.Fatalf("%v, held %s, grants %s, limit %s, rules %+v:\n%s", a, x.held, x.grants, x.limit, x.rules, strings.Join(x.trace, "\n"))
		}
	}
}

// populate creates the intruder's user, profiles, and users with random roles. The intruder
// controls some of these users, which are disabled or deleted.
func (x *intruder) populate() {
	account := user.Account{Currency: "USD", CustomAttributes: user.CustomSchemaOf(site)}
	x.ok(second(x.host.CreateAccount(x.ctx, account)))
	for i, role := range []user.Role{x.role(), x.role(), ""} {
		x.ok(second(x.host.PutReference(x.ctx, profileOf(user.ProfileID(i+1), fmt.Sprint("profile ", i), role))))
	}
	for id := intruding; id <= 10; id++ {
		u := user.User{ID: id, Identity: user.Identity{Login: fmt.Sprint("user-", id)}, Access: user.Access{Granted: x.someRoles()}}
		u.Capacity.MemberOf.Group = user.GroupID(1 + x.rng.IntN(2))
		u.Custom = u.Custom.With("site", x.site())
		u.Access.Disabled = id == 9
		if id == intruding {
			u.Access.Granted = x.held
		}
		if u.Access.Granted.Has(user.AgentManager) {
			u.Management.ManagerOf = user.ListOf(user.Assignment{Group: 1})
		}
		x.users[id] = must(x.host.Create(x.ctx, roster.CreateParams{User: u})).User
	}
	x.users[10] = must(x.host.Delete(x.ctx, 10)).User
}

// call makes one random call and checks its result.
func (x *intruder) call() {
	actors := []roster.Actor{x.first}
	for id := intruding + 1; x.users[id].ID != 0; id++ {
		if u := x.users[id]; x.controls[id] && u.Live() && u.Enabled() {
			actors = append(actors, roster.UserActor(id))
		}
	}
	actor := actors[x.rng.IntN(len(actors))]
	before := x.users[user.ID(1+x.rng.IntN(len(x.users)))]
	c := powerMoves[x.rng.IntN(len(powerMoves))]
	x.count++
	r, err := c.do(move{x, x.dir.As("acme", actor).WithAuthorizer(x.policy), before})
	if err != nil {
		var denied *permission.Denied
		if errors.As(err, &denied) {
			x.tally[denied.Rule]++
		}
		return
	}
	x.tally[c.name]++
	x.trace = append(x.trace, fmt.Sprintf("%+v: %s, user %d %s -> %d", actor, c.name, before.ID, before.Access.Roles, r.User.ID))
	if r.User.ID != 0 { // not a profile
		x.became(r.User.ID, c.takesOver)
	}
}

// became reads how a call changed a user, and fails the test if the call gave a role that the
// intruder may not grant. takesOver says that the intruder can act as the user from now on.
func (x *intruder) became(id user.ID, takesOver bool) {
	before := x.users[id] // no user, if the call created this one
	after := x.user(id)
	x.users[id] = after
	x.controls[id] = x.controls[id] || takesOver
	greater := !before.Access.Roles.Without(x.limit).IsZero()
	gained, lost := after.Access.Roles.Without(before.Access.Roles), before.Access.Roles.Without(after.Access.Roles)
	works := func(u user.User) bool { return u.ID != 0 && u.Live() && u.Enabled() }
	switch {
	case x.controls[after.ID] && works(after) && !x.limit.HasAll(after.Access.Roles):
		x.Errorf("it became user %d with %s", after.ID, after.Access.Roles)
	case !x.limit.HasAll(gained):
		x.Errorf("it gave %s", gained)
	case greater && !gained.IsZero():
		x.Errorf("it gave %s to a user with %s", gained, before.Access.Roles)
	case greater && !works(before) && works(after):
		x.Errorf("it enabled or restored a user with %s", before.Access.Roles)
	case greater && !x.rules.FreeTaking && (!lost.IsZero() || works(before) && !works(after)):
		x.Errorf("it took from a user with %s", before.Access.Roles)
	}
}

// move is a call of an intruder as an actor, about a user.
type move struct {
	*intruder
	roster.Handle
	u user.User
}

// powerMoves are the calls of an intruder. Each returns the user that it changed.
var powerMoves = []struct {
	name      string
	takesOver bool // the intruder can act as the user then, if the user is enabled and not deleted
	do        func(m move) (roster.Result, error)
}{
	{"password", true, func(m move) (roster.Result, error) { return m.ResetPassword(m.ctx, m.u.ID, *m.password()) }},
	{"app keys", true, moving(func(m move) user.Patch { return user.Patch{AllowedAppKeys: user.Set(m.text())} })},
	{"API user", true, moving(func(m move) user.Patch { return user.Patch{APIUser: user.Set(!m.u.Identity.APIUser)} })},
	{"enable", false, moving(func(move) user.Patch { return user.Patch{Enabled: user.Set(true)} })},
	{"disable", false, moving(func(move) user.Patch { return user.Patch{Enabled: user.Set(false)} })},
	{"delete", false, func(m move) (roster.Result, error) { return m.Delete(m.ctx, m.u.ID) }},
	{"erase", false, func(m move) (roster.Result, error) { return m.Erase(m.ctx, m.u.ID) }},
	{"restore", false, func(m move) (roster.Result, error) { return m.Restore(m.ctx, m.u.ID) }},
	{"roles", false, moving(func(m move) user.Patch {
		return user.Patch{Roles: user.Set(m.u.Access.Roles.With(user.RolesOf(m.role())))}
	})},
	{"granted", false, moving(func(m move) user.Patch {
		return user.Patch{Granted: user.Set(m.u.Access.Granted.With(user.RolesOf(m.role())))}
	})},
	{"other roles", false, moving(func(m move) user.Patch { return user.Patch{Roles: user.Set(m.someRoles())} })},
	{"profile", false, moving(func(m move) user.Patch {
		return user.Patch{Profiles: user.Set(m.u.Access.Profiles.With(m.profile()))}
	})},
	{"define a profile", false, func(m move) (roster.Result, error) {
		role := m.role()
		err := second(m.PutReference(m.ctx, profileOf(m.profile(), m.text(), role)))
		if err == nil && !m.limit.Has(role) {
			m.Errorf("it defined a profile that gives %s", role)
		}
		return roster.Result{}, err
	}},
	{"delete a profile", false, func(m move) (roster.Result, error) {
		id := int64(m.profile())
		old, _ := m.host.Reference(m.ctx, user.ReferenceProfile, id)
		err := m.DeleteReference(m.ctx, user.ReferenceProfile, id)
		if err == nil && !m.limit.HasAll(old.Roles()) {
			m.Errorf("it deleted a profile that gives %s", old.Roles())
		}
		return roster.Result{}, err
	}},
	{"edit two users", false, func(m move) (roster.Result, error) {
		next := m.users[1+m.u.ID%user.ID(len(m.users))]
		list, err := m.Edit(m.ctx, []roster.Edit{
			{ID: m.u.ID, Patch: user.Patch{Roles: user.Set(m.someRoles())}},
			{ID: next.ID, Patch: user.Patch{Enabled: user.Set(true)}, Password: m.password()},
		})
		if err == nil {
			m.became(next.ID, true)
		}
		return append(list, roster.Result{})[0], err
	}},
	{"create", true, func(m move) (roster.Result, error) {
		return m.create(user.Access{Granted: user.RolesOf(m.role())}, m.password().New)
	}},
	{"create by a profile", true, func(m move) (roster.Result, error) {
		return m.create(user.Access{Profiles: user.IDSetOf(m.profile())}, roster.Password{})
	}},
	{"move", false, moving(func(m move) user.Patch {
		return user.Patch{MemberOf: user.Set(user.GroupID(1 + m.rng.IntN(3)))}
	})},
	{"manage", false, moving(func(m move) user.Patch {
		return user.Patch{ManagerOf: user.Set(user.IDSetOf[user.GroupID](1, 2, user.GroupID(3+m.rng.IntN(2))))}
	})},
	{"site", false, moving(func(m move) user.Patch { return setCustom("site", m.site()) })},
	{"e-mail", false, func(m move) (roster.Result, error) {
		r, err := m.Patch(m.ctx, m.u.ID, user.Patch{Email: user.Set(m.text() + "@example.com")})
		if err == nil && m.rules.Credentials.Has(user.AttrEmail) {
			m.controls[m.u.ID] = true
		}
		return r, err
	}},
}

// create creates a user, up to 20 of them.
func (m move) create(access user.Access, p roster.Password) (roster.Result, error) {
	if len(m.users) > 20 {
		return roster.Result{}, storage.ErrLimit
	}
	return m.Create(m.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: m.text()}, Access: access}, Password: p})
}

func moving(patch func(move) user.Patch) func(move) (roster.Result, error) {
	return func(m move) (roster.Result, error) { return m.Patch(m.ctx, m.u.ID, patch(m)) }
}

// text returns a text that was not used before.
func (x *intruder) text() string { return fmt.Sprint("fresh-", x.count) }

func (x *intruder) profile() user.ProfileID { return user.ProfileID(1 + x.rng.IntN(4)) }

func (x *intruder) password() *roster.PasswordChange {
	return &roster.PasswordChange{New: roster.PasswordOf(fmt.Sprint("a password of its own ", x.count))}
}
