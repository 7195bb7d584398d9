package main

import (
	"strconv"
	"strings"

	"github.com/ca74b63c/roster/user"
)

// vendorAPI is one vendor's API on the front page.
type vendorAPI struct {
	Name  string
	Base  string
	Note  string
	Lines []line
}

// file is the name of its OpenAPI document.
func (v vendorAPI) file() string { return strings.ToLower(v.Name) }

// line is one endpoint with a call that works on the demo account.
type line struct {
	Name string // the endpoint
	Note string
	call curl
}

// curl is a command line of the program curl.
type curl struct {
	method string // "" is GET
	path   string
	auth   []string // its arguments, quoted already
	form   string
	json   string
	token  bool // keeps the bearer of the answer in the shell's variable TOKEN
}

// nowOf has the values in the command lines, such as the ids of users that exist.
type nowOf struct {
	base   string // of the URLs, "http://127.0.0.1:8080"
	cacert string // the file of the server's own certificate, "" if it is in none
	agent  user.ID
	newest user.ID // the user who was added last
	next   string  // makes names that no user has
}

// text returns the call as a command line for a shell, with the base URL and the certificate file
// of n. For https without a certificate file, the option -k turns off the check of the certificate.
// If c.token is set, the command line stores the bearer token of the reply in the shell variable
// TOKEN.
func (c curl) text(n nowOf) string {
	args := []string{"curl -sS"}
	switch {
	case !strings.HasPrefix(n.base, "https:"):
	case n.cacert == "":
		args = append(args, "-k")
	default:
		args = append(args, "--cacert "+quote(n.cacert))
	}
	method := c.method
	if method == "" {
		method = "GET"
	}
	sends := "GET"
	if c.form != "" || c.json != "" {
		sends = "POST" // by itself
	}
	if method != sends {
		args = append(args, "-X "+method)
	}
	args = append(args, c.auth...)
	if c.json != "" {
		args = append(args, "-H 'Content-Type: application/json'", "-d "+quote(c.json))
	}
	if c.form != "" {
		args = append(args, "-d "+quote(c.form))
	}
	args = append(args, quote(n.base+c.path))
	text := strings.Join(args, " ")
	if c.token {
		return tokenBegin + text + tokenEnd
	}
	return text
}

// The token of a login is taken out of its answer by the shell.
const (
	tokenBegin = `TOKEN=$(`
	tokenEnd   = ` | sed 's/.*"bearer":"\([^"]*\)".*/\1/')`
)

// quote quotes a text as one word of a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// vendors returns the four APIs and SCIM with a line for each endpoint. The lines can be run in
// this order.
func vendors(n nowOf) []vendorAPI {
	return []vendorAPI{omnideskAPI(n), genesysAPI(n), livePersonAPI(n), voximplantAPI(n), scimAPI(n)}
}

