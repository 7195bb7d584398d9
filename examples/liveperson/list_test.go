package liveperson_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestListHasNoPages: the vendor's list is all users, however many pages the directory has.
func TestListHasNoPages(t *testing.T) {
	e := newEnv(t)
	const more = storage.MaxPage
	e.many(more)
	list := e.boss("GET", "?select=x", "").is(200).objects()
	seen := map[any]bool{}
	for _, u := range list {
		seen[u["loginName"]] = true
	}
	if len(list) != more+7 || len(seen) != len(list) {
		t.Errorf("%d users, %d names, want %d", len(list), len(seen), more+7)
	}
}

// TestListOfOneNamesItsItem: a list's refusal says which item, even if there is but one and it
// fails by its password alone.
func TestListOfOneNamesItsItem(t *testing.T) {
	e := newEnv(t)
	e.boss("PUT", "", "["+change("passwordSh", "x", "oldPassword", "wrong")+"]").refused(400, "/0/oldPassword mismatch")
	e.boss("DELETE", "", `[999]`).refused(404, "/0 not_found")
	e.boss("POST", "", "["+body("loginName", "agent")+"]").refused(409, "/0/loginName duplicate")
}

// A client that writes by the revision of a list is told that it is stale if users whose page came
// later were changed meanwhile.
func revisionOfFirstPage(e *env) {
	e.many(1000)
	known := e.boss("GET", "?select=x", "").is(200).revision()
	client := vendorhttptest.NewSlowClient()
	var done sync.WaitGroup
	done.Go(func() { client.Serve(e.handler, e.listRequest()) })
	<-client.Stopped
	last, err := e.host.Find(e.ctx, user.KeyLogin, "u999")
	e.ok(err)
	_, err = e.host.Edit(e.ctx, []roster.Edit{{ID: last.ID, Patch: user.Patch{DisplayName: user.Set("Changed")}}})
	e.ok(err)
	client.GoOn()
	done.Wait()
	if got := client.Header().Get("ac-revision"); got != known || client.Header().Get("ETag") != known {
		e.Errorf("revision %s, the first page has %s", got, known)
	}
	if !strings.Contains(client.Body.String(), `"nickname":"Changed"`) {
		e.Error("the later page was read before")
	}
	e.boss("DELETE", "", "["+last.ID.String()+"]", "If-Match", known).refused(412)
}

func manyLists(e *env) {
	e.many(1000)
	client := vendorhttptest.NewSlowClient()
	var done sync.WaitGroup
	done.Go(func() {
		if !client.Serve(e.handler, e.listRequest()) {
			e.Error("a list that could not go on looks whole")
		}
	})
	<-client.Stopped
	a := e.boss("GET", "", "").refused(503)
	if got := a.Header().Get("Retry-After"); got != "1" {
		e.Errorf("Retry-After %q", got)
	}
	e.boss("GET", "?select=x", "").refused(503) // of few bytes, but many pages
	e.boss("GET", "/2", "").is(200)
	client.Quit()
	done.Wait()
	if list := e.boss("GET", "", "").is(200).objects(); len(list) != 1007 {
		e.Errorf("%d users", len(list))
	}
}

// many adds n users, u0, u1 and so on.
func (e *env) many(n int) {
	news := make([]roster.CreateParams, n)
	for i := range news {
		news[i].User = user.User{Identity: user.Identity{Login: "u" + strconv.Itoa(i)}}
	}
	_, err := e.host.CreateMany(e.ctx, news)
	e.ok(err)
}

func (e *env) listRequest() *http.Request {
	r := httptest.NewRequest("GET", withVersion(usersURL), nil)
	r.Header.Set("Authorization", "Bearer t-boss")
	return r
}

func oneList(o *liveperson.Options) { o.MaxLists = 1 }

// newcomers is a list of n users to add.
func newcomers(n int) string {
	list := make([]string, n)
	for i := range list {
		name := "new" + strconv.Itoa(i)
		list[i] = body("loginName", name, "fullName", "Full "+name, "nickname", name, "pid", "pid-"+name)
	}
	return "[" + strings.Join(list, ",") + "]"
}

func listSentBack(e *env) {
	e.boss("POST", "", newcomers(storage.MaxPage-7)).is(201)
	list := e.boss("GET", "", "").is(200)
	if n := len(list.objects()); n != storage.MaxPage || list.Body.Len() < vendorhttp.MaxBody/2 {
		e.Fatalf("%d users, %d bytes", n, list.Body.Len())
	}
	before := e.revision()
	back := e.boss("PUT", "", list.Body.String(), "If-Match", list.revision()).is(200)
	if n := len(back.objects()); n != storage.MaxPage || e.revision() != before {
		e.Errorf("%d users, revision %d, was %d", n, e.revision(), before)
	}
	e.boss("DELETE", "/7", "").is(200)
	ids := make([]string, 0, storage.MaxPage)
	for _, u := range list.objects() {
		if id := text(u["id"]); id != boss.String() && id != "7" {
			ids = append(ids, id)
		}
	}
	e.boss("DELETE", "", "["+strings.Join(ids, ",")+"]").is(200)
	if n := len(e.boss("GET", "", "").is(200).objects()); n != 1 {
		e.Errorf("%d users are left", n)
	}
}
