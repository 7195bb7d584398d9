package liveperson_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

func entityRows() []matrix.Row {
	return []matrix.Row{
		documented.Row("id: Account Config object's unique ID. long number. Read only. Required only on update.", in(idReadOnly)),
		documented.Row("pid: A user's process id. unique string. Optional", in(unique("pid", "6ab1b0c0-pid"))),
		documented.Row("deleted: Indicates whether or not the item is deleted. Boolean. Read only", in(deletedReadOnly)),
		documented.Row("loginName: A user's unique login name. unique string. Required", in(both(isRequired("loginName"), unique("loginName", "agent")))),
		documented.Row("fullName: A user's full name. unique string. Required", in(both(isPresent("fullName"), unique("fullName", "Full agent")))),
		documented.Row("fullName: In order to avoid exposing potentially personal information, this field will return an empty value", in(fullNameIsEmpty)),
		documented.Row("nickname: A user's nickname. string. Required", in(both(isRequired("nickname"), stored("nickname", "N", func(u user.User) any { return u.Names.Display })))),
		documented.Row("isEnabled: Indicates whether the user is enabled or not. Boolean. Required", in(isEnabled)),
		documented.Row("maxChats: The maximum number of chats a user can take. number. Required", in(both(isPresent("maxChats"), stored("maxChats", 9, func(u user.User) any { return u.Capacity.MaxChats })))),
		documented.Row("skillIds: The user's skill IDs. array of longs. Optional", in(stored("skillIds", []int64{2359235912, 2359235922}, func(u user.User) any { return u.Capacity.Skills }))),
		documented.Row("email: The user's email. string. Required", in(both(isRequired("email"), stored("email", "n@demo.example", func(u user.User) any { return u.Contact.Email })))),
		documented.Row("memberOf: The agent group that the agent is a member of. An object with the properties agentGroupId (number) and assignmentDate (date, read only)", in(assignmentDates)),
		documented.Row("memberOf: Required only if the user is an agent.", in(memberOfAgents)),
		documented.Row("managerOf: The user's agent groups as a manager. An array of memberOf objects. Optional if the user is an agent.", in(managerOfGroups)),
		documented.Row("managerOf: Only an agent manager can manage agent groups.", in(managerOfManagersOnly)),
		documented.Row("changePwdNextLogin: Flag that forces user to change password on next login. Boolean. Optional", in(changeNextLogin)),
		assumed.Row("changePwdNextLogin: the same password is no change of it", in(changeNextLoginNeedsAnother)),
		documented.Row("passwordSh: A user's password. string. Required only on add.", in(passwordOnAdd)),
		documented.Row("passwordSh: On edit, to update a password, change passwordSh else — send null.", in(passwordOnEdit)),
		documented.Row("oldPassword: A user's previous password. string. Required only when a user updates their own password.", in(ownPassword)),
		documented.Row("confirmPassword: A user's confirmation password. string. Required only when a user updates their own password.", in(ownPassword)),
		assumed.Row("a confirmPassword that an administrator sends is compared", in(confirmedByAdministrator)),
		documented.Row("lastPwdChangeDate: The last password change date. The format: year-month-date hrs:min:sec", in(dates)),
		documented.Row("dateUpdated: The last update user change date. The format: year-month-date hrs:min:sec", in(dates)),
		assumed.Row("lastPwdChangeDate, dateUpdated and assignmentDate are never taken from the body", in(datesAreOurs)),
		documented.Row("permissionGroups: The user's permission groups. array of numbers. Optional", in(stored("permissionGroups", []int64{1, 2}, func(u user.User) any { return u.Access.PermissionGroups }))),
		documented.Row("pictureId: The picture ID. string. Optional", in(stored("pictureId", "pic-1", func(u user.User) any { return u.Contact.PictureID }))),
		documented.Row("pictureUrl: The picture URL. string. Optional", in(stored("pictureUrl", "https://demo.example/p.jpg", func(u user.User) any { return u.Contact.PictureURL }))),
		documented.Row("disabledManually: Indicates whether or not the user was disabled by an administrator. Boolean. Optional", in(stored("disabledManually", true, func(u user.User) any { return u.Access.DisabledManually }))),
		documented.Row("If isEnabled is changed and disabledManually is not provided, disabledManually will automatically be set to the opposite of isEnabled.", in(disabledManually)),
		documented.Row("description: The description of the user. string. Optional", in(stored("description", "user’s description", func(u user.User) any { return u.Identity.Description }))),
		documented.Row("mobileNumber: The mobile phone number of the user. string. Optional", in(stored("mobileNumber", "0542-123456", func(u user.User) any { return u.Contact.Mobile }))),
		documented.Row("employeeId: The external employee ID of the user. string. Optional", in(stored("employeeId", "E 7", func(u user.User) any { return u.Identity.EmployeeID }))),
		documented.Row("backgndImgUri: The background image URI. string. Optional", in(stored("backgndImgUri", "/pictures/image.jpg", func(u user.User) any { return u.Contact.BackgroundURI }))),
		documented.Row("pnCertName: The mobile app ID. string. Optional", in(stored("pnCertName", "lpMobileApp-123", func(u user.User) any { return u.Contact.MobileApp }))),
		documented.Row("maxAsyncChats: The maximum number of open messaging conversations a user can take. number. Optional", in(stored("maxAsyncChats", 10, func(u user.User) any { return u.Capacity.MaxAsyncChats }))),
		documented.Row("maxAsyncChats: If null, the user will inherit the account's default value.", in(maxAsyncChatsInherited)),
		documented.Row("profileIds: The user's profile IDs. array of longs. Required", in(both(isRequired("profileIds"), stored("profileIds", []int64{int64(agentProfile), int64(plainProfile)}, func(u user.User) any { return u.Access.Profiles })))),
		assumed.Row("profileIds: a profile that the account has not is refused", in(unknownProfile)),
		assumed.Row("roles of the host's own are not shown, and stay unless a profile that gave them goes", in(hostRolesStay)),
		assumed.Row("custom attributes of the host are not shown, and stay", in(customAttributesStay)),
		assumed.Row("skillIds, memberOf, managerOf and lobIds: an id that the account has not is refused if it has others of the kind; an id that the user has stays", in(unknownReferences)),
		documented.Row("isApiUser: Indicates whether the user is an API user (not a real user/ bot). Boolean. Optional (Default: false)", in(isAPIUser)),
		documented.Row("userTypeId: The user's type. 0 — system; 1 — human; 2 — bot; (Default: 1)", in(userTypes)),
		observed.Row("userType is an older name of userTypeId", in(userTypeAlias)),
		documented.Row("allowedAppKeys: The API user's application keys. string. Required (for API user)", in(allowedAppKeys)),
		documented.Row("oauth2ClientId: Oauth2 client ID for API users. string. Optional. Was introduced with API version 6.0", in(oauthClient)),
		documented.Row("lobIds: The user's LOB IDs. array of numbers. Optional", in(stored("lobIds", []int64{6549273612}, func(u user.User) any { return u.Access.LinesOfBusiness }))),
		assumed.Row("booleans and numbers are taken as JSON and as texts, in any case, and replied as JSON", in(values)),
		assumed.Row("an attribute that the document has not is refused at what holds it, and its name is not repeated", in(unknownAttribute)),
		observed.Row("attributes that real replies and older clients have are taken and ignored", in(ignoredAttributes)),
		observed.Row("the body of a read can be sent back, read-only attributes included, without passwordSh", in(roundTrip)),
		assumed.Row("no reply shows a password", in(noPassword)),
	}
}

