package roster_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// imports runs Import over a text.
func (w *world) imports(h roster.Handle, text string, p roster.ImportParams, opts ...roster.CommonOption) (roster.ImportReport, error) {
	w.Helper()
	return h.Import(w.ctx, strings.NewReader(text), p, opts...)
}

// counted returns the numbers of a report: lines, written, created, changed, unchanged, bad.
func counted(r roster.ImportReport) [6]int {
	return [6]int{r.Lines, r.Written, r.Created, r.Changed, r.Unchanged, r.Bad}
}

// found lists the problems of a report as "line column code".
func found(r roster.ImportReport) (list []string) {
	for _, p := range r.Problems {
		list = append(list, fmt.Sprint(p.Line, " ", p.Column, " ", p.Code))
	}
	return list
}

// TestImportReportsEveryProblem checks each kind of problem: its line, its column and its code. The
// file changes nothing.
func TestImportReportsEveryProblem(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(w.define(site, seniority))
	for _, id := range []user.ID{boss, other} {
		w.ok(second(w.host.Patch(w.ctx, id, user.Patch{EmployeeID: user.Set("E1")})))
	}
	w.ok(second(w.host.LockStatus(w.ctx, manager, user.Ready)))
	for _, tt := range []struct {
		name, file string
		params     roster.ImportParams
		want       []string
	}{
		{name: "several in one line, also of rules that ask the account",
			file: "identity.login,contact.email,capacity.maxChats,capacity.skills,custom.site,custom.seniority\n" +
				"ann,ann@,many,7|8,Paris,-9\nbob,bob@example.com,4.0,7,Berlin,5\n",
			want: []string{"2 capacity.maxChats invalid", "2 contact.email pattern", "2 capacity.skills unknown",
				"2 custom.seniority out_of_range", "2 custom.site unknown"}},
		{name: "no key", file: "identity.login,contact.email\n,ann@\n",
			want: []string{"2 contact.email pattern", "2 identity.login required"}},
		{name: "an employee id of two users", file: "identity.employeeId,names.first\nE1,Ann\n",
			params: roster.ImportParams{Key: user.KeyEmployeeID}, want: []string{"2 identity.employeeId conflict"}},
		{name: "a status that is locked", file: "identity.login,presence.status\nmanager,DND\n",
			want: []string{"2 presence.status locked"}},
		{name: "a key that no user can have", file: "identity.login\na b\n", want: []string{"2 identity.login pattern"}},
		{name: "no column for the key", file: "names.first\nAnn\n", want: []string{"2 identity.login required"}},
		{name: "a new user without a login", file: "identity.employeeId,names.first\nE7,Ann\n",
			params: roster.ImportParams{Key: user.KeyEmployeeID}, want: []string{"2 identity.login required"}},
		{name: "a login twice", file: "identity.login\nann\nbob\nANN\n", want: []string{"4 identity.login duplicate"}},
		{name: "a unique name twice", file: "identity.login,names.full\nann,Ann Baker\nbob,Ann Baker\n",
			want: []string{"3 names.full duplicate"}},
		{name: "a login that is taken", file: "identity.employeeId,identity.login\nE7,Agent\n",
			params: roster.ImportParams{Key: user.KeyEmployeeID}, want: []string{"2 identity.login exists"}},
		{name: "a pid that is taken", file: "identity.login,identity.pid\nann,p2\n", want: []string{"2 identity.pid exists"}},
		{name: "roles beside their sources", file: "identity.login,access.roles,access.granted\nann,agent,agent\n",
			want: []string{"2 access.roles conflict"}},
		{name: "a role that no user can have", file: "identity.login,access.roles\nann,Agent Manager!\n",
			want: []string{"2 access.roles invalid"}},
		{name: "what the loss of the role resets", file: "identity.login,access.roles,capacity.maxChats\nagent,supervisor,4\n",
			want: []string{"2 capacity.maxChats conflict"}},
		{name: "management without the role", file: "identity.login,management.managerOf\nagent,1\n",
			want: []string{"2 management.managerOf conflict"}},
		{name: "a short password", file: "identity.login,password\nann,short\n", want: []string{"2 password too_short"}},
		{name: "a password that has the name", file: "identity.login,names.first,names.last,password\nann,Annabella,Kowalczyk,annabella kowalczyk\n",
			want: []string{"2 password context_word"}},
		{name: "a password of an API user", file: "identity.login,identity.apiUser,password\nann,TRUE,correct horse battery\n",
			want: []string{"2 password forbidden"}},
		{name: "a header", file: "identity.login,contact.mail\nann,x\n", want: []string{"1 contact.mail unknown"}},
		{name: "JSON Lines", file: `{"identity":{"login":"ann"},"contact":{"email":"ann@"},"custom":{"site":"Paris","wing":"b"}}` + "\n{]\n",
			want: []string{"1 contact.email pattern", "1  unknown", "1 custom.site unknown", "2  invalid"}},
	} {
		w.unchanged(tt.name, func() {
			r, err := w.imports(w.host, tt.file, tt.params)
			var bad *roster.ImportError
			if got := found(r); !slices.Equal(got, tt.want) || !errors.As(err, &bad) || bad.Line != r.Problems[0].Line ||
				bad.Bad != r.Bad || r.Written != 0 {
				t.Errorf("%s: got\n%q\nwant\n%q\nerror %v, report %+v", tt.name, got, tt.want, err, r)
			}
			for _, p := range r.Problems {
				ofState := slices.Contains([]validate.Code{"exists", "locked", "conflict"}, p.Code)
				if p.Detail == "" || p.Column != "" && p.Allowed == "" && !ofState {
					t.Errorf("%s: it does not say what is allowed: %+v", tt.name, p)
				}
			}
		})
	}
}

