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
			written(t, tt.changes, got)
		})
	}
	for range HandOver([]Outcome{change(ann, bob), change(bob, eve), change(eve, ann)}) {
		break // it can be left early
	}
}

// written plays a storage that compares names at each write: nothing that is free in the end is
// refused.
func written(t *testing.T, changes []Outcome, first map[int]User) {
	holder := make(map[Key]ID)
	put := func(before, after User) {
		had, has := before.Keys(), after.Keys()
		for k := KeyLogin; k.Unique(); k++ {
			if id := holder[Key{k, has[k]}]; has[k] != "" && id != 0 && id != after.ID {
				if by, ok := endOwner(changes, Key{k, has[k]}); ok && by == after.ID {
					t.Errorf("%s %q of %d is still that of %d", k, has[k], after.ID, id)
				}
			}
		}
		for k := KeyLogin; k.Unique(); k++ {
			if had[k] != "" && holder[Key{k, had[k]}] == before.ID {
				delete(holder, Key{k, had[k]})
			}
			if has[k] != "" {
				holder[Key{k, has[k]}] = after.ID
			}
		}
	}
	for _, c := range changes {
		put(User{}, c.Before)
	}
	for i, u := range first {
		put(changes[i].Before, u)
	}
	for i, c := range changes {
		before := c.Before
		if u, ok := first[i]; ok {
			before = u
		}
		put(before, c.After)
	}
}

// endOwner returns the only user who claims the key in the end.
func endOwner(changes []Outcome, k Key) (id ID, only bool) {
	for _, c := range changes {
		if c.After.Claims(k) {
			if id != 0 {
				return 0, false
			}
			id = c.After.ID
		}
	}
	return id, id != 0
}
