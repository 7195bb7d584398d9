package liveperson_test

import (
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func queryRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("v: API version number. Double. Required. (Most updated: v=6.0)", in(versionRequired)),
		assumed.Row("v: its default of 2.0 stands for nothing, since it is required", in(versionRequired)),
		assumed.Row("v: from 1.0 to 6.0", in(versionRange)),
		observed.Row("v=4 and v=4.0 are both in use", in(versionRange)),
		documented.Row("select: Dynamic selection of the response fields. YOGA 'gdata' dialect. Optional", in(selectFields)),
		documented.Row("select: Non-existing field: no error, blank in response", in(selectUnknown)),
		documented.Row("select: supported fields: any in response body", in(selectAnyField)),
		assumed.Row("select shapes the answer to a write too", in(selectOnWrite)),
		documented.Row("include_deleted: Whether or not deleted items in the response are included. boolean. Optional. Default: false", in(includeDeleted)),
		observed.Row("source, which the vendor's own pages send, is taken", in(sourceIsTaken)),
	}
}

func versionRequired(e *env) {
	e.send("t-boss", "GET", usersURL, "").refused(400, "/v required")
	e.send("t-boss", "GET", usersURL+"?v=", "").refused(400, "/v required")
	e.send("t-boss", "DELETE", usersURL+"/2", "").refused(400, "/v required")
	e.send("t-boss", "GET", usersURL+"?v=6.0", "").is(200)
	if !e.user(agent).Live() {
		e.Error("deleted")
	}
}

func versionRange(e *env) {
	for _, v := range []string{"1", "1.0", "2.0", "4", "4.0", "5.5", "6", "6.0", "6.00"} {
		e.send("t-boss", "GET", usersURL+"?v="+v, "").is(200)
	}
	for _, v := range []string{"0", "0.9", "6.1", "7", "-1", "1e0", "x", "+6", "1.", ".5", "NaN", "Inf", "1,0", "6.0.0"} {
		e.send("t-boss", "GET", usersURL+"?v="+strings.ReplaceAll(v, "+", "%2B"), "").refused(400, "/v pattern")
	}
}

func selectFields(e *env) {
	e.shows("id,nickname", "id pid deleted loginName nickname")
	e.shows("memberOf(agentGroupId)", "id pid deleted loginName memberOf")
}

func selectUnknown(e *env) { e.shows("nothing,nickname", "id pid deleted loginName nickname") }

func selectAnyField(e *env) {
	for name := range e.boss("GET", "/2", "").is(200).object() {
		got := e.boss("GET", "/2?select="+name, "").is(200).object()
		if _, ok := got[name]; !ok {
			e.Errorf("select=%s shows %v", name, got)
		}
	}
}

func selectOnWrite(e *env) {
	if got := e.boss("PUT", "/2?select=nickname", change()).is(200).object(); len(got) != 5 {
		e.Errorf("shows %v", got)
	}
	if got := e.boss("POST", "?select=nickname", "["+body()+"]").is(201).objects(); len(got[0]) != 5 {
		e.Errorf("shows %v", got)
	}
}

func includeDeleted(e *env) {
	all := func(url string) (n int, deleted bool) {
		list := e.boss("GET", url, "").is(200).objects()
		for _, u := range list {
			deleted = deleted || u["deleted"] == true
		}
		return len(list), deleted
	}
	for _, url := range []string{"", "?include_deleted=false", "?include_deleted=", "?include_deleted=0"} {
		if n, deleted := all(url); n != 7 || deleted {
			e.Errorf("%q: %d users, deleted ones: %v", url, n, deleted)
		}
	}
	for _, url := range []string{"?include_deleted=true", "?include_deleted=TRUE", "?include_deleted=1"} {
		if n, deleted := all(url); n != 8 || !deleted {
			e.Errorf("%q: %d users, deleted ones: %v", url, n, deleted)
		}
	}
	e.boss("GET", path(gone), "").refused(404)
	if got := e.boss("GET", path(gone)+"?include_deleted=true", "").is(200).object(); got["deleted"] != true || got["loginName"] != "gone" {
		e.Errorf("shows %v", got)
	}
	e.boss("GET", "?include_deleted=maybe", "").refused(400, "/include_deleted invalid")
}

func sourceIsTaken(e *env) { e.boss("GET", "?source=ccuiUm", "").is(200) }

func pathRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("accountId: LP site ID, string", in(accountIDs)),
		observed.Row("accountId: up to 20 letters, digits and underscores", in(accountIDs)),
		documented.Row("userId: Positive long number greater than zero", in(userIDs)),
		documented.Row("skillId: Positive long number greater than zero", in(idList("skillIds"))),
		documented.Row("agentGroupId: Positive long number greater than zero", in(groupIDs)),
		documented.Row("profileId: Positive long number greater than zero", in(idList("profileIds"))),
	}
}

func accountIDs(e *env) {
	e.send("t-boss", "GET", "/api/account/demo/configuration/le-users/users?v=6.0", "").is(200)
	e.send("t-boss", "GET", "/api/account/DEMO/configuration/le-users/users?v=6.0", "").refused(401)
	for account, code := range map[string]string{"de-mo": "pattern", "a.b": "pattern", "d%C3%A9mo": "pattern", "": "required", strings.Repeat("a", 21): "too_long", "..": "pattern"} {
		e.send("t-boss", "GET", "/api/account/"+account+"/configuration/le-users/users?v=6.0", "").refused(400, "/accountId "+code)
	}
}

func userIDs(e *env) {
	e.boss("GET", "/2", "").is(200)
	for _, id := range []string{"0", "-1", "+2", "x", "1.0", "9223372036854775808", "2%20"} {
		e.boss("GET", "/"+id, "").refused(400, "/userId invalid")
		e.boss("DELETE", "/"+id, "").refused(400, "/userId invalid")
		e.boss("PUT", "/"+id, change()).refused(400, "/userId invalid")
	}
	e.boss("GET", "/9223372036854775807", "").refused(404)
}

// idList tests a field that is a list of ids.
func idList(name string) func(*env) {
	return func(e *env) {
		e.boss("PUT", "/2", change(name, []int{int(agentProfile)})).is(200)
		for value, code := range map[string]string{"0": "out_of_range", "-1": "out_of_range"} {
			e.boss("PUT", "/2", change(name, []string{value})).refused(400, "/"+name+" "+code)
		}
		for _, value := range []any{"x", 1.5, true, nil, []int{1}, "9223372036854775808"} {
			e.boss("PUT", "/2", change(name, []any{agentProfile, value})).refused(400, "/"+name+"/1 invalid")
		}
		e.boss("PUT", "/2", change(name, map[string]any{"a": 1})).refused(400, "/"+name+" invalid")
	}
}

func groupIDs(e *env) {
	for _, id := range []any{0, -1, "0"} {
		e.boss("PUT", "/2", change("memberOf", map[string]any{"agentGroupId": id})).refused(400, "/memberOf/agentGroupId out_of_range")
	}
	e.boss("PUT", "/2", change("memberOf", map[string]any{"agentGroupId": "x"})).refused(400, "/memberOf/agentGroupId invalid")
	e.boss("PUT", "/2", change("memberOf", map[string]any{})).refused(400, "/memberOf/agentGroupId required")
	if e.user(agent).Capacity.MemberOf.Group != user.GroupID(1) {
		e.Error("the group changed")
	}
}
