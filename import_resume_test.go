package roster_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// lines returns a file of n users. bad says which lines have a problem.
func lines(n int, bad func(int) bool) string {
	text := "identity.login,names.first,contact.email,capacity.maxChats\n"
	for i := range n {
		mail := fmt.Sprintf("u%d@example.com", i)
		if bad != nil && bad(i) {
			mail = "not an address"
		}
		text += fmt.Sprintf("user%d,Ann,%s,%d.0\n", i, mail, i%5)
	}
	return text
}

// imported runs Import over a text, which must succeed with these numbers (counted).
func (w *world) imported(file string, p roster.ImportParams, want [6]int, opts ...roster.CommonOption) roster.ImportReport {
	w.Helper()
	r, err := w.imports(w.host, file, p, opts...)
	if w.ok(err); counted(r) != want {
		w.Errorf("the report counts %v, want %v; problems %q", counted(r), want, found(r))
	}
	return r
}

// TestImportOfManyBadLines checks that a file with 105 bad lines changes nothing without SkipBad.
func TestImportOfManyBadLines(t *testing.T) {
	w := newWorld(t, memstore.New())
	file := lines(2100, func(i int) bool { return i%20 == 7 })
	skip := roster.ImportParams{SkipBad: true}
	w.unchanged("bad lines", func() {
		for _, opts := range [][]roster.CommonOption{nil, {roster.DryRun()}} {
			r, err := w.imports(w.host, file, roster.ImportParams{}, opts...)
			if roster.CodeOf(err) != roster.CodeInvalid || counted(r) != [6]int{2100, 0, 1995, 0, 0, 105} || len(r.Problems) != 105 ||
				r.Problems[0].Line != 9 || r.Problems[104].Line != 2089 || r.MoreProblems != 0 {
				t.Errorf("%v, %d problems, %d more: %v", counted(r), len(r.Problems), r.MoreProblems, err)
			}
		}
		few := roster.ImportParams{SkipBad: true, MaxItems: 3}
		if r := w.imported(file, few, [6]int{2100, 0, 1995, 0, 0, 105}, roster.DryRun()); len(r.Problems) != 3 || r.MoreProblems != 102 {
			t.Errorf("%d problems, %d more", len(r.Problems), r.MoreProblems)
		}
	})
	w.imported(file, skip, [6]int{2100, 1995, 1995, 0, 0, 105})
	revision := must(w.host.Revision(w.ctx))
	if again := w.imported(file, skip, [6]int{2100, 1995, 0, 0, 1995, 105}); again.Revision != revision {
		t.Errorf("at revision %d, was %d", again.Revision, revision)
	}
}

// TestImportPreview checks that a dry run shows what roles reset, and reports what the call then
// does.
func TestImportPreview(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		file := "identity.login,access.roles,names.display\nann,agent,Ann\nagent,supervisor,Ann\nother,agent,\n"
		preview := w.imported(file, roster.ImportParams{}, [6]int{3, 0, 1, 1, 1, 0}, roster.DryRun())
		text := fmt.Sprint(preview.Resets)
		if text != "[{3 2 [agent-lost: maxChats 4 agent-lost: maxAsyncChats 2 agent-lost: memberOf 1 agent-lost: skills [7]]}]" {
			t.Error(text)
		}
		var back roster.ImportReport
		w.ok(json.Unmarshal(must(json.Marshal(preview)), &back))
		same(t, "as JSON", back, preview)
		preview.Written = 3
		same(t, "the call", w.imported(file, roster.ImportParams{}, [6]int{3, 3, 1, 1, 1, 0}), preview)
		if u := w.user(agent); u.Capacity.MaxChats != 0 || !u.Access.Roles.Has(user.Supervisor) {
			t.Errorf("agent is %+v", u)
		}
	})
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
		want := map[bool][6]int{false: {4, 2, 2, 0, 0, 1}, true: {5, 4, 4, 0, 0, 1}}[skip]
		if errors.Is(err, storage.ErrExists) == skip || counted(r) != want || !slices.Equal(found(r), []string{"5 identity.pid exists"}) {
			t.Errorf("skip %t: %v, %v: %v", skip, counted(r), found(r), err)
		}
	}
}