func omnideskAPI(n nowOf) vendorAPI {
	agent, newest := n.agent.String(), n.newest.String()
	key := []string{"-H " + quote("apiKey: "+keyOmnidesk)}
	api := vendorAPI{Name: "Omnidesk", Base: "/api/v2/user", Note: "A key in the header apiKey. Parameters as JSON, a form, multipart or in the query."}
	add := func(name, note, method, path, form string) {
		api.Lines = append(api.Lines, line{name, note, curl{method: method, path: api.Base + path, auth: key, form: form}})
	}
	add("GET /user", "a list; query finds by name, telephone or e-mail address", "", "?itemLimit=15&extended=true", "")
	add("GET /user/settings", "", "", "/settings?userID="+agent, "")
	add("GET /user/getUserViews", "", "", "/getUserViews?userID="+agent, "")
	add("POST /user", "", "POST", "", "firstname=Jan&lastname=Jansen&name=jan-"+n.next+"&email=jan-"+n.next+"@demo.example&telephone_number=%2B31612345678&language=nl")
	add("PUT /user/{id}", "", "PUT", "/"+newest, "firstname=Johan&lastname=Jansen&telephone=%2B31612345679")
	add("PUT /user/updateUserView", "", "PUT", "/updateUserView", "userID="+agent+"&viewID=1&newValue=1")
	add("PUT /user/maxChats", "", "PUT", "/maxChats", "userID="+agent+"&maxChats=5")
	add("PUT /user/chatSoundNewMessage", "", "PUT", "/chatSoundNewMessage", "userID="+agent+"&state=1")
	add("PUT /user/notifyOnTicketAssignment", "", "PUT", "/notifyOnTicketAssignment", "userID="+agent+"&state=1")
	add("POST /user/userStatistic", "", "POST", "/userStatistic", "userID="+agent+"&statistic=calls&statisticOption=today")
	add("PUT /user/watch", "a statistic that was added", "PUT", "/watch", "userID="+agent+"&statistic=calls&statisticOption=today&watchToggle=watch")
	add("DELETE /user/userStatistic", "a statistic that was added", "DELETE", "/userStatistic", "userID="+agent+"&statistic=calls&statisticOption=today")
	add("POST /user/refreshTab", "leaves a change in the feed", "POST", "/refreshTab", "tabID=tickets")
	add("PUT /user/ticketIncognitoMode", "", "PUT", "/ticketIncognitoMode", "userID="+agent+"&state=1")
	add("PUT /user/callsAutoAnswer", "", "PUT", "/callsAutoAnswer", "userID="+agent+"&state=1")
	add("POST /user/userCampaignState", "", "POST", "/userCampaignState", "userID="+agent+"&campaign=spring&state=1")
	add("POST /user/statusLock", "", "POST", "/statusLock", "userID="+agent+"&status=1")
	add("POST /user/statusLockDelete", "", "POST", "/statusLockDelete", "userID="+agent)
	add("POST /user/updateStatus", "3 is READY", "POST", "/updateStatus", "userID="+agent+"&statusID=3")
	add("POST /user/reserveUserForLiveChannel", "a user who is ready", "POST", "/reserveUserForLiveChannel", "userID="+agent+"&channel=chat")
	add("PUT /user/usernameUpdate", "", "PUT", "/usernameUpdate", "id="+newest+"&username=johan-"+n.next)
	add("PUT /user/firstnameUpdate", "", "PUT", "/firstnameUpdate", "id="+newest+"&firstname=Hans")
	add("PUT /user/lastnameUpdate", "", "PUT", "/lastnameUpdate", "id="+newest+"&lastname=Hansen")
	return api
}

func genesysAPI(n nowOf) vendorAPI {
	api := vendorAPI{Name: "Genesys", Base: "/api/v2/users", Note: "HTTP Basic with a user's login and password. Ids are 32 hexadecimal digits."}
	login := []string{"-u " + quote(demoAdminLogin+":"+demoPassword)}
	add := func(name, note, method, path, json string) {
		api.Lines = append(api.Lines, line{name, note, curl{method: method, path: path, auth: login, json: json}})
	}
	of := func(id user.ID) string {
		digits := strconv.FormatInt(int64(id), 16)
		return api.Base + "/" + strings.Repeat("0", 32-len(digits)) + digits
	}
	add("GET /users", "URIs", "", api.Base, "")
	add("GET /users?fields=*", "the users; subresources=* adds skills and devices", "", api.Base+"?fields=*&subresources=*", "")
	add("POST /users", "", "POST", api.Base, `{"firstName":"Kim","lastName":"Kok","userName":"kim-`+n.next+`@demo.example","password":"`+demoPassword+`","roles":["ROLE_AGENT"]}`)
	add("GET /users/{id}", "", "", of(n.agent)+"?subresources=*", "")
	add("PUT /users/{id}", "", "PUT", of(n.newest), `{"firstName":"Kimberley","roles":["ROLE_ADMIN","ROLE_AGENT"]}`)
	add("POST /users/{id}", "updates as well", "POST", of(n.newest), `{"lastName":"de Kok"}`)
	add("DELETE /users/{id}", "the user who was added last", "DELETE", of(n.newest), "")
	add("GET /me", "", "", "/api/v2/me", "")
	return api
}