func both(tests ...func(*env)) func(*env) {
	return func(e *env) {
		for _, test := range tests {
			test(e)
		}
	}
}

// isPresent tests that an attribute must be sent, on adding and on updating.
func isPresent(name string) func(*env) {
	return func(e *env) {
		before := e.revision()
		for _, value := range []any{omit, nil} {
			e.boss("POST", "", body(name, value)).refused(400, "/"+name+" required")
			e.boss("PUT", "/2", change(name, value)).refused(400, "/"+name+" required")
		}
		if e.revision() != before {
			e.Error("a refused call changed something")
		}
	}
}

// isRequired tests that an attribute must be sent and not be empty.
func isRequired(name string) func(*env) {
	return func(e *env) {
		isPresent(name)(e)
		e.boss("POST", "", body(name, "")).refused(400, "/"+name+" required")
	}
}

// unique tests that no two users share a value, which the agent has.
func unique(name, taken string) func(*env) {
	return func(e *env) {
		e.boss("POST", "", body(name, taken)).refused(409, "/"+name+" duplicate")
		id := idOf(e.boss("POST", "", body(name, taken+"-2", "loginName", "u-"+strings.ToLower(name), "fullName", name)).is(201))
		if name == "loginName" {
			e.boss("GET", path(id), "").is(200)
		}
	}
}

