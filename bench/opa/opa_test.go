package opa

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/ca74b63c/roster/bench/internal/question"
	"github.com/ca74b63c/roster/user"
)

// rules are the question; who has which role, and a role's actions, are data, as OPA's
// documentation keeps them.
const rules = `package roster

default allow := false

allow if data.grants[data.roles[input.user]][input.action]
`

// newEngine returns the questions, and OPA with the same policy.
func newEngine(tb testing.TB) (*question.Set, question.Engine) {
	tb.Helper()
	s := question.New(tb)
	grants, roles := map[string]any{}, map[string]any{}
	for role := range user.VendorRoles().All() {
		may := map[string]any{}
		for action := range s.Grants[role].All() {
			may[action.String()] = true
		}
		grants[role.String()] = may
	}
	var inputs []ast.Value
	for _, q := range s.Questions {
		roles[q.User] = q.Role.String()
		input, err := ast.InterfaceToValue(map[string]any{"user": q.User, "action": q.Action.String()})
		must(tb, err)
		inputs = append(inputs, input)
	}
	store := inmem.NewFromObjectWithOpts(map[string]any{"grants": grants, "roles": roles}, inmem.OptReturnASTValuesOnRead(true))
	prepared, err := rego.New(
		rego.Query("data.roster.allow"), rego.Module("roster.rego", rules), rego.Store(store),
	).PrepareForEval(tb.Context())
	must(tb, err)
	return s, question.Engine{Name: "opa", Allows: func(i int) bool {
		set, err := prepared.Eval(tb.Context(), rego.EvalParsedInput(inputs[i]))
		must(tb, err)
		return set.Allowed()
	}}
}

// TestOPAAgrees asks both engines. A comparison of speed is worth something only between engines
// that agree.
func TestOPAAgrees(t *testing.T) {
	s, engine := newEngine(t)
	s.Agree(t, engine)
}

// BenchmarkOPA asks both the same questions.
func BenchmarkOPA(b *testing.B) {
	s, engine := newEngine(b)
	s.Run(b, engine)
}

func must(tb testing.TB, err error) {
	if err != nil {
		tb.Helper()
		tb.Fatal(err)
	}
}
