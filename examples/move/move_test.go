package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/examples/privatefile"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// The test program is the command itself if command has its arguments, and dies, when it was told
// so, some moments after as many batches as dies says.
const (
	command = "ROSTER_MOVE"
	dies    = "ROSTER_MOVE_DIES"
)

func TestMain(m *testing.M) {
	if args := os.Getenv(command); args != "" {
		if batches, _ := strconv.Atoi(os.Getenv(dies)); batches > 0 {
			afterBatch = func() {
				if batches--; batches == 0 {
					time.AfterFunc(time.Duration(os.Getpid()%2000)*time.Microsecond, func() {
						if p, err := os.FindProcess(os.Getpid()); err == nil {
							_ = p.Kill()
						}
					})
				}
			}
		}
		os.Exit(run(context.Background(), strings.Split(args, "\n"), os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(pgserver.Main(m))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// seeded writes a snapshot of two accounts: users with passwords and a history, and money that went
// to each.
func seeded(t testing.TB, users int) string {
	t.Helper()
	s := memstore.New()
	defer s.Close()
	for _, a := range []user.AccountID{"acme", "z\u00ff"} {
		_, err := s.Update(t.Context(), a, func(ctx context.Context, w storage.Writer) error {
			return errors.Join(w.PutAccount(ctx, user.Account{ID: a, Currency: "USD"}),
				w.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: 4, Name: "chess"}), w.DeleteReference(ctx, user.ReferenceSkill, 4))
		})
		must(t, err)
		left, now := balance.Units(users)*100, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for id := user.ID(1); id <= user.ID(users); id++ {
			_, err := s.Update(t.Context(), a, func(ctx context.Context, w storage.Writer) error {
				u := user.User{ID: id, Version: w.Next(), Identity: user.Identity{Login: fmt.Sprintf("user %d", id)}}
				u.Names.Display, u.Contact.Email, u.Capacity.Skills = "Zo\u00eb \U0001F600", "all@example.com", user.IDSetOf[user.SkillID](1, 2)
				err := errors.Join(w.PutUser(ctx, u), w.PutSecret(ctx, id, user.SecretOf(fmt.Sprint("hash", id), now)))
				t := balance.Transfer{ID: balance.TransferID(id), Kind: balance.Transferring, At: now, Currency: "USD", Key: fmt.Sprint("k", id)}
				p := balance.Posting{From: balance.Account, To: balance.HolderOf(id), Amount: 7, FromAfter: left - 7, ToAfter: 7}
				if id == 1 { // the account is funded first
					t.Kind, p = balance.Funding, balance.Posting{From: balance.World, To: balance.Account, Amount: left, ToAfter: left}
				} else {
					left -= 7
				}
				t.Postings = []balance.Posting{p}
				return errors.Join(err, w.PostTransfer(ctx, t),
					w.AppendChange(ctx, storage.Change{At: now, Type: storage.UserCreated, UserID: id, Created: &u}))
			})
			must(t, err)
		}
	}
	name := filepath.Join(t.TempDir(), "seed")
	must(t, privatefile.Write(name, func(w io.Writer) error { return s.Snapshot(t.Context(), w) }))
	return name
}

// content is all that a place holds, as a stream.
func content(t testing.TB, p string) string {
	t.Helper()
	where, err := parsePlace(p)
	must(t, err)
	var b bytes.Buffer
	if where.kind == jsonl {
		f, err := os.ReadFile(where.name)
		must(t, err)
		return string(f)
	}
	must(t, withStorage(t.Context(), where, true, func(s storage.Storage) error {
		_, err := stream.Export(t.Context(), s, &b)
		return err
	}))
	return b.String()
}

func moves(t testing.TB, from, to string) (printed string) {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"-from", from, "-to", to}, nil, &out, &errs); status != moved {
		t.Fatalf("from %.9s to %.9s: status %d\n%s", from, to, status, errs.String())
	}
	if !strings.Contains(errs.String(), "100%") || !strings.Contains(out.String(), "2 in all") {
		t.Errorf("from %.9s to %.9s it says\n%s\n%s", from, to, errs.String(), out.String())
	}
	return out.String()
}

// TestAllTheWayRound moves through every kind of place and compares with the beginning.
func TestAllTheWayRound(t *testing.T) {
	seed, dir := "memory-snapshot:"+seeded(t, 60), t.TempDir()
	want := content(t, seed)
	at, table := seed, ""
	for _, next := range []string{"sqlite:" + dir + "/a.db", "jsonl:" + dir + "/b.jsonl", "memory-snapshot:" + dir + "/c", "sqlite:" + dir + "/d.db"} {
		printed := moves(t, at, next)
		if table == "" {
			table = printed
		}
		if printed != table {
			t.Errorf("to %s the table is\n%swas\n%s", next, printed, table)
		}
		if got := content(t, next); got != want {
			t.Fatalf("%s has not what %s had", next, seed)
		}
		at = next
	}
	for _, line := range []string{"60", "0.5587", `"zÿ"`} {
		if !strings.Contains(table, line) {
			t.Errorf("the table has no %s:\n%s", line, table)
		}
	}
	must(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
			}
		}
		return err
	}))
}

