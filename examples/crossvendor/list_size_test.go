package crossvendor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// watchedStore counts the views that are open, and fails those after so many.
type watchedStore struct {
	storage.Storage
	open  atomic.Int64
	left  atomic.Int64 // how many views succeed, if failing
	fails atomic.Bool
}

var errDisk = errors.New("the disk fails")

func (s *watchedStore) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	if s.fails.Load() && s.left.Add(-1) < 0 {
		return errDisk
	}
	s.open.Add(1)
	defer s.open.Add(-1)
	return s.Storage.View(ctx, a, fn)
}

// largeAccount is the account north with many users.
type largeAccount struct {
	*env
	store   *watchedStore
	handler http.Handler
	users   int
}

// firstOfMany is the id of the first of the many users.
const firstOfMany user.ID = 1000

func newLargeAccount(t testing.TB, users int) *largeAccount {
	t.Helper()
	c := &largeAccount{env: &env{t: t, ctx: t.Context()}, store: &watchedStore{Storage: memstore.New()}, users: users}
	t.Cleanup(func() { _ = c.store.Close() })
	c.dir = roster.New(c.store, roster.WithHasher(vendorhttptest.Hasher{}))
	realm, err := vendorhttp.Seed(c.ctx, c.dir, vendorhttp.SeedData{Accounts: []vendorhttp.SeedAccount{north.seed()}, Keys: north.keys()})
	c.ok(err)
	const batch = 10_000
	for from := 0; from < users; from += batch {
		_, err := c.store.Update(c.ctx, north.name, func(ctx context.Context, w storage.Writer) error {
			for i := from; i < min(from+batch, users); i++ {
				if err := w.PutUser(ctx, one(i, w.Next())); err != nil {
					return err
				}
			}
			return nil
		})
		c.ok(err)
	}
	c.handler = mount(c.dir, realm, vendorhttp.Options{})
	c.north = client{http: http.DefaultClient, url: "http://north.example", of: north, at: north}
	return c
}

// one is a user of the many. Its texts need escapes.
func one(i int, version user.Revision) user.User {
	name := fmt.Sprintf("user%06d", i)
	return user.User{
		ID: firstOfMany + user.ID(i), Version: version, ConfigVersion: version,
		Identity: user.Identity{Login: name, PID: "pid-" + name, EmployeeID: name},
		Names:    user.Names{First: "Zoë", Last: "O'Neill & <" + name + ">", Display: "\"Zoë\" " + name, Full: name},
		Contact:  user.Contact{Email: name + "@mail.example", Phone: "+31 20 1234567"},
		Capacity: user.Capacity{MaxChats: 4, MemberOf: user.Assignment{Group: 1}, Skills: user.IDSetOf[user.SkillID](1)},
		Access: user.Access{
			Granted: user.RolesOf(user.Agent), Roles: user.RolesOf(user.Agent), Applications: user.IDSetOf[user.ApplicationID](1),
		},
		Preferences: user.Preferences{Statistics: user.ListOf(user.Statistic{Name: "text"})},
	}
}

// lists are the vendors' lists of users, each as long as it can be.
func lists() map[string]call {
	return map[string]call{
		"Genesys URIs":    cloud("GET", 0, ""),
		"Genesys objects": {vendor: vendorhttp.Genesys, method: "GET", query: "fields=*&subresources=*"},
		"LivePerson":      person("GET", "", ""),
		"Omnidesk":        desk("GET ", "itemLimit=999&extended=true"),
		"Voximplant":      platform("GetUsers", "count=1000&application_id=1&with_skills=true&with_queues=true"),
	}
}

// liveHeap returns the bytes that are in use.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC() // what a pool held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// size is how many users a test of many has.
func size() int {
	if testing.Short() {
		return 5_000
	}
	return 100_000
}

// Twenty clients that take a list slowly hold a page of users each, whatever the size of the
// account is, and neither a transaction nor a snapshot. Afterwards those that go on have the whole
// list.
func TestListsTakeBoundedMemory(t *testing.T) {
	const callers, whole, most = 20, 2, 4 << 20
	c := newLargeAccount(t, size())
	for name, what := range lists() {
		t.Run(name, func(t *testing.T) {
			clients := make([]*vendorhttptest.SlowClient, callers)
			before := liveHeap()
			var all sync.WaitGroup
			for i := range clients {
				clients[i] = vendorhttptest.NewSlowClient()
				r, err := c.north.request(what)
				c.ok(err)
				all.Go(func() {
					if broken := clients[i].Serve(c.handler, r); broken != (i >= whole) {
						t.Errorf("caller %d: the list is broken off: %t", i, broken)
					}
				})
			}
			for i := range clients {
				<-clients[i].Stopped
			}
			held := int64(liveHeap()-before) / callers
			t.Logf("%d users: a caller holds %d KiB", c.users, held>>10)
			if held > most {
				t.Errorf("a caller holds %d bytes, allowed are %d", held, most)
			}
			if n := c.store.open.Load(); n != 0 {
				t.Errorf("%d views are open while clients are slow", n)
			}
			_, err := c.host(north).Edit(c.ctx, []roster.Edit{{ID: firstOfMany, Patch: user.Patch{EmployeeID: user.Set(name)}}})
			c.ok(err)
			for i, client := range clients {
				if i < whole {
					client.GoOn()
				} else {
					client.Quit()
				}
			}
			all.Wait()
			if a, b := clients[0], clients[1]; a.Status != http.StatusOK || !bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) || !json.Valid(a.Body.Bytes()) {
				t.Errorf("status %d, %d and %d bytes", a.Status, a.Body.Len(), b.Body.Len())
			}
		})
	}
}

