package roster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// lines returns a file of n users. bad says which lines have a problem.
func lines(n int, bad func(int) bool) string {
	var b strings.Builder
	b.WriteString("identity.login,names.first,contact.email,capacity.maxChats\n")
	for i := range n {
		mail := fmt.Sprintf("u%d@example.com", i)
		if bad != nil && bad(i) {
			mail = "not an address"
		}
		fmt.Fprintf(&b, "user%d,Ann,%s,%d.0\n", i, mail, i%5)
	}
	return b.String()
}

// creations counts how often each user was created, by the history.
func (w *world) creations() map[string]int {
	n := map[string]int{}
	for _, c := range w.state().Changes {
		if c.Created != nil {
			n[c.Created.Identity.Login]++
		}
	}
	return n
}

// A file of 10,000 lines with 500 bad ones changes nothing until told so.
func TestImportOfManyBadLines(t *testing.T) {
	w := newWorld(t, memstore.New())
	file := lines(10_000, func(i int) bool { return i%20 == 7 })
	w.unchanged("bad lines", func() {
		for _, opts := range [][]roster.CommonOption{nil, {roster.DryRun()}} {
			r, err := w.imports(w.host, file, roster.ImportParams{}, opts...)
			if got := counted(r); roster.CodeOf(err) != roster.CodeInvalid || got != [6]int{10_000, 0, 9500, 0, 0, 500} {
				t.Errorf("%v: %v", got, err)
			}
			if len(r.Problems) != 500 || r.Problems[0].Line != 9 || r.Problems[499].Line != 9989 || r.MoreProblems != 0 {
				t.Errorf("%d problems, %d more", len(r.Problems), r.MoreProblems)
			}
		}
		r, err := w.imports(w.host, file, roster.ImportParams{SkipBad: true, MaxItems: 3}, roster.DryRun())
		if w.ok(err); len(r.Problems) != 3 || r.MoreProblems != 497 {
			t.Errorf("%d problems, %d more", len(r.Problems), r.MoreProblems)
		}
	})
	r, err := w.imports(w.host, file, roster.ImportParams{SkipBad: true})
	if got := counted(r); err != nil || got != [6]int{10_000, 9500, 9500, 0, 0, 500} {
		t.Errorf("%v: %v", got, err)
	}
	revision, err := w.host.Revision(w.ctx)
	w.ok(err)
	again, err := w.imports(w.host, file, roster.ImportParams{SkipBad: true})
	if got := counted(again); err != nil || got != [6]int{10_000, 9500, 0, 0, 9500, 500} || again.Revision != revision {
		t.Errorf("%v at %d, was %d: %v", got, again.Revision, revision, err)
	}
}

// TestImportGoesOnAfterAnInterruption stops Import after each number of batches, and once within
// one. The same call then writes the rest, and each user is created once.
func TestImportGoesOnAfterAnInterruption(t *testing.T) {
	file := lines(50, nil)
	for stop := range 6 {
		w := newWorld(t, memstore.New())
		ctx, cancel := context.WithCancel(w.ctx)
		batches := 0
		p := roster.ImportParams{Batch: 10, Progress: func(p roster.ImportProgress) {
			if p.Writing {
				if batches++; batches == stop {
					cancel()
				}
			}
		}}
		if stop == 0 {
			cancel()
		}
		r, err := w.host.Import(ctx, strings.NewReader(file), p)
		cancel()
		if stop < 5 && !errors.Is(err, context.Canceled) || r.Written != 10*stop || len(w.creations()) != 5+10*stop {
			t.Errorf("stopped after %d batches: %d lines written, %d users: %v", stop, r.Written, len(w.creations()), err)
		}
		r, err = w.imports(w.host, file, roster.ImportParams{Batch: 10})
		if w.ok(err); counted(r) != [6]int{50, 50, 50 - 10*stop, 0, 10 * stop, 0} {
			t.Errorf("after %d batches: %v", stop, counted(r))
		}
		for login, n := range w.creations() {
			if n != 1 {
				t.Errorf("%s was created %d times", login, n)
			}
		}
		w.unchanged("a third time", func() {
			w.ok(second(w.imports(w.host, file, roster.ImportParams{})))
		})
	}
}