// database returns an empty one of a server, as a place.
func database(t testing.TB, s *pgserver.Server) string {
	t.Helper()
	dsn := s.Schema(t, func(ctx context.Context, dsn, sql string) error {
		c, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		_, err = c.Exec(ctx, sql)
		return errors.Join(err, c.Close(ctx))
	})
	if !strings.HasPrefix(dsn, "postgres") {
		dsn = "postgres:" + dsn
	}
	return dsn
}

// TestThroughPostgres moves to PostgreSQL and back.
func TestThroughPostgres(t *testing.T) {
	dsn := database(t, pgserver.Shared(t))
	seed, dir := "memory-snapshot:"+seeded(t, 60), t.TempDir()
	want := content(t, seed)
	first := moves(t, seed, "sqlite:"+dir+"/a.db")
	for i, way := range [][2]string{{"sqlite:" + dir + "/a.db", dsn}, {dsn, "jsonl:" + dir + "/b"}, {dsn, "memory-snapshot:" + dir + "/c"}, {seed, dsn}} {
		if printed := moves(t, way[0], way[1]); printed != first {
			t.Errorf("way %d: the table is\n%swas\n%s", i, printed, first)
		}
		if content(t, way[1]) != want {
			t.Fatalf("way %d: not what %s had", i, seed)
		}
	}
}

// TestKilled kills the command again and again in the middle of a move. Given again, it goes on,
// and ends.
func TestKilled(t *testing.T) { kills(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db")) }

func TestKilledOnPostgres(t *testing.T) { kills(t, database(t, pgserver.Shared(t))) }

func kills(t *testing.T, target string) {
	t.Helper()
	seed := "memory-snapshot:" + seeded(t, 80)
	args := strings.Join([]string{"-from", seed, "-to", target, "-batch", "5"}, "\n")
	killed, found := 0, false
	for batches := 5; ; batches = batches * 8 / 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), command+"="+args, dies+"="+strconv.Itoa(batches))
		var errs bytes.Buffer
		cmd.Stderr = &errs
		if err := cmd.Run(); err == nil {
			found = strings.Contains(errs.String(), "records were there")
			break
		} else if strings.Contains(errs.String(), "move:") { // it was not killed
			t.Fatalf("after %d kills: %v\n%s", killed, err, errs.String())
		}
		killed++
	}
	if killed < 5 || !found {
		t.Errorf("killed %d times; went on where it was: %t", killed, found)
	}
	if content(t, target) != content(t, seed) {
		t.Error("the target has not what the source had")
	}
}

// TestInterrupted: a move that is interrupted after each batch says how to go on, keeps what there
// is, and gets on by a batch each time it is begun again.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	for _, target := range []string{"memory-snapshot:" + dir + "/a", "sqlite:" + dir + "/b.db"} {
		interrupts(t, target)
	}
}

func TestInterruptedOnPostgres(t *testing.T) { interrupts(t, database(t, pgserver.Shared(t))) }

func interrupts(t *testing.T, target string) {
	t.Helper()
	seed := "memory-snapshot:" + seeded(t, 20)
	source, err := parsePlace(seed)
	must(t, err)
	to, err := parsePlace(target)
	must(t, err)
	begun := 0
	for last := int64(0); ; begun++ {
		ctx, cancel := context.WithCancel(t.Context())
		m := copier{source: source, target: to, bar: newBar(io.Discard)}
		found := int64(0)
		m.options = []stream.Option{stream.Batch(10), stream.OnProgress(func(p stream.Progress) {
			if found = max(found, p.Found.Sum()); m.bar.what == "moving" && p.Total.Sum() > p.Found.Sum() {
				cancel()
			}
		})}
		_, err := m.move(ctx)
		if err == nil {
			cancel()
			break
		}
		var said bytes.Buffer
		if status := explain(ctx, err, &said); status != interrupted || !strings.Contains(said.String(), "same command again") {
			t.Fatalf("%v: status %d, %s", err, status, said.String())
		}
		if found < last || begun > 1 && found == 0 {
			t.Errorf("begun %d times: %d records found, and %d the time before", begun, found, last)
		}
		last = found
	}
	if begun < 12 {
		t.Errorf("interrupted only %d times", begun)
	}
	if content(t, target) != content(t, seed) {
		t.Errorf("%.9s has not what the source had", target)
	}
}

