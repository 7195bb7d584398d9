package user

import (
	"fmt"
	"maps"
	"testing"
)

func TestHandOver(t *testing.T) {
	called := func(id ID, login, pid, full string) User {
		return User{ID: id, Identity: Identity{Login: login, PID: pid}, Names: Names{Full: full}}
	}
	change := func(before, after User) Outcome { return Outcome{Before: before, After: after} }
	ann, bob, eve := called(1, "ann", "p1", "Ann Lee"), called(2, "bob", "p2", "Bo Ek"), called(3, "eve", "p3", "")
	for _, tt := range []struct {
		name    string
		changes []Outcome
		want    map[int]User
	}{
		{"nothing", nil, nil},
		{"one change", []Outcome{change(ann, called(1, "kim", "p1", "Ann Lee"))}, nil},
		{"names that only these users have", []Outcome{change(ann, called(1, "kim", "", "Kim")), change(bob, called(2, "zoe", "p2", "Bo Ek"))}, nil},
		{
			"a swap of logins",
			[]Outcome{change(ann, called(1, "bob", "p1", "Ann Lee")), change(bob, called(2, "ann", "p2", "Bo Ek"))},
			map[int]User{1: called(2, "", "p2", "Bo Ek")},
		},
		{
			"a swap of all three, in other spellings",
			[]Outcome{change(ann, called(1, "BOB", "p2", "Bo  Ek")), change(bob, called(2, "Ann", "p1", "Ann Lee"))},
			map[int]User{1: called(2, "", "", "")},
		},
		{
			"a ring of three",
			[]Outcome{change(ann, called(1, "bob", "p1", "")), change(bob, called(2, "eve", "p2", "")), change(eve, called(3, "ann", "p3", ""))},
			map[int]User{1: called(2, "", "p2", "Bo Ek"), 2: called(3, "", "p3", "")},
		},
		{
			"a chain in the order in which it can be written",
			[]Outcome{change(ann, called(1, "kim", "p1", "Ann Lee")), change(bob, called(2, "ann", "p2", "Bo Ek"))}, nil,
		},
		{
			"a chain in the other order",
			[]Outcome{change(bob, called(2, "ann", "p2", "Bo Ek")), change(ann, called(1, "kim", "p1", "Ann Lee"))},
			map[int]User{1: called(1, "", "p1", "Ann Lee")},
		},
		{
			"a pid that one user gives up and that another one without a pid takes",
			[]Outcome{change(called(4, "kim", "", ""), called(4, "kim", "p1", "")), change(ann, called(1, "ann", "", "Ann Lee"))},
			map[int]User{1: called(1, "ann", "", "Ann Lee")},
		},
		{"a name that its user keeps", []Outcome{change(ann, called(1, "bob", "p1", "Ann Lee")), change(bob, called(2, "bob", "p9", "Bo Ek"))}, nil},
		{"another spelling of one's own", []Outcome{change(ann, called(1, "bob", "p1", "Ann Lee")), change(bob, called(2, "BOB", "p2", "Bo Ek"))}, nil},
		{"one text as two kinds of name", []Outcome{change(ann, called(1, "p2", "p1", "Ann Lee")), change(bob, called(2, "bob", "", "Bo Ek"))}, nil},
		{"names that are empty", []Outcome{change(eve, called(3, "eve", "", "")), change(bob, called(2, "bob", "", ""))}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := maps.Collect(HandOver(tt.changes))
			if fmt.Sprint(got) != fmt.Sprint(maps.Collect(maps.All(tt.want))) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	for range HandOver([]Outcome{change(ann, bob), change(bob, eve), change(eve, ann)}) {
		break // it can be left early
	}
}
