package crossvendor_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/genesys"
	"github.com/ca74b63c/roster/examples/liveperson"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// secret is the password of every user.
const secret = "Demo-Passw0rd!"

// contactCenter is the header by which the Genesys API is told the account, since nothing in its
// requests names one.
const contactCenter = "X-Contact-Center"

// tenant is an account and what lets a caller in. Its administrator has the first id.
type tenant struct {
	name   user.AccountID
	number int
	first  user.ID
}

var (
	north = tenant{"north", 1, 1}
	south = tenant{"south", 2, 101}
)

func (a tenant) admin() string                  { return "admin@" + string(a.name) + ".example" }
func (a tenant) key(v vendorhttp.Vendor) string { return string(a.name) + "-" + string(v) }

// The profiles of both accounts.
const (
	adminProfile user.ProfileID = iota + 1
	agentProfile
	managerProfile
)

// seed is what an account begins with: an administrator, an agent, and 100.00.
func (a tenant) seed() vendorhttp.SeedAccount {
	ref := func(kind user.ReferenceKind, id int64, name string) user.Reference {
		return user.Reference{Kind: kind, ID: id, Name: name}
	}
	profile := func(id user.ProfileID, name string, gives user.Role) user.Reference {
		r := ref(user.ReferenceProfile, int64(id), name)
		r.Profile = user.Profile{Role: gives}
		return r
	}
	mail := "@" + string(a.name) + ".example"
	return vendorhttp.SeedAccount{
		Settings: user.Account{ID: a.name, Name: string(a.name), Currency: "USD"}, Number: int64(a.number), Funds: "100.00",
		References: []user.Reference{
			ref(user.ReferenceApplication, 1, "myapp"), ref(user.ReferenceSkill, 1, "support"), ref(user.ReferenceGroup, 1, "group"),
			ref(user.ReferenceView, 1, "open"),
			profile(adminProfile, "Admin", user.Admin), profile(agentProfile, "Agent", user.Agent),
			profile(managerProfile, "Agent Manager", user.AgentManager),
		},
		Users: []vendorhttp.SeedUser{
			{Password: roster.PasswordOf(secret), User: user.User{
				ID: a.first, Identity: user.Identity{Login: a.admin()}, Contact: user.Contact{Email: a.admin()},
				Access: user.Access{Granted: user.RolesOf(user.Admin, user.Owner)},
			}},
			{Password: roster.PasswordOf(secret), Status: user.Ready, User: user.User{
				ID: a.first + 1, Identity: user.Identity{Login: "agent-" + string(a.name), PID: "pid-" + string(a.name)},
				Contact: user.Contact{Email: "agent" + mail}, Names: user.Names{Display: "Agent of " + string(a.name)},
				Access:   user.Access{Profiles: user.IDSetOf(agentProfile), Applications: user.IDSetOf[user.ApplicationID](1)},
				Capacity: user.Capacity{MaxChats: 4, MemberOf: user.Assignment{Group: 1}, Skills: user.IDSetOf[user.SkillID](1)},
			}},
		},
	}
}

// keys are the account's, one for each vendor that has keys and one for SCIM; all act as the
// administrator.
func (a tenant) keys() []vendorhttp.Key {
	key := func(v vendorhttp.Vendor) vendorhttp.Key {
		return vendorhttp.Key{Vendor: v, Secret: roster.PasswordOf(a.key(v)), Account: a.name, User: a.first}
	}
	desk := key(vendorhttp.Omnidesk)
	desk.Permissions = permission.VendorPermissions()
	return []vendorhttp.Key{desk, key(vendorhttp.LivePerson), key(vendorhttp.Voximplant), key(scim.SCIM)}
}

