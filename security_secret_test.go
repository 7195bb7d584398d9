package roster_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	calls "github.com/ca74b63c/roster/internal/ability"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// traces are the forms in which the passwords of the tests could be printed by mistake.
var traces = slices.Concat(tracesOf(calls.Phrase), tracesOf(calls.NewPhrase), []string{"$argon2"})

func tracesOf(marked string) []string {
	return []string{
		marked, strings.ToUpper(marked), hex.EncodeToString([]byte(marked)), strings.ToUpper(hex.EncodeToString([]byte(marked))),
		base64.StdEncoding.EncodeToString([]byte("x" + marked))[4:16], base64.StdEncoding.EncodeToString([]byte(marked))[:12],
		strings.Trim(fmt.Sprint([]byte(marked)), "[]"),
	}
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
	succeeded := 0
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(hashCalls(w, w.dir)))) { // SignIn is the first one
		for n, fired := 1, true; fired; n++ { // fails each call of the storage in turn
			faulty := storagetest.Faults(store, n)
			dir := roster.New(faulty, roster.WithHasher(cheap()), roster.WithPasswordPolicy(password.All(password.Default(), password.History(3))))
			v, err := hashCalls(w, dir)[name]()
			if look(name, v, err); err == nil {
				succeeded++
			}
			_, fired = faulty.Fired()
		}
	}
	if succeeded < 4 {
		t.Errorf("only %d calls succeeded", succeeded)
	}
	for what, err := range map[string]error{ // refused, beside the last calls of hashCalls
		"another confirmation":   second(w.host.ResetPassword(w.ctx, agent, roster.PasswordChange{New: newPhrase, Confirm: oldPhrase})),
		"a reset by who may not": second(w.as(agent).ResetPassword(w.ctx, other, roster.PasswordChange{New: newPhrase})),
		"an unknown login":       second(w.dir.SignIn(w.ctx, "acme", "ann", newPhrase)),
		"no account":             second(w.dir.SignIn(w.ctx, "a\x00", "agent", newPhrase)),
	} {
		look(what, nil, err)
	}
	everyReading(t, w, look)
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
var secretName = regexp.MustCompile(`(?i)pass|secret|hash|plain|confirm|salt|apikey|token`)

// TestEveryTypeThatMayHoldASecretRedactsItself lists each exported struct with a field that by
// name or type may hold a secret. The struct redacts itself, or the list says why it holds no
// secret.
func TestEveryTypeThatMayHoldASecretRedactsItself(t *testing.T) {
	const marked = calls.Phrase
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
		"user.Credentials": "whether there is a password, not which",
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
