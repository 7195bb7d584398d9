package user

import (
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// TestNamesAreKeptComposed: whichever way a name was typed, the user has it in NFC, and the same
// name is no change.
func TestNamesAreKeptComposed(t *testing.T) {
	decomposed := Set("Jose\u0301")
	p := Patch{
		Login: decomposed, FirstName: decomposed, LastName: decomposed, FullName: decomposed, DisplayName: decomposed,
	}
	for _, profile := range []validate.Profile{validate.Strict, validate.Documented} {
		if err := p.Check(profile); err != nil {
			t.Errorf("%s: %v", profile, err)
		}
	}
	u := must(p.Apply(User{}, Facts{})).After
	const composed = "Jos\u00e9"
	if u.Identity.Login != composed || u.Names != (Names{composed, composed, composed, composed}) {
		t.Errorf("%+q, %+q", u.Identity.Login, u.Names)
	}
	if again := must(p.Apply(u, Facts{})); again.Changed != 0 {
		t.Errorf("changed %s", again.Changed)
	}
}
