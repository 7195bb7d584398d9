package liveperson_test

import (
	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// Custom attributes of the host are not shown, and a replacement keeps them. Where one is required,
// a creation that cannot give it is refused as a bad request.
func customAttributesStay(e *env) {
	shown := e.boss("GET", "/2", "").is(200).Body.String()
	define := func(required bool) {
		e.Helper()
		a, err := e.host.Account(e.ctx)
		e.ok(err)
		a.CustomAttributes = user.CustomSchemaOf(
			user.CustomAttribute{Name: "site", Type: user.CustomString},
			user.CustomAttribute{Name: "badge", Type: user.CustomString, Required: required},
		)
		_, err = e.host.UpdateAccount(e.ctx, a)
		e.ok(err)
	}
	define(false)
	e.put(agent, user.Patch{Custom: user.CustomPatch{}.Set("site", user.TextValue("Berlin"))})
	if got := e.boss("GET", "/2", "").is(200).Body.String(); got != shown {
		e.Errorf("the user is shown as %s, was %s", got, shown)
	}
	e.boss("PUT", "/2", change("nickname", "New")).is(200)
	if got := e.user(agent).Custom.String(); got != `{"site":"Berlin"}` {
		e.Errorf("after a replacement the user has %s", got)
	}
	for u, err := range e.host.All(e.ctx, roster.ListParams{}) {
		e.ok(err)
		e.put(u.ID, user.Patch{Custom: user.CustomPatch{}.Set("badge", user.TextValue("b"))})
	}
	define(true)
	e.boss("PUT", "/2", change("nickname", "Newer")).is(200)
	a := e.boss("POST", "", body())
	a.refused(400, "/custom/badge required")
}
