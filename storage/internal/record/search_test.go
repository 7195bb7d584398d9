package record

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/internal/facet"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

func TestSearchText(t *testing.T) {
	u := user.User{
		Identity: user.Identity{Login: "ANNA" + Separator},
		Names:    user.Names{Display: "Straße", First: "Anna", Full: "Anna Ä"},
	}
	if got, want := SearchText(u), strings.Join([]string{"anna|", "strasse", "anna", "", "anna ä", "", "", ""}, Separator); got != want {
		t.Errorf("%q, want %q", got, want)
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

func TestNamesOfSetsAndSequences(t *testing.T) {
	seen := make(map[string]bool)
	for s := facet.SetApplications; s <= facet.SetPermissionGroups; s++ {
		if name := SetName(s); name == "" || seen[name] {
			t.Errorf("set %d is named %q", s, name)
		} else {
			seen[name] = true
		}
	}
	seen = make(map[string]bool)
	for s := range storage.NumSequences {
		if s := storage.Sequence(s); s.Valid() {
			if name := SequenceName(s); name == "" || seen[name] {
				t.Errorf("sequence %d is named %q", s, name)
			} else {
				seen[name] = true
			}
			if again, ok := SequenceOf(SequenceName(s)); !ok || again != s {
				t.Errorf("sequence %d comes back as %d, %t", s, again, ok)
			}
		}
	}
	if s, ok := SequenceOf("reference(0)"); ok {
		t.Errorf("sequence %d has the name of none", s)
	}
	if SequenceName(storage.ReferenceIDs(user.ReferenceSkill)) != "skill" || SequenceName(storage.TransferIDs) != "transfers" {
		t.Error("a sequence has another sequence's name")
	}
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
