package permission_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func policies() []*permission.Policy {
	return []*permission.Policy{
		permission.Omnidesk(), permission.Genesys(), permission.LivePerson(), permission.Voximplant(), permission.Default(),
	}
}

// Each policy prints as the matrix that the vendor's document shows; a change of a right shows as
// a change of it.
func TestMatrixGolden(t *testing.T) {
	for _, p := range policies() {
		golden(t, p.Name()+".golden.md", p.Matrix())
	}
}

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s changed; if that is meant, run with -update (-want +got):\n%s", name, diff)
	}
}

// A row for permission.CustomSet allows the setting of one attribute that another row names.
func TestMatrixShowsWhatCustomSetCovers(t *testing.T) {
	p := policyOf(t,
		permission.Row{Name: "all", Actions: actions(permission.CustomSet), Roles: roles(user.Agent)},
		permission.Row{Name: "site", Actions: actions(permission.CustomSetOf("site")), Roles: roles(user.Supervisor)})
	i := strings.Index(p.Matrix(), string("| "+permission.CustomSetOf("site").String()+" |"))
	if i < 0 {
		t.Fatalf("no line of the attribute in:\n%s", p.Matrix())
	}
	if line, _, _ := strings.Cut(p.Matrix()[i:], "\n"); strings.Count(line, "yes") != 2 {
		t.Errorf("not both roles may set the site: %s", line)
	}
}

// A host's own names cannot break the table's lines.
func TestMatrixEscapesNames(t *testing.T) {
	p := policyOf(t, permission.Row{Name: "a|b\nc", Actions: actions(permission.UserRead), Roles: roles(user.Agent)})
	if m := p.Matrix(); !strings.Contains(m, `| a\|b c |`) {
		t.Errorf("the name is not escaped in:\n%s", m)
	}
	if m := (*permission.Policy)(nil).Matrix(); m != "" {
		t.Errorf("nil policy prints %q", m)
	}
}
