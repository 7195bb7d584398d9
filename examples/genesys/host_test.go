package genesys_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// Roles and custom attributes of the host are not shown, stay when roles are replaced, and no
// request gives a role by the name that the host has for it.
func hostWordsStay(t *testing.T) {
	e := newEnv(t)
	shown := e.ok(e.as(ann, "GET", at(bob)+"?fields=*&subresources=*", "")).User
	account, err := e.host.Account(context.Background())
	if err == nil {
		account.CustomAttributes = user.CustomSchemaOf(user.CustomAttribute{Name: "site", Type: user.CustomString})
		_, err = e.host.UpdateAccount(context.Background(), account)
	}
	if err == nil {
		_, err = e.host.Patch(context.Background(), bob, user.Patch{
			Granted: user.Set(user.RolesOf(user.Agent, "team_lead", "quality_analyst")),
			Custom:  user.CustomPatch{}.Set("site", user.TextValue("Riga")),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "shown", e.ok(e.as(ann, "GET", at(bob)+"?fields=*&subresources=*", "")).User, shown)
	for _, step := range []struct {
		body string
		want user.Roles
	}{
		{`{"roles":["ROLE_ADMIN"]}`, user.RolesOf(user.Admin, "team_lead", "quality_analyst")},
		{`{"firstName":"B","password":"New-Pass1!"}`, user.RolesOf(user.Admin, "team_lead", "quality_analyst")},
		{`{"roles":[]}`, user.RolesOf("team_lead", "quality_analyst")},
	} {
		e.ok(e.as(ann, "PUT", at(bob), step.body))
		if got := e.user(bob); got.Access.Roles != step.want || got.Custom.String() != `{"site":"Riga"}` {
			t.Errorf("%s: %s, %s, want %s", step.body, got.Access.Roles, got.Custom, step.want)
		}
	}
	for _, name := range []string{"team_lead", "ROLE_TEAM_LEAD", "supervisor"} {
		a := e.as(ann, "PUT", at(bob), `{"roles":["`+name+`"]}`)
		if a.HTTP != http.StatusBadRequest {
			t.Errorf("%s: %d", name, a.HTTP)
		}
	}
	if _, err := e.host.SetRoles(context.Background(), dan, user.RolesOf("team_lead")); err != nil {
		t.Fatal(err)
	}
	e.refused(e.as(cas, "PUT", at(dan), `{"password":"Taken-0ver!"}`), http.StatusBadRequest, 2,
		"You cannot do this to a user with role 'other', which you cannot grant.")
}
