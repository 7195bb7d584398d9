package omnidesk_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// examples are the requests of the vendor's document, byte for byte, by their first line.
func examples(t testing.TB) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/examples.http")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for example := range strings.SplitSeq(string(text), "###\n") {
		if line, rest, ok := strings.Cut(example, "\n"); ok {
			list[line] = rest
		}
	}
	return list
}

// replay sends an example as the document has it, but for the placeholders: {id} is user 2, and
// Content-Length, which the document counts before it breaks the lines, is what the body has.
// Edits replace parts of the body.
func (e *env) replay(line string, edits ...string) answer {
	e.t.Helper()
	text, ok := examples(e.t)[line+" HTTP/1.1"]
	if !ok {
		e.t.Fatalf("the document has no example %q", line)
	}
	head, body, _ := strings.Cut(text, "\n\n")
	body = strings.TrimSuffix(body, "\n")
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(body, edits[i]) {
			e.t.Fatalf("no %q in %q", edits[i], body)
		}
		body = strings.Replace(body, edits[i], edits[i+1], 1)
	}
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, strings.Replace(path, "{id}", "2", 1), strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
	}
	for field := range strings.SplitSeq(head, "\n") {
		name, value, _ := strings.Cut(field, ": ")
		if name != "Host" && name != "Content-Length" {
			r.Header.Set(name, value)
		}
	}
	return e.send(r)
}

// theExample replays an example that succeeds and checks what it did.
func theExample(line string, check func(e *env)) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		e.done(e.replay(line))
		check(e)
	}
}

// TestEveryExampleIsReplayed: none of the examples is an internal error, and each is in the matrix
// by a row of its own.
func TestEveryExampleIsReplayed(t *testing.T) {
	list := examples(t)
	if len(list) != 21 {
		t.Errorf("%d examples", len(list))
	}
	for line := range list {
		e := newEnv(t)
		if a := e.replay(strings.TrimSuffix(line, " HTTP/1.1")); a.Code >= http.StatusInternalServerError ||
			a.Code == http.StatusNotFound {
			t.Errorf("%s: %d %s", line, a.Code, a.Text)
		}
	}
}

func exampleIndex(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.replay("GET /api/v2/user"), "list")
	if len(a.Items) != 4 {
		t.Errorf("%d users", len(a.Items))
	}
}

func exampleViews(t *testing.T) {
	e := newEnv(t)
	if a := e.ok(e.replay("GET /api/v2/user/getUserViews"), "list"); len(a.Items) != 0 {
		t.Errorf("boss selected %v", a.Items)
	}
}

// The example of POST has a telephone that the pattern refuses; with one that it takes, it makes
// the user that it shows.
func exampleCreate(t *testing.T) {
	const line = "POST /api/v2/user"
	e := newEnv(t)
	before := e.revision()
	e.refused(e.replay(line), http.StatusBadRequest, "telephone_number:too_short")
	if e.revision() != before {
		t.Error("a refused example changed something")
	}
	a := e.done(e.replay(line, `"telephone_number": "text"`, `"telephone_number": "+31612345678"`))
	got := e.user(a.UserID)
	equal(t, "names", got.Names, user.Names{First: "text", Last: "text"})
	equal(t, "contact", got.Contact, user.Contact{Email: "name@gmail.com", Phone: "+31612345678", Language: "en",
		DateFormat: "en_GB"})
	if got.Identity.Login != "text" || !got.Access.Groups.Equal(user.IDSetOf[user.GroupID](1)) {
		t.Errorf("%+v %+v", got.Identity, got.Access)
	}
}

// The example of PUT has a telephone and a date format that their patterns refuse.
func exampleUpdate(t *testing.T) {
	const line = "PUT /api/v2/user/{id}"
	e := newEnv(t)
	before := e.revision()
	e.refused(e.replay(line), http.StatusBadRequest, "telephone:too_short", "dateFormat:pattern")
	if e.revision() != before {
		t.Error("a refused example changed something")
	}
	e.done(e.replay(line, "telephone='text'", "telephone='%2B31612345678'", "dateFormat='text'", "dateFormat='iso'"))
	got := e.user(2)
	equal(t, "names", got.Names, user.Names{First: "text", Last: "text"})
	equal(t, "contact", got.Contact, user.Contact{Email: "name@gmail.com", Phone: "+31612345678", Language: "nl",
		DateFormat: "iso"})
	if got.Identity.Login != "text" || !got.Access.Groups.Equal(user.IDSetOf[user.GroupID](1)) {
		t.Errorf("%+v %+v", got.Identity, got.Access)
	}
}
