package crossvendor_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
)

var update = flag.Bool("update", false, "write docs/http.md")

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"

	peoplePath = "/api/account/north/configuration/le-users/users"
)

// request is a request of a vendor. A read has no body.
type request struct {
	vendor                                 vendorhttp.Vendor
	method, path, query, contentType, body string
}

// readsAndWrites are two requests of each vendor: one that reads users, and one that changes a
// user.
var readsAndWrites = []request{
	{vendor: vendorhttp.Omnidesk, method: "GET", path: "/api/v2/user"},
	{vendor: vendorhttp.Omnidesk, method: "PUT", path: "/api/v2/user/maxChats", contentType: formType, body: "userID=2&maxChats=3"},
	{vendor: vendorhttp.Genesys, method: "GET", path: "/api/v2/users"},
	{
		vendor: vendorhttp.Genesys, method: "POST", path: "/api/v2/users", contentType: jsonType,
		body: `{"userName":"kim","password":"Kims-Passw0rd!","firstName":"K","lastName":"K","roles":["ROLE_AGENT"]}`,
	},
	{vendor: vendorhttp.LivePerson, method: "GET", path: peoplePath, query: "?v=6.0"},
	{
		vendor: vendorhttp.LivePerson, method: "POST", path: peoplePath, query: "?v=6.0", contentType: jsonType,
		body: `{"loginName":"kim","nickname":"K","fullName":"K","email":"k@x.example","isEnabled":true,"maxChats":1,` +
			`"profileIds":[1],"passwordSh":"Kims-Passw0rd!"}`,
	},
	{vendor: vendorhttp.Voximplant, method: "GET", path: "/platform_api/GetUsers", query: "?account_id=1&api_key=north-voximplant"},
	{
		vendor: vendorhttp.Voximplant, method: "POST", path: "/platform_api/SetUserInfo", contentType: formType,
		body: "user_id=2&user_display_name=Anna&account_id=1&api_key=north-voximplant",
	},
}

// isAbout reports whether the row is about the request.
func (c *convention) isAbout(q *request) bool {
	return c.to == all || (c.to == reads) == (q.body == "")
}

// made is the request, sent as the row says.
func (c *convention) made(q *request) *http.Request {
	method := q.method
	if c.method != "" {
		method = c.method
	}
	body := io.Reader(http.NoBody)
	if q.body != "" {
		body = strings.NewReader(c.prefix + q.body)
	}
	r := httptest.NewRequest(method, q.path+c.suffix+q.query, body)
	if q.body != "" {
		r.Header.Set("Content-Type", q.contentType)
	}
	for name, value := range c.header {
		r.Header.Set(name, strings.Replace(value, "*", q.contentType, 1))
	}
	switch q.vendor {
	case vendorhttp.Omnidesk:
		r.Header.Set("apiKey", north.key(vendorhttp.Omnidesk))
	case vendorhttp.Genesys:
		r.Header.Set(contactCenter, string(north.name))
		r.SetBasicAuth(north.admin(), secret)
	case vendorhttp.LivePerson:
		r.Header.Set("Authorization", "Bearer "+north.key(vendorhttp.LivePerson))
	}
	return r
}

// TestConventions runs every row against every vendor and compares docs/http.md with the table.
func TestConventions(t *testing.T) {
	for _, c := range conventions {
		for _, q := range readsAndWrites {
			if !c.isAbout(&q) {
				continue
			}
			t.Run(c.request+"/"+string(q.vendor)+" "+q.method, func(t *testing.T) {
				store := memstore.New()
				defer func() { _ = store.Close() }()
				dir := roster.New(store, roster.WithHasher(vendorhttptest.Hasher{}))
				realm, err := vendorhttp.Seed(context.Background(), dir, vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{north.seed()}, Keys: north.keys()})
				if err != nil {
					t.Fatal(err)
				}
				want := c.status
				if other, ok := c.differs[q.vendor]; ok {
					want = other
				}
				answer := httptest.NewRecorder()
				mount(dir, realm, vendorhttp.Options{}).ServeHTTP(answer, c.made(&q))
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
				if kind := answer.Header().Get("Content-Type"); !strings.HasPrefix(kind, jsonType) || answer.Header().Get("Content-Encoding") != "" {
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
	b.WriteString("# HTTP, the same for every vendor\n\nPrinted by `examples/crossvendor.TestConventions`, which sends each row to every vendor: as a request that\n" +
		"reads users, as one that changes a user, or as both. The rows are *assumed*, but where a vendor's documents or\n" +
		"clients differ. 200 stands for any success.\n\n" +
		"| request | sent as | answer | differs | why |\n|---|---|---|---|---|\n")
	for _, c := range conventions {
		var differs []string
		for _, vendor := range []vendorhttp.Vendor{vendorhttp.Omnidesk, vendorhttp.Genesys, vendorhttp.LivePerson, vendorhttp.Voximplant} {
			if status, ok := c.differs[vendor]; ok {
				differs = append(differs, fmt.Sprintf("%s %d", vendor, status))
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s |\n", c.request, c.to, c.status, strings.Join(differs, ", "), c.why)
	}
	return b.String()
}
