package liveperson_test

import (
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

func changeNextLogin(e *env) {
	stored("changePwdNextLogin", true, func(u user.User) any { return u.Credentials.ChangeNextLogin })(e)
	a := e.send("", "POST", "/api/account/demo/login?v=1.3", `{"username":"agent","password":"`+phrase+`"}`).is(200)
	token := a.object()["bearer"].(string)
	if a.object()["config"].(map[string]any)["changePwdNextLogin"] != true {
		e.Errorf("the login says %s", a.Body)
	}
	if a := e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(403); !strings.Contains(a.Body.String(), "password_change_required") {
		e.Errorf("refused with %s", a.Body)
	}
	e.send(token, "PUT", withVersion(usersURL+"/2/changePassword"), `{"newPassword":"n","confirmPassword":"n","oldPassword":"`+phrase+`"}`).is(200)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(401) // the change ended the token
	e.send(token, "PUT", withVersion(usersURL+"/2/changePassword"), `{"newPassword":"o","confirmPassword":"o","oldPassword":"n"}`).refused(401)
	token = e.send("", "POST", accountURL+"/login?v=1.3", `{"username":"agent","password":"n"}`).is(200).object()["bearer"].(string)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)

	e.put(agent, user.Patch{ChangeNextLogin: user.Set(true)})
	e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200) // it is about the next login
	token = e.send("", "POST", accountURL+"/login?v=1.3", `{"username":"agent","password":"n"}`).is(200).object()["bearer"].(string)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(403)
	e.put(agent, user.Patch{ChangeNextLogin: user.Set(false)})
	e.send(token, "GET", withVersion(usersURL+"/2"), "").is(200)
	e.put(agent, user.Patch{ChangeNextLogin: user.Set(true)})
	e.boss("PUT", "/2/resetPassword", `{"newPassword":"p"}`).is(200) // the user must change that one too
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(401)
	token = e.send("", "POST", accountURL+"/login?v=1.3", `{"username":"agent","password":"p"}`).is(200).object()["bearer"].(string)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(403)
	_, err := e.host.Delete(e.ctx, agent)
	e.ok(err)
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(401)
}

func changeNextLoginNeedsAnother(e *env) {
	e.boss("PUT", "/2", change("changePwdNextLogin", true)).is(200)
	a := e.send("", "POST", "/api/account/demo/login?v=1.3", `{"username":"agent","password":"`+phrase+`"}`).is(200)
	token := a.object()["bearer"].(string)
	same := `{"newPassword":"` + phrase + `","confirmPassword":"` + phrase + `","oldPassword":"` + phrase + `"}`
	e.send(token, "PUT", withVersion(usersURL+"/2/changePassword"), same).refused(400, "/newPassword used_before")
	e.send(token, "PUT", withVersion(usersURL+"/1/changePassword"), same).refused(403) // it is another user's
	e.send(token, "GET", withVersion(usersURL+"/2"), "").refused(403)
	// An administrator may set the same password again: then the user must change it all the same.
	e.boss("PUT", "/2/resetPassword", `{"newPassword":"`+phrase+`"}`).is(200)
	if !e.user(2).Credentials.ChangeNextLogin {
		e.Error("a reset ended the requirement")
	}
}

func passwordOnAdd(e *env) {
	for _, value := range []any{omit, nil, ""} {
		e.boss("POST", "", body("passwordSh", value)).refused(400, "/passwordSh required")
	}
	e.boss("POST", "", body()).is(201)
	_, err := e.dir.SignIn(e.ctx, "demo", "kim", roster.PasswordOf("pppppp"))
	e.ok(err)
}

func passwordOnEdit(e *env) {
	for _, value := range []any{omit, nil} {
		e.boss("PUT", "/2", change("passwordSh", value)).is(200)
		_, err := e.dir.SignIn(e.ctx, "demo", "agent", roster.PasswordOf(phrase))
		e.ok(err)
	}
	e.now = e.now.AddDate(0, 0, 1)
	e.boss("PUT", "/2", change("passwordSh", "other", "nickname", "New")).is(200)
	u, err := e.dir.SignIn(e.ctx, "demo", "agent", roster.PasswordOf("other"))
	e.ok(err)
	if u.Names.Display != "New" || !u.Credentials.ChangedAt.Equal(e.now) {
		e.Errorf("became %+v", u)
	}
	e.boss("PUT", "/2", change("passwordSh", "")).refused(400, "/passwordSh required")
}

// ownPassword changes the password of the administrator by a PUT as the administrator.
func ownPassword(e *env) {
	mine := func(members ...any) string {
		return body(append([]any{
			"id", boss, "loginName", "boss", "fullName", "", "profileIds", []int{int(adminProfile)}, "memberOf", omit,
			"passwordSh", "other",
		}, members...)...)
	}
	e.boss("PUT", "/1", mine()).refused(400, "/confirmPassword required", "/oldPassword required")
	e.boss("PUT", "/1", mine("oldPassword", phrase)).refused(400, "/confirmPassword required")
	e.boss("PUT", "/1", mine("confirmPassword", "other")).refused(400, "/oldPassword required")
	e.boss("PUT", "/1", mine("oldPassword", phrase, "confirmPassword", "others")).refused(400, "/confirmPassword mismatch")
	e.boss("PUT", "/1", mine("oldPassword", "wrong", "confirmPassword", "other")).refused(400, "/oldPassword mismatch")
	e.boss("PUT", "", "["+mine("oldPassword", "wrong", "confirmPassword", "other")+","+change("memberOf", omit)+"]").
		refused(400, "/0/oldPassword mismatch", "/1/memberOf required")
	if _, err := e.dir.SignIn(e.ctx, "demo", "boss", roster.PasswordOf(phrase)); err != nil {
		e.Error("the refused calls changed the password")
	}
	e.boss("PUT", "/1", mine("oldPassword", phrase, "confirmPassword", "other")).is(200)
	_, err := e.dir.SignIn(e.ctx, "demo", "boss", roster.PasswordOf("other"))
	e.ok(err)
	e.boss("PUT", "/2", change("passwordSh", "other")).is(200) // that of another user: neither is needed
}

func confirmedByAdministrator(e *env) {
	e.boss("POST", "", body("confirmPassword", "x")).refused(400, "/confirmPassword mismatch")
	e.boss("PUT", "/2", change("passwordSh", "other", "confirmPassword", "x")).refused(400, "/confirmPassword mismatch")
	e.boss("PUT", "/2", change("passwordSh", "other", "confirmPassword", "other")).is(200)
}

func noPassword(e *env) {
	a := e.boss("POST", "", body("passwordSh", "s3cret-phrase")).is(201)
	list := e.boss("GET", "?select=$all,passwordSh", "")
	for _, text := range []string{a.Body.String(), list.Body.String(), e.boss("GET", "?select=passwordSh", "").Body.String()} {
		if strings.Contains(text, "s3cret") || strings.Contains(text, "passwordSh") || strings.Contains(text, "$test$") {
			e.Errorf("shows %s", text)
		}
	}
}
