package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/privatefile"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

// The test program is the command if the variable commandArgs is set. If diesAfter is a number, the
// program kills itself some moments after so many batches.
const (
	commandArgs = "ROSTER_IMPORT"
	diesAfter   = "ROSTER_IMPORT_DIES"
)

func TestMain(m *testing.M) {
	if args := os.Getenv(commandArgs); args != "" {
		if batches, _ := strconv.Atoi(os.Getenv(diesAfter)); batches > 0 {
			afterBatch = func() {
				if batches--; batches == 0 {
					time.AfterFunc(time.Duration(os.Getpid()%5000)*time.Microsecond, func() {
						if p, err := os.FindProcess(os.Getpid()); err == nil {
							_ = p.Kill()
						}
					})
				}
			}
		}
		os.Exit(run(context.Background(), strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	os.Exit(pgserver.Main(m))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seed makes the account acme in a storage, with an administrator, 1, and an agent, 2.
func seed(t testing.TB, store storage.Storage) {
	t.Helper()
	host := roster.New(store).As("acme", roster.SystemActor())
	_, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD", CustomAttributes: user.CustomSchemaOf(
		user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin", "Utrecht")})})
	must(t, err)
	_, err = host.CreateMany(t.Context(), []roster.CreateParams{
		{User: user.User{ID: 1, Identity: user.Identity{Login: "boss"}, Access: user.Access{Granted: user.RolesOf(user.Admin)}}},
		{User: user.User{ID: 2, Identity: user.Identity{Login: "agent"}, Capacity: user.Capacity{MaxChats: 4},
			Access: user.Access{Granted: user.RolesOf(user.Agent)}}},
	})
	must(t, err)
}

// seeded makes a storage of each kind that needs no server, and returns its place.
func seeded(t testing.TB, kind string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "store")
	if kind == "sqlite" {
		store, err := sqlitestore.Open(t.Context(), name)
		must(t, err)
		seed(t, store)
		must(t, store.Close())
		return "sqlite:" + name
	}
	store := memstore.New()
	seed(t, store)
	must(t, privatefile.Write(name, func(w io.Writer) error { return store.Snapshot(t.Context(), w) }))
	must(t, store.Close())
	return "memory-snapshot:" + name
}

// postgres makes a storage on a server, and returns its place.
func postgres(t testing.TB) string {
	t.Helper()
	dsn := pgserver.Shared(t).Schema(t, func(ctx context.Context, dsn, sql string) error {
		c, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		_, err = c.Exec(ctx, sql)
		return errors.Join(err, c.Close(ctx))
	})
	store, err := pgstore.Open(t.Context(), dsn)
	must(t, err)
	seed(t, store)
	must(t, store.Close())
	if !strings.HasPrefix(dsn, "postgres") {
		dsn = "postgres:" + dsn
	}
	return dsn
}

// file writes a file of users.
func file(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "users.csv")
	must(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

// users returns the lines of n new users.
func users(n int) string {
	var b strings.Builder
	b.WriteString("identity.login;names.first;names.last;contact.email;capacity.maxChats;access.granted;custom.site\r\n")
	for i := range n {
		fmt.Fprintf(&b, "user%d;Ann;Baker;u%d@example.com;%d.0;agent;Berlin\r\n", i, i, i%5)
	}
	return b.String()
}

// runs runs the command and returns what it prints.
func runs(t testing.TB, status int, args ...string) (out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	if got := run(t.Context(), args, &o, &e); got != status {
		t.Fatalf("%q: status %d, want %d\n%s%s", args, got, status, o.String(), e.String())
	}
	return o.String(), e.String()
}

// history returns how often each user was created, and the revision.
func history(t testing.TB, place string) (map[string]int, user.Revision) {
	t.Helper()
	store, err := open(t.Context(), place)
	must(t, err)
	defer func() { must(t, closeStorage(store, false)) }()
	host := roster.New(store).As("acme", roster.SystemActor())
	created := map[string]int{}
	for after := (storage.ChangeID{}); ; {
		list, err := host.Changes(t.Context(), storage.ChangeQuery{After: after})
		must(t, err)
		if len(list) == 0 {
			break
		}
		for _, c := range list {
			if after = c.ID; c.Created != nil {
				created[c.Created.Identity.Login]++
			}
		}
	}
	revision, err := host.Revision(t.Context())
	must(t, err)
	return created, revision
}

// TestEveryStorage checks, previews and writes a file on each storage.
func TestEveryStorage(t *testing.T) {
	for kind, place := range map[string]func() string{
		"sqlite": func() string { return seeded(t, "sqlite") },
		"memory": func() string { return seeded(t, "memory-snapshot") },
		"pg":     func() string { return postgres(t) },
	} {
		t.Run(kind, func(t *testing.T) {
			at := place()
			to := []string{"-storage", at, "-account", "acme", "-quiet"}
			name := file(t, users(3)+"agent;Bob;;;;supervisor;Utrecht\r\n")
			bad := file(t, users(2)+"user2;Ann;;not an address;many;agent;Paris\r\n")

			out, _ := runs(t, good, append(to, name)...)
			for _, text := range []string{"line 5: user 2 loses agent-lost: maxChats 4", "4 lines: 3 created, 1 changed, 0 unchanged, 0 bad", "Nothing is written"} {
				if !strings.Contains(out, text) {
					t.Errorf("no %q in\n%s", text, out)
				}
			}
			out, errs := runs(t, badLines, append(to, "-write", bad)...)
			for _, text := range []string{
				"line 4, capacity.maxChats: is not valid (allowed: a whole number)", "line 4, contact.email: is not a valid e-mail address",
				"line 4, custom.site: is unknown (allowed: one of: Berlin, Utrecht)", "3 lines: 2 created, 0 changed, 0 unchanged, 1 bad", "0 lines are done",
			} {
				if !strings.Contains(out, text) {
					t.Errorf("no %q in\n%s", text, out)
				}
			}
			if !strings.Contains(errs, "-skip-bad") {
				t.Error(errs)
			}
			if created, _ := history(t, at); len(created) != 2 {
				t.Errorf("a file with bad lines created %v", created)
			}
			out, _ = runs(t, good, append(to, "-write", "-skip-bad", bad)...)
			if !strings.Contains(out, "2 lines are done") {
				t.Error(out)
			}
			out, _ = runs(t, good, append(to, "-write", "-reason", "new site", "-as", "1", name)...)
			if !strings.Contains(out, "4 lines: 1 created, 1 changed, 2 unchanged, 0 bad\n4 lines are done") {
				t.Error(out)
			}
			created, revision := history(t, at)
			out, _ = runs(t, good, append(to, "-write", "-json", file(t, users(3)))...)
			var report roster.ImportReport
			must(t, json.Unmarshal([]byte(out), &report))
			if len(created) != 5 || report.Unchanged != 3 || report.Revision != revision {
				t.Errorf("%v, revision %d: %+v", created, revision, report)
			}
		})
	}
}

// TestKilled kills the command again and again while it writes. Given again, it goes on and ends,
// each user is created once, and one more call changes nothing.
func TestKilled(t *testing.T) { kills(t, seeded(t, "sqlite")) }

func TestKilledOnPostgres(t *testing.T) { kills(t, postgres(t)) }

func kills(t *testing.T, place string) {
	t.Helper()
	const n = 400
	args := []string{"-storage", place, "-account", "acme", "-write", "-batch", "10", file(t, users(n))}
	killed := 0
	for batches := 2; ; batches = batches*3/2 + 1 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), commandArgs+"="+strings.Join(args, "\n"), diesAfter+"="+strconv.Itoa(batches))
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err == nil {
			if !strings.Contains(out.String(), fmt.Sprintf("%d lines are done", n)) {
				t.Error(out.String())
			}
			break
		} else if strings.Contains(out.String(), "import:") { // it was not killed
			t.Fatalf("after %d kills: %v\n%s", killed, err, out.String())
		}
		if killed++; killed > 100 {
			t.Fatal("it comes to no end")
		}
	}
	created, revision := history(t, place)
	if killed < 5 || len(created) != n+2 {
		t.Errorf("killed %d times, %d users", killed, len(created))
	}
	for login, times := range created {
		if times != 1 {
			t.Errorf("%s was created %d times", login, times)
		}
	}
	out, _ := runs(t, good, append([]string{"-quiet"}, args...)...)
	if _, after := history(t, place); after != revision || !strings.Contains(out, fmt.Sprintf("%d unchanged", n)) {
		t.Errorf("revision %d became %d: %s", revision, after, out)
	}
	t.Logf("killed %d times", killed)
}

// TestInterrupted ends the command by its context, as a signal does.
func TestInterrupted(t *testing.T) {
	for _, kind := range []string{"sqlite", "memory-snapshot"} {
		place := seeded(t, kind)
		args := []string{"-storage", place, "-account", "acme", "-write", "-batch", "10", file(t, users(50))}
		ctx, cancel := context.WithCancel(t.Context())
		afterBatch = cancel
		var out, errs bytes.Buffer
		status := run(ctx, args, &out, &errs)
		afterBatch = func() {}
		if status != interrupted || !strings.Contains(errs.String(), "same command again") || !strings.Contains(out.String(), "10 lines are done") {
			t.Fatalf("%s: status %d, %s%s", kind, status, out.String(), errs.String())
		}
		again, _ := runs(t, good, args...)
		if !strings.Contains(again, "40 created, 0 changed, 10 unchanged") {
			t.Errorf("%s: %s", kind, again)
		}
	}
}

// TestTemplate prints the columns, and a file with all of them is accepted.
func TestTemplate(t *testing.T) {
	to := []string{"-storage", seeded(t, "sqlite"), "-account", "acme"}
	out, errs := runs(t, good, append(to, "-template")...)
	for _, text := range []string{"custom.site: one of: Berlin, Utrecht", "capacity.maxChats: a whole number", "password: the first"} {
		if !strings.Contains(errs, text) {
			t.Errorf("no %q in\n%s", text, errs)
		}
	}
	at := strings.Index(out, "identity.login")
	if at != 0 || !strings.HasSuffix(out, ",custom.site,password,activation\n") {
		t.Error(out)
	}
	out, _ = runs(t, good, append(to, file(t, out+"ann\n"))...)
	if !strings.Contains(out, "1 created") {
		t.Error(out)
	}
}

// TestRefused checks that what cannot be done is said, with a status of its own, and without a text
// that may hold a password.
func TestRefused(t *testing.T) {
	place, name := seeded(t, "sqlite"), file(t, "identity.login,password\nsecret,secret\nsecret,x\n")
	for what, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"nothing":            {nil, misused, "needed"},
		"an unknown flag":    {[]string{"-stroage", place}, misused, "-stroage"},
		"no file":            {[]string{"-storage", place, "-account", "acme"}, misused, "one file"},
		"two files":          {[]string{"-storage", place, "-account", "acme", name, name}, misused, "one file"},
		"a template, a file": {[]string{"-storage", place, "-account", "acme", "-template", name}, misused, "one file"},
		"another key":        {[]string{"-storage", place, "-account", "acme", "-key", "email", name}, misused, "login or employeeId"},
		"another storage":    {[]string{"-storage", "mysql:secret", "-account", "acme", name}, failed, "sqlite:PATH"},
		"no storage":         {[]string{"-storage", "sqlite:" + name + ".db", "-account", "acme", name}, failed, "no such file"},
		"no server":          {[]string{"-storage", "postgres:host=127.0.0.1 port=1 password=secret user=u dbname=d", "-account", "acme", name}, failed, "-storage"},
		"no such file":       {[]string{"-storage", place, "-account", "acme", name + "x"}, failed, "no such file"},
		"no such account":    {[]string{"-storage", place, "-account", "globex", name}, failed, "no such account"},
		"bad lines":          {[]string{"-storage", place, "-account", "acme", name}, badLines, "line 2"},
		"an agent":           {[]string{"-storage", place, "-account", "acme", "-as", "2", file(t, users(2))}, badLines, "line 2"},
	} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), c.args, &out, &errs); status != c.status || !strings.Contains(errs.String(), c.says) ||
			strings.Contains(out.String()+errs.String(), "secret") {
			t.Errorf("%s: status %d, says\n%s%s", what, status, out.String(), errs.String())
		}
	}
}
