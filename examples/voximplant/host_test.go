package voximplant_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// Roles and custom attributes of the host are not shown, stay when a user is edited, and are none
// of the roles for which a function is available.
func hostWordsStay(t *testing.T) {
	e := newEnv(t)
	ctx := context.Background()
	host := e.host
	text := func(method, query string) string {
		t.Helper()
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, httptest.NewRequest("GET", "/platform_api/"+method+"/?"+login+"&"+query, nil))
		return w.Body.String()
	}
	const every = "user_id=1&with_skills=true&with_queues=true"
	shown := text("GetUsers", every)
	account, err := host.Account(ctx)
	if err == nil {
		account.CustomAttributes = user.CustomSchemaOf(user.CustomAttribute{Name: "site", Type: user.CustomString})
		_, err = host.UpdateAccount(ctx, account)
	}
	var after roster.Result
	if err == nil {
		after, err = host.Patch(ctx, 1, user.Patch{
			Granted: user.Set(e.user(1).Access.Granted.With(user.RolesOf("team_lead"))),
			Custom:  user.CustomPatch{}.Set("site", user.TextValue("Riga")),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := text("GetUsers", every); got != shown || !strings.Contains(shown, `"user_name":"ann"`) {
		t.Errorf("shown as %s, was %s", got, shown)
	}
	e.ok(e.call("SetUserInfo", "user_id=1&user_display_name=Anna&user_custom_data=x&user_active=false"))
	if got := e.user(1); got.Access.Roles != after.User.Access.Roles || got.Custom.String() != `{"site":"Riga"}` || got.Names.Display != "Anna" {
		t.Errorf("%s, %s", got.Access.Roles, got.Custom)
	}
}