// TestImportIsWholeWhenTheStorageFails fails each call of the storage in turn. What is written are
// whole batches, and the same file completes them.
func TestImportIsWholeWhenTheStorageFails(t *testing.T) {
	file := lines(6, nil)
	for n := 1; ; n++ {
		w := newWorld(t, memstore.New())
		faulty := storagetest.Faults(w.store, n)
		h := roster.New(faulty, roster.WithHasher(cheap())).As("acme", roster.SystemActor())
		r, err := h.Import(w.ctx, strings.NewReader(file), roster.ImportParams{Batch: 2})
		if _, fired := faulty.Fired(); !fired {
			return
		}
		if users := len(w.creations()) - 5; !errors.Is(err, storagetest.ErrInjected) || users%2 != 0 || users != r.Written {
			t.Errorf("call %d: %d users, %d lines written: %v", n, users, r.Written, err)
		}
		r, err = w.imports(w.host, file, roster.ImportParams{})
		if w.ok(err); r.Created+r.Unchanged != 6 || len(w.creations()) != 11 {
			t.Errorf("call %d: %v", n, counted(r))
		}
	}
}

// A preview counts, shows what roles reset, and says what the call then does.
func TestImportPreview(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		file := "identity.login,access.roles,names.display\nann,agent,Ann\nagent,supervisor,Ann\nother,agent,\n"
		preview, err := w.imports(w.host, file, roster.ImportParams{}, roster.DryRun())
		w.ok(err)
		if got := counted(preview); got != [6]int{3, 0, 1, 1, 1, 0} {
			t.Errorf("it counts %v", got)
		}
		text := fmt.Sprint(preview.Resets)
		if text != "[{3 2 [agent-lost: maxChats 4 agent-lost: maxAsyncChats 2 agent-lost: memberOf 1 agent-lost: skills [7]]}]" {
			t.Error(text)
		}
		b, err := json.Marshal(preview)
		w.ok(err)
		var back roster.ImportReport
		w.ok(json.Unmarshal(b, &back))
		if diff := cmp.Diff(preview, back); diff != "" {
			t.Errorf("as JSON (-want +got):\n%s", diff)
		}
		done, err := w.imports(w.host, file, roster.ImportParams{})
		w.ok(err)
		preview.Written = 3
		if diff := cmp.Diff(preview, done); diff != "" {
			t.Errorf("the call differs (-preview +call):\n%s", diff)
		}
		if u := w.user(agent); u.Capacity.MaxChats != 0 || !u.Access.Roles.Has(user.Supervisor) {
			t.Errorf("agent is %+v", u)
		}
	})
}

// Names pass between the users of one batch, also to a new user.
func TestImportExchangesNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := roster.ImportParams{Key: user.KeyEmployeeID}
		w.ok(second(w.imports(w.host, "identity.employeeId,identity.login\nE1,ann\nE2,bob\n", p)))
		r, err := w.imports(w.host, "identity.employeeId,identity.login\nE3,ann\nE1,bob\nE2,zoe\n", p)
		if got := counted(r); err != nil || got != [6]int{3, 3, 1, 2, 0, 0} {
			t.Errorf("%v: %v", got, err)
		}
		ann, err := w.host.Find(w.ctx, user.KeyLogin, "ann")
		if w.ok(err); ann.Identity.EmployeeID != "E3" {
			t.Errorf("ann is %s", ann.Identity.EmployeeID)
		}
	})
}

// A deleted user keeps the login for the time that the account says.
func TestImportTakesNamesOfDeletedUsers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		account, err := w.host.Account(w.ctx)
		w.ok(err)
		account.NameReuse = user.NameReuse{Hold: time.Hour}
		w.ok(second(w.host.UpdateAccount(w.ctx, account)))
		w.ok(second(w.host.Delete(w.ctx, other)))
		file := "identity.login\nother\nann\n"
		r, err := w.imports(w.host, file, roster.ImportParams{})
		if !errors.Is(err, storage.ErrExists) || !slices.Equal(found(r), []string{"2 identity.login exists"}) {
			t.Errorf("%v: %v", found(r), err)
		}
		w.now = w.now.Add(2 * time.Hour)
		r, err = w.imports(w.host, file, roster.ImportParams{})
		if w.ok(err); r.Created != 2 {
			t.Errorf("%v", counted(r))
		}
	})
}

