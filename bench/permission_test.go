package bench

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/cedar-policy/cedar-go"

	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// question is one request in the words of each engine.
type question struct {
	ours    permission.Request
	casbin  []any
	cedar   cedar.Request
	allowed bool
}

// engines have the same policy.
type engines struct {
	policy    *permission.Policy
	plain     *casbin.Enforcer
	cached    *casbin.CachedEnforcer
	cedar     *cedar.PolicySet
	entities  cedar.EntityMap
	questions []question
}

const casbinModel = `
[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.act == p.act`

// newEngines gives each engine Voximplant's table of roles by method, with one user for each role.
// The questions are all users with all actions of the table. Rows with the scope Self are left out:
// casbin's model here has no target.
func newEngines(tb testing.TB) *engines {
	tb.Helper()
	p := &engines{policy: permission.Voximplant(), entities: cedar.EntityMap{}}
	m, err := model.NewModelFromString(casbinModel)
	must(tb, err)
	p.plain, err = casbin.NewEnforcer(m)
	must(tb, err)
	p.cached, err = casbin.NewCachedEnforcer(m)
	must(tb, err)

	var text strings.Builder
	var actions permission.Actions
	seen := map[string]bool{}
	for _, row := range p.policy.Spec().Rows {
		if row.Scope == permission.Self {
			continue
		}
		actions = actions.With(row.Actions)
		for role := range row.Roles.All() {
			for action := range row.Actions.All() {
				if key := role.String() + " " + action.String(); !seen[key] {
					seen[key] = true
					_, err := p.plain.AddPolicy("role:"+role.String(), action.String())
					must(tb, err)
					_, err = p.cached.AddPolicy("role:"+role.String(), action.String())
					must(tb, err)
					fmt.Fprintf(&text, "permit (principal in Role::%q, action == Action::%q, resource);\n", role, action)
				}
			}
		}
	}
	p.cedar, err = cedar.NewPolicySetFromBytes("voximplant", []byte(text.String()))
	must(tb, err)

	for role := range user.VendorRoles().All() {
		name := "user:" + role.String()
		_, err := p.plain.AddGroupingPolicy(name, "role:"+role.String())
		must(tb, err)
		_, err = p.cached.AddGroupingPolicy(name, "role:"+role.String())
		must(tb, err)
		self := cedar.NewEntityUID("User", cedar.String(name))
		p.entities[self] = cedar.Entity{
			UID: self, Parents: cedar.NewEntityUIDSet(cedar.NewEntityUID("Role", cedar.String(role.String()))),
		}
		for action := range actions.All() {
			p.questions = append(p.questions, question{
				ours: permission.Request{
					Action: action, Target: permission.Target{ID: 2},
					Actor: permission.Actor{ID: 1, Roles: user.RolesOf(role)},
				},
				casbin: []any{name, action.String()},
				cedar: cedar.Request{
					Principal: self, Action: cedar.NewEntityUID("Action", cedar.String(action.String())),
					Resource: cedar.NewEntityUID("User", "2"), Context: cedar.Record{},
				},
			})
		}
	}
	for i := range p.questions {
		q := &p.questions[i]
		q.allowed = p.policy.Check(context.Background(), q.ours) == nil
	}
	return p
}

func (p *engines) askPlain(q *question) bool {
	ok, err := p.plain.Enforce(q.casbin...)
	return ok && err == nil
}
func (p *engines) askCached(q *question) bool {
	ok, err := p.cached.Enforce(q.casbin...)
	return ok && err == nil
}
func (p *engines) askCedar(q *question) bool {
	decision, _ := cedar.Authorize(p.cedar, p.entities, q.cedar)
	return decision == cedar.Allow
}

// A comparison of speed is worth something only between engines that agree.
func TestPeersAgree(t *testing.T) {
	p := newEngines(t)
	allowed := 0
	for i := range p.questions {
		q := &p.questions[i]
		if q.allowed {
			allowed++
		}
		for range 2 { // the second time from the cache
			if p.askPlain(q) != q.allowed || p.askCached(q) != q.allowed || p.askCedar(q) != q.allowed {
				t.Fatalf("%v: ours %t, casbin %t, cached %t, cedar %t",
					q.casbin, q.allowed, p.askPlain(q), p.askCached(q), p.askCedar(q))
			}
		}
	}
	if allowed == 0 || allowed == len(p.questions) {
		t.Fatalf("%d of %d allowed: the questions tell nothing", allowed, len(p.questions))
	}
}

// BenchmarkPermission asks each engine the same questions. The bars are those of the allowed ones:
// 3 times as fast as casbin's cache, 100 times as fast as cedar-go. A denial of roster allocates
// its reason.
func BenchmarkPermission(b *testing.B) {
	all, ctx := newEngines(b), b.Context()
	for _, allowed := range []bool{true, false} {
		name := "allowed"
		if !allowed {
			name = "denied"
		}
		var list []question
		for _, q := range all.questions {
			if q.allowed == allowed {
				list = append(list, q)
			}
		}
		repeat := func(ask func(*question) bool) func(int) {
			next := 0
			return func(n int) {
				for range n {
					if ask(&list[next]) != allowed {
						b.Fatal("another answer")
					}
					if next++; next == len(list) {
						next = 0
					}
				}
			}
		}
		b.Run(name, func(b *testing.B) {
			ours := repeat(func(q *question) bool { return all.policy.Check(ctx, q.ours) == nil })
			allocations := testing.AllocsPerRun(100, func() { ours(1) })
			took := turns.Take(b,
				turns.Side{Name: "roster", Run: ours},
				turns.Side{Name: "casbin-cached", Run: repeat(all.askCached)},
				turns.Side{Name: "casbin", Run: repeat(all.askPlain)},
				turns.Side{Name: "cedar", Run: repeat(all.askCedar)},
			)
			b.ReportMetric(allocations, "roster-allocs")
			b.ReportMetric(took[1]/took[0], "x-vs-casbin-cached")
			b.ReportMetric(took[2]/took[0], "x-vs-casbin")
			b.ReportMetric(took[3]/took[0], "x-vs-cedar")
		})
	}
}

func must(tb testing.TB, err error) {
	if err != nil {
		tb.Helper()
		tb.Fatal(err)
	}
}
