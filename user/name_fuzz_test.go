package user

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// FuzzNames: what reads as a role, a status or another name is printed as it was read, and nothing
// else is taken.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"admin", "agent_manager", "Admin", "role(3)", "offline", "DND", "login", "skills", "skill", "1", "0", "-1",
		"9223372036854775807", "9223372036854775808", "007", "+1", "1_0", "١", "", "human", "application"} {
		f.Add(s)
	}
	type name interface {
		encoding.TextUnmarshaler
		fmt.Stringer
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, v := range []name{new(Role), new(Status), new(Attribute), new(ReferenceKind), new(Kind)} {
			if v.UnmarshalText([]byte(s)) == nil && v.String() != s && s != "" {
				t.Errorf("%T reads %q as %s", v, s, v)
			}
		}
		if r, err := ParseRole(s); err == nil && (r.String() != s || !RolesOf(r).Has(r)) {
			t.Errorf("%q reads as role %s", s, r)
		} else if err != nil && r != "" {
			t.Errorf("%q: %v, and the role %s", s, err, r)
		}
		if st, ok := ParseStatus(s); ok && st.String() != s || !ok && st != 0 {
			t.Errorf("%q reads as status %s, %v", s, st, ok)
		}
		if a, ok := ParseAttribute(s); ok && a.String() != s || !ok && a != 0 {
			t.Errorf("%q reads as attribute %s, %v", s, a, ok)
		}
		if id, err := ParseID(s); err == nil && (id <= 0 || id.String() != strings.TrimLeft(s, "0")) || err != nil && id != 0 {
			t.Errorf("%q reads as id %d, %v", s, id, err)
		}
	})
}

// FuzzKeyOf: a key is a fixed point, short, and no key comes of what a rule refuses.
func FuzzKeyOf(f *testing.F) {
	for _, s := range []string{"ann", "Ann", "ann@example.com", "+31 6 12345678", "a\x00b", "\xff", "", " ", "ǅ", "ﬃ", "e\u0301"} {
		for k := range endKeys + 1 {
			f.Add(uint8(k), s)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, s string) {
		k, err := KeyOf(KeyKind(kind), s)
		if err != nil {
			var invalid *validate.Error
			if k != (Key{}) || KeyKind(kind) > 0 && KeyKind(kind) < endKeys && !errors.As(err, &invalid) {
				t.Fatalf("KeyOf(%d, %q) = %v, %v", kind, s, k, err)
			}
			return
		}
		if k.Kind != KeyKind(kind) || k.Value == "" {
			t.Fatalf("KeyOf(%d, %q) = %v", kind, s, k)
		}
		if again, err := KeyOf(k.Kind, k.Value); err != nil || again != k {
			t.Fatalf("KeyOf(%d, %q) = %v, whose own key is %v, %v", kind, s, k, again, err)
		}
	})
}

// FuzzSets: each set and list that reads from JSON writes what it reads, sorted and without
// repetition where it is a set.
func FuzzSets(f *testing.F) {
	for _, s := range []string{`[3,1,1]`, `null`, `[]`, `["agent","admin"]`, `7`, `"7"`, `[-1,0]`, `{}`, `[1e2]`, `[9223372036854775808]`, `["login"]`, `"0z00"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range []any{new(IDSet[SkillID]), new(List[string]), new(Optional), new(Roles), new(Attributes)} {
			if json.Unmarshal(b, v) != nil {
				continue
			}
			first, err := json.Marshal(v)
			if err != nil {
				t.Fatalf("%T of %s: %v", v, b, err)
			}
			if err := json.Unmarshal(first, v); err != nil {
				t.Fatalf("%T of %s: %s: %v", v, b, first, err)
			}
			if second, err := json.Marshal(v); err != nil || string(second) != string(first) {
				t.Fatalf("%T of %s: %s became %s, %v", v, b, first, second, err)
			}
		}
	})
}
