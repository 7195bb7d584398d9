package together_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/wire"
	"github.com/ca74b63c/roster/examples/wire/wiretest"
	"github.com/ca74b63c/roster/memstore"
)

var update = flag.Bool("update", false, "write docs/http.md")

const formType = "application/x-www-form-urlencoded"

// writes are a request of each vendor that changes a user.
var writes = []struct {
	vendor                          wire.Vendor
	method, path, contentType, body string
}{
	{wire.Omnidesk, "PUT", "/api/v2/user/maxChats", formType, "userID=2&maxChats=3"},
	{wire.Genesys, "POST", "/api/v2/users", "application/json", `{"userName":"kim","password":"Kims-Passw0rd!","firstName":"K","lastName":"K","roles":["ROLE_AGENT"]}`},
	{wire.LivePerson, "POST", "/api/account/north/configuration/le-users/users", "application/json",
		`{"loginName":"kim","nickname":"K","fullName":"K","email":"k@x.example","isEnabled":true,"maxChats":1,"profileIds":[1],"passwordSh":"Kims-Passw0rd!"}`},
	{wire.Voximplant, "POST", "/platform_api/SetUserInfo", formType, "user_id=2&user_display_name=Anna&account_id=1&api_key=north-voximplant"},
}

// TestHead: HEAD is GET, but where a GET may change something.
func TestHead(t *testing.T) {
	store := memstore.New()
	defer func() { _ = store.Close() }()
	dir := roster.New(store, roster.WithHasher(wiretest.Hasher{}))
	realm, err := wire.Sow(context.Background(), dir, wire.Seed{Accounts: []wire.SeedAccount{north.seed()}, Keys: north.keys()})
	if err != nil {
		t.Fatal(err)
	}
	handler := mount(dir, realm, wire.Options{})
	for path, want := range map[string]int{
		"/api/v2/user": 200, "/api/v2/users": 200, "/api/account/north/configuration/le-users/users?v=6.0": 200,
		"/platform_api/GetUsers?account_id=1&api_key=north-voximplant": 405,
	} {
		r := httptest.NewRequest("HEAD", path, nil)
		r.Header.Set("apiKey", north.key(wire.Omnidesk))
		r.Header.Set(contactCenter, string(north.name))
		r.SetBasicAuth(north.admin(), secret)
		if strings.HasPrefix(path, "/api/account") {
			r.Header.Set("Authorization", "Bearer "+north.key(wire.LivePerson))
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d: %s", path, w.Code, want, w.Body)
		}
	}
}

// TestConventions runs every row against every vendor and compares docs/http.md with the table.
func TestConventions(t *testing.T) {
	for _, c := range wire.Conventions {
		for _, w := range writes {
			t.Run(c.Request+"/"+string(w.vendor), func(t *testing.T) {
				store := memstore.New()
				defer func() { _ = store.Close() }()
				dir := roster.New(store, roster.WithHasher(wiretest.Hasher{}))
				realm, err := wire.Sow(context.Background(), dir, wire.Seed{Accounts: []wire.SeedAccount{north.seed()}, Keys: north.keys()})
				if err != nil {
					t.Fatal(err)
				}
				method, path := w.method, w.path+c.Suffix
				if c.Method != "" {
					method = c.Method
				}
				if w.vendor == wire.LivePerson {
					path += "?v=6.0"
				}
				r := httptest.NewRequest(method, path, strings.NewReader(c.Prefix+w.body))
				r.Header.Set("Content-Type", w.contentType)
				for name, value := range c.Header {
					r.Header.Set(name, strings.Replace(value, "*", w.contentType, 1))
				}
				r.Header.Set("apiKey", north.key(wire.Omnidesk))
				switch w.vendor {
				case wire.Genesys:
					r.Header.Set(contactCenter, string(north.name))
					r.SetBasicAuth(north.admin(), secret)
				case wire.LivePerson:
					r.Header.Set("Authorization", "Bearer "+north.key(wire.LivePerson))
				}
				want := c.Status
				if other, ok := c.Differs[w.vendor]; ok {
					want = other
				}
				answer := httptest.NewRecorder()
				mount(dir, realm, wire.Options{}).ServeHTTP(answer, r)
				got := answer.Code
				if got == http.StatusCreated {
					got = http.StatusOK
				}
				if got != want || want == 200 && strings.Contains(answer.Body.String(), `"error"`) {
					t.Errorf("%d, want %d: %s", got, want, answer.Body)
				}
				if want == http.StatusMethodNotAllowed && answer.Header().Get("Allow") == "" {
					t.Error("no Allow")
				}
				if kind := answer.Header().Get("Content-Type"); !strings.HasPrefix(kind, "application/json") || answer.Header().Get("Content-Encoding") != "" {
					t.Errorf("the reply is %q", kind)
				}
			})
		}
	}
	const file = "../../docs/http.md"
	text := conventionTable()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(text, string(have)); d != "" {
		t.Errorf("go test -run %s -update writes it: %s", t.Name(), d)
	}
}

func conventionTable() string {
	var b strings.Builder
	b.WriteString("# HTTP, the same for every vendor\n\nPrinted by `examples/together.TestConventions`, which sends each row to every vendor: a request that changes\n" +
		"a user, sent so. The rows are *assumed*, but where a vendor's documents or clients differ. 200 stands for any success.\n\n" +
		"| request | answer | differs | why |\n|---|---|---|---|\n")
	for _, c := range wire.Conventions {
		var differs []string
		for _, w := range writes {
			if status, ok := c.Differs[w.vendor]; ok {
				differs = append(differs, fmt.Sprintf("%s %d", w.vendor, status))
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", c.Request, c.Status, strings.Join(differs, ", "), c.Why)
	}
	b.WriteString("\nHEAD is GET without a body; Voximplant answers it with 405, since its GET may change something.\n")
	return b.String()
}
