package record

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestSequenceNames: a database has these names, so they stay.
func TestSequenceNames(t *testing.T) {
	for name, s := range map[string]storage.Sequence{
		"users": storage.UserIDs, "transfers": storage.TransferIDs, "skill": storage.ReferenceIDs(user.ReferenceSkill),
	} {
		if again, ok := SequenceOf(name); SequenceName(s) != name || again != s || !ok {
			t.Errorf("%s is the name of %d, and %d is named %s", name, again, s, SequenceName(s))
		}
	}
	if s, ok := SequenceOf("reference(0)"); ok {
		t.Errorf("sequence %d has the name of none", s)
	}
}

func FuzzNoFoldedTextHasTheSeparator(f *testing.F) {
	f.Add(Separator)
	f.Add("a" + Separator + "b\u0301")
	f.Add("\xef\xbd|")
	f.Fuzz(func(t *testing.T, s string) {
		if folded := validate.Fold(s); strings.Contains(folded, Separator) {
			t.Errorf("%q folds to %q", s, folded)
		}
	})
}

// FuzzSearchText: a part is found in the text exactly if storage.Query.Match says so.
func FuzzSearchText(f *testing.F) {
	f.Add("Kim", "Straße \xff", "kim@example.com", "SS")
	f.Add("a\x00b", "", "x", "\xff")
	f.Fuzz(func(t *testing.T, login, display, mail, part string) {
		var u user.User
		u.Identity.Login, u.Names.Display, u.Contact.Email = login, display, mail
		folded, whole := validate.Fold(part), SearchText(u)
		if part == "" || folded == "" {
			return
		}
		q := storage.Query{Text: part}
		if got := strings.Contains(whole, folded); got != q.Match(u) {
			t.Errorf("text %q in %q: %t", folded, whole, got)
		}
		q = storage.Query{LoginPart: part}
		first, _, _ := strings.Cut(whole, Separator)
		if got := strings.Contains(first, folded); got != q.Match(u) {
			t.Errorf("login part %q in %q: %t", folded, first, got)
		}
	})
}
