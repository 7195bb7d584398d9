package bench

import (
	"fmt"
	"strings"
	"testing"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/cedar-policy/cedar-go"

	"github.com/ca74b63c/roster/bench/internal/question"
)

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

// newEngines returns the questions, and the engines with the same policy: casbin, casbin with its
// cache, and cedar-go.
func newEngines(tb testing.TB) (*question.Set, []question.Engine) {
	tb.Helper()
	s := question.New(tb)
	m, err := model.NewModelFromString(casbinModel)
	must(tb, err)
	plain, err := casbin.NewEnforcer(m)
	must(tb, err)
	cached, err := casbin.NewCachedEnforcer(m)
	must(tb, err)
	var text strings.Builder
	for role, actions := range s.Grants {
		for action := range actions.All() {
			for _, e := range []casbin.IEnforcer{plain, cached} {
				_, err := e.AddPolicy("role:"+role.String(), action.String())
				must(tb, err)
			}
			fmt.Fprintf(&text, "permit (principal in Role::%q, action == Action::%q, resource);\n", role, action)
		}
	}
	policies, err := cedar.NewPolicySetFromBytes("voximplant", []byte(text.String()))
	must(tb, err)

	entities := cedar.EntityMap{}
	forCasbin, forCedar := make([][]any, len(s.Questions)), make([]cedar.Request, len(s.Questions))
	for i, q := range s.Questions {
		for _, e := range []casbin.IEnforcer{plain, cached} {
			_, err := e.AddGroupingPolicy(q.User, "role:"+q.Role.String())
			must(tb, err)
		}
		self := cedar.NewEntityUID("User", cedar.String(q.User))
		entities[self] = cedar.Entity{
			UID: self, Parents: cedar.NewEntityUIDSet(cedar.NewEntityUID("Role", cedar.String(q.Role.String()))),
		}
		forCasbin[i] = []any{q.User, q.Action.String()}
		forCedar[i] = cedar.Request{
			Principal: self, Action: cedar.NewEntityUID("Action", cedar.String(q.Action.String())),
			Resource: cedar.NewEntityUID("User", "2"), Context: cedar.Record{},
		}
	}
	return s, []question.Engine{
		{Name: "casbin-cached", Allows: func(i int) bool { ok, err := cached.Enforce(forCasbin[i]...); return ok && err == nil }},
		{Name: "casbin", Allows: func(i int) bool { ok, err := plain.Enforce(forCasbin[i]...); return ok && err == nil }},
		{Name: "cedar", Allows: func(i int) bool {
			decision, _ := cedar.Authorize(policies, entities, forCedar[i])
			return decision == cedar.Allow
		}},
	}
}

// TestPeersAgree asks all engines. A comparison of speed is worth something only between engines
// that agree.
func TestPeersAgree(t *testing.T) {
	s, engines := newEngines(t)
	s.Agree(t, engines...)
}

// BenchmarkPermission asks each engine the same questions. The bars are those of the allowed ones:
// 3 times as fast as casbin's cache, 100 times as fast as cedar-go. A denial of roster allocates
// its reason.
func BenchmarkPermission(b *testing.B) {
	s, engines := newEngines(b)
	s.Run(b, engines...)
}

func must(tb testing.TB, err error) {
	if err != nil {
		tb.Helper()
		tb.Fatal(err)
	}
}
