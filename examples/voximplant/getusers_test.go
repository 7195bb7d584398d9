package voximplant_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

var readers = writers.With(user.RolesOf(user.Developer, user.Supervisor))

// found checks which users a query finds, in order.
func found(query, want string) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		r := e.ok(e.call("GetUsers", query))
		if got := names(r.users); got != want {
			t.Errorf("%s found %q, want %q", query, got, want)
		}
		if n := len(strings.Fields(want)); r.Count != n {
			t.Errorf("count %d, want %d", r.Count, n)
		}
	}
}

func every(tests ...func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) {
		for _, test := range tests {
			test(t)
		}
	}
}

// refusedBy checks that a method refuses each query with the code and the field.
func refusedBy(method string, code int, field string, queries ...string) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		for _, q := range queries {
			before := e.revision()
			e.refused(e.call(method, q), code, field)
			if e.revision() != before {
				t.Errorf("%s changed something", q)
			}
		}
	}
}

func twoFirstIdentities(t *testing.T) {
	e := newEnv(t)
	r := e.ok(e.call("GetUsers", "count=2"))
	if names(r.users) != "ann bob" || r.Count != 2 || r.Total != 17 {
		t.Errorf("%q, count %d, total %d", names(r.users), r.Count, r.Total)
	}
}

func userInfo(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("TransferMoneyToUser", "user_id=1&amount=5.67"))
	got := e.ok(e.call("GetUsers", "user_id=1")).users[0]
	yes, no, money := true, false, got.Balance
	want := info{
		ID: 1, Name: "ann", Display: "Ann Zwart", Active: &yes, Parent: &no, Live: &money, Balance: "5.67", Fixed: "5.67",
		Status: "READY", Since: "2026-03-01 12:30:15", Created: "2026-03-01 12:30:15", Modified: "2026-03-01 12:30:15",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func defaultCount(t *testing.T) {
	e := newEnv(t)
	for _, name := range strings.Fields("m01 m02 m03 m04 m05 m06 m07 m08") {
		e.ok(e.call("AddUser", params(newUser, "user_name", name)))
	}
	if r := e.ok(e.call("GetUsers", "")); r.Count != 20 || r.Total != 25 || len(r.users) != 20 {
		t.Errorf("count %d of %d", r.Count, r.Total)
	}
	if r := e.ok(e.call("GetUsers", "count=0")); r.Count != 20 {
		t.Errorf("count %d", r.Count)
	}
	if r := e.ok(e.call("GetUsers", "count=1000000")); r.Count != 25 {
		t.Errorf("count %d: what is over 1,000 is capped, not refused", r.Count)
	}
}

func liveBalance(t *testing.T) {
	e := newEnv(t)
	if u := e.ok(e.call("GetUsers", "user_id=1")).users[0]; u.Live == nil || *u.Live != "0.00" {
		t.Errorf("%v", u.Live)
	}
	if u := e.ok(e.call("GetUsers", "user_id=1&return_live_balance=false")).users[0]; u.Live != nil || u.Balance != "0.00" || u.Fixed != "0.00" {
		t.Errorf("%+v", u)
	}
}

func withSkills(t *testing.T) {
	e := newEnv(t)
	got := e.ok(e.call("GetUsers", "user_id=1&with_skills=true")).users[0].Skills
	if d := cmp.Diff([]skill{{1, "support"}, {2, "sales"}}, got); d != "" {
		t.Error(d)
	}
	if got := e.ok(e.call("GetUsers", "user_id=1")).users[0].Skills; got != nil {
		t.Errorf("the default is false: %v", got)
	}
}

func showingSkill(t *testing.T) {
	e := newEnv(t)
	got := e.ok(e.call("GetUsers", "user_id=1&with_skills=true&showing_skill_id=2")).users[0].Skills
	if d := cmp.Diff([]skill{{2, "sales"}}, got); d != "" {
		t.Error(d)
	}
}

func showingSkillAlone(t *testing.T) {
	e := newEnv(t)
	for _, q := range []string{"user_id=1&showing_skill_id=2", "user_id=1&showing_skill_id=2&with_skills=false"} {
		if got := e.ok(e.call("GetUsers", q)).users[0].Skills; got != nil {
			t.Errorf("%s: %v", q, got)
		}
	}
}

func withQueues(t *testing.T) {
	e := newEnv(t)
	got := e.ok(e.call("GetUsers", "user_id=1&with_queues=true")).users[0].Queues
	if d := cmp.Diff([]queue{{1, "first", true}}, got); d != "" {
		t.Error(d)
	}
	if got := e.ok(e.call("GetUsers", "user_id=1")).users[0].Queues; got != nil {
		t.Errorf("the default is false: %v", got)
	}
}