// mount serves the four APIs and SCIM at their native paths.
func mount(dir *roster.Directory, realm *vendorhttp.Credentials, opts vendorhttp.Options) http.Handler {
	mux := http.NewServeMux()
	desk := omnidesk.New(dir, realm, omnidesk.Options{Options: opts})
	mux.Handle(omnidesk.Base, desk)
	mux.Handle(omnidesk.Base+"/", desk)
	cloud := genesys.New(dir, genesys.Options{Options: opts, AccountOf: func(r *http.Request) user.AccountID {
		return user.AccountID(r.Header.Get(contactCenter))
	}})
	mux.Handle(genesys.Users, cloud)
	mux.Handle(genesys.Users+"/", cloud)
	mux.Handle(genesys.Me, cloud)
	mux.Handle(liveperson.Prefix, liveperson.New(dir, realm, liveperson.Options{Options: opts}))
	platform := voximplant.New(dir, realm, opts)
	mux.Handle(voximplant.Prefix, platform)
	mux.Handle(voximplant.Prefix+"/", platform)
	mux.Handle(scim.Base+"/", scim.New(dir, realm, scim.Options{Options: opts}))
	return mux
}

// env is a server with the accounts north and south.
type env struct {
	t   testing.TB
	ctx context.Context
	dir *roster.Directory
	url string
	// north calls as the administrator of the account north.
	north client
}

func newEnv(t testing.TB, setup ...roster.Option) *env {
	t.Helper()
	accounts := []tenant{north, south}
	var s vendorhttp.SeedData
	for _, a := range accounts {
		s.Accounts = append(s.Accounts, a.seed())
		s.Keys = append(s.Keys, a.keys()...)
	}
	return serve(t, s, setup...)
}

// serve starts a server on a port of 127.0.0.1, and ends it with the test.
func serve(t testing.TB, s vendorhttp.SeedData, setup ...roster.Option) *env {
	t.Helper()
	store := memstore.New()
	t.Cleanup(func() { _ = store.Close() })
	e := &env{t: t, ctx: context.Background()}
	e.dir = roster.New(store, append([]roster.Option{roster.WithHasher(vendorhttptest.Hasher{})}, setup...)...)
	realm, err := vendorhttp.Seed(e.ctx, e.dir, s)
	e.ok(err)
	server := httptest.NewServer(mount(e.dir, realm, vendorhttp.Options{Faults: vendorhttp.HeaderFaults}))
	t.Cleanup(server.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: loadClients}
	t.Cleanup(transport.CloseIdleConnections)
	e.url = server.URL
	e.north = client{http: &http.Client{Transport: transport, Timeout: time.Minute}, url: server.URL, of: north, at: north}
	return e
}

func (e *env) ok(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// host is the embedding program itself, which may do everything.
func (e *env) host(a tenant) roster.Handle { return e.dir.As(a.name, roster.SystemActor()) }

// do makes a call; see client.send.
func (e *env) do(c call) reply {
	e.t.Helper()
	r, err := e.north.send(c)
	e.ok(err)
	return r
}

// done makes a call that must succeed.
func (e *env) done(c call) reply {
	e.t.Helper()
	r := e.do(c)
	if r.refused() {
		e.t.Fatalf("%s: %s", c, r)
	}
	return r
}

// shows makes a call that must succeed and show these values, each "path=value".
func (e *env) shows(c call, values ...string) reply {
	e.t.Helper()
	r := e.done(c)
	for _, v := range values {
		if !r.shows(v) {
			e.t.Errorf("%s does not show %s: %s", c, v, r)
		}
	}
	return r
}

// refuses makes a call that must be refused with the status and show these values.
func (e *env) refuses(c call, status int, values ...string) {
	e.t.Helper()
	r := e.do(c)
	if !r.refused() || r.status != status {
		e.t.Fatalf("%s was not refused with %d: %s", c, status, r)
	}
	for _, v := range values {
		if !r.shows(v) {
			e.t.Errorf("%s does not show %s: %s", c, v, r)
		}
	}
}

func (e *env) user(a tenant, id user.ID) user.User {
	e.t.Helper()
	u, err := e.host(a).Get(e.ctx, id)
	e.ok(err)
	return u
}

// genesysID is an id as Genesys writes it.
func genesysID(id user.ID) string { return fmt.Sprintf("%032x", int64(id)) }
