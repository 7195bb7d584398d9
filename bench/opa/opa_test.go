package opa

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// question is one request in the words of both.
type question struct {
	ours    permission.Request
	input   ast.Value
	allowed bool
}

// rules are the question; who has which role, and a role's actions, are data, as OPA's
// documentation keeps them.
const rules = `package roster

default allow := false

allow if data.grants[data.roles[input.user]][input.action]
`

// newEngines gives both engines Voximplant's table of roles by method, with one user for each role.
// The questions are all users with all actions of the table. Rows with the scope Self are left out,
// as for the other engines: every target is another user.
func newEngines(tb testing.TB) (policy *permission.Policy, prepared rego.PreparedEvalQuery, questions []question) {
	tb.Helper()
	policy = permission.Voximplant()
	granted := map[user.Role]permission.Actions{}
	var actions permission.Actions
	for _, row := range policy.Spec().Rows {
		if row.Scope == permission.Self {
			continue
		}
		actions = actions.With(row.Actions)
		for role := range row.Roles.All() {
			granted[role] = granted[role].With(row.Actions)
		}
	}
	grants, roles := map[string]any{}, map[string]any{}
	for role := range user.VendorRoles().All() {
		may := map[string]any{}
		for action := range granted[role].All() {
			may[action.String()] = true
		}
		name := "user:" + role.String()
		grants[role.String()], roles[name] = may, role.String()
		for action := range actions.All() {
			input, err := ast.InterfaceToValue(map[string]any{"user": name, "action": action.String()})
			must(tb, err)
			q := question{input: input, ours: permission.Request{
				Action: action, Target: permission.Target{ID: 2},
				Actor: permission.Actor{ID: 1, Roles: user.RolesOf(role)},
			}}
			q.allowed = policy.Check(tb.Context(), q.ours) == nil
			questions = append(questions, q)
		}
	}
	store := inmem.NewFromObjectWithOpts(map[string]any{"grants": grants, "roles": roles}, inmem.OptReturnASTValuesOnRead(true))
	prepared, err := rego.New(
		rego.Query("data.roster.allow"), rego.Module("roster.rego", rules), rego.Store(store),
	).PrepareForEval(tb.Context())
	must(tb, err)
	return policy, prepared, questions
}

func ask(tb testing.TB, prepared *rego.PreparedEvalQuery, q *question) bool {
	set, err := prepared.Eval(tb.Context(), rego.EvalParsedInput(q.input))
	must(tb, err)
	return set.Allowed()
}

// A comparison of speed is worth something only between engines that agree.
func TestOPAAgrees(t *testing.T) {
	_, prepared, questions := newEngines(t)
	allowed := 0
	for _, q := range questions {
		if q.allowed {
			allowed++
		}
		if got := ask(t, &prepared, &q); got != q.allowed {
			t.Fatalf("%v: ours %t, OPA %t", q.input, q.allowed, got)
		}
	}
	if allowed == 0 || allowed == len(questions) {
		t.Fatalf("%d of %d allowed: the questions tell nothing", allowed, len(questions))
	}
}

// BenchmarkPermission asks both the same questions.
func BenchmarkPermission(b *testing.B) {
	policy, prepared, questions := newEngines(b)
	for _, allowed := range []bool{true, false} {
		name := "allowed"
		if !allowed {
			name = "denied"
		}
		var list []question
		for _, q := range questions {
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
			ctx := b.Context()
			took := turns.Take(b,
				turns.Side{Name: "roster", Run: repeat(func(q *question) bool { return policy.Check(ctx, q.ours) == nil })},
				turns.Side{Name: "opa", Run: repeat(func(q *question) bool { return ask(b, &prepared, q) })},
			)
			b.ReportMetric(took[1]/took[0], "x-vs-opa")
		})
	}
}

func must(tb testing.TB, err error) {
	if err != nil {
		tb.Helper()
		tb.Fatal(err)
	}
}
