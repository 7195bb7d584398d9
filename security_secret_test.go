package roster_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// marked is a part of every password in the tests of this file, and occurs nowhere else.
const marked = "zq7-marked-xk2"

// traces are the forms in which marked could be printed by mistake.
var traces = []string{
	marked, strings.ToUpper(marked), hex.EncodeToString([]byte(marked)), strings.ToUpper(hex.EncodeToString([]byte(marked))),
	base64.StdEncoding.EncodeToString([]byte("x" + marked))[4:16], base64.StdEncoding.EncodeToString([]byte(marked))[:12],
	strings.Trim(fmt.Sprint([]byte(marked)), "[]"), "$argon2",
}

func noTrace(t testing.TB, where, text string) {
	t.Helper()
	for _, trace := range traces {
		if i := strings.Index(text, trace); i >= 0 {
			t.Errorf("%s shows %q: …%.200s", where, trace, text[max(0, i-80):])
			return
		}
	}
}

// shown calls f with every text that printing, logging and encoding make of v.
func shown(t testing.TB, v any, f func(how, text string)) {
	t.Helper()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		f(verb, fmt.Sprintf(verb, v))
	}
	b, err := json.Marshal(v)
	f("JSON", fmt.Sprint(string(b), err)) // a value with a function has no JSON
	var log bytes.Buffer
	for how, h := range map[string]slog.Handler{
		"log of text": slog.NewTextHandler(&log, nil), "log of JSON": slog.NewJSONHandler(&log, nil),
	} {
		log.Reset()
		slog.New(h).With("with", v).Info("message", "value", v, slog.Group("group", "value", v))
		f(how, log.String())
	}
}

// TestAMarkedPasswordIsFoundNowhere gives passwords, right and wrong, to every call that takes
// one. No result, error, log, change or list holds them or a hash, and no result of another call. A
// snapshot, which holds hashes, does not hold the passwords.
func TestAMarkedPasswordIsFoundNowhere(t *testing.T) {
	store := memstore.New()
	w := newWorld(t, store)
	good, better := roster.PasswordOf("x"+marked+" horse battery"), roster.PasswordOf("x"+marked+" staple of another kind")
	look := func(what string, v any, err error) {
		t.Helper()
		for _, v := range []any{v, err} {
			shown(t, v, func(how, text string) { noTrace(t, what+", "+how, text) })
			texts(reflect.ValueOf(v), func(s string) { noTrace(t, what+", in memory", s) })
			if e, ok := v.(error); ok {
				noTrace(t, what, e.Error())
			}
		}
	}
	person := func(login string, p roster.Password) roster.CreateParams {
		n := named(login)
		n.Password = p
		return n
	}
	change := func(now, old roster.Password) roster.PasswordChange {
		return roster.PasswordChange{New: now, Old: old, HasOld: true}
	}
	reset := roster.PasswordChange{New: good}
	c := w.ctx
	var d *roster.Directory // with a storage that fails
	var host, own roster.Handle
	calls := []struct {
		name string
		do   func() (any, error)
	}{
		{"Create", func() (any, error) { return host.Create(c, person("fresh", good)) }},
		{"CreateMany", func() (any, error) {
			return host.CreateMany(c, []roster.CreateParams{person("many", good), person("more", better)})
		}},
		{"Create, refused by the policy", func() (any, error) {
			return host.Create(c, person("zq7", roster.PasswordOf(marked)))
		}},
		{"Create, taken login", func() (any, error) { return host.Create(c, person("agent", good)) }},
		{"ResetPassword", func() (any, error) { return host.ResetPassword(c, agent, reset) }},
		{"ResetPassword, another confirmation", func() (any, error) {
			return host.ResetPassword(c, agent, roster.PasswordChange{New: good, Confirm: better})
		}},
		{"ResetPassword, by who may not", func() (any, error) { return own.ResetPassword(c, other, reset) }},
		{"ChangePassword, wrong old one", func() (any, error) { return own.ChangePassword(c, change(better, better)) }},
		{"ChangePassword, too short", func() (any, error) {
			return own.ChangePassword(c, change(roster.PasswordOf("zq7"), good))
		}},
		{"ChangePassword, the same again", func() (any, error) { return own.ChangePassword(c, change(good, good)) }},
		{"Edit", func() (any, error) {
			return host.Edit(c, []roster.Edit{{ID: other, Password: &roster.PasswordChange{New: better}}})
		}},
		{"SignIn", func() (any, error) { return d.SignIn(c, "acme", "agent", good) }},
		{"SignIn, wrong", func() (any, error) { return d.SignIn(c, "acme", "agent", better) }},
		{"SignIn, unknown", func() (any, error) { return d.SignIn(c, "acme", "ann", good) }},
		{"SignIn, no account", func() (any, error) { return d.SignIn(c, "a\x00", "agent", good) }},
		{"ChangePassword", func() (any, error) { return own.ChangePassword(c, change(better, good)) }},
	}
	remembering := []roster.Option{roster.WithHasher(cheap()), roster.WithPasswordPolicy(password.All(password.Default(), password.History(3)))}
	succeeded := 0
	for _, call := range calls {
		for n := 1; ; n++ { // fails each call of the storage in turn
			faulty := storagetest.Faults(store, n)
			d = roster.New(faulty, remembering...)
			host, own = d.As("acme", roster.SystemActor()), d.As("acme", roster.UserActor(agent))
			v, err := call.do()
			look(call.name, v, err)
			if err == nil {
				succeeded++
			}
			if _, fired := faulty.Fired(); !fired {
				break
			}
		}
	}
	if succeeded < 6 {
		t.Errorf("only %d calls succeeded", succeeded)
	}
	everyReading(t, w, func(name string, v any, err error) { look(name, v, err) })
	everyAbility(t, writes, func(_ *testing.T, w *world, a ability) {
		for _, h := range []roster.Handle{w.host, w.as(agent)} {
			v, err := a.do(w.ctx, h, a.target)
			look(a.name, v, err)
		}
	})

	var snapshot bytes.Buffer
	w.ok(store.Snapshot(w.ctx, &snapshot))
	if !strings.Contains(snapshot.String(), "$argon2") {
		t.Error("the snapshot holds no hashes, so this test proves nothing of it")
	}
	for _, trace := range traces[:len(traces)-1] {
		if strings.Contains(snapshot.String(), trace) {
			t.Errorf("the snapshot holds %q", trace)
		}
	}
}