// TestImportObeysThePolicy compares Import of one line with Create and Patch, for each actor under
// two policies: the code of the error and the state afterwards are the same.
func TestImportObeysThePolicy(t *testing.T) {
	noHashes := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Secrets" }, cmp.Ignore()) // salts differ
	for _, p := range []struct {
		line  string
		patch user.Patch
	}{
		{`{"names":{"first":"Zoe"}}`, user.Patch{FirstName: user.Set("Zoe")}},
		{`{"preferences":{"incognito":false}}`, user.Patch{Incognito: user.Set(false)}},
		{`{"access":{"granted":["admin"]}}`, user.Patch{Granted: user.Set(user.RolesOf(user.Admin))}},
		{`{"access":{"roles":["agent","supervisor"]}}`, user.Patch{Roles: user.Set(user.RolesOf(user.Agent, user.Supervisor))}},
		{`{"access":{"profiles":[3]}}`, user.Patch{Profiles: user.Set(user.IDSetOf(adminProfile))}},
		{`{"capacity":{"maxChats":3}}`, user.Patch{MaxChats: user.Set(3)}},
		{`{"capacity":{"memberOf":{"group":1}}}`, user.Patch{MemberOf: user.Set(user.GroupID(1))}},
		{`{"access":{"disabled":true,"disabledManually":true}}`, user.Patch{Enabled: user.Set(false), DisabledManually: user.Set(true)}},
		{`{"preferences":{"views":[2]}}`, user.Patch{Views: user.Set(user.IDSetOf[user.ViewID](2))}},
		{`{"custom":{"site":"Berlin"}}`, user.Patch{Custom: user.CustomPatch{}.Set("site", user.TextValue("Berlin"))}},
		{`{"presence":{"status":"DND"}}`, user.Patch{Status: user.Set(user.DND)}},
	} {
		for _, policy := range []permission.Authorizer{permission.Default(), permission.LivePerson()} {
			for _, actor := range []roster.Actor{
				roster.SystemActor(), roster.UserActor(boss), roster.UserActor(agent), roster.UserActor(manager),
				roster.UserActor(gone), {}, roster.KeyActor(0, permission.VendorPermissions()),
			} {
				a, b := newWorld(t, memstore.New()), newWorld(t, memstore.New())
				b.ok(errors.Join(a.define(site, seniority), b.define(site, seniority)))
				ha, hb := a.dir.As("acme", actor).WithAuthorizer(policy), b.dir.As("acme", actor).WithAuthorizer(policy)
				for _, target := range []string{"agent", "other", "manager", "gone", "new", "boss"} {
					line := strings.Replace(p.line, "{", `{"identity":{"login":"`+target+`"},`, 1)
					_, got := a.imports(ha, line, roster.ImportParams{})

					patch := p.patch
					patch.Login = user.Set(target)
					u, want := hb.Find(b.ctx, user.KeyLogin, target)
					if want == nil {
						_, want = hb.Patch(b.ctx, u.ID, patch)
					} else {
						var n roster.CreateParams
						b.ok(json.Unmarshal([]byte(strings.Replace(line, `"roles"`, `"granted"`, 1)), &n.User))
						_, want = hb.Create(b.ctx, n)
					}
					if roster.CodeOf(got) != roster.CodeOf(want) {
						t.Errorf("%s by %v %d: got %v, want %v", line, actor.Kind(), actor.UserID(), got, want)
					}
				}
				if diff := cmp.Diff(b.state(), a.state(), noHashes); diff != "" {
					t.Fatalf("%s by %v: the state differs (-calls +import):\n%s", p.line, actor.UserID(), diff)
				}
			}
		}
	}
}

// TestImportTellsStrangersNoSchema checks that an actor that may neither read the account nor set
// custom attributes learns none of their names or types.
func TestImportTellsStrangersNoSchema(t *testing.T) {
	for _, actor := range []roster.Actor{{}, roster.UserActor(noUser), roster.UserActor(gone)} {
		w := newWorld(t, memstore.New())
		w.ok(w.define(site, seniority))
		reports := map[string]roster.ImportReport{}
		for _, column := range []string{"site", "seniority", "wing"} {
			r, err := w.imports(w.dir.As("acme", actor), "identity.login,custom."+column+"\nann,x\n", roster.ImportParams{})
			w.is(err, permission.ErrDenied, column)
			reports[column] = r
			same(t, column, r.Problems, reports["site"].Problems)
		}
	}
}