// TestImportOfAFileThatBreaksOff checks that a file that cannot be read to its end is an error,
// also with SkipBad.
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
	torn := struct {
		io.Reader // which fails
		io.Seeker // from which Import learns the size
	}{iotest.ErrReader(errBroken), strings.NewReader(lines(3, nil))}
	w.is(second(w.host.Import(w.ctx, torn, roster.ImportParams{})), errBroken, "a disk that fails")
}

// TestImportIsWholeWhenTheStorageFails fails each call of the storage in turn. What is written are
// whole batches, and the same file completes them: each user is created once.
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
		users := must(w.host.Count(w.ctx, roster.ListParams{})) - 4
		if !errors.Is(err, storagetest.ErrInjected) || users%2 != 0 || users != r.Written {
			t.Errorf("call %d: %d users, %d lines written: %v", n, users, r.Written, err)
		}
		w.imported(file, roster.ImportParams{}, [6]int{6, 6, 6 - users, 0, users, 0})
		if all := must(w.host.Count(w.ctx, roster.ListParams{})); all != 10 {
			t.Errorf("call %d: %d users", n, all)
		}
	}
}

// TestImportOfNames checks that names pass between the users of one batch, also to a new user, and
// that a deleted user keeps the login for the time that the account says.
func TestImportOfNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := roster.ImportParams{Key: user.KeyEmployeeID}
		w.imported("identity.employeeId,identity.login\nE1,ann\nE2,bob\n", p, [6]int{2, 2, 2, 0, 0, 0})
		w.imported("identity.employeeId,identity.login\nE3,ann\nE1,bob\nE2,zoe\n", p, [6]int{3, 3, 1, 2, 0, 0})
		if ann := must(w.host.Find(w.ctx, user.KeyLogin, "ann")); ann.Identity.EmployeeID != "E3" {
			t.Errorf("ann is %s", ann.Identity.EmployeeID)
		}
		w.ok(second(w.host.UpdateAccount(w.ctx, user.Account{Currency: "USD", NameReuse: user.NameReuse{Hold: time.Hour}})))
		w.ok(second(w.host.Delete(w.ctx, other)))
		r, err := w.imports(w.host, "identity.login\nother\n", roster.ImportParams{})
		if !errors.Is(err, storage.ErrExists) || !slices.Equal(found(r), []string{"2 identity.login exists"}) {
			t.Errorf("%v: %v", found(r), err)
		}
		w.now = w.now.Add(2 * time.Hour)
		w.imported("identity.login\nother\n", roster.ImportParams{}, [6]int{1, 1, 1, 0, 0, 0})
	})
}

// TestImportOfPasswords checks that new users get their password and an activation mail once, and
// that a user that exists keeps both. No report, error or history has a password of the file.
func TestImportOfPasswords(t *testing.T) {
	w := newWorld(t, memstore.New())
	file := "identity.login,password,activation\nann,correct horse battery staple,TRUE\nbob,,\nagent,another long phrase,TRUE\n"
	for _, created := range []int{2, 0} {
		w.imported(file, roster.ImportParams{}, [6]int{3, 3, created, 0, 3 - created, 0})
	}
	w.ok(second(w.dir.SignIn(w.ctx, "acme", "ann", roster.PasswordOf("correct horse battery staple"))))
	w.ok(second(w.dir.SignIn(w.ctx, "acme", "agent", oldPhrase)))
	requests := storage.ChangeQuery{Types: []storage.ChangeType{storage.ActivationRequested}}
	if mails := must(w.host.Changes(w.ctx, requests)); len(mails) != 1 {
		t.Errorf("%d activation mails", len(mails))
	}
	const secret = "qqqqqqqqqq"
	for _, file := range []string{
		"identity.login,password\nnew," + secret + "\n",
		"identity.login,password\n" + secret + "," + secret + "\na b," + secret + "\nbob," + secret + ",x\n\"bob" + secret + "\n",
		"ann," + secret + "\nbob," + secret + "\n",
		`{"identity":{"login":"new"},"password":"` + secret + `"}` + "\n" + `{"password":["` + secret + `"]}` + "\n{\"" + secret,
	} {
		r, err := w.imports(w.host, file, roster.ImportParams{})
		if text := fmt.Sprintf("%s %v %+v", must(json.Marshal(r)), err, r); err == nil || strings.Contains(text, secret) {
			t.Errorf("%v: %s", err, text)
		}
	}
}

