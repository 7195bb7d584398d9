package user

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIDsAreASetThatCannotBeChanged(t *testing.T) {
	mine := []SkillID{3, 1, 2, 3, 1}
	s := IDSetOf(mine...)
	mine[0] = 99
	if d := cmp.Diff([]SkillID{1, 2, 3}, s.Slice()); d != "" {
		t.Error(d)
	}
	s.Slice()[0] = 99
	more, less, none := s.With(9, 0, 2), s.Without(2, 7, 2), s.Without(1, 2, 3)
	if !s.Has(1) || s.Has(99) || s.Len() != 3 || s.String() != "[1 2 3]" {
		t.Errorf("the set became %v", s)
	}
	if !more.Equal(IDSetOf[SkillID](0, 1, 2, 3, 9)) || !less.Equal(IDSetOf[SkillID](1, 3)) {
		t.Error(more, less)
	}
	if d := cmp.Diff(none, IDSet[SkillID]{}, cmp.AllowUnexported(IDSet[SkillID]{}), cmp.Comparer(func(a, b IDSet[SkillID]) bool {
		return (a.slice == nil) == (b.slice == nil) && a.Equal(b)
	})); d != "" || !none.IsZero() || s.IsZero() {
		t.Errorf("the empty set has more than one form: %s", d)
	}
	// Two sets made from one do not share what they add.
	a, b := s.With(10), s.With(11)
	if !a.Has(10) || a.Has(11) || b.Has(10) {
		t.Error(a, b)
	}
	if got := slices.Collect(s.All()); !slices.Equal(got, s.Slice()) {
		t.Error(got)
	}
}

func TestListsCannotBeChanged(t *testing.T) {
	mine := []string{"b", "a"}
	l := ListOf(mine...)
	mine[0] = "x"
	l.Slice()[1] = "x"
	is := func(want string) func(string) bool { return func(s string) bool { return s == want } }
	replaced, added, removed := l.With("A", is("a")), l.With("c", is("c")), l.Without(is("b"))
	if !l.Equal(ListOf("b", "a")) || l.Len() != 2 || l.IsZero() || l.String() != "[b a]" {
		t.Errorf("the list became %v", l)
	}
	if !replaced.Equal(ListOf("b", "A")) || !added.Equal(ListOf("b", "a", "c")) || !removed.Equal(ListOf("a")) {
		t.Error(replaced, added, removed)
	}
	x, y := added.With("x", is("")), added.With("y", is(""))
	if !x.Equal(ListOf("b", "a", "c", "x")) || !y.Equal(ListOf("b", "a", "c", "y")) {
		t.Error("two lists share what they added:", x, y)
	}
	if empty := removed.Without(is("a")); !empty.IsZero() || empty.slice != nil {
		t.Error("the empty list has more than one form")
	}
	if v, ok := l.Find(is("a")); !ok || v != "a" {
		t.Error(v, ok)
	}
	if v, ok := l.Find(is("z")); ok || v != "" {
		t.Error(v, ok)
	}
	if got := slices.Collect(l.All()); !slices.Equal(got, l.Slice()) {
		t.Error(got)
	}
}

func TestOptional(t *testing.T) {
	// documented, LivePerson maxAsyncChats: "If null, the user will inherit the account's default
	// value."
	absent, zero, ten := Optional{}, Some(0), Some(10)
	if n, ok := absent.Get(); n != 0 || ok || !absent.IsZero() || absent.String() != "none" || absent.Or(7) != 7 {
		t.Error(absent)
	}
	if n, ok := zero.Get(); n != 0 || !ok || zero.IsZero() || zero == absent || zero.String() != "0" || zero.Or(7) != 0 {
		t.Error(zero)
	}
	if n, ok := ten.Get(); n != 10 || !ok {
		t.Error(ten)
	}
	for text, want := range map[string]Optional{"null": absent, `"x"`: ten} { // null takes a number away; a text is refused
		o := ten
		if err := o.UnmarshalJSON([]byte(text)); o != want || (err == nil) != (want == absent) {
			t.Errorf("%s: %v, %v", text, o, err)
		}
	}
	account := Account{DefaultMaxAsyncChats: 7}
	for o, want := range map[Optional]int{absent: 7, zero: 0, ten: 10} {
		u := User{Capacity: Capacity{MaxAsyncChats: o}}
		if got := u.MaxAsyncChats(account); got != want {
			t.Errorf("%v: %d, want %d", o, got, want)
		}
	}
}

func TestSetsReadBackFromJSON(t *testing.T) {
	type document struct {
		IDs  IDSet[SkillID]
		List List[Campaign]
		Some Optional
	}
	for in, want := range map[string]document{
		`{}`: {}, `{"IDs":null,"List":null,"Some":null}`: {}, `{"IDs":[],"List":[],"Some":0}`: {Some: Some(0)},
		`{"IDs":[3,1,3],"List":[{"name":"b","active":true},{"name":"a"}],"Some":-5}`: {
			IDSetOf[SkillID](1, 3), ListOf(Campaign{"b", true}, Campaign{"a", false}), Some(-5),
		},
	} {
		var got document
		if err := json.Unmarshal([]byte(in), &got); err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(Optional{})); d != "" {
			t.Errorf("%s: %s", in, d)
		}
		b := must(json.Marshal(got))
		var back document
		if err := json.Unmarshal(b, &back); err != nil || !cmp.Equal(got, back, cmp.AllowUnexported(Optional{})) {
			t.Errorf("%s reads back as %v, %v", b, back, err)
		}
	}
	for _, bad := range []string{
		`{"IDs":["1"]}`, `{"IDs":[1.5]}`, `{"IDs":[9223372036854775808]}`, `{"IDs":{}}`, `{"List":1}`, `{"Some":1.5}`,
		`{"Some":"1"}`, `{"Some":[]}`,
	} {
		got := document{Some: Some(7)}
		if err := json.Unmarshal([]byte(bad), &got); got.Some != Some(7) {
			t.Errorf("%s changed the number to %v", bad, got.Some)
		} else if err == nil {
			t.Errorf("%s reads as %v", bad, got)
		}
	}
	b, err := json.Marshal(document{})
	if err != nil || string(b) != `{"IDs":[],"List":[],"Some":null}` {
		t.Errorf("%s, %v", b, err)
	}
}
