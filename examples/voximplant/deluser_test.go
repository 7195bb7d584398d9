package voximplant_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func deletesTwoUsers(t *testing.T) {
	e := newEnv(t)
	r := e.ok(e.call("DelUser", "user_id=3;55"))
	if string(r.Result) != "1" {
		t.Errorf("result %s", r.Result)
	}
	e.gone(3)
	e.gone(55)
	e.user(1)
}

func delUserEscapedList(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("DelUser", "user_id=3%3B55&user_name="))
	e.gone(3)
	e.gone(55)
}

func delUserAllOrNone(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.refused(e.call("DelUser", "user_id=3;99;55"), 117, "user_id")
	e.refused(e.call("DelUser", "user_id=3;x"), 117, "user_id")
	e.refused(e.call("DelUser", "user_id=3;-1"), 117, "user_id")
	e.refused(e.call("DelUser", "application_id=1&user_name=cas;nobody"), 496, "user_name")
	if e.revision() != before {
		t.Error("some of them were deleted")
	}
}

// callJSON calls a method as the owner, with parameters in the query and in a JSON body.
func (e *env) callJSON(method, query, body string) reply {
	e.t.Helper()
	r := httptest.NewRequest("POST", "/platform_api/"+method+"?"+login+"&"+query, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return e.send(r)
}

func badElements(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	for _, method := range []string{"DelUser?", "TransferMoneyToUser?amount=1&"} {
		name, query, _ := strings.Cut(method, "?")
		for _, ids := range []string{"0;3", "3;0", "0;0", "3;", ";3", ";", "3;;55", "3;0.0"} {
			e.refused(e.call(name, query+"user_id="+ids), 117, "user_id")
		}
		for _, names := range []string{"cas;", ";cas", "cas;;dan", ";"} {
			e.refused(e.call(name, query+"application_id=1&user_name="+names), 117, "user_name")
		}
		e.refused(e.callJSON(name, query, `{"user_id":[0,3]}`), 117, "user_id")
		e.refused(e.callJSON(name, query, `{"user_id":[0]}`), 117, "user_id")
		e.refused(e.callJSON(name, query, `{"application_id":1,"user_name":["cas",""]}`), 117, "user_name")
	}
	if e.revision() != before {
		t.Error("something changed")
	}
	e.ok(e.call("DelUser", "user_id=3.0;55e0"))
	e.gone(3)
	e.gone(55)
}

func namesByBytes(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	for _, name := range []string{"Cas", "CAS", "[cas]", " cas", "cas ", "ｃas"} {
		selector := params("application_id=1", "user_name", name)
		e.refused(e.call("DelUser", selector), 496, "user_name")
		e.refused(e.call("DelUser", params("application_id=1", "user_name", "dan;"+name)), 496, "user_name")
		e.refused(e.call("TransferMoneyToUser", selector+"&amount=1"), 496, "user_name")
		e.refused(e.call("SetUserInfo", selector+"&user_display_name=x"), 496, "user_name")
	}
	if e.revision() != before {
		t.Error("something changed")
	}
}

func delUserAllOfApplication(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("DelUser", "application_id=1&user_id=all"))
	for _, id := range []int{1, 2, 3, 55} {
		e.gone(userID(id))
	}
	e.user(60)
	e.user(101)
}

func delUserAll(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.ok(e.call("DelUser", "user_id=all"))
	if now := e.revision(); now != before+1 {
		t.Errorf("revision %d became %d: not one unit", before, now)
	}
	for _, id := range []int{1, 2, 3, 55, 60, 101} {
		e.gone(userID(id))
	}
	other := e.dirOther()
	if _, err := other.Get(t.Context(), 1); err != nil {
		t.Errorf("a user of another account: %v", err)
	}
}

func delUserAllSparesTheCaller(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("DelUser", "user_id=all"))
	e.user(100)
	e.gone(101)

	e = newEnv(t)
	e.ok(e.call("DelUser", "user_id=100")) // named, the user is deleted
	e.gone(100)
	e.refused(e.call("GetUsers", ""), 104, "")
}

func delUserByName(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("DelUser", "application_name=myapp&user_name=cas;dan"))
	e.gone(3)
	e.gone(55)
}

func delUserNameNeedsApplication(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("DelUser", "user_name=cas"), 485, "application_id")
	e.refused(e.call("DelUser", "application_id=2&user_name=cas"), 496, "user_name")
}

func delUserBound(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("DelUser", "application_id=2&user_id=3"), 393, "user_id")
	e.ok(e.call("DelUser", "application_id=1&user_id=3"))
	e.gone(3)
}

func delUserOneSelector(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("DelUser", "application_id=1&user_id=3&user_name=dan"), 458, "user_id, user_name")
	e.refused(e.call("DelUser", "application_id=1&user_id=all&user_name=dan"), 458, "user_id, user_name")
	e.refused(e.call("DelUser", "application_id=1"), 485, "user_id")
	e.refused(e.call("DelUser", "application_id=1&user_id=0&user_name="), 485, "user_id")
	e.refused(e.call("DelUser", "application_id=1&application_name=myapp&user_id=3"), 458, "application_id, application_name")
}

func delUserNameAll(t *testing.T) {
	e := newEnv(t)
	e.ok(e.call("DelUser", "application_id=1&user_name=all"))
	e.gone(1)
	e.user(60)
}
