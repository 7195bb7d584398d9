package roster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
	host := dir.As("acme", roster.SystemActor()) // your program, which may do everything
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
	fmt.Println("user", ann.User.ID, "is", ann.User.Identity.Login)

	// A dry run returns what the call would do. An agent that becomes a supervisor loses the chats.
	preview, err := host.SetRoles(ctx, ann.User.ID, user.RolesOf(user.Supervisor), roster.DryRun())
	if err != nil {
		return err
	}
	fmt.Println(preview.Resets)

	// The policy lets no agent delete users. A refusal has a code for programs and a text for
	// people.
	_, err = dir.As("acme", roster.UserActor(ann.User.ID)).Delete(ctx, ann.User.ID)
	fmt.Println(roster.CodeOf(err), err)
	var denied *permission.Denied
	if errors.As(err, &denied) {
		fmt.Println(denied.Rule, denied.Need)
	}

	_, err = host.Patch(ctx, ann.User.ID, user.Patch{Email: user.Set("ann at home")})
	fmt.Println(roster.CodeOf(err), err)
	_, err = host.Get(ctx, 99)
	fmt.Println(roster.CodeOf(err), err)
	return nil
}

func Example_readme() {
	if err := firstProgram(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// user 1 is ann
	// [agent-lost: maxChats 4]
	// denied permission denied: user.delete: rule no-permission of default; needs role admin|lpa|owner; or role user_manager, users without the role admin|lpa|owner
	// no-permission role admin|lpa|owner; or role user_manager, users without the role admin|lpa|owner
	// invalid validate: /contact/email: is not a valid e-mail address
	// not_found storage: not found
}

// between returns the text of a file between two markers.
func between(t *testing.T, file, begin, end string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), begin)
	body, _, ends := strings.Cut(rest, end)
	if !found || !ends {
		t.Fatalf("%s: nothing between %q and %q", file, begin, end)
	}
	return strings.TrimSpace(body)
}

// TestReadme checks that README.md shows the first program as it is compiled here, what it prints,
// and the problem document of its last error.
func TestReadme(t *testing.T) {
	const self = "example_readme_test.go"
	same := func(what, readme, want string) {
		if readme != want {
			t.Errorf("README.md shows %s\n%s\nwant\n%s", what, readme, want)
		}
	}
	same("the program", between(t, "README.md", "func run(ctx context.Context) (err error) {", "\n}\n"),
		between(t, self, "func firstProgram(ctx context.Context) (err error) {", "\n}\n"))
	output := between(t, self, "// Output:\n", "\n}\n")
	same("the output", between(t, "README.md", "```text\n", "\n```"), strings.ReplaceAll(strings.TrimPrefix(output, "// "), "\n\t// ", "\n"))

	_, err := open(newDirectory()).Get(context.Background(), 99)
	problem, err := json.MarshalIndent(roster.ProblemOf(err), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	same("the problem", between(t, "README.md", "```json\n", "\n```"), string(problem))

	imports := strings.Fields(between(t, "README.md", "import (", "\n)"))
	same("the imports", strings.Join(imports, " "), `"context" "errors" "fmt" "log" "github.com/ca74b63c/roster" `+
		`"github.com/ca74b63c/roster/memstore" "github.com/ca74b63c/roster/permission" "github.com/ca74b63c/roster/user"`)
	text, err := os.ReadFile("README.md")
	if n := strings.Count(string(text), "\n"); err != nil || n > 200 {
		t.Errorf("README.md has %d lines, more than 200: %v", n, err)
	}
}
