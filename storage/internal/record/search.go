package record

import (
	"strings"

	"github.com/ca74b63c/roster/internal/facet"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Separator separates the parts of a SearchText. No folded text contains it, because validate.Fold
// turns it into "|".
const Separator = "｜"

// SearchText returns one text with all texts of the user u that storage.Query.Text searches: first
// the login, then the display name, then the others. Each text is folded with validate.Fold, and
// Separator stands between two texts. A user matches Query.Text if the result contains the folded
// Query.Text.
func SearchText(u user.User) string {
	var b strings.Builder
	for i, s := range storage.SearchedTexts(u) {
		if i > 0 {
			b.WriteString(Separator)
		}
		b.WriteString(validate.Fold(s))
	}
	return b.String()
}

// setNames has the names of the sets in roster_user_sets.
var setNames = map[facet.Set]string{
	facet.SetApplications: "applications", facet.SetSkills: "skills", facet.SetQueues: "queues",
	facet.SetMemberOf: "memberOf", facet.SetManagerOf: "managerOf", facet.SetGroups: "groups",
	facet.SetProfiles: "profiles", facet.SetLinesOfBusiness: "linesOfBusiness",
	facet.SetPermissionGroups: "permissionGroups",
}

// SetName returns the name of a set in roster_user_sets.
func SetName(s facet.Set) string { return setNames[s] }

// SequenceName returns the name of a sequence in roster_sequences: "users", "transfers", or a kind
// of reference data.
func SequenceName(s storage.Sequence) string {
	switch s {
	case storage.UserIDs:
		return "users"
	case storage.TransferIDs:
		return "transfers"
	}
	return user.ReferenceKind(s - storage.ReferenceIDs(0)).String()
}

// SequenceOf returns the sequence whose name in the table roster_sequences is name. It is the
// inverse of SequenceName. It returns false if no sequence has the name.
func SequenceOf(name string) (storage.Sequence, bool) {
	switch name {
	case "users":
		return storage.UserIDs, true
	case "transfers":
		return storage.TransferIDs, true
	}
	var k user.ReferenceKind
	if k.UnmarshalText([]byte(name)) != nil || !k.Valid() {
		return 0, false
	}
	return storage.ReferenceIDs(k), true
}