func livePersonAPI(n nowOf) vendorAPI {
	const account = "/api/account/" + string(demoAccount)
	api := vendorAPI{
		Name: "LivePerson", Base: account + "/configuration/le-users/users",
		Note: "First the login: it puts a token into the shell's variable TOKEN, which the others use.",
	}
	token := []string{`-H "Authorization: Bearer $TOKEN"`}
	add := func(name, note, method, path, json string) {
		api.Lines = append(api.Lines, line{name, note, curl{method: method, path: api.Base + path + "?v=6.0", auth: token, json: json}})
	}
	kim := func(name string) string {
		return `"loginName":"` + name + `","fullName":"` + name + ` Lee","nickname":"` + name + `","email":"` + name + `@demo.example","isEnabled":true,` +
			`"maxChats":4,"profileIds":[2],"memberOf":{"agentGroupId":1}`
	}
	newest := "/" + n.newest.String()
	api.Lines = append(api.Lines,
		line{"POST login", "", curl{
			method: "POST", path: account + "/login?v=1.3", json: `{"username":"` + demoAdminLogin + `","password":"` + demoPassword + `"}`, token: true,
		}},
		line{"GET baseURI", "where a service is", curl{path: account + "/service/accountConfigReadWrite/baseURI.json?version=1.0"}},
	)
	add("GET users", "", "", "", "")
	add("POST users", "", "POST", "", "{"+kim("lee-"+n.next)+`,"passwordSh":"`+demoPassword+`"}`)
	add("GET users/{id}", "", "", "/"+n.agent.String(), "")
	add("PUT users/{id}", "replaces: what is missing is cleared", "PUT", newest, "{"+kim("leo-"+n.next)+"}")
	add("PUT users", "a list, whole or not at all", "PUT", "", `[{"id":`+n.newest.String()+","+kim("lea-"+n.next)+"}]")
	add("PUT users/{id}/resetPassword", "", "PUT", newest+"/resetPassword", `{"newPassword":"`+demoPassword+`"}`)
	add("DELETE users/{id}", "the user who was added last", "DELETE", newest, "")
	add("DELETE users", "a list of ids", "DELETE", "", "["+n.newest.String()+"]")
	add("PUT users/{id}/changePassword", "one's own; the token ends with it", "PUT", "/"+demoAdmin.String()+"/changePassword",
		`{"oldPassword":"`+demoPassword+`","newPassword":"`+demoPassword+`","confirmPassword":"`+demoPassword+`"}`)
	return api
}

func voximplantAPI(n nowOf) vendorAPI {
	api := vendorAPI{Name: "Voximplant", Base: "/platform_api", Note: "account_id and api_key, or a service account's token. By GET or POST, in any form."}
	add := func(method, note, query string) {
		api.Lines = append(api.Lines, line{method, note, curl{path: api.Base + "/" + method + "?account_id=1&api_key=" + keyVoximplant + "&" + query}})
	}
	add("AddUser", "", "application_id=1&user_name=gordon-"+n.next+"&user_display_name=Gordon%20Freeman&user_password=Black-Mesa-1")
	add("GetUsers", "", "application_id=1&count=5&with_skills=true&return_live_balance=true")
	add("SetUserInfo", "", "user_id="+n.newest.String()+"&user_display_name=Dr.%20Freeman")
	add("TransferMoneyToUser", "two users, 5.67 each", "user_id="+demoAdmin.String()+";"+n.agent.String()+"&amount=5.67&strict_mode=true")
	add("DelUser", "the user who was added last", "user_id="+n.newest.String())
	return api
}
