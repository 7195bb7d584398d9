package liveperson_test

import (
	"strconv"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func ifMatchRows() []matrix.Row {
	return []matrix.Row{
		assumed.Row("If-Match on a write is compared with the users that the write names, and with no other", in(writeComparesItsUsers)),
		assumed.Row("If-Match on a read of one user is compared with that user", in(readComparesItsUser)),
		assumed.Row("If-Match on a list is compared with every user, and a user who came or went counts", in(listComparesAll)),
		assumed.Row("If-Match on a create is compared with nothing", in(createComparesNothing)),
		assumed.Row("If-Match beyond ac-revision is refused with 412", in(revisionFromTheFuture)),
		assumed.Row("presence, preferences, money, tabs and reference data are no change for If-Match", in(noConfiguration)),
		assumed.Row("a change of configuration by any vendor or the host is one for If-Match, a role, a restoring and an erasure too", in(configurationElsewhere)),
		assumed.Row("ac-revision is the revision that last changed the configuration of a user of the account", in(acRevisionIsOfConfiguration)),
	}
}

// config is what ac-revision must say.
func (e *env) config() string {
	e.Helper()
	rev, err := e.host.ConfigRevision(e.ctx)
	e.ok(err)
	return strconv.FormatUint(uint64(rev), 10)
}

func writeComparesItsUsers(e *env) {
	known := e.boss("GET", "/2", "").is(200).revision()
	e.put(other, user.Patch{DisplayName: user.Set("Other")})
	_, err := e.host.SetStatus(e.ctx, agent, user.DND, 0)
	e.ok(err)
	a := e.boss("PUT", "/2", change("nickname", "New"), "If-Match", known).is(200)
	if a.revision() != e.config() || a.revision() == known {
		e.Errorf("after %s the write says %s, it is %s", known, a.revision(), e.config())
	}
	for _, a := range []answer{
		e.boss("PUT", "/2", change("nickname", "Newer"), "If-Match", known),
		e.boss("PUT", "", "["+change("nickname", "Newer")+"]", "If-Match", known),
		e.boss("DELETE", "", `["8","7"]`, "If-Match", known), // 8 is as known, 7 is not
		e.boss("PUT", "/7/resetPassword", `{"newPassword":"x"}`, "If-Match", known),
		e.boss("DELETE", "/2", "", "If-Match", known),
	} {
		if a.refused(412).revision() != e.config() {
			e.Errorf("the refusal says %s, it is %s", a.revision(), e.config())
		}
	}
	known = e.config()
	e.boss("PUT", "/2/resetPassword", `{"newPassword":"x"}`, "If-Match", known).is(200)
	e.boss("DELETE", "", `["8","7"]`, "If-Match", known).is(200)
	e.boss("PUT", "/2", change("nickname", "Newest"), "If-Match", known).refused(412) // the reset was a change
}

func readComparesItsUser(e *env) {
	for _, url := range []string{"/2", "/pid/6ab1b0c0-pid"} {
		known := e.boss("GET", url, "").is(200).revision()
		e.put(other, user.Patch{DisplayName: user.Set("Other " + url)})
		a := e.boss("GET", url, "", "If-Match", known).is(304)
		if a.revision() != e.config() {
			e.Errorf("304 says %s, it is %s", a.revision(), e.config())
		}
		e.put(agent, user.Patch{DisplayName: user.Set("Agent " + url)})
		e.boss("GET", url, "", "If-Match", known).is(200)
		e.boss("GET", url, "", "If-Match", e.config()).is(304)
	}
	known := e.config()
	e.boss("DELETE", "/2", "").is(200)
	e.boss("GET", "/2", "", "If-Match", known).refused(404)
	e.boss("GET", "/2?include_deleted=true", "", "If-Match", known).is(200)
	e.boss("GET", "/2?include_deleted=true", "", "If-Match", e.config()).is(304)
}

func listComparesAll(e *env) {
	for _, write := range []func(){
		func() { e.put(other, user.Patch{DisplayName: user.Set("Other")}) },
		func() { e.boss("POST", "", body()).is(201) },
		func() { e.boss("DELETE", "/2", "").is(200) },
	} {
		known := e.config()
		e.boss("GET", "", "", "If-Match", known).is(304)
		write()
		if got := e.boss("GET", "", "", "If-Match", known).is(200).revision(); got != e.config() || got == known {
			e.Errorf("after %s the list says %s, it is %s", known, got, e.config())
		}
	}
}

func createComparesNothing(e *env) {
	e.boss("POST", "", body(), "If-Match", "1").is(201)
	e.boss("POST", "", "["+body("loginName", "lee", "fullName", "Lee")+"]", "If-Match", "999999").is(201)
	e.boss("POST", "", body("loginName", "may", "fullName", "May"), "If-Match", "x").refused(400, "/If-Match pattern")
}

func revisionFromTheFuture(e *env) {
	before := e.revision()
	e.boss("POST", "", body()).is(201)
	_, err := e.host.SetStatus(e.ctx, agent, user.DND, 0)
	e.ok(err)
	present := e.revision() // beyond the configuration's
	for _, rev := range []string{strconv.Itoa(int(before + 2)), "999999", "9223372036854775807"} {
		for _, a := range []answer{
			e.boss("GET", "", "", "If-Match", rev), e.boss("GET", "/2", "", "If-Match", rev),
			e.boss("PUT", "/2", change("nickname", "New"), "If-Match", rev),
			e.boss("DELETE", "/2", "", "If-Match", rev),
		} {
			if a.refused(412).revision() != e.config() {
				e.Errorf("%s: the refusal says %s, it is %s", rev, a.revision(), e.config())
			}
		}
	}
	if e.revision() != present {
		e.Error("something changed")
	}
	e.boss("GET", "/999", "", "If-Match", "999999").refused(404)
}

func noConfiguration(e *env) {
	known := e.config()
	for name, do := range map[string]func() error{
		"status": func() error { _, err := e.host.SetStatus(e.ctx, agent, user.DND, 7); return err },
		"lock":   func() error { _, err := e.host.LockStatus(e.ctx, manager, user.Ready); return err },
		"view":   func() error { _, err := e.host.SetView(e.ctx, agent, 1, true); return err },
		"sound": func() error {
			_, err := e.host.Patch(e.ctx, agent, user.Patch{ChatSound: user.Set(true)})
			return err
		},
		"slot": func() error { _, err := e.host.Reserve(e.ctx, other, "chat"); return err },
		"tab":  func() error { _, err := e.host.RefreshTab(e.ctx, "t1"); return err },
		"skill": func() error {
			_, err := e.host.PutReference(e.ctx, user.Reference{Kind: user.ReferenceSkill, ID: 7, Name: "s"})
			return err
		},
		"money": func() error {
			amount, err := balance.Parse("5.00", "USD")
			e.ok(err)
			_, err = e.host.Fund(e.ctx, roster.FundParams{Amount: amount})
			return err
		},
	} {
		if name == "slot" {
			e.put(other, user.Patch{MaxChats: user.Set(3), Status: user.Set(user.Ready)})
			known = e.config()
		}
		before := e.revision()
		e.ok(do())
		if e.revision() == before {
			e.Errorf("%s: nothing was written", name)
		}
		if got := e.boss("GET", "", "", "If-Match", known).is(304).revision(); got != known {
			e.Errorf("%s: ac-revision is %s, was %s", name, got, known)
		}
		e.boss("GET", "/2", "", "If-Match", known).is(304)
	}
	e.boss("PUT", "/2", change("nickname", "New"), "If-Match", known).is(200)
}

func configurationElsewhere(e *env) {
	for _, do := range []func() error{
		func() error {
			_, err := e.host.ResetPassword(e.ctx, agent, roster.PasswordChange{New: roster.PasswordOf("a long enough phrase")})
			return err
		},
		func() error { _, err := e.host.SetRoles(e.ctx, agent, user.RolesOf(user.Owner)); return err },
		func() error { _, err := e.host.Disable(e.ctx, agent); return err },
		func() error { _, err := e.host.Delete(e.ctx, agent); return err },
		func() error { _, err := e.host.Restore(e.ctx, agent); return err },
		func() error { _, err := e.host.Erase(e.ctx, agent); return err },
	} {
		known := e.config()
		e.ok(do())
		e.boss("GET", "/2?include_deleted=true", "", "If-Match", known).is(200)
		e.boss("GET", "", "", "If-Match", known).is(200)
	}
}

func acRevisionIsOfConfiguration(e *env) {
	known := e.config()
	_, err := e.host.SetStatus(e.ctx, agent, user.DND, 0)
	e.ok(err)
	same := change("pid", "6ab1b0c0-pid", "employeeId", "E-2", "maxAsyncChats", 10, "skillIds", []int{7, 8})
	for _, a := range []answer{
		e.boss("GET", "", "").is(200), e.boss("GET", "/2", "").is(200), e.boss("PUT", "/2", same).is(200),
		e.boss("PUT", "/2", change("maxChats", "x")).is(400), e.boss("GET", "/999", "").is(404),
	} {
		if a.revision() != known {
			e.Errorf("ac-revision is %s, want %s", a.revision(), known)
		}
	}
}
