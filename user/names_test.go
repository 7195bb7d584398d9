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
	type text interface {
		encoding.TextMarshaler
		fmt.Stringer
	}
	for _, tt := range []struct {
		name  string
		first int
		n     int
		of    func(int) text
		read  func([]byte) (text, error)
		over  string // the text of the first number that has no name
	}{
		{
			"kind", 0, int(numKinds), func(i int) text { return Kind(i) },
			func(b []byte) (text, error) { var k Kind; err := k.UnmarshalText(b); return k, err }, "kind(3)",
		},
		{
			"status", 0, int(numStatuses), func(i int) text { return Status(i) },
			func(b []byte) (text, error) { var s Status; err := s.UnmarshalText(b); return s, err }, "STATUS(8)",
		},
		{
			"reference", 1, int(endReferences), func(i int) text { return ReferenceKind(i) },
			func(b []byte) (text, error) { var k ReferenceKind; err := k.UnmarshalText(b); return k, err }, "reference(10)",
		},
		{
			"attribute", 0, int(numAttributes), func(i int) text { return Attribute(i) },
			func(b []byte) (text, error) { var a Attribute; err := a.UnmarshalText(b); return a, err }, "attribute(56)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			seen := map[string]bool{}
			for i := tt.first; i < tt.n; i++ {
				v := tt.of(i)
				b, err := v.MarshalText()
				if err != nil || string(b) != v.String() || seen[v.String()] || len(b) == 0 {
					t.Errorf("%d: %s, %v", i, b, err)
				}
				seen[v.String()] = true
				if back, err := tt.read(b); err != nil || back != v {
					t.Errorf("%s reads as %v, %v", b, back, err)
				}
			}
			if got := tt.of(tt.n).String(); got != tt.over {
				t.Errorf("%q, want %q", got, tt.over)
			}
			if b, err := tt.of(tt.n).MarshalText(); err == nil {
				t.Errorf("%d is written as %q", tt.n, b)
			}
			if v, err := tt.read(nil); (err == nil) != (tt.first == 1) || err == nil && v != tt.of(0) {
				t.Errorf("the empty name reads as %v, %v", v, err)
			}
			for _, bad := range []string{"nothing", tt.over, tt.of(tt.first).String() + " "} {
				if v, err := tt.read([]byte(bad)); err == nil {
					t.Errorf("%q reads as %v", bad, v)
				}
			}
		})
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

func TestRolesAreASet(t *testing.T) {
	s := RolesOf(Agent, Admin, Agent)
	if s.Len() != 2 || !s.Has(Admin) || s.Has(LPA) || s.String() != "admin,agent" || (Roles{}).String() != "none" {
		t.Error(s)
	}
	if !s.HasAll(RolesOf(Admin)) || s.HasAll(RolesOf(Admin, LPA)) || !s.HasAny(RolesOf(Admin, LPA)) || s.HasAny(RolesOf(LPA)) {
		t.Error("HasAll, HasAny")
	}
	if got := s.With(RolesOf(LPA)).Without(RolesOf(Admin)); got != RolesOf(Agent, LPA) {
		t.Error(got)
	}
	if VendorRoles().Len() != NumVendorRoles || VendorRoles().Has("host_role") || !AllRoles().Has("host_role") {
		t.Error("VendorRoles, AllRoles")
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
