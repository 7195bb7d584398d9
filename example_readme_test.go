package roster_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// The first program of README.md; TestReadme checks that it is the same.
func Example_readme() {
	ctx := context.Background()
	host := roster.New(memstore.New()).As("acme", roster.SystemActor())
	host.CreateAccount(ctx, user.Account{Currency: "USD"})
	ann, err := host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"},
		Capacity: user.Capacity{MaxChats: 4},
		Access:   user.Access{Granted: user.RolesOf(user.Agent)},
	}})
	preview, err := host.SetRoles(ctx, ann.User.ID, user.RolesOf(user.Supervisor), roster.DryRun())
	fmt.Println(preview.Resets, err) // [{agent-lost maxChats 4}] <nil>
	// Output:
	// [{agent-lost maxChats 4}] <nil>
}

func TestReadme(t *testing.T) {
	body := func(file, begin, end string) []string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, found := strings.Cut(string(text), begin)
		body, _, ends := strings.Cut(rest, end)
		if !found || !ends {
			t.Fatalf("%s: nothing between %q and %q", file, begin, end)
		}
		return strings.Split(strings.TrimSpace(body), "\n")
	}
	readme := body("README.md", "func main() {", "\n}\n")
	example := body("example_readme_test.go", "func Example_readme() {", "\t// Output:")
	if !slices.Equal(readme, example) {
		t.Errorf("README.md shows\n%s\nthe example is\n%s", strings.Join(readme, "\n"), strings.Join(example, "\n"))
	}
	imports := strings.Join(body("README.md", "package main", "func main()"), "\n")
	for _, path := range []string{"context", "fmt", "github.com/ca74b63c/roster", "github.com/ca74b63c/roster/memstore", "github.com/ca74b63c/roster/user"} {
		if !strings.Contains(imports, `"`+path+`"`) {
			t.Errorf("README.md does not import %s", path)
		}
	}
	if n := strings.Count(imports, `"`); n != 10 {
		t.Errorf("README.md imports more than it uses: %s", imports)
	}
}