// New users get their password and an activation mail once. A user that exists keeps both.
func TestImportOfPasswords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		file := "identity.login,password,activation\nann,correct horse battery staple,TRUE\nbob,,\nagent,another long phrase,TRUE\n"
		for range 2 {
			w.ok(second(w.imports(w.host, file, roster.ImportParams{})))
		}
		w.ok(second(w.dir.SignIn(w.ctx, "acme", "ann", roster.PasswordOf("correct horse battery staple"))))
		w.ok(second(w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)))
		mails := 0
		for _, c := range w.state().Changes {
			if c.Type == storage.ActivationRequested {
				mails++
			}
		}
		if mails != 1 {
			t.Errorf("%d activation mails", mails)
		}
	})
}

// No report, error or history has a password of the file.
func TestImportShowsNoPassword(t *testing.T) {
	w := newWorld(t, memstore.New())
	const secret = "qqqqqqqqqq"
	for _, file := range []string{
		"identity.login,password\nann," + secret + "\n",
		"identity.login,password\n" + secret + "," + secret + "\na b," + secret + "\nbob," + secret + ",x\n\"bob" + secret + "\n",
		"ann," + secret + "\nbob," + secret + "\n",
		`{"identity":{"login":"ann"},"password":"` + secret + `"}` + "\n" + `{"password":["` + secret + `"]}` + "\n" + `{"passwort":"` + secret + `"}` + "\n" + `{"` + secret,
	} {
		r, err := w.imports(w.host, file, roster.ImportParams{})
		b, failed := json.Marshal(r)
		w.ok(failed)
		if text := fmt.Sprintf("%s %v %+v", b, err, r); err == nil || strings.Contains(text, secret) {
			t.Errorf("%v: %s", err, text)
		}
	}
}

// TestImportWhoseAccountChanges makes a line bad after the check. Without SkipBad Import stops
// there, with SkipBad it leaves the line out.
func TestImportWhoseAccountChanges(t *testing.T) {
	for _, skip := range []bool{false, true} {
		w := newWorld(t, memstore.New())
		taken := false
		p := roster.ImportParams{Batch: 2, SkipBad: skip, Progress: func(p roster.ImportProgress) {
			if last := p.Lines == 5; !taken && last != skip {
				taken = true
				w.ok(second(w.host.Patch(w.ctx, other, user.Patch{PID: user.Set("P5")})))
			}
		}}
		r, err := w.imports(w.host, "identity.login,identity.pid\na1,P1\na2,P2\na3,P3\na4,P5\na5,P6\n", p)
		want := [6]int{4, 2, 2, 0, 0, 1}
		if skip {
			want = [6]int{5, 4, 4, 0, 0, 1}
		}
		if errors.Is(err, storage.ErrExists) == skip || counted(r) != want || !slices.Equal(found(r), []string{"5 identity.pid exists"}) {
			t.Errorf("skip %t: %v, %v: %v", skip, counted(r), found(r), err)
		}
	}
}

func TestImportKeepsTheLimitOfTheAccount(t *testing.T) {
	w := newWorld(t, memstore.New())
	account, err := w.host.Account(w.ctx)
	w.ok(err)
	account.MaxUsers = 7 // there are four
	w.ok(second(w.host.UpdateAccount(w.ctx, account)))
	for _, opts := range [][]roster.CommonOption{{roster.DryRun()}, nil} {
		r, err := w.imports(w.host, lines(5, nil), roster.ImportParams{SkipBad: true, Batch: 2}, opts...)
		if w.ok(err); r.Created != 3 || !slices.Equal(found(r), []string{"5  limit", "6  limit"}) {
			t.Errorf("%v: %v", counted(r), found(r))
		}
	}
}

// Import changes no other account, and finds no user there.
func TestImportStaysInTheAccount(t *testing.T) {
	w := newWorld(t, memstore.New())
	elsewhere := w.dir.As("globex", roster.SystemActor())
	w.ok(second(elsewhere.CreateAccount(w.ctx, user.Account{Currency: "EUR"})))
	w.unchanged("an import elsewhere", func() {
		r, err := w.imports(elsewhere, "identity.login\nagent\nboss\n", roster.ImportParams{})
		if w.ok(err); r.Created != 2 {
			t.Errorf("%v", counted(r))
		}
	})
	_, err := w.imports(w.dir.As("initech", roster.SystemActor()), lines(1, nil), roster.ImportParams{})
	w.is(err, storage.ErrNotFound, "an account that does not exist")
}

