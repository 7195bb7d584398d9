package model

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// policyWith returns the default policy with a change.
func policyWith(t *testing.T, change func(*permission.Spec)) roster.Option {
	spec := permission.Default().Spec()
	change(&spec)
	p, err := permission.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return roster.WithAuthorizer(p)
}

// A bug that is put in is found, and what is shown of it is a few steps that lead to it.
func TestBugsAreFoundAndShrunk(t *testing.T) {
	memory := memstore.New()
	engine.CloseAfter(t, memory)
	for _, c := range []struct {
		name  string
		flaw  roster.Option
		shows string // in the last step or what differs
	}{
		{"a role is lost and nothing is reset", roster.WithTransitions([]user.Transition{}), "model.Record"},
		{"agents count as administrators", policyWith(t, func(s *permission.Spec) {
			s.Administrators = user.RolesOf(user.Agent)
		}), "administrator"},
		{"an actor takes power that it may not grant", policyWith(t, func(s *permission.Spec) {
			s.Self.FreeTaking = true
		}), "permission denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := reportOf(t, memory, c.flaw)
			steps := stepLine.FindAllString(report, -1)
			t.Log(report)
			if len(steps) == 0 || len(steps) > 5 || !strings.Contains(report, c.shows) {
				t.Errorf("%d steps, want 1 to 5, and %q in the report", len(steps), c.shows)
			}
		})
	}
}

// reportOf plays sequences, always the same ones, and returns what a failed test tells at its end.
func reportOf(t *testing.T, store storage.Storage, opts ...roster.Option) string {
	engine.Flag(t, "rapid.checks", "2000")
	engine.Flag(t, "rapid.seed", "1")
	engine.Flag(t, "rapid.nofailfile", "true")
	engine.Flag(t, "rapid.shrinktime", "0s") // what shrinks is ours
	r := new(recorder)
	func() {
		defer func() {
			if p := recover(); p != nil && p != (failedNow{}) {
				panic(p)
			}
		}()
		play(r, store, opts...)
	}()
	return r.last
}

var stepLine = regexp.MustCompile(`(?m)^ +[0-9]+\. .*$`)

// recorder is a test that fails without making this one fail. It has the methods of rapid.TB that
// rapid and play call.
type recorder struct {
	rapid.TB
	last   string
	failed bool
}

// failedNow ends what a recorder was given to.
type failedNow struct{}

func (r *recorder) FailNow() {
	r.failed = true
	panic(failedNow{})
}

func (r *recorder) Failed() bool                 { return r.failed }
func (r *recorder) Helper()                      {}
func (r *recorder) Name() string                 { return "recorder" }
func (r *recorder) Logf(f string, args ...any)   { r.last = fmt.Sprintf(f, args...) }
func (r *recorder) Errorf(f string, args ...any) { r.failed = true; r.Logf(f, args...) }