// TestStandard moves through the standard output and input.
func TestStandard(t *testing.T) {
	seed, target := "memory-snapshot:"+seeded(t, 20), "memory-snapshot:"+filepath.Join(t.TempDir(), "a")
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"-from", seed, "-to", "-", "-quiet"}, nil, &out, &errs); status != moved || errs.Len() > 0 {
		t.Fatalf("status %d, %s", status, errs.String())
	}
	if out.String() != content(t, seed) {
		t.Error("the standard output has something else than the stream")
	}
	if status := run(t.Context(), []string{"-from", "jsonl:-", "-to", target}, &out, io.Discard, &errs); status != moved {
		t.Fatalf("status %d, %s", status, errs.String())
	}
	if content(t, target) != content(t, seed) {
		t.Error("the target has not what the source had")
	}
}

// TestRefused: what cannot be done is said, with a status of its own, and no name that may hold a
// password.
func TestRefused(t *testing.T) {
	seed, dir := "memory-snapshot:"+seeded(t, 5), t.TempDir()
	damaged := filepath.Join(dir, "damaged")
	must(t, os.WriteFile(damaged, []byte(strings.Replace(content(t, seed), "hash3", "hash4", 1)), 0o600))
	other := "memory-snapshot:" + seeded(t, 6)
	for what, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"nothing":            {nil, misused, "-from"},
		"no target":          {[]string{"-from", seed}, misused, "-to"},
		"an unknown place":   {[]string{"-from", seed, "-to", "mysql:secret"}, misused, "postgres:DSN"},
		"a DSN alone":        {[]string{"-from", seed, "-to", "host=db password=secret:x"}, misused, "postgres:DSN"},
		"two streams":        {[]string{"-from", "jsonl:a", "-to", "-"}, misused, "into a storage"},
		"a part of a stream": {[]string{"-from", "jsonl:a", "-to", "memory-snapshot:b", "-account", "x"}, misused, "as a whole"},
		"an unknown flag":    {[]string{"-form", seed}, misused, "-form"},
		"a rest":             {[]string{"-from", seed, "-to", "memory-snapshot:" + dir + "/x", "y"}, misused, ""},
		"no such source":     {[]string{"-from", "sqlite:" + dir + "/none.db", "-to", "-"}, failed, "no such file"},
		"no such stream":     {[]string{"-from", "jsonl:" + dir + "/none", "-to", "memory-snapshot:" + dir + "/x"}, failed, "no such file"},
		"no such account":    {[]string{"-from", seed, "-to", "memory-snapshot:" + dir + "/x", "-account", "no"}, failed, `account "no"`},
		"no such snapshot":   {[]string{"-from", "memory-snapshot:" + damaged, "-to", "memory-snapshot:" + dir + "/x"}, failed, "damaged"},
		"a damaged stream":   {[]string{"-from", "jsonl:" + damaged, "-to", "memory-snapshot:" + dir + "/x"}, failed, "line 19: stream: the checksum"},
		"another account":    {[]string{"-from", seed, "-to", other}, failed, "fresh one"},
		"no server":          {[]string{"-from", seed, "-to", "postgres:host=127.0.0.1 port=1 password=secret user=u dbname=d"}, failed, "postgres"},
		"no DSN":             {[]string{"-from", seed, "-to", "postgres:secret"}, failed, "cannot be read"},
	} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), c.args, nil, &out, &errs); status != c.status || !strings.Contains(errs.String(), c.says) ||
			strings.Contains(errs.String(), "secret") {
			t.Errorf("%s: status %d, says\n%s", what, status, errs.String())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a source that was not there was made")
	}
	var errs bytes.Buffer
	if status := run(t.Context(), []string{"-help"}, nil, io.Discard, &errs); status != moved || !strings.Contains(errs.String(), "jsonl:FILE") {
		t.Errorf("-help: status %d, %s", status, errs.String())
	}
}

// TestBar pins what the line says on a terminal.
func TestBar(t *testing.T) {
	var to bytes.Buffer
	b := newBar(&to)
	b.terminal = true
	b.begin("moving")
	b.last = stream.Progress{Accounts: 1, Of: 4, Done: stream.Counts{Users: 50}, Expected: stream.Counts{Users: 100}, Total: stream.Counts{Users: 150, Changes: 7}}
	b.print()
	b.last = stream.Progress{Accounts: 4, Of: 4, Total: stream.Counts{Users: 1}}
	b.print()
	b.end()
	want := "\rmoving        [#######.............]  38%  1 of 4 accounts, 150 users, 0 transfers, 7 changes" +
		"\rmoving        [####################] 100%  4 of 4 accounts, 1 users, 0 transfers, 0 changes  " +
		"\rmoving        [####################] 100%  4 of 4 accounts, 1 users, 0 transfers, 0 changes\n"
	if to.String() != want {
		t.Errorf("it shows\n%q\nnot\n%q", to.String(), want)
	}
}