// TestImportObeysRulesAboutTheAccount checks the limit of users, and that the last administrator
// stays, with the lines in the error.
func TestImportObeysRulesAboutTheAccount(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(second(w.host.UpdateAccount(w.ctx, user.Account{Currency: "USD", MaxUsers: 7}))) // there are four
	p := roster.ImportParams{SkipBad: true, Batch: 2}
	preview := w.imported(lines(5, nil), p, [6]int{5, 0, 3, 0, 0, 2}, roster.DryRun())
	done := w.imported(lines(5, nil), p, [6]int{5, 3, 3, 0, 0, 2})
	if want := []string{"5  limit", "6  limit"}; !slices.Equal(found(preview), want) || !slices.Equal(found(done), want) {
		t.Errorf("%v, %v", found(preview), found(done))
	}
	w.ok(second(w.host.SetRoles(w.ctx, other, user.RolesOf(user.Admin))))
	w.unchanged("the last administrator", func() {
		_, err := w.imports(w.as(other), "identity.login,access.disabled\nboss,TRUE\nother,TRUE\n", roster.ImportParams{})
		if !errors.Is(err, roster.ErrLastAdministrator) || !strings.Contains(err.Error(), "lines 2 to 3") {
			t.Error(err)
		}
	})
}

func TestImportOptions(t *testing.T) {
	w := newWorld(t, memstore.New())
	for _, p := range []roster.ImportParams{{Key: user.KeyEmail}, {Batch: -1}, {Batch: storage.MaxPage + 1}, {MaxItems: -1}} {
		_, err := w.imports(w.host, lines(1, nil), p)
		if roster.CodeOf(err) != roster.CodeInvalid || errors.As(err, new(*roster.ImportError)) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	w.is(second(w.host.Import(w.ctx, nil, roster.ImportParams{})), validate.ErrInvalid, "no file")
	start := w.start()
	_, err := w.imports(w.host, lines(6, nil), roster.ImportParams{Batch: 2}, roster.IfRevision(start.Revision-1))
	w.is(err, roster.ErrStale, "another revision")
	var progress []roster.ImportProgress
	p := roster.ImportParams{Batch: 2, Progress: func(p roster.ImportProgress) { progress = append(progress, p) }}
	r := w.imported(lines(6, nil), p, [6]int{6, 6, 6, 0, 0, 0}, roster.IfRevision(start.Revision), roster.WithReason("new site"))
	if r.Revision != start.Revision+3 || len(progress) != 8 || progress[3].Writing || !progress[4].Writing || progress[7].Read != progress[7].Size {
		t.Errorf("revision %d, was %d; progress %+v", r.Revision, start.Revision, progress)
	}
	for _, c := range must(w.host.Changes(w.ctx, storage.ChangeQuery{After: start})) {
		if c.Reason != "new site" {
			t.Errorf("change %v because %q", c.ID, c.Reason)
		}
	}
	file := "identity.login,names.first\nagent,\n"
	w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{FirstName: user.Set("Ann")})))
	w.imported(file, roster.ImportParams{}, [6]int{1, 0, 0, 0, 1, 0}, roster.DryRun())
	w.imported(file, roster.ImportParams{EmptyClears: true}, [6]int{1, 0, 0, 1, 0, 0}, roster.DryRun())
}