// stored tests that an attribute is stored, shown, and taken as a text where it is a number.
func stored(name string, value any, of func(user.User) any) func(*env) {
	return func(e *env) {
		e.boss("PUT", "/2", change(name, value)).is(200)
		want, err := json.Marshal(value)
		e.ok(err)
		got, err := json.Marshal(of(e.user(agent)))
		e.ok(err)
		if string(got) != string(want) {
			e.Errorf("stored %s, want %s", got, want)
		}
		shown, err := json.Marshal(e.boss("GET", "/2", "").is(200).object()[name])
		e.ok(err)
		if string(shown) != string(want) {
			e.Errorf("shown %s, want %s", shown, want)
		}
	}
}

func idReadOnly(e *env) {
	if id := idOf(e.boss("POST", "", body("id", "987654321")).is(201)); id != 9 {
		e.Errorf("a caller chose the id %d", id)
	}
	e.boss("PUT", "", "["+change("id", omit)+"]").refused(400, "/0/id required")
	e.boss("PUT", "", "["+change("id", nil)+"]").refused(400, "/0/id required")
	e.boss("PUT", "", "["+change("id", 0)+"]").refused(400, "/0/id out_of_range")
	e.boss("PUT", "/2", change("id", 3)).refused(400, "/id mismatch")
	e.boss("PUT", "/2", change("id", "2")).is(200)
	e.boss("PUT", "/2", change("id", omit)).is(200) // the path has it
}

func deletedReadOnly(e *env) {
	if got := e.boss("PUT", "/2", change("deleted", true)).is(200).object(); got["deleted"] != false || !e.user(agent).Live() {
		e.Errorf("deleted %v", got["deleted"])
	}
}

func fullNameIsEmpty(e *env) {
	for _, a := range []answer{e.boss("GET", "/2", ""), e.boss("PUT", "/2", change("fullName", "Secret Name"))} {
		if got := a.is(200).object(); got["fullName"] != "" || strings.Contains(a.Body.String(), "Secret") {
			e.Errorf("shows %v", got["fullName"])
		}
	}
}

func isEnabled(e *env) {
	isPresent("isEnabled")(e)
	e.boss("PUT", "/2", change("isEnabled", false)).is(200)
	if u := e.user(agent); u.Enabled() {
		e.Error("the user is enabled")
	}
	e.send("t-agent", "GET", withVersion(usersURL+"/2"), "").refused(401)
}

func disabledManually(e *env) {
	steps := []struct {
		sent []any
		want bool
	}{
		{[]any{"isEnabled", false}, true},                           // changed: the opposite
		{[]any{"isEnabled", false}, false},                          // not changed: missing is deleted
		{[]any{"isEnabled", false, "disabledManually", true}, true}, // provided
		{[]any{"isEnabled", true}, false},                           // changed: the opposite
		{[]any{"isEnabled", false, "disabledManually", false}, false},
		{[]any{"isEnabled", true, "disabledManually", nil}, false},
		{[]any{"isEnabled", false, "disabledManually", nil}, true},
	}
	for i, step := range steps {
		e.boss("PUT", "/2", change(step.sent...)).is(200)
		if u := e.user(agent); u.Access.DisabledManually != step.want {
			e.Errorf("step %d: disabledManually is %v", i, u.Access.DisabledManually)
		}
	}
	if u := e.user(idOf(e.boss("POST", "", body("isEnabled", false)).is(201))); !u.Access.DisabledManually {
		e.Error("created disabled, and not manually")
	}
}

func assignmentDates(e *env) {
	e.now = e.now.AddDate(0, 0, 1)
	group := map[string]any{"agentGroupId": 1, "assignmentDate": "1999-01-01 00:00:00"}
	got := e.boss("PUT", "/2", change("memberOf", group)).is(200).object()["memberOf"].(map[string]any)
	if text(got["agentGroupId"]) != "1" || got["assignmentDate"] != "2015-06-22 19:20:03" {
		e.Errorf("the same group: %v", got)
	}
	group["agentGroupId"] = "2"
	got = e.boss("PUT", "/2", change("memberOf", group)).is(200).object()["memberOf"].(map[string]any)
	if text(got["agentGroupId"]) != "2" || got["assignmentDate"] != "2015-06-23 19:20:03" {
		e.Errorf("another group: %v", got)
	}
	e.boss("PUT", "/2", change("memberOf", map[string]any{"agentGroupId": 1, "since": 1})).refused(400, "/memberOf unknown_parameter")
	e.boss("PUT", "/2", change("memberOf", "1")).refused(400, "/memberOf invalid")
}

