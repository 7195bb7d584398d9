package roster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// firstProgram is the first program of README.md; TestReadme checks that both are the same.
func firstProgram(ctx context.Context) (err error) {
	store := memstore.New()
	defer func() { err = errors.Join(err, store.Close()) }()
	dir := roster.New(store)
	host := dir.As("acme", roster.SystemActor()) // the host, which may do everything
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	ann, err := host.Create(ctx, roster.CreateParams{User: user.User{
		Identity: user.Identity{Login: "ann"},
		Capacity: user.Capacity{MaxChats: 4},
		Access:   user.Access{Granted: user.RolesOf(user.Agent)},
	}})
	if err != nil {
		return err
	}
	preview, err := host.SetRoles(ctx, ann.User.ID, user.RolesOf(user.Supervisor), roster.DryRun())
	if err != nil {
		return err
	}
	fmt.Println(preview.Resets) // [agent-lost: maxChats 4]

	// An error has a code for programs and a text for people.
	_, err = host.Patch(ctx, ann.User.ID, user.Patch{Email: user.Set("ann at home")})
	fmt.Println(roster.CodeOf(err), err) // invalid validate: /contact/email: is not a valid e-mail address
	_, err = dir.As("acme", roster.UserActor(ann.User.ID)).Delete(ctx, ann.User.ID)
	fmt.Println(roster.CodeOf(err), errors.Is(err, permission.ErrDenied)) // denied true
	return nil
}

func Example_readme() {
	if err := firstProgram(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [agent-lost: maxChats 4]
	// invalid validate: /contact/email: is not a valid e-mail address
	// denied true
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
	readme := body("README.md", "func run(ctx context.Context) (err error) {", "\n}\n")
	example := body("example_readme_test.go", "func firstProgram(ctx context.Context) (err error) {", "\n}\n")
	if !slices.Equal(readme, example) {
		t.Errorf("README.md shows\n%s\nthe example is\n%s", strings.Join(readme, "\n"), strings.Join(example, "\n"))
	}
	imports := strings.Join(body("README.md", "package main", "func main()"), "\n")
	for _, path := range []string{
		"context", "errors", "fmt", "log", "github.com/ca74b63c/roster", "github.com/ca74b63c/roster/memstore",
		"github.com/ca74b63c/roster/permission", "github.com/ca74b63c/roster/user",
	} {
		if !strings.Contains(imports, `"`+path+`"`) {
			t.Errorf("README.md does not import %s", path)
		}
	}
	if n := strings.Count(imports, `"`); n != 16 {
		t.Errorf("README.md imports more than it uses: %s", imports)
	}
}
