package user

import (
	"encoding"
	"encoding/json"
	"fmt"
	"testing"
)

// TestNamesReadBack proves for every vocabulary that each value has a name of its own, that the
// name reads back as the value, and that nothing else reads as one.
func TestNamesReadBack(t *testing.T) {
	readBack(t, Human, numKinds, "kind(3)")
	readBack(t, Offline, numStatuses, "STATUS(8)")
	readBack(t, ReferenceApplication, endReferences, "reference(10)")
	readBack(t, AttrLogin, numAttributes, "attribute(56)")
}

// readBack checks the names of the values from first to the one before end. over is the text of
// end, which has no name.
func readBack[T interface {
	~uint8
	encoding.TextMarshaler
	fmt.Stringer
}, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, first, end T, over string) {
	seen := map[string]bool{}
	var back T
	for v := first; v < end; v++ {
		b, err := v.MarshalText()
		if err != nil || string(b) != v.String() || seen[v.String()] || len(b) == 0 {
			t.Errorf("%d: %s, %v", v, b, err)
		}
		seen[v.String()] = true
		if err := P(&back).UnmarshalText(b); err != nil || back != v {
			t.Errorf("%s reads as %v, %v", b, back, err)
		}
	}
	if b, err := end.MarshalText(); err == nil || end.String() != over {
		t.Errorf("%q, want %q, and is written as %q", end, over, b)
	}
	if err := P(&back).UnmarshalText(nil); (err == nil) != (first == 1) || err == nil && back != 0 {
		t.Errorf("the empty name reads as %v, %v", back, err)
	}
	for _, bad := range []string{"nothing", over, first.String() + " "} {
		if err := P(&back).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q reads as %v", bad, back)
		}
	}
}

func TestKindNumbers(t *testing.T) {
	// documented, LivePerson: "0 — system; 1 — human; 2 — bot; (Default: 1)"
	for n, want := range []Kind{System, Human, Bot} {
		if k, ok := KindByNumber(n); !ok || k != want || want.Number() != n {
			t.Errorf("%d is %v", n, k)
		}
	}
	if k := (Kind)(0); k.Number() != 1 {
		t.Errorf("the default is %v", k)
	}
	for _, n := range []int{-1, 3} {
		if k, ok := KindByNumber(n); ok {
			t.Errorf("%d is %v", n, k)
		}
	}
	if got := numKinds.Number(); got != -1 {
		t.Errorf("no kind has the number %d", got)
	}
}

func TestStatusNumbers(t *testing.T) {
	// documented, Voximplant: the eight names; assumed, Omnidesk: their statusID, and Genesys:
	// doNotDisturb.
	names := []string{"OFFLINE", "ONLINE", "READY", "BANNED", "IN_SERVICE", "AFTER_SERVICE", "TIMEOUT", "DND"}
	if len(names) != int(numStatuses) {
		t.Errorf("%d statuses", numStatuses)
	}
	for i, name := range names {
		s, ok := StatusByNumber(i + 1)
		if !ok || s.String() != name || s.Number() != i+1 || s.DoNotDisturb() != (name == "DND") {
			t.Errorf("%d is %v", i+1, s)
		}
		if back, ok := ParseStatus(name); !ok || back != s {
			t.Errorf("%s reads as %v", name, back)
		}
	}
	for _, n := range []int{-1, 0, 9} {
		if s, ok := StatusByNumber(n); ok {
			t.Errorf("%d is %v", n, s)
		}
	}
}

// Lists of roles, and sets of every role except a list, have the members that the algebra of sets
// gives them. The last role of the test stands for those that no set lists.
func TestRolesAreAnAlgebra(t *testing.T) {
	roles := []Role{Admin, Agent, "auditor", "scribe", "other"}
	var sets []Roles
	for bits := range 1 << 4 {
		var list []Role
		for i, r := range roles[:4] {
			if bits>>i&1 != 0 {
				list = append(list, r)
			}
		}
		sets = append(sets, RolesOf(list...), RolesOf(list...).Complement())
	}
	for i, s := range sets {
		for _, u := range sets {
			share, all := false, true
			for j, r := range roles {
				a, b := (i/2>>j&1 != 0) != (i%2 != 0), u.Has(r)
				share, all = share || a && b, all && (a || !b)
				if s.Has(r) != a || s.With(u).Has(r) != (a || b) || s.Common(u).Has(r) != (a && b) || s.Without(u).Has(r) != (a && !b) {
					t.Fatalf("%s, %s: %s", s, u, r)
				}
			}
			if s.HasAny(u) != share || s.HasAll(u) != all {
				t.Errorf("%s, %s: any %t, all %t", s, u, s.HasAny(u), s.HasAll(u))
			}
		}
	}
}

func TestRolesAreASet(t *testing.T) {
	s := RolesOf(Agent, Admin, Agent)
	if s.Len() != 2 || !s.Has(Admin) || s.Has(LPA) || s.String() != "admin,agent" || (Roles{}).String() != "none" {
		t.Error(s)
	}
	if VendorRoles().Len() != NumVendorRoles || VendorRoles().Has("host_role") || !AllRoles().Has("host_role") {
		t.Error("VendorRoles, AllRoles")
	}
	for i, r := range vendorRoles {
		if at, ok := r.Vendor(); at != i || !ok || !r.Valid() {
			t.Errorf("%q is at %d, want %d", r, at, i)
		}
	}
	for r := range VendorRoles().All() {
		if r != Admin {
			t.Errorf("the first is %v", r)
		}
		break
	}
	b, err := json.Marshal(s)
	if err != nil || string(b) != `["admin","agent"]` {
		t.Errorf("%s, %v", b, err)
	}
	var back Roles
	for in, want := range map[string]Roles{`["agent","agent"]`: RolesOf(Agent), `[]`: Roles{}, `null`: Roles{}} {
		if err := json.Unmarshal([]byte(in), &back); err != nil || back != want {
			t.Errorf("%s reads as %v, %v", in, back, err)
		}
	}
	for _, in := range []string{`["No Role"]`, `[""]`, `"agent"`, `[1]`} {
		back = s
		if err := json.Unmarshal([]byte(in), &back); err == nil || back != s {
			t.Errorf("%s reads as %v", in, back)
		}
	}
}

func TestParseID(t *testing.T) {
	// documented, LivePerson: "Positive long number greater than zero"
	for in, want := range map[string]ID{"1": 1, "987654321": 987654321, "9223372036854775807": 1<<63 - 1} {
		if got, err := ParseID(in); err != nil || got != want || got.String() != in {
			t.Errorf("%q reads as %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "0", "-1", "+1", "1.0", " 1", "0x1", "1_0", "9223372036854775808", "١"} {
		if got, err := ParseID(in); err == nil {
			t.Errorf("%q reads as %v", in, got)
		}
	}
}