// everyReading calls f with the result of each ability that reads, and with each item of a
// sequence.
func everyReading(t testing.TB, w *world, f func(name string, v any, err error)) {
	t.Helper()
	for _, a := range abilities() {
		if a.reads {
			v, err := a.do(w.ctx, w.host, a.target)
			f(a.name, v, err)
		}
	}
	for u, err := range w.host.All(w.ctx, roster.ListParams{Query: storage.Query{Deleted: storage.WithDeleted}}) {
		f("All", u, err)
	}
	rev := must(w.host.Revision(w.ctx))
	for c, err := range w.host.Watch(w.ctx, storage.ChangeID{}) {
		if f("Watch", c, err); err != nil || c.ID.Revision == rev {
			break
		}
	}
}

// secretName matches names of fields that may hold a password or a value made from one.
var secretName = regexp.MustCompile(`(?i)pass|secret|hash|plain|confirm|salt|^old$|^new$|^key$|token`)

// TestEveryTypeThatMayHoldASecretRedactsItself lists each exported struct with a field that by
// name or type may hold a secret. The struct redacts itself, or the list says why it holds no
// secret.
func TestEveryTypeThatMayHoldASecretRedactsItself(t *testing.T) {
	p := roster.PasswordOf(marked)
	redacting := map[string]any{
		"roster.Password":         p,
		"roster.PasswordChange":   roster.PasswordChange{New: p, Old: p, Confirm: p},
		"roster.CreateParams":     roster.CreateParams{Password: p},
		"roster.Edit":             roster.Edit{Password: &roster.PasswordChange{New: p, Old: p}},
		"user.Secret":             user.SecretOf(marked, noon, marked),
		"user/password.Candidate": password.Candidate{New: marked, Old: marked, Confirm: marked},
	}
	excused := map[string]string{
		"user.Credentials":      "whether there is a password, not which",
		"permission.Actor":      "whether an API key acts, not which",
		"storage.Query":         "a canonical login, e-mail or the like",
		"storage.Position":      "the key that a list is ordered by",
		"roster.TransferParams": "an idempotency key",
		"roster.FundParams":     "an idempotency key",
		"roster.ImportParams":   "by which attribute a line finds its user",
		"roster.ReverseParams":  "an idempotency key",
		"balance.Header":        "an idempotency key",
		"balance.Transfer":      "an idempotency key",
		"balance.KeyConflict":   "an idempotency key",
	}
	for name, v := range redacting {
		for _, v := range []any{v, []any{v}, map[string]any{"k": v}, struct{ Field any }{v}, pointer(v)} {
			shown(t, v, func(how, text string) { noTrace(t, name+" by "+how, text) })
			// Of a Candidate, whose fields are strings, fmt prints the fields for %p and %w.
			for verb := 'A'; verb <= 'z' && strings.HasPrefix(name, "roster."); verb++ {
				for _, flag := range []string{"%", "%+", "%#", "%9"} {
					noTrace(t, name+" by "+flag+string(verb), fmt.Sprintf(flag+string(verb), v))
				}
			}
		}
	}
	hidden := struct {
		password roster.Password
		secret   user.Secret
		n        roster.PasswordChange
	}{p, user.SecretOf(marked, noon, marked), roster.PasswordChange{New: p}}
	shown(t, hidden, func(how, text string) { noTrace(t, "an unexported field by "+how, text) })

	found := map[string]bool{}
	for dir, pkg := range map[string]string{
		".": "roster", "user": "user", "user/password": "user/password", "storage": "storage", "balance": "balance",
		"permission": "permission", "validate": "validate", "memstore": "memstore",
	} {
		for name := range holders(t, dir) {
			name = pkg + "." + name
			found[name] = true
			if _, ok := redacting[name]; !ok && excused[name] == "" {
				t.Errorf("%s has a field that may hold a secret: let it redact itself and add it to this test", name)
			}
		}
	}
	for name := range excused {
		if !found[name] {
			t.Errorf("%s needs no excuse any more", name)
		}
	}
}

