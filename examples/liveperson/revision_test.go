package liveperson_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func revisionRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("The revision mechanism exists in order to maintain order and save historical data.", in(orderAndHistory)),
		documented.Row("To use the benefits of the revision mechanism, The developers are asked to add the 'IF-MATCH' request header.", in(asked)),
		documented.Row("The 'IF-MATCH' request header contains data revision as known by the client, In addition, it allows to optimize the backend response", in(ifMatchOnRead)),
		documented.Row("and allows concurrent modification backend verification.", in(staleWrite)),
		documented.Row("Every entity will have only one latest revision and the maximum revision number is a global number by account.", in(oneRevision)),
		documented.Row("Each change/update on one of these entities increases The revision.", in(eachChangeRaises)),
		assumed.Row("a change of many users raises the revision once, one that changes nothing not at all", in(raisedOnce)),
		documented.Row("The developer can call the GET entity API in order to retrieve the latest revision. This revision will be part of the response header under ac-revision header.", in(oneRevision)),
		documented.Row("When sending the API calls using the 'IF-MATCH' header with a specific revision if there was no change the response will be 304 (Not Modified) response.", in(ifMatchOnRead)),
		documented.Row("When using 'IF-MATCH' header with '-1' value you will always get the full response.", in(minusOne)),
		assumed.Row("a list is sent a page at a time, and its revision is that of the first page", in(revisionOfFirstPage)),
		assumed.Row("a read that knows an earlier revision gets the full response", in(otherRevision)),
		assumed.Row("a write whose revision is stale is refused with 412, and the present revision", in(staleWrite)),
		assumed.Row("304 is for who may read: a refusal comes before it", in(noProbing)),
		observed.Row("a write with If-Match -1 or * is unconditional", in(unconditional)),
		assumed.Row("an If-Match that is no revision is refused", in(badRevision)),
	}
}

// Each revision is in the account's history, in order, with what it made different in the user.
func orderAndHistory(e *env) {
	before := e.revision()
	for _, name := range []string{"One", "Two", "Three"} {
		e.boss("PUT", "/2", change("nickname", name)).is(200)
	}
	changes, err := e.host.Changes(e.ctx, storage.ChangeQuery{After: storage.AfterRevision(before)})
	e.ok(err)
	got := ""
	for i, c := range changes {
		if c.ID.Revision != before+1+user.Revision(i) || c.UserID != agent || c.Actor != boss {
			e.Errorf("change %d: %+v", i, c)
		}
		for _, d := range c.Diff {
			if d.Attribute != user.AttrDisplayName {
				continue // what the first request does not name is cleared
			}
			got += fmt.Sprintf("%s: %s to %s; ", d.Attribute, d.Before, d.After)
		}
	}
	if want := "displayName: agent to One; displayName: One to Two; displayName: Two to Three; "; got != want {
		e.Errorf("got %s, want %s", got, want)
	}
}

// They are asked, and not made, to: without the header nothing is compared.
func asked(e *env) {
	known := e.boss("GET", "/2", "").is(200).revision()
	e.boss("PUT", "/2", change("nickname", "One")).is(200)
	e.boss("PUT", "/2", change("nickname", "Two")).is(200)
	e.boss("PUT", "/2", change("nickname", "Three"), "If-Match", known).refused(412)
	if got := e.user(agent).Names.Display; got != "Two" {
		e.Error(got)
	}
}

func staleWrite(e *env) {
	stale := e.boss("GET", "/2", "").is(200).revision()
	e.boss("PUT", "/2", change("nickname", "First"), "If-Match", stale).is(200)
	before := e.revision()
	for _, a := range []answer{
		e.boss("PUT", "/2", change("nickname", "New"), "If-Match", stale),
		e.boss("PUT", "", "["+change("nickname", "New")+"]", "If-Match", stale),
		e.boss("DELETE", "/2", "", "If-Match", stale),
		e.boss("DELETE", "", `["2"]`, "If-Match", stale),
		e.boss("PUT", "/2/resetPassword", `{"newPassword":"x"}`, "If-Match", stale),
		e.boss("PUT", "/2", change("nickname", "New"), "If-Match", "999999"),
	} {
		a.refused(412)
		if a.revision() != strconv.FormatUint(uint64(before), 10) {
			e.Errorf("the refusal says %s, it is %d", a.revision(), before)
		}
	}
	if e.revision() != before {
		e.Error("a stale write changed something")
	}
}

