package liveperson_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/user"
)

func values(e *env) {
	sent := change("isEnabled", "FALSE", "maxChats", "7", "disabledManually", 1, "changePwdNextLogin", "True", "skillIds", []string{"5", "6"},
		"memberOf", map[string]any{"agentGroupId": "2"}, "maxAsyncChats", "3", "profileIds", []string{"2"}, "userTypeId", "2", "isApiUser", "0")
	got := e.boss("PUT", "/2", sent).is(200).object()
	want := map[string]string{
		"isEnabled": "false", "maxChats": "7", "disabledManually": "true", "changePwdNextLogin": "true", "skillIds": "[5,6]",
		"maxAsyncChats": "3", "profileIds": "[2]", "userTypeId": "2", "isApiUser": "false", "id": "2", "deleted": "false",
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if shown, _ := json.Marshal(got[name]); string(shown) != want[name] {
			e.Errorf("%s is %s, want %s", name, shown, want[name])
		}
	}
	for name, value := range map[string]any{"isEnabled": "yes", "maxChats": 1.5, "changePwdNextLogin": 2, "maxAsyncChats": "", "loginName": true, "nickname": []int{1}} {
		a := e.boss("PUT", "/2", change(name, value)).is(400)
		if !strings.Contains(a.Body.String(), `{"path":"/`+name+`","field":"`+name+`","code":"invalid"`) {
			e.Errorf("%s: %s", name, a.Body)
		}
	}
}

func unknownAttribute(e *env) {
	e.boss("PUT", "/2", change("nikname", "x", "a/b", 1)).refused(400, " unknown_parameter", " unknown_parameter")
	e.boss("POST", "", "["+body("x", 1)+"]").refused(400, "/0 unknown_parameter")
	a := e.boss("PUT", "/2", change("nikname", "x", "S3cret-Of-Ann!", 1)).refused(400, " unknown_parameter", " unknown_parameter")
	if text := a.Body.String(); strings.Contains(text, "S3cret") || !strings.Contains(text, "did you mean 'nickname'?") {
		e.Error(text)
	}
}

func ignoredAttributes(e *env) {
	extra := []any{"dateCreated", "2015-06-22 19:20:03", "isActive", true, "lpaCreatedUser", false, "resetMfaSecret", false, "mfaSecret", nil, "isMfaSecretBinded", false}
	before := e.user(agent)
	e.boss("PUT", "/2", change(extra...)).is(200)
	if u := e.user(agent); u.Enabled() != before.Enabled() || !u.Lifecycle.Created.Equal(before.Lifecycle.Created) {
		e.Errorf("became %+v", u)
	}
}

func roundTrip(e *env) {
	for _, id := range []user.ID{boss, agent, manager, planner, lpa} {
		before := e.user(id)
		if before.Identity.APIUser {
			continue
		}
		read := e.boss("GET", path(id), "").is(200).Body.String()
		e.now = e.now.AddDate(0, 0, 1)
		e.boss("PUT", path(id)+"?v=6.0", read, "If-Match", "-1").is(200)
		after := e.user(id)
		if changed := user.ChangedAttributes(before, after); changed != 0 {
			e.Errorf("sent back as it was read, %v of user %d changed", changed, id)
		}
	}
}

// TestEveryAttributeIsShown: a user who has everything shows everything, in JSON that
// encoding/json reads back.
func TestEveryAttributeIsShown(t *testing.T) {
	e := newEnv(t)
	e.put(agent, user.Patch{
		Description: user.Set("<b>\n\"q\" \u2028 é \\"), Mobile: user.Set("1"), DisplayName: user.Set("ann & \"bob\""),
	})
	got := e.boss("GET", "/2", "").is(200)
	o := got.object()
	if len(o) != 31 || o["description"] != "<b>\n\"q\" \u2028 é \\" || o["nickname"] != `ann & "bob"` || strings.Contains(got.Body.String(), "<b>") {
		t.Errorf("%d attributes: %s", len(o), got.Body)
	}
}