func memberOfAgents(e *env) {
	for _, value := range []any{omit, nil} {
		e.boss("POST", "", body("memberOf", value)).refused(400, "/memberOf required")
		e.boss("PUT", "/2", change("memberOf", value)).refused(400, "/memberOf required")
		e.boss("PUT", "", "["+change("memberOf", value)+"]").refused(400, "/0/memberOf required")
	}
	e.boss("POST", "", body("memberOf", omit, "profileIds", []int{int(adminProfile)})).is(201)
	e.put(boss, user.Patch{Granted: user.Set(user.RolesOf(user.Agent))}) // an agent another way
	e.boss("PUT", "/1", body("id", boss, "loginName", "boss", "fullName", "", "profileIds", []int{int(adminProfile)}, "passwordSh", omit, "memberOf", omit)).
		refused(400, "/memberOf required")
}

func managerOfGroups(e *env) {
	sent := body("id", manager, "loginName", "manager", "fullName", "", "profileIds", []int{int(managerProfile)}, "passwordSh", omit, "memberOf", omit,
		"managerOf", []map[string]any{{"agentGroupId": "2", "assignmentDate": "x"}, {"agentGroupId": 1}})
	e.now = e.now.AddDate(0, 0, 1)
	got := e.boss("PUT", path(manager), sent).is(200).object()["managerOf"]
	want := "[map[agentGroupId:1 assignmentDate:2015-06-22 19:20:03] map[agentGroupId:2 assignmentDate:2015-06-23 19:20:03]]"
	if fmt.Sprint(got) != want {
		e.Errorf("manages %v, want %v", got, want)
	}
	e.boss("PUT", "/2", change("managerOf", omit)).is(200)
	e.boss("PUT", "/2", change("managerOf", nil)).is(200)
}

func managerOfManagersOnly(e *env) {
	e.boss("PUT", "/2", change("managerOf", []map[string]any{{"agentGroupId": 2}})).refused(400, "/managerOf conflict")
}

func dates(e *env) {
	e.now = e.now.AddDate(0, 0, 1)
	got := e.boss("PUT", "/2", change()).is(200).object()
	if got["lastPwdChangeDate"] != "2015-06-22 19:20:03" || got["dateUpdated"] != "2015-06-23 19:20:03" {
		e.Errorf("shows %v, %v", got["lastPwdChangeDate"], got["dateUpdated"])
	}
	if got := e.boss("GET", path(robot), "").is(200).object()["lastPwdChangeDate"]; got != nil {
		e.Errorf("who never had a password shows %v", got)
	}
}

func datesAreOurs(e *env) {
	got := e.boss("PUT", "/2", change("lastPwdChangeDate", "year-month-date hrs:min:sec", "dateUpdated", 12345, "deleted", "maybe")).is(200).object()
	if got["lastPwdChangeDate"] != "2015-06-22 19:20:03" || got["dateUpdated"] != "2015-06-22 19:20:03" {
		e.Errorf("shows %v, %v", got["lastPwdChangeDate"], got["dateUpdated"])
	}
	e.boss("PUT", "/2", change("dateUpdated", []int{1})).refused(400, "/dateUpdated invalid")
}

func maxAsyncChatsInherited(e *env) {
	for _, value := range []any{nil, omit} {
		if got := e.boss("PUT", "/2", change("maxAsyncChats", value)).is(200).object(); got["maxAsyncChats"] != nil {
			e.Errorf("shows %v", got["maxAsyncChats"])
		}
		account, err := e.host.Account(e.ctx)
		e.ok(err)
		if n := e.user(agent).MaxAsyncChats(account); n != 25 {
			e.Errorf("the user takes %d", n)
		}
	}
	stored("maxAsyncChats", 0, func(u user.User) any { return u.Capacity.MaxAsyncChats })(e) // 0 is not null
}

func unknownProfile(e *env) {
	e.boss("PUT", "/2", change("profileIds", []int{int(agentProfile), 77})).refused(400, "/profileIds unknown")
	e.boss("POST", "", body("profileIds", []int{77})).refused(400, "/profileIds unknown")
}