// pointer returns a pointer to a copy of v.
func pointer(v any) any {
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	return p.Interface()
}

var (
	typeHead = regexp.MustCompile(`(?ms)^type ([A-Z]\w*) struct \{$(.*?)^\}$`)
	aField   = regexp.MustCompile(`(?m)^\t([A-Z][\w, ]*?) +(\S+)`)
	// secretType matches types that by name are a secret.
	secretType = regexp.MustCompile(`\b(Password|PasswordChange|Secret|Candidate)$`)
)

// holders returns the exported structs of a package with an exported field that may hold a
// secret.
func holders(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, text := range goFiles(t, dir, false) {
		for _, typ := range typeHead.FindAllStringSubmatch(text, -1) {
			for _, field := range aField.FindAllStringSubmatch(typ[2], -1) {
				names := strings.Split(field[1], ", ")
				if slices.ContainsFunc(names, secretName.MatchString) || secretType.MatchString(field[2]) {
					found[typ[1]] = true
				}
			}
		}
	}
	return found
}

// goFiles returns the texts of the Go files in a directory by name, of the tests or of the others.
func goFiles(t *testing.T, dir string, tests bool) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, file := range must(filepath.Glob(filepath.Join(dir, "*.go"))) {
		if strings.HasSuffix(file, "_test.go") == tests {
			texts[file] = string(must(os.ReadFile(file)))
		}
	}
	if len(texts) == 0 {
		t.Fatalf("%s has no Go files", dir)
	}
	return texts
}

var (
	comment   = regexp.MustCompile(`(?m)^\s*//.*$`)
	pathText  = regexp.MustCompile(`"(/[^" %.<>]+)"`)
	camelPath = regexp.MustCompile(`^(/[a-z][A-Za-z0-9]*|/[0-9]+)*/?$`) // a prefix of paths ends with a slash
	ofVendor  = regexp.MustCompile(`omnidesk|genesys|liveperson|voximplant`)
)

// TestPathsAreCamelCase checks each text in the code of the core that has the form of a path. Files
// with the name of a vendor quote paths of the vendor's HTTP API.
func TestPathsAreCamelCase(t *testing.T) {
	paths := 0
	for _, dir := range []string{".", "validate", "user", "user/password", "balance", "permission", "storage"} {
		for file, code := range goFiles(t, dir, false) {
			if ofVendor.MatchString(file) {
				continue
			}
			for _, m := range pathText.FindAllStringSubmatch(comment.ReplaceAllString(code, ""), -1) {
				if paths++; !camelPath.MatchString(m[1]) {
					t.Errorf("%s: the path %q", file, m[1])
				}
			}
		}
	}
	if paths < 40 {
		t.Errorf("it found %d paths", paths)
	}
}

var (
	threatTest = regexp.MustCompile("`(?:([a-z/]+)\\.)?((?:Test|Fuzz)\\w+)`")
	testHead   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestEveryThreatIsAnsweredByATest checks that every threat in SECURITY.md names tests that
// exist.
func TestEveryThreatIsAnsweredByATest(t *testing.T) {
	rows := 0
	there := map[string]map[string]bool{}
	for line := range strings.Lines(string(must(os.ReadFile("SECURITY.md")))) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| threat |") {
			continue
		}
		rows++
		tests := threatTest.FindAllStringSubmatch(cells[3], -1)
		if len(tests) == 0 {
			t.Errorf("no test answers%s", cells[1])
		}
		for _, m := range tests {
			dir, name := filepath.Join(".", m[1]), m[2]
			if there[dir] == nil {
				there[dir] = map[string]bool{}
				for _, text := range goFiles(t, dir, true) {
					for _, head := range testHead.FindAllStringSubmatch(text, -1) {
						there[dir][head[1]] = true
					}
				}
			}
			if !there[dir][name] {
				t.Errorf("%s in %s is not there, and was to answer%s", name, dir, cells[1])
			}
		}
	}
	if rows < 15 {
		t.Errorf("only %d threats were found in the table", rows)
	}
}
