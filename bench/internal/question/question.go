// Package question has the questions about permission that benchmarks ask several engines.
//
//	s := question.New(b)
//	allows := func(i int) bool { return ask(s.Questions[i]) }
//	s.Run(b, question.Engine{Name: "casbin", Allows: allows})
//
// The policy is Voximplant's table of roles by method, with one user for each role. The questions
// are all users with all actions of the table. Rows with the scope Self are left out, because the
// other engines' models have no target: every target is another user.
package question

import (
	"testing"

	"github.com/ca74b63c/roster/bench/internal/turns"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Question asks whether a user may do an action to another user.
type Question struct {
	User    string // "user:" and the role
	Role    user.Role
	Action  permission.Action
	Allowed bool // what roster answers

	request permission.Request
}

// Set is the questions, and the actions that each role may do.
type Set struct {
	Grants    map[user.Role]permission.Actions
	Questions []Question

	policy *permission.Policy
}

// Engine is another engine. Allows answers the question with the index i.
type Engine struct {
	Name   string
	Allows func(i int) bool
}

// New returns one question for each role of Voximplant and each action of Voximplant's policy: may
// a user with the role do the action to another user? Question.Allowed is roster's answer.
// Set.Grants maps each role to the actions that the policy allows to the role. Rows of the policy
// with the scope Self are ignored.
func New(tb testing.TB) *Set {
	s := &Set{Grants: map[user.Role]permission.Actions{}, policy: permission.Voximplant()}
	var actions permission.Actions
	for _, row := range s.policy.Spec().Rows {
		if row.Scope == permission.Self {
			continue
		}
		actions = actions.With(row.Actions)
		for role := range row.Roles.All() {
			s.Grants[role] = s.Grants[role].With(row.Actions)
		}
	}
	for role := range user.VendorRoles().All() {
		for action := range actions.All() {
			q := Question{User: "user:" + role.String(), Role: role, Action: action, request: permission.Request{
				Action: action, Target: permission.Target{ID: 2}, Actor: permission.Actor{ID: 1, Roles: user.RolesOf(role)},
			}}
			q.Allowed = s.policy.Check(tb.Context(), q.request) == nil
			s.Questions = append(s.Questions, q)
		}
	}
	return s
}

// Agree gives every question twice to each engine, because the second answer may come from a cache.
// Agree fails the test if an answer differs from roster's answer. Agree also fails the test if
// roster allows every question or no question.
func (s *Set) Agree(t *testing.T, engines ...Engine) {
	allowed := 0
	for i, q := range s.Questions {
		if q.Allowed {
			allowed++
		}
		for _, e := range engines {
			if first, second := e.Allows(i), e.Allows(i); first != q.Allowed || second != q.Allowed {
				t.Fatalf("%s, %s: roster %t, %s %t and %t", q.User, q.Action, q.Allowed, e.Name, first, second)
			}
		}
	}
	if allowed == 0 || allowed == len(s.Questions) {
		t.Fatalf("%d of %d allowed: the questions tell nothing", allowed, len(s.Questions))
	}
}

// Run runs two sub-benchmarks: "allowed" with the questions that roster allows, "denied" with the
// questions that roster denies. Each compares roster with the engines by turns.Take. For each
// engine Run also reports the metric "x-vs-" and the engine's name: the engine's time divided by
// roster's time. A wrong answer fails the benchmark.
func (s *Set) Run(b *testing.B, engines ...Engine) {
	ctx := b.Context()
	ours := Engine{"roster", func(i int) bool { return s.policy.Check(ctx, s.Questions[i].request) == nil }}
	for _, allowed := range []bool{true, false} {
		var list []int
		for i, q := range s.Questions {
			if q.Allowed == allowed {
				list = append(list, i)
			}
		}
		side := func(e Engine) turns.Side {
			next := 0
			return turns.Side{Name: e.Name, Run: func(n int) {
				for range n {
					if e.Allows(list[next]) != allowed {
						b.Fatal("another answer")
					}
					if next++; next == len(list) {
						next = 0
					}
				}
			}}
		}
		name := map[bool]string{true: "allowed", false: "denied"}[allowed]
		b.Run(name, func(b *testing.B) {
			sides := []turns.Side{side(ours)}
			for _, e := range engines {
				sides = append(sides, side(e))
			}
			took := turns.Take(b, sides...)
			for i, e := range engines {
				b.ReportMetric(took[i+1]/took[0], "x-vs-"+e.Name)
			}
		})
	}
}