func oneRevision(e *env) {
	want := strconv.FormatUint(uint64(e.revision()), 10)
	for _, url := range []string{"", "/1", "/2", "/pid/6ab1b0c0-pid"} {
		if got := e.boss("GET", url, "").is(200).revision(); got != want {
			e.Errorf("%q has %s, want %s", url, got, want)
		}
	}
}

func eachChangeRaises(e *env) {
	for i, a := range []func() answer{
		func() answer { return e.boss("POST", "", body()) },
		func() answer { return e.boss("PUT", "/2", change("nickname", "New")) },
		func() answer { return e.boss("PUT", "/2/resetPassword", `{"newPassword":"x"}`) },
		func() answer { return e.boss("DELETE", "/2", "") },
	} {
		before := e.revision()
		if got := a().revision(); got != strconv.FormatUint(uint64(before)+1, 10) || e.revision() != before+1 {
			e.Errorf("%d: after %d came %s, and it is %d", i, before, got, e.revision())
		}
	}
}

func raisedOnce(e *env) {
	before := e.revision()
	e.boss("POST", "", "["+body()+","+body("loginName", "lee", "fullName", "Lee")+"]").is(201)
	e.boss("DELETE", "", `[9, 10]`).is(200)
	e.boss("PUT", "/2", change("pid", "6ab1b0c0-pid", "employeeId", "E-2", "maxAsyncChats", 10, "skillIds", []int{7, 8})).is(200)
	if got := e.revision(); got != before+2 {
		e.Errorf("%d changes", got-before)
	}
}

func minusOne(e *env) {
	for _, url := range []string{"", "/2"} {
		if a := e.boss("GET", url, "", "If-Match", "-1").is(200); a.Body.Len() == 0 {
			e.Error("no response")
		}
	}
}

func otherRevision(e *env) {
	for _, rev := range []string{"0", "1"} {
		e.boss("GET", "/2", "", "If-Match", rev).is(200)
		e.boss("GET", "", "", "If-Match", rev).is(200)
	}
}

func noProbing(e *env) {
	rev := e.boss("GET", "", "").revision()
	e.boss("GET", "/999", "", "If-Match", rev).refused(404)
	e.send("t-agent", "GET", withVersion(usersURL+"/7"), "", "If-Match", rev).refused(404)
	e.send("", "GET", withVersion(usersURL), "", "If-Match", rev).refused(401)
}

func unconditional(e *env) {
	for i, value := range []string{"-1", "*", ""} {
		e.boss("PUT", "/2", change("nickname", "New "+strconv.Itoa(i)), "If-Match", value).is(200)
	}
}

func badRevision(e *env) {
	for value, code := range map[string]string{"x": "pattern", "-2": "pattern", "1.5": "pattern", `W/"1"`: "pattern", "12345678901234567890": "too_long"} {
		e.boss("GET", "", "", "If-Match", value).refused(400, "/If-Match "+code)
		e.boss("DELETE", "/2", "", "If-Match", value).refused(400, "/If-Match "+code)
	}
	if !e.user(agent).Live() {
		e.Error("deleted")
	}
}

// TestOptimisticWriters: of writers who know one revision, one wins, and nothing is lost.
func TestOptimisticWriters(t *testing.T) {
	e := newEnv(t)
	const writers = 8
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for {
				read := e.boss("GET", "/2", "")
				n, err := strconv.Atoi(text(read.object()["maxChats"]))
				if err != nil {
					t.Error(err)
					return
				}
				a := e.boss("PUT", "/2", change("maxChats", n+1), "If-Match", read.revision())
				if a.Code == 200 {
					return
				}
				if a.Code != 412 {
					t.Errorf("status %d: %s", a.Code, a.Body)
					return
				}
			}
		})
	}
	wait.Wait()
	if got := e.user(agent).Capacity.MaxChats; got != 4+writers {
		t.Errorf("%d writers came to %d", writers, got)
	}
}
