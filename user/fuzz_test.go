package user

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// FuzzUserJSON proves that decoding never panics and that what was decoded encodes to the same
// user.
func FuzzUserJSON(f *testing.F) {
	for _, u := range []User{{}, crowded(), atWork()} {
		b, err := json.Marshal(u)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"capacity":{"skills":[3,-1,3],"maxAsyncChats":null,"memberOf":null},"access":{"roles":["agent"]}}`))
	f.Add([]byte(`{"management":{"managerOf":[{"group":2},{"group":1,"since":"2025-06-22T14:00:00.5+02:00"}]}}`))
	f.Add([]byte(`{"lifecycle":{"deleted":"9999-12-31T23:59:59Z"},"identity":{"login":"\ud800","kind":"nothing"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var u User
		if json.Unmarshal(b, &u) != nil {
			return
		}
		encoded := must(json.Marshal(u))
		var back User
		if err := json.Unmarshal(encoded, &back); err != nil {
			t.Fatalf("%s: %v", encoded, err)
		}
		if !back.Equal(u) {
			t.Fatalf("%s reads back different in %v", encoded, ChangedAttributes(u, back))
		}
		hammer(t, u)
	})
}

// hammer calls what takes any user, and checks what must hold for every one.
func hammer(t *testing.T, u User) {
	if !SameKeys(u, u) || ChangedAttributes(u, u) != 0 || !u.Equal(u) {
		t.Fatal("a user differs from itself")
	}
	for _, d := range Diff(User{}, u) {
		if d.Before == d.After {
			t.Fatalf("%v: both %q", d.Attribute, d.After)
		}
	}
	f := facts()
	f.Profile = func(id ProfileID) (Profile, bool) {
		return Profile{vendorRoles[uint64(id)%uint64(NumVendorRoles)]}, id > 0
	}
	for _, p := range []Patch{{}, Replacement(u), {Roles: Set(RolesOf(Admin))}, {Enabled: Set(!u.Enabled()), Status: Set(DND)}} {
		_ = p.Check(validate.Strict)
		for _, from := range []User{u, {}, crowded()} {
			out, err := p.Apply(from, f)
			if err != nil {
				if !errors.Is(err, ErrStatusLocked) && !errors.Is(err, validate.ErrInvalid) {
					t.Fatalf("error %v", err)
				}
				continue
			}
			if out.Lost.Without(out.Changed) != 0 {
				t.Fatalf("lost %v of what changed, %v", out.Lost, out.Changed)
			}
			if len(out.Resets) > 0 {
				continue // a role is lost only once: the second time, what the patch sets would stay
			}
			if again, err := p.Apply(out.After, f); err != nil || again.Changed != 0 || len(again.Resets) != 0 {
				t.Fatalf("the same patch again changes %v, %v, %v", again.Changed, again.Resets, err)
			}
		}
	}
	if erased, err := Erase(u, noon); err == nil && (erased.Live() || erased.Keys() != (Keys{})) {
		t.Fatal("erased, and still there")
	}
	if deleted, err := Delete(u, NameReuse{}, noon); err == nil {
		if back, err := Restore(deleted); !u.Lifecycle.Erased && (err != nil || back.Identity != u.Identity) {
			t.Fatalf("restored: %v", err)
		}
	}
	if _, err := Reserve(u, "chat", noon, noon.Add(1)); err == nil && u.Capacity.Free(noon) < 1 {
		t.Fatal("reserved what is not free")
	}
	_, _ = Unreserve(u, "chat", noon)
	_ = u.HoldExpired(noon)
}