func unknownReferences(e *env) {
	carries := user.Patch{
		Skills: user.Set(user.IDSetOf[user.SkillID](9)), LinesOfBusiness: user.Set(user.IDSetOf[user.LineOfBusinessID](9)),
	}
	e.put(agent, carries)
	for _, ref := range []user.Reference{
		{Kind: user.ReferenceSkill, ID: 7, Name: "Dutch"}, {Kind: user.ReferenceLineOfBusiness, ID: 7, Name: "retail"},
		{Kind: user.ReferenceGroup, ID: 1, Name: "support"}, {Kind: user.ReferenceGroup, ID: 2, Name: "sales"},
	} {
		_, err := e.host.PutReference(e.ctx, ref)
		e.ok(err)
	}
	both := []int{int(agentProfile), int(managerProfile)}
	group := func(id int) map[string]any { return map[string]any{"agentGroupId": id} }
	has := []any{"profileIds", both, "skillIds", []int{7, 9}, "lobIds", []int{9}, "memberOf", group(2), "managerOf", []any{group(2)}}
	with := func(name string, value any) string { return change(append(slices.Clone(has), name, value)...) }
	e.boss("PUT", "/2", change(has...)).is(200)
	e.boss("PUT", "/2", with("skillIds", []int{7, 8, 9})).refused(400, "/skillIds unknown")
	e.boss("PUT", "/2", with("lobIds", []int{8, 9})).refused(400, "/lobIds unknown")
	e.boss("PUT", "/2", with("memberOf", group(3))).refused(400, "/memberOf unknown")
	e.boss("PUT", "/2", with("managerOf", []any{group(2), group(3)})).refused(400, "/managerOf unknown")
	e.boss("POST", "", body("skillIds", []int{9}, "lobIds", []int{9})).refused(400, "/lobIds unknown", "/skillIds unknown")
	e.boss("PUT", "/2", change(has...)).is(200)
}

func isAPIUser(e *env) {
	if got := e.boss("PUT", path(robot), body("id", robot, "loginName", "robot", "fullName", "", "profileIds", []int{int(plainProfile)}, "passwordSh", omit)).is(200).object(); got["isApiUser"] != false {
		e.Error("the default is not false")
	}
	got := e.boss("POST", "", body("isApiUser", "true", "allowedAppKeys", "k", "passwordSh", omit)).is(201).object()
	if got["isApiUser"] != true {
		e.Errorf("shows %v", got)
	}
}

func userTypes(e *env) {
	for n, kind := range map[int]user.Kind{0: user.System, 1: user.Human, 2: user.Bot} {
		stored("userTypeId", n, func(u user.User) any { return u.Identity.Kind.Number() })(e)
		if got := e.user(agent).Identity.Kind; got != kind {
			e.Errorf("%d is %v", n, got)
		}
	}
	for _, n := range []any{3, -1, 1 << 40, int64(1)<<32 + 1} {
		e.boss("PUT", "/2", change("userTypeId", n)).refused(400, "/userTypeId unknown")
	}
	e.boss("PUT", "/2", change()).is(200)
	if got := e.user(agent).Identity.Kind; got != user.Human {
		e.Errorf("the default is %v", got)
	}
}

func userTypeAlias(e *env) {
	e.boss("PUT", "/2", change("userType", 2)).is(200)
	if got := e.user(agent).Identity.Kind; got != user.Bot {
		e.Errorf("is %v", got)
	}
}

func allowedAppKeys(e *env) {
	for i, value := range []any{omit, nil, ""} {
		e.boss("POST", "", body("isApiUser", true, "allowedAppKeys", value, "passwordSh", omit)).refused(400, "/allowedAppKeys required")
		e.boss("POST", "", body("isApiUser", false, "allowedAppKeys", value, "loginName", fmt.Sprint("u", i), "fullName", "")).is(201)
	}
	id := idOf(e.boss("POST", "", body("isApiUser", true, "allowedAppKeys", "k1,k2", "passwordSh", omit)).is(201))
	if got := e.user(id).Access.AllowedAppKeys; got != "k1,k2" {
		e.Errorf("stored %q", got)
	}
}

func oauthClient(e *env) {
	stored("oauth2ClientId", "client-1", func(u user.User) any { return u.Access.OAuth2ClientID })(e)
	for _, v := range []string{"1.0", "2", "5.9"} {
		if _, ok := e.boss("GET", "/2?v="+v, "").is(200).object()["oauth2ClientId"]; ok {
			e.Errorf("v=%s shows it", v)
		}
		e.boss("PUT", "/2?v="+v, change("oauth2ClientId", "x")).refused(400, "/oauth2ClientId unknown")
		for _, empty := range []any{omit, nil, ""} {
			e.boss("PUT", "/2?v="+v, change("oauth2ClientId", empty)).is(200)
		}
		if got := e.user(agent).Access.OAuth2ClientID; got != "client-1" {
			e.Errorf("v=%s, which has no word for it, left %q", v, got)
		}
	}
	e.boss("PUT", "/2", change()).is(200)
	if got := e.user(agent).Access.OAuth2ClientID; got != "" {
		e.Errorf("v=6.0 left %q", got)
	}
}

// idOf returns the id of the user in an answer.
func idOf(a answer) user.ID {
	a.e.Helper()
	id, err := user.ParseID(text(a.object()["id"]))
	a.e.ok(err)
	return id
}

func text(v any) string { return fmt.Sprint(v) }