func TestImportOptions(t *testing.T) {
	w := newWorld(t, memstore.New())
	for _, p := range []roster.ImportParams{{Key: user.KeyEmail}, {Batch: -1}, {Batch: storage.MaxPage + 1}, {MaxItems: -1}} {
		_, err := w.imports(w.host, lines(1, nil), p)
		if roster.CodeOf(err) != roster.CodeInvalid || errors.As(err, new(*roster.ImportError)) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if _, err := w.host.Import(w.ctx, nil, roster.ImportParams{}); roster.CodeOf(err) != roster.CodeInvalid {
		t.Error(err)
	}
	revision := w.state().Revision
	_, err := w.imports(w.host, lines(6, nil), roster.ImportParams{Batch: 2}, roster.IfRevision(revision-1))
	w.is(err, roster.ErrStale, "another revision")
	var progress []roster.ImportProgress
	r, err := w.imports(w.host, lines(6, nil), roster.ImportParams{Batch: 2, Progress: func(p roster.ImportProgress) {
		progress = append(progress, p)
	}}, roster.IfRevision(revision), roster.WithReason("new site"))
	w.ok(err)
	if r.Revision != revision+3 || len(progress) != 8 || progress[3].Writing || !progress[4].Writing || progress[7].Read != progress[7].Size {
		t.Errorf("revision %d, was %d; progress %+v", r.Revision, revision, progress)
	}
	for _, c := range w.state().Changes[len(w.state().Changes)-6:] {
		if c.Reason != "new site" {
			t.Errorf("change %v because %q", c.ID, c.Reason)
		}
	}
	file := "identity.login,names.first\nagent,\n"
	w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{FirstName: user.Set("Ann")})))
	for clears, want := range map[bool]int{false: 0, true: 1} {
		r, err := w.imports(w.host, file, roster.ImportParams{EmptyClears: clears}, roster.DryRun())
		if w.ok(err); r.Changed != want {
			t.Errorf("empty clears %t: %v", clears, counted(r))
		}
	}
}

// A file that cannot be read on is no file to skip over.
func TestImportOfAFileThatBreaksOff(t *testing.T) {
	w := newWorld(t, memstore.New())
	file := lines(3, nil) + "\"" + strings.Repeat("x", 2<<20)
	w.unchanged("a long line", func() {
		r, err := w.imports(w.host, file, roster.ImportParams{Batch: 2})
		if roster.CodeOf(err) != roster.CodeInvalid || !slices.Equal(found(r), []string{"5  too_long"}) {
			t.Errorf("%v: %v", found(r), err)
		}
	})
	r, err := w.imports(w.host, file, roster.ImportParams{SkipBad: true, Batch: 2})
	if roster.CodeOf(err) != roster.CodeInvalid || r.Written != 3 {
		t.Errorf("%v: %v", counted(r), err)
	}
	_, err = w.host.Import(w.ctx, torn{bytes.NewReader([]byte(lines(3, nil)))}, roster.ImportParams{})
	w.is(err, errTorn, "a disk that fails")
}

var errTorn = errors.New("the disk fails")

// torn is a file that can be sized and not read.
type torn struct{ *bytes.Reader }

func (torn) Read([]byte) (int, error) { return 0, errTorn }

// The last administrator stays, and the error names the lines.
func TestImportKeepsAnAdministrator(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: user.User{ID: 9, Identity: user.Identity{Login: "second"}, Access: user.Access{Granted: user.RolesOf(user.Admin)}}})))
	w.unchanged("the last administrator", func() {
		_, err := w.imports(w.as(9), "identity.login,access.disabled\nboss,TRUE\nsecond,TRUE\n", roster.ImportParams{})
		if !errors.Is(err, roster.ErrLastAdministrator) || !strings.Contains(err.Error(), "lines 2 to 3") {
			t.Error(err)
		}
	})
}