// serve answers a call in this process, and returns the body.
func (c *largeAccount) serve(what call) string {
	c.t.Helper()
	r, err := c.north.request(what)
	c.ok(err)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		c.t.Fatalf("%s: %d %.200s", what, w.Code, w.Body)
	}
	return w.Body.String()
}

// A list of many pages and pieces is, byte for byte, its users one by one.
func TestLongListsAreTheirUsers(t *testing.T) {
	const users = 2*vendorhttp.ListPage + 7
	c := newLargeAccount(t, users)
	ids := []user.ID{north.first, north.first + 1}
	for i := range user.ID(users) {
		ids = append(ids, firstOfMany+i)
	}
	var objects, full, people []string
	for _, id := range ids {
		one := cloud("GET", id, "")
		one.query = "fields=*"
		objects = append(objects, unwrap(c.serve(one)))
		one.query = "fields=*&subresources=*"
		full = append(full, unwrap(c.serve(one)))
		people = append(people, c.serve(person("GET", "/"+id.String(), "")))
	}
	for what, want := range map[*call]string{
		{vendor: vendorhttp.Genesys, method: "GET", query: "fields=*"}:                `{"statusCode":0,"users":[` + strings.Join(objects, ",") + `]}`,
		{vendor: vendorhttp.Genesys, method: "GET", query: "fields=*&subresources=*"}: `{"statusCode":0,"users":[` + strings.Join(full, ",") + `]}`,
		{vendor: vendorhttp.LivePerson, method: "GET", query: "v=6.0"}:                `[` + strings.Join(people, ",") + `]`,
	} {
		if len(want) < 2*vendorhttp.Piece {
			t.Fatalf("%s: %d bytes are no long list", what, len(want))
		}
		if got := c.serve(*what); got != want {
			t.Errorf("%s: %d bytes, its users are %d", what, len(got), len(want))
		}
	}
	for name, what := range lists() {
		if text := c.serve(what); !json.Valid([]byte(text)) {
			t.Errorf("%s is not JSON", name)
		}
	}
}

// unwrap returns the user of Genesys' answer about one.
func unwrap(text string) string {
	return strings.TrimSuffix(strings.TrimPrefix(text, `{"statusCode":0,"user":`), "}")
}

// Every user that stays is listed once, whatever is created, deleted and changed while the client
// reads.
func TestUsersThatStayAreListedOnce(t *testing.T) {
	const users = 1500
	for _, name := range []string{"Genesys objects", "LivePerson"} {
		c := newLargeAccount(t, users)
		host := c.host(north)
		client := vendorhttptest.NewSlowClient()
		r, err := c.north.request(lists()[name])
		c.ok(err)
		var done sync.WaitGroup
		done.Go(func() { client.Serve(c.handler, r) })
		<-client.Stopped
		for i := range user.ID(users) {
			switch id := firstOfMany + i; i % 10 {
			case 1:
				_, err = host.Delete(c.ctx, id)
			case 2:
				_, err = host.Edit(c.ctx, []roster.Edit{{ID: id, Patch: user.Patch{Login: user.Set("renamed" + strconv.Itoa(int(i)))}}})
			case 3:
				_, err = host.Create(c.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new" + strconv.Itoa(int(i))}}})
			}
			c.ok(err)
		}
		client.GoOn()
		done.Wait()
		if !json.Valid(client.Body.Bytes()) {
			t.Fatalf("%s is not JSON", name)
		}
		for i := range user.ID(users) {
			id := firstOfMany + i
			mark := `"id":` + id.String() + `,"pid"`
			if name != "LivePerson" {
				mark = `"id":"` + genesysID(id) + `","userName"`
			}
			if n := bytes.Count(client.Body.Bytes(), []byte(mark)); n > 1 || n == 0 && i%10 != 1 {
				t.Errorf("%s lists user %d %d times", name, id, n)
			}
		}
	}
}

// A list whose later page cannot be read breaks the connection off: the client is told that it has
// a part.
func TestListThatFailsLaterIsBrokenOff(t *testing.T) {
	c := newLargeAccount(t, 3000)
	server := httptest.NewServer(c.handler)
	defer server.Close()
	c.north.url = server.URL
	for _, name := range []string{"Genesys objects", "Genesys URIs", "LivePerson"} {
		r, err := c.north.request(lists()[name])
		c.ok(err)
		for _, views := range []int64{0, 12} {
			c.store.left.Store(views)
			c.store.fails.Store(true)
			resp, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			c.store.fails.Store(false)
			switch {
			case views == 0 && (resp.StatusCode != http.StatusInternalServerError || err != nil):
				t.Errorf("%s: the first page fails: %d %v", name, resp.StatusCode, err)
			case views > 0 && (resp.StatusCode != http.StatusOK || err == nil):
				t.Errorf("%s: a later page fails: %d, %d bytes without an error", name, resp.StatusCode, len(body))
			}
		}
	}
}
