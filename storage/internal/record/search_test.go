package record

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/facet"
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
	if SequenceName(storage.RefIDs(user.RefSkill)) != "skill" || SequenceName(storage.TransferIDs) != "transfers" {
		t.Error("a sequence has another sequence's name")
	}
}
