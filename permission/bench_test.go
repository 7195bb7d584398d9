package permission_test

import (
	"math"
	"testing"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

type benchmark struct {
	name string
	p    permission.Authorizer
	r    permission.Request
}

func benchmarks() []benchmark {
	manager := actor(1, user.AgentManager)
	manager.Manages = user.ListOf(user.Assignment{Group: 1}, user.Assignment{Group: 3}, user.Assignment{Group: 7})
	return []benchmark{
		{"allow/key", permission.Omnidesk(), permission.Request{
			Action: permission.UserList, Actor: permission.Actor{ID: 1, Permissions: permission.VendorPermissions()},
		}},
		{"allow/role-and-attributes", permission.Genesys(), permission.Request{
			Action: permission.UserUpdate, Actor: actor(1, user.Agent), Target: target(2),
			Attributes: attrs(user.AttrFirstName, user.AttrLastName),
		}},
		{"allow/managed-group", permission.LivePerson(), permission.Request{
			Action: permission.UserUpdate, Actor: manager, Target: permission.Target{ID: 2, Roles: roles(user.Agent), Group: 7},
			Attributes: attrs(user.AttrSkills),
		}},
		{"allow/grant", permission.Default(), permission.Request{
			Action: permission.RolesSet, Actor: actor(1, user.Admin), Target: target(2, user.Agent),
			Granted: roles(user.AgentManager), Removed: roles(user.Agent),
		}},
		{"allow/last-row", permission.Default(), permission.Request{
			Action: permission.PreferencesSet, Actor: permission.Actor{ID: 1, Permissions: permission.VendorPermissions()}, Target: target(2),
		}},
		{"deny/no-permission", permission.Default(), permission.Request{
			Action: permission.UserErase, Actor: actor(1, user.Agent), Target: target(2),
		}},
		{"deny/scope", permission.Default(), permission.Request{
			Action: permission.UserRead, Actor: actor(1, user.Agent), Target: target(2),
		}},
	}
}

// The bar: at most 30 ns and no allocation to allow; a denial may allocate itself. It is held
// against the fastest of many short runs: a time in nanoseconds says nothing while the machine
// does something else.
func BenchmarkCheck(b *testing.B) {
	const run = 1 << 12
	for _, bb := range benchmarks() {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			best := time.Duration(math.MaxInt64)
			for left := b.N; left > 0; left -= run {
				start := time.Now()
				for range run {
					_ = bb.p.Check(ctx, bb.r)
				}
				best = min(best, time.Since(start))
			}
			perCheck := float64(best.Nanoseconds()) / run
			b.ReportMetric(perCheck, "best-ns/check")
			b.ReportMetric(perCheck/30, "of-30ns-bar")
		})
	}
}

// What Check allocates is counted, not timed, so a plain test can hold it.
func TestCheckAllocatesOnlyADenial(t *testing.T) {
	for _, bb := range benchmarks() {
		want := 0.0
		if bb.p.Check(ctx, bb.r) != nil {
			want = 1
		}
		if got := testing.AllocsPerRun(100, func() { _ = bb.p.Check(ctx, bb.r) }); got != want {
			t.Errorf("%s: %v allocations, want %v", bb.name, got, want)
		}
	}
}
