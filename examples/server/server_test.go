package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// running is the command under test: it listens on a port of its own until the test ends.
type running struct {
	testing.TB
	url    string
	cancel context.CancelFunc
	done   chan error
	client *http.Client
}

// start runs the command with -addr and these flags.
func start(t testing.TB, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	s := &running{TB: t, cancel: cancel, done: make(chan error, 1), client: &http.Client{Timeout: time.Minute}}
	var stderr bytes.Buffer
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), writer, &stderr)
		_ = writer.CloseWithError(io.EOF)
		s.done <- err
	}()
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		cancel()
		if rest, err := io.ReadAll(reader); err != nil || len(rest) > 0 {
			t.Errorf("it printed more than one line: %q %v", rest, err)
		}
	})
	line, err := readLine(reader)
	if err != nil {
		t.Fatalf("it does not listen: %v: %s", <-s.done, stderr.String())
	}
	url, ok := strings.CutPrefix(line, "listening on ")
	if !ok {
		t.Fatalf("it printed %q", line)
	}
	s.url = url
	return s
}

func readLine(r io.Reader) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := r.Read(b); err != nil {
			return "", err
		}
		if b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[0])
	}
}

// get reads a page.
func (s *running) get(path string) (status int, body string) {
	s.Helper()
	resp, err := s.client.Get(s.url + path)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// newDemo is a demo that does not listen.
func newDemo(t testing.TB) *app {
	t.Helper()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	a, err := newApp(context.Background(), config{demo: true}, store, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestDemoMakesExactlyWhatItSays(t *testing.T) {
	ctx := context.Background()
	a := newDemo(t)
	host := demoHost(a.dir)
	account, err := host.Account(ctx)
	if err != nil || account.ID != "demo" || account.Currency != "USD" || a.seed.Accounts[0].Number != 1 {
		t.Errorf("account %+v, %v", account, err)
	}
	if money, err := host.Balance(ctx); err != nil || money.String() != "100.00 USD" {
		t.Errorf("%s, %v", money, err)
	}
	var got []string
	for _, kind := range []user.RefKind{user.RefApplication, user.RefSkill, user.RefGroup, user.RefQueue, user.RefProfile, user.RefDevice, user.RefView} {
		refs, err := host.References(ctx, kind, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refs {
			name := r.Name
			if kind == user.RefGroup || kind == user.RefQueue {
				name = "-" // no name was asked for
			}
			got = append(got, fmt.Sprintf("%s %d %s", kind, r.ID, name))
		}
	}
	want := "application 1 myapp, skill 1 support, group 1 -, queue 1 -, profile 1 Admin, profile 2 Agent, profile 3 Agent Manager"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("reference data: %s", text)
	}
	roles := map[user.ID]user.Roles{1: user.RolesOf(user.Admin, user.Owner), 2: user.RolesOf(user.Agent)}
	logins := map[user.ID]string{1: "admin@demo.example", 2: "agent@demo.example"}
	n := 0
	for u, err := range host.All(ctx, roster.List{}) {
		n++
		if err != nil || u.Identity.Login != logins[u.ID] || u.Access.Roles != roles[u.ID] {
			t.Errorf("%+v, %v", u, err)
		}
		if _, err := a.dir.SignIn(ctx, "demo", u.Identity.Login, "Demo-Passw0rd!"); err != nil {
			t.Errorf("%s: %v", u.Identity.Login, err)
		}
	}
	if n != 2 {
		t.Errorf("%d users", n)
	}
	permissions := []permission.Permissions{permission.AllPermissions, permission.PermissionsOf(permission.PermUserRead), 0}
	for i, secret := range []string{"demo-omnidesk", "demo-omnidesk-read", "demo-voximplant"} {
		if k := a.seed.Keys[i]; string(k.Secret) != secret || k.Permissions != permissions[i] || k.User != 1 {
			t.Errorf("key %d is %s", i, k.Vendor)
		}
	}
	created, err := host.Create(ctx, roster.NewUser{User: user.User{Identity: user.Identity{Login: "third"}}})
	if err != nil || created.User.ID != 3 {
		t.Errorf("user %d, %v", created.User.ID, err)
	}
}

// The keys as they are used: the reading key reads, and no more.
func TestDemoKeys(t *testing.T) {
	a := newDemo(t)
	for _, c := range []struct {
		method, path, key string
		status            int
	}{
		{"GET", "/api/v2/user", "demo-omnidesk", 200},
		{"GET", "/api/v2/user", "demo-omnidesk-read", 200},
		{"PUT", "/api/v2/user/maxChats?userID=2&maxChats=3", "demo-omnidesk", 200},
		{"PUT", "/api/v2/user/maxChats?userID=2&maxChats=3", "demo-omnidesk-read", 403},
		{"GET", "/api/v2/user", "demo-voximplant", 401},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("apiKey", c.key)
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s %s with %s: %d %s", c.method, c.path, c.key, w.Code, w.Body)
		}
	}
}

func TestHelpAndReadmeSayWhatTheDemoMakes(t *testing.T) {
	var help bytes.Buffer
	if err := run(context.Background(), []string{"-help"}, io.Discard, &help); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"-help": help.String(), "README.md": string(readme)} {
		if !strings.Contains(text, demoText) {
			t.Errorf("%s does not have it", name)
		}
	}
	for _, name := range []string{"-addr", "-store", "-tls", "-tls-cert", "-demo", "-demo-credentials"} {
		if !strings.Contains(help.String(), "  "+name) {
			t.Errorf("-help does not name %s", name)
		}
	}
}

func TestWrongCommandLines(t *testing.T) {
	for _, args := range [][]string{
		{"-nosuch"}, {"argument"}, {"-demo", "-seed", "x"}, {"-demo-credentials", "x"}, {"-tls-cert", "x"}, {"-demo=maybe"},
	} {
		var stderr bytes.Buffer
		if err := run(context.Background(), args, io.Discard, &stderr); !errors.Is(err, errUsage) || stderr.Len() == 0 {
			t.Errorf("%v: %v %q", args, err, stderr.String())
		}
	}
	missing := filepath.Join(t.TempDir(), "no", "file")
	for _, args := range [][]string{
		{"-store", "nosuch:x"}, {"-store", "sqlite:"}, {"-store", ""}, {"-seed", missing}, {"-demo", "-demo-credentials", missing},
		{"-addr", "256.0.0.1:x"}, {"-addr", "127.0.0.1:0", "-tls", "-tls-cert", missing},
	} {
		if err := run(context.Background(), args, io.Discard, io.Discard); err == nil || errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
	if err := run(context.Background(), []string{"-store", "nosuch:user:SECRET@host"}, io.Discard, io.Discard); strings.Contains(err.Error(), "SECRET") {
		t.Error(err)
	}
}

func TestEndsGracefully(t *testing.T) {
	s := start(t, "-demo", "-faults")
	feed, err := s.client.Get(s.url + "/live/changes") // never ends by itself
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Body.Close()
	slow := make(chan int, 1)
	go func() { // under way when the server ends
		r, _ := http.NewRequest("GET", s.url+"/api/v2/user", nil)
		r.Header.Set("apiKey", keyOmnidesk)
		r.Header.Set("X-Roster-Fault", "latency=1s")
		resp, err := s.client.Do(r)
		if err != nil {
			slow <- 0
			return
		}
		_ = resp.Body.Close()
		slow <- resp.StatusCode
	}()
	time.Sleep(300 * time.Millisecond) // the call has arrived
	begun := time.Now()
	s.cancel()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if status := <-slow; status != http.StatusOK {
		t.Errorf("the call under way was answered with %d", status)
	}
	if _, err := s.client.Get(s.url + "/"); err == nil {
		t.Error("it listens still")
	}
}

// A call that lasts longer than the server waits is cut off.
func TestEndsInTimeWhateverRuns(t *testing.T) {
	s := start(t, "-demo", "-faults")
	go func() {
		r, _ := http.NewRequest("GET", s.url+"/api/v2/user", nil)
		r.Header.Set("X-Roster-Fault", "latency=50s")
		if resp, err := s.client.Do(r); err == nil {
			_ = resp.Body.Close()
		}
	}()
	time.Sleep(300 * time.Millisecond)
	begun := time.Now()
	s.cancel()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestTLS(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cert.pem")
	s := start(t, "-demo", "-tls", "-tls-cert", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) || bytes.Contains(text, []byte("PRIVATE")) {
		t.Fatalf("%s", text)
	}
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	if !strings.HasPrefix(s.url, "https://127.0.0.1:") {
		t.Error(s.url)
	}
	for _, base := range []string{s.url, strings.Replace(s.url, "127.0.0.1", "localhost", 1)} {
		resp, err := s.client.Get(base + "/platform_api/GetUsers?account_id=1&api_key=demo-voximplant&application_id=1")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || !bytes.Contains(body, []byte(`"total_count":2`)) || resp.ProtoMajor != 2 {
			t.Errorf("%v %s %s", err, resp.Proto, body)
		}
	}
	if _, page := s.get("/"); !strings.Contains(page, "--cacert &#39;"+file+"&#39;") {
		t.Error("the lines of the page do not trust the certificate")
	}
	events := s.feed("")
	defer events.close()
	events.next("account.updated")
}

// The file is flat, and what the official clients sign with it lets them in as user 1.
func TestCredentials(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.json")
	s := start(t, "-demo", "-demo-credentials", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	var key keyFile
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&key); err != nil || key.AccountID != 1 || key.KeyID == "" {
		t.Fatalf("%v: %s", err, text)
	}
	private, err := jwt.ParseRSAPrivateKeyFromPEM([]byte(key.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": key.AccountID, "iat": time.Now().Unix() - 5, "exp": time.Now().Unix() + 24,
	})
	token.Header["kid"] = key.KeyID
	signed, err := token.SignedString(private)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("GET", s.url+"/platform_api/GetUsers?application_id=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+signed)
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || !bytes.Contains(body, []byte(`"total_count":2`)) {
		t.Errorf("%v: %s", err, body)
	}
}

// Without -demo there is nobody, and the page shows nothing of whom there is.
func TestWithoutDemo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seed.json")
	seed := `{"accounts":[{"settings":{"id":"acme","currency":"EUR"},"users":[
		{"user":{"identity":{"login":"ann"},"access":{"granted":["admin"]}},"password":"correct horse battery staple"}]}],
		"keys":[{"vendor":"omnidesk","secret":"my-key","account":"acme","user":1,"permissions":1}]}`
	if err := os.WriteFile(file, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"-seed", file}} {
		s := start(t, args...)
		status, page := s.get("/")
		if status != http.StatusOK || strings.Contains(page, "<script") || strings.Contains(page, ">ann<") || !strings.Contains(page, "without <code>-demo") {
			t.Errorf("%v: %d %s", args, status, page)
		}
		for _, path := range []string{"/live/users", "/live/changes"} {
			if status, body := s.get(path); status != http.StatusNotFound {
				t.Errorf("%v: %s: %d %s", args, path, status, body)
			}
		}
		want := http.StatusUnauthorized
		if args != nil {
			want = http.StatusOK
		}
		r, _ := http.NewRequest("GET", s.url+"/api/v2/me", nil)
		r.SetBasicAuth("ann", "correct horse battery staple")
		resp, err := s.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%v: %d", args, resp.StatusCode)
		}
		if status, body := s.get("/api/v2/user?apiKey=demo-omnidesk"); status != http.StatusUnauthorized {
			t.Errorf("%v: %d %s", args, status, body)
		}
	}
}

// events is a change feed that is being read.
type events struct {
	*running
	lines *bufio.Scanner
	close func()
}

func (s *running) feed(last string) *events {
	s.Helper()
	r, err := http.NewRequest("GET", s.url+"/live/changes", nil)
	if err != nil {
		s.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	if resp.Header.Get("Content-Type") != "text/event-stream" {
		s.Fatalf("%s %s", resp.Status, resp.Header)
	}
	return &events{s, bufio.NewScanner(resp.Body), func() { _ = resp.Body.Close() }}
}

// next reads the next event, which must be of the type, and returns it with its id.
func (e *events) next(kind string) (id string, got event) {
	e.Helper()
	for e.lines.Scan() {
		line := e.lines.Text()
		if rest, ok := strings.CutPrefix(line, "id: "); ok {
			id = rest
		}
		if rest, ok := strings.CutPrefix(line, "data: "); ok {
			if err := json.Unmarshal([]byte(rest), &got); err != nil || got.Type != kind {
				e.Fatalf("%v: %s, want %s", err, rest, kind)
			}
			return id, got
		}
	}
	e.Fatal("the feed ended")
	return "", got
}

func TestFeedIsLiveAndGoesOn(t *testing.T) {
	s := start(t, "-demo")
	first := s.feed("")
	defer first.close()
	id, got := first.next("account.updated")
	for got.User != demoAgent {
		id, got = first.next(map[bool]string{true: "money.funded", false: "reference.updated"}[id == "1.0"])
		if id == "9.0" {
			first.next("user.created")
			id, got = first.next("user.created")
		}
	}
	if status, body := s.get("/platform_api/SetUserInfo?account_id=1&api_key=demo-voximplant&user_id=2&user_display_name=Alexandra&user_password=Another-Passw0rd1"); !strings.HasPrefix(body, `{"result":1`) {
		t.Fatalf("%d %s", status, body)
	}
	last, got := first.next("user.updated")
	if got.User != 2 || got.Actor != 1 || !strings.Contains(fmt.Sprint(got.Diff), "Alexandra") || strings.Contains(fmt.Sprint(got), "Passw0rd1") {
		t.Errorf("%+v", got)
	}
	again := s.feed(id) // a page that lost its connection
	defer again.close()
	if repeated, _ := again.next("user.updated"); repeated != last {
		t.Errorf("it went on with %s, want %s", repeated, last)
	}
	if _, body := s.get("/live/users"); !strings.Contains(body, "<td>Alexandra</td>") {
		t.Error(body)
	}
}

func TestLimits(t *testing.T) {
	s := start(t, "-demo")
	post := func(path, contentType string, size int) (int, string) {
		resp, err := s.client.Post(s.url+path, contentType, strings.NewReader(`{"a":"`+strings.Repeat("a", size)+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text)
	}
	if status, body := post("/platform_api/GetUsers?account_id=1&api_key=demo-voximplant", "application/json", 1<<20); status != 413 || !strings.HasPrefix(body, `{"error":`) {
		t.Errorf("%d %s", status, body)
	}
	r, _ := http.NewRequest("GET", s.url+"/", nil)
	r.Header.Set("X-Long", strings.Repeat("a", 128<<10))
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(resp.Status)
	}
	for _, path := range []string{"/nosuch", "/page/", "/page/page.html", "/page/users.html", "/page/../flags.go"} {
		if status, body := s.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d %.60s", path, status, body)
		}
	}
}
