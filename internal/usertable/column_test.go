package usertable

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

var update = flag.Bool("update", false, "write the golden files")

// TestColumns shows the columns of the model and of custom attributes of every type.
func TestColumns(t *testing.T) {
	var b strings.Builder
	for _, c := range Columns(schema) {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", c.Name, c.Path, c.Allowed)
	}
	const name = "testdata/columns.golden.tsv"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the columns are\n%s", got)
	}
}

// Every attribute that a patch can name has a column, and its form is found.
func TestEveryAttributeHasAColumn(t *testing.T) {
	columns := map[string]Column{}
	for _, c := range Columns(user.CustomSchema{}) {
		columns[c.Path] = c
	}
	for a := range user.Patchable().All() {
		c, ok := columns[a.Path()]
		if !ok && a != user.AttrCustom {
			t.Errorf("%v has no column", a)
		}
		if listed := a == user.AttrStatistics || a == user.AttrCampaigns; ok && (c.form.name == jsonForm.name) != listed {
			t.Errorf("%v has the form %s", a, c.form.name)
		}
	}
}
