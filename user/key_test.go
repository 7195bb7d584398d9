package user

import (
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

func TestKeysAreCanonical(t *testing.T) {
	tests := []struct {
		kind KeyKind
		text string
		want string // "" if no user can have the text
	}{
		{KeyLogin, "Agent1", "agent1"},
		{KeyLogin, "unique@gmail.com", "unique@gmail.com"},
		{KeyLogin, "two words", ""},
		{KeyLogin, "", ""},
		{KeyPID, "Pid-1", "Pid-1"},
		{KeyPID, "", ""},
		{KeyFullName, "  Łukasz  O'Brien ", "Łukasz O'Brien"},
		{KeyFullName, " ", ""},
		{KeyEmail, "myEmail@Gmail.com", "myemail@gmail.com"},
		{KeyEmail, "no address", ""},
		{KeyPhone, "+31 20-123.45.67", "+31201234567"},
		{KeyPhone, "0201234567", ""},
		{KeyEmployeeID, "E-1", "E-1"},
		{KeyEmployeeID, "", ""},
	}
	for _, tt := range tests {
		got, err := KeyOf(tt.kind, tt.text)
		if tt.want == "" {
			var invalid *validate.Error
			if !errors.As(err, &invalid) || got != (Key{}) {
				t.Errorf("%v %q: %v, %v; want a *validate.Error", tt.kind, tt.text, got, err)
			}
			continue
		}
		if err != nil || got != (Key{tt.kind, tt.want}) {
			t.Errorf("%v %q: %v, %v; want %q", tt.kind, tt.text, got, err, tt.want)
		}
		// A canonical key is its own key: what a store looks up is what a user claims.
		if again, err := KeyOf(tt.kind, got.Value); err != nil || again != got {
			t.Errorf("%v %q: again %v, %v", tt.kind, tt.text, again, err)
		}
	}
	for _, k := range []KeyKind{0, endKeys, 200} {
		if _, err := KeyOf(k, "agent1"); err == nil {
			t.Errorf("there is a key of kind %d", k)
		}
		if k.Unique() || k.Attribute().Path() != "" || k.Attribute() < numAttributes {
			t.Errorf("kind %d is one", k)
		}
	}
	if got := KeyKind(0).String(); got != "key(0)" {
		t.Error(got)
	}
}

func TestKeysThatAUserClaims(t *testing.T) {
	u := atWork()
	want := Keys{
		KeyLogin: "unique@gmail.com", KeyPID: "pid-1", KeyFullName: "Łukasz O'Brien", KeyEmail: "myemail@gmail.com",
		KeyPhone: "+31201234567", KeyEmployeeID: "E-1",
	}
	if got := u.Keys(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for k := KeyLogin; k < endKeys; k++ {
		// documented, LivePerson: loginName, pid and fullName are each a "unique string".
		if want := k == KeyLogin || k == KeyPID || k == KeyFullName; k.Unique() != want {
			t.Errorf("%v unique: %v", k, k.Unique())
		}
		if k.String() != k.Attribute().String() {
			t.Errorf("%v is made from %v", k, k.Attribute())
		}
		p := clearing(t, k.Attribute())
		out := must(p.Apply(u, facts()))
		less := want
		less[k] = ""
		if got := out.After.Keys(); got != less {
			t.Errorf("without %v: %q", k, got)
		}
		if SameKeys(u, out.After) || SameKeys(out.After, u) {
			t.Errorf("SameKeys does not see that %v went", k)
		}
	}
	if KeyKind(0).Unique() || u.keyText(0) != "" {
		t.Error("there is a key of kind 0")
	}
	u.Identity.Login, u.Contact.Phone = "no login", "0201234567"
	if got := u.Keys(); got[KeyLogin] != "" || got[KeyPhone] != "" || got[KeyEmail] != want[KeyEmail] {
		t.Errorf("what has no canonical form claims something: %q", got)
	}
}

// Claims agrees with Keys, and SameKeys is true only for users with the same keys.
func TestClaimsAndSameKeysAreWhatKeysSays(t *testing.T) {
	live := atWork()
	held, _ := Delete(live, NameReuse{Never: true}, noon)
	free, _ := Delete(live, NameReuse{}, noon)
	renamed, spelled, moved, odd := live, live, live, live
	renamed.Identity.Login = "other"
	spelled.Identity.Login = "Unique@gmail.com"
	moved.Names.Display, moved.Capacity.MaxChats, moved.Lifecycle.Updated = "other", 1, noon.AddDate(1, 0, 0)
	odd.Contact.Phone = "no number"
	users := []User{live, held, free, held.Release(), renamed, spelled, moved, odd, {}}
	for i, u := range users {
		for j, v := range users {
			if SameKeys(u, v) && u.Keys() != v.Keys() {
				t.Errorf("%d and %d claim different keys", i, j)
			}
		}
		keys := u.Keys()
		for k := KeyKind(0); k <= endKeys; k++ {
			value := ""
			if k < endKeys {
				value = keys[k]
			}
			if got := u.Claims(Key{k, value}); got != (value != "") || u.Claims(Key{k, value + "x"}) || u.Claims(Key{k, ""}) {
				t.Errorf("%s %q: %t", k, value, got)
			}
		}
	}
	if !SameKeys(live, moved) || !SameKeys(free, held.Release()) {
		t.Error("SameKeys is never true")
	}
}

func TestHandOver(t *testing.T) {
	called := func(id ID, login, pid, full string) User {
		return User{ID: id, Identity: Identity{Login: login, PID: pid}, Names: Names{Full: full}}
	}
	change := func(u User, login, pid, full string) Outcome {
		return Outcome{Before: u, After: called(u.ID, login, pid, full)}
	}
	ann, bob, eve := called(1, "ann", "p1", "Ann Lee"), called(2, "bob", "p2", "Bo Ek"), called(3, "eve", "p3", "")
	for _, tt := range []struct {
		name    string
		changes []Outcome
		want    map[int]User
	}{
		{"nothing", nil, nil},
		{"one change", []Outcome{change(ann, "kim", "p1", "Ann Lee")}, nil},
		{"names that only these users have", []Outcome{change(ann, "kim", "", "Kim"), change(bob, "zoe", "p2", "Bo Ek")}, nil},
		{"a swap of logins", []Outcome{change(ann, "bob", "p1", "Ann Lee"), change(bob, "ann", "p2", "Bo Ek")},
			map[int]User{1: called(2, "", "p2", "Bo Ek")}},
		{"a swap of all three, in other spellings",
			[]Outcome{change(ann, "BOB", "p2", "Bo  Ek"), change(bob, "Ann", "p1", "Ann Lee")},
			map[int]User{1: called(2, "", "", "")}},
		{"a ring of three", []Outcome{change(ann, "bob", "p1", ""), change(bob, "eve", "p2", ""), change(eve, "ann", "p3", "")},
			map[int]User{1: called(2, "", "p2", "Bo Ek"), 2: called(3, "", "p3", "")}},
		{"a chain in the order in which it can be written",
			[]Outcome{change(ann, "kim", "p1", "Ann Lee"), change(bob, "ann", "p2", "Bo Ek")}, nil},
		{"a chain in the other order", []Outcome{change(bob, "ann", "p2", "Bo Ek"), change(ann, "kim", "p1", "Ann Lee")},
			map[int]User{1: called(1, "", "p1", "Ann Lee")}},
		{"a pid that one user gives up and that another one without a pid takes",
			[]Outcome{change(called(4, "kim", "", ""), "kim", "p1", ""), change(ann, "ann", "", "Ann Lee")},
			map[int]User{1: called(1, "ann", "", "Ann Lee")}},
		{"a name that its user keeps", []Outcome{change(ann, "bob", "p1", "Ann Lee"), change(bob, "bob", "p9", "Bo Ek")}, nil},
		{"another spelling of one's own", []Outcome{change(ann, "bob", "p1", "Ann Lee"), change(bob, "BOB", "p2", "Bo Ek")}, nil},
		{"one text as two kinds of name", []Outcome{change(ann, "p2", "p1", "Ann Lee"), change(bob, "bob", "", "Bo Ek")}, nil},
		{"names that are empty", []Outcome{change(eve, "eve", "", ""), change(bob, "bob", "", "")}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := maps.Collect(HandOver(tt.changes))
			if fmt.Sprint(got) != fmt.Sprint(maps.Collect(maps.All(tt.want))) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	for range HandOver([]Outcome{change(ann, "bob", "", ""), change(bob, "eve", "", ""), change(eve, "ann", "", "")}) {
		break // it can be left early
	}
}
