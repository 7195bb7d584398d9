package user_test

import (
	"testing"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestNamesAreKeptComposed: whichever way a name was typed, the user has it in NFC, and the same
// name is no change.
func TestNamesAreKeptComposed(t *testing.T) {
	const decomposed, composed = "Jose\u0301", "Jos\u00e9"
	patch := func(name string) user.Patch {
		return user.Patch{
			Login: user.Set(name), FirstName: user.Set(name), LastName: user.Set(name), FullName: user.Set(name),
			DisplayName: user.Set(name),
		}
	}
	p := patch(decomposed)
	for _, profile := range []validate.Profile{validate.Strict, validate.Documented} {
		if err := p.Check(profile); err != nil {
			t.Errorf("%s: %v", profile, err)
		}
	}
	out, err := p.Apply(user.User{}, user.Facts{})
	if err != nil {
		t.Fatal(err)
	}
	u := out.After
	for what, got := range map[string]string{
		"login": u.Identity.Login, "first": u.Names.First, "last": u.Names.Last, "full": u.Names.Full, "display": u.Names.Display,
	} {
		if got != composed {
			t.Errorf("%s: %+q", what, got)
		}
	}
	again, err := p.Apply(u, user.Facts{})
	if err != nil || again.Changed != 0 {
		t.Errorf("changed %s, %v", again.Changed, err)
	}
}
