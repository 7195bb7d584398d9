package storage_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// TestRecordsPage: each example of docs/records.md reads back as it is written there, and its
// section names every member.
func TestRecordsPage(t *testing.T) {
	page, err := os.ReadFile("../docs/records.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range forms {
		_, section, found := strings.Cut(string(page), "\n## "+form.name+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		_, example, _ := strings.Cut(section, "```json\n")
		example, rest, closed := strings.Cut(example, "```")
		if !found || !closed {
			t.Errorf("the page has no example of a %s", form.name)
			continue
		}
		v, err := form.decode([]byte(example))
		if err != nil {
			t.Errorf("the example of a %s: %v", form.name, err)
			continue
		}
		got, err := form.encode(v)
		var want bytes.Buffer
		if err != nil || json.Compact(&want, []byte(example)) != nil || want.String() != string(got) {
			t.Errorf("the example of a %s is written as\n%s, want\n%s, %v", form.name, got, want.String(), err)
		}
		all, err := form.encode(form.whole(1))
		var members map[string]any
		if err != nil || json.Unmarshal(all, &members) != nil {
			t.Fatalf("%s: %v", form.name, err)
		}
		for _, path := range paths("", members) {
			if !strings.Contains(rest, "`"+path+"`") {
				t.Errorf("the page does not name the member %s of a %s", path, form.name)
			}
		}
	}
}

// groups are the members whose own members the page names by path.
var groups = strings.Fields(`identity names contact credentials capacity management presence preferences access billing
	lifecycle nameReuse profile`)

// paths returns the members of an object: those of the groups of a record by path, those of deeper
// objects by name. The created user of a change has a section of its own.
func paths(prefix string, object map[string]any) []string {
	var list []string
	for name, v := range object {
		path := prefix + name
		if list, ok := v.([]any); ok && len(list) > 0 {
			v = list[0]
		}
		inner, ok := v.(map[string]any)
		switch {
		case ok && name == "created", ok && name == "change", ok && name == "given", ok && (name == "before" || name == "after"), ok && name == "custom":
			list = append(list, name)
		case ok && prefix == "" && slices.Contains(groups, name):
			list = append(list, paths(name+".", inner)...)
		case ok:
			list = append(list, path)
			for name := range inner {
				list = append(list, name)
			}
		default:
			list = append(list, path)
		}
	}
	return list
}

// TestRecordsPageNamesEnumerations: the table of names has all of each enumeration, in order.
func TestRecordsPageNamesEnumerations(t *testing.T) {
	page, err := os.ReadFile("../docs/records.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string][]encoding.TextMarshaler{
		"kind of user":           all(user.Human, func(k user.Kind) user.Kind { return k + 1 }),
		"status":                 all(user.Offline, func(s user.Status) user.Status { return s + 1 }),
		"role":                   vendorRoles(),
		"kind of reference data": all(user.ReferenceApplication, func(k user.ReferenceKind) user.ReferenceKind { return k + 1 }),
		"kind of transfer":       all(balance.Funding, func(k balance.Kind) balance.Kind { return k + 1 }),
		"reason to skip a user":  all(balance.AccountShort, func(r balance.SkipReason) balance.SkipReason { return r + 1 }),
	} {
		var names []string
		for _, e := range list {
			b, _ := e.MarshalText()
			names = append(names, "`"+string(b)+"`")
		}
		if row := "\n| " + name + " | " + strings.Join(names, ", ") + " |\n"; !strings.Contains(string(page), row) {
			t.Errorf("the page has no row%s", row)
		}
	}
}

// all returns the values of an enumeration, from the first up to the one without a name.
func all[E encoding.TextMarshaler](first E, next func(E) E) []encoding.TextMarshaler {
	var list []encoding.TextMarshaler
	for e := first; ; e = next(e) {
		if _, err := e.MarshalText(); err != nil {
			return list
		}
		list = append(list, e)
	}
}

// vendorRoles returns the roles that the page names.
func vendorRoles() (list []encoding.TextMarshaler) {
	for role := range user.VendorRoles().All() {
		list = append(list, role)
	}
	return list
}
