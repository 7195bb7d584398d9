package omnidesk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

const newUser = "firstname=Jan&lastname=Jansen&name=jan&email=jan%40acme.example&telephone_number=%2B31612345678"

func createsANewUser(t *testing.T) {
	e := newEnv(t)
	a := e.done(e.call("POST", "", newUser))
	got := e.user(a.UserID)
	equal(t, "names", got.Names, user.Names{First: "Jan", Last: "Jansen"})
	equal(t, "contact", got.Contact, user.Contact{Email: "jan@acme.example", Phone: "+31612345678", Language: "en",
		DateFormat: "en_GB"})
	if got.Identity.Login != "jan" || !got.Enabled() || !got.Access.Roles.IsZero() {
		t.Errorf("%+v", got)
	}
	if c := e.changes(e.revision() - 1); c[0].Type != storage.UserCreated || c[0].Actor != 1 {
		t.Errorf("the change is the key's user's: %+v", c)
	}
}

func createNeeds(t *testing.T) {
	needs("POST", "", newUser, "firstname", "lastname", "name", "email", "telephone_number")(t)
	e := newEnv(t)
	e.refused(e.inJSON("POST", "", `{"firstname":null}`), 400,
		"firstname:required", "lastname:required", "name:required", "email:required", "telephone_number:required")
}

var (
	goodNames = []string{"text", "José", "Jean-Luc de la Tour", "Øystein", "-"}
	badNames  = map[string]string{"O'Brien": "pattern", "Łukasz": "pattern", "Jx\u0301": "pattern", "×": "pattern",
		"a1": "pattern", "": "required"}
	badLogins = map[string]string{"a b": "pattern", "a_b": "pattern", "é.é": "pattern", "": "required"}
)

// Names under Strict: what the pattern meant, and none of what only its letter takes.
func strictNames(t *testing.T) {
	for name, want := range map[string]int{"O'Brien": 200, "Łukasz": 200, "Jose\u0301": 200, "-": 400, " ": 400} {
		e := newEnvWith(t, omnidesk.Options{Strict: true})
		if a := e.call("POST", "", params(newUser, "firstname", name)); a.Code != want {
			t.Errorf("%q: %d %s", name, a.Code, a.Text)
		}
	}
}

func documentedName(t *testing.T) {
	e := newEnv(t)
	for _, name := range []string{"-", " ", " Jan "} {
		e.done(e.call("PUT", "/2", "firstname="+url.QueryEscape(name)))
		if got := e.user(2).Names.First; got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func telephone(method, path, base, name string) func(*testing.T) {
	return field(method, path, base, name, []string{"+31612345678"}, map[string]string{
		"316123456789": "pattern", "+3161234567a": "pattern", "+31 61234567": "pattern", "text01234567": "pattern",
	})
}

func telephoneLength(t *testing.T) {
	refused := map[string]string{"+3161234567": "too_short", "+316123456789": "too_long", "text": "too_short"}
	field("POST", "", newUser, "telephone_number", nil, refused)(t)
	field("PUT", "/2", "", "telephone", nil, refused)(t)
	e := newEnvWith(t, omnidesk.Options{Strict: true})
	e.done(e.call("PUT", "/2", "telephone=%2B4930123456")) // what the pattern meant: any number of E.164
}

func nameLength(t *testing.T) {
	refused := map[string]string{"a": "too_short"}
	field("POST", "", newUser, "name", []string{"ab"}, refused)(t)
	field("PUT", "/2", "", "name", []string{"ab"}, refused)(t)
	field("PUT", "/usernameUpdate", "id=2", "username", []string{"ab"}, refused)(t)
}

func telephoneZero(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("PUT", "/2", "telephone=%2B01201234567"), 400, "telephone:pattern")
}

func bothTelephones(t *testing.T) {
	e := newEnv(t)
	id := e.done(e.call("POST", "", params(newUser, "telephone_number", none, "telephone", "+31687654321"))).UserID
	if got := e.user(id).Contact.Phone; got != "+31687654321" {
		t.Errorf("POST telephone: %q", got)
	}
	e.done(e.call("PUT", "/2", "telephone_number=%2B31600000000"))
	if got := e.user(2).Contact.Phone; got != "+31600000000" {
		t.Errorf("PUT telephone_number: %q", got)
	}
	e.refused(e.call("PUT", "/2", "telephone_number=text"), 400, "telephone_number:too_short")
	e.refused(e.call("PUT", "/2", "telephone=%2B31600000000&telephone_number=%2B31600000000"), 400,
		"telephone_number:conflict")
}

func emailForm(method, path, base string) func(*testing.T) {
	return field(method, path, base, "email", []string{"name@gmail.com", "o'brien+x@example.co.uk"}, map[string]string{
		"text": "pattern", "a@": "pattern", "a b@c.de": "pattern",
	})
}

func languageDefault(t *testing.T) {
	e := newEnv(t)
	if got := e.user(e.done(e.call("POST", "", newUser)).UserID).Contact.Language; got != "en" {
		t.Errorf("the default is en: %q", got)
	}
	field("POST", "", newUser, "language", []string{"en", "nl", "en_GB"},
		map[string]string{"x": "too_short", "english language": "pattern"})(t)
}

func dateFormatDefault(t *testing.T) {
	e := newEnv(t)
	if got := e.user(e.done(e.call("POST", "", newUser)).UserID).Contact.DateFormat; got != "en_GB" {
		t.Errorf("the default is en_GB: %q", got)
	}
}

func dateFormat(method, path, base string) func(*testing.T) {
	return field(method, path, base, "dateFormat", []string{"en_GB", "nl_NL", "iso"}, map[string]string{
		"text": "pattern", "en_GBxx": "too_long", "iso1": "pattern", "is": "too_short", "EN_gb": "pattern",
	})
}

func dateFormatLetter(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("PUT", "/2", "dateFormat=miso"))
	if got := e.user(2).Contact.DateFormat; got != "miso" {
		t.Errorf("%q", got)
	}
	strict := newEnvWith(t, omnidesk.Options{Strict: true})
	strict.refused(strict.call("PUT", "/2", "dateFormat=miso"), 400, "dateFormat:pattern")
}

func groupsDefault(t *testing.T) {
	e := newEnv(t)
	if got := e.user(e.done(e.call("POST", "", newUser)).UserID).Access.Groups; got.Len() != 0 {
		t.Errorf("the default is []: %v", got)
	}
}

func groupsForms(t *testing.T) {
	want := user.IDSetOf[user.GroupID](3, 4)
	for _, form := range []string{"groups=[3,4]", "groups=3,4", "groups[]=3&groups[]=4", "groups[0]=3&groups[1]=4",
		`"groups=[3, 4]"`} {
		e := newEnv(t)
		e.done(e.call("PUT", "/2", strings.ReplaceAll(form, " ", "+")))
		if got := e.user(2).Access.Groups; !got.Equal(want) {
			t.Errorf("%s: %v", form, got)
		}
	}
	for _, body := range []string{`{"groups":[3,4]}`, `{"groups":["3","4"]}`, `{"groups":"3,4"}`} {
		e := newEnv(t)
		e.done(e.inJSON("PUT", "/2", body))
		if got := e.user(2).Access.Groups; !got.Equal(want) {
			t.Errorf("%s: %v", body, got)
		}
	}
	e := newEnv(t)
	e.refused(e.inJSON("PUT", "/2", `{"groups":[3,"x"]}`), 400, "groups[1]:invalid")
	e.refused(e.inJSON("PUT", "/2", `{"groups":[3,-1,0]}`), 400, "groups[1]:out_of_range", "groups[2]:out_of_range")
	e.refused(e.inJSON("PUT", "/2", `{"groups":{"a":1}}`), 400, "groups:invalid")
}

func activationMail(t *testing.T) {
	for value, want := range map[string]bool{none: true, "true": true, "1": true, "false": false, "0": false} {
		e := newEnv(t)
		before := e.revision()
		id := e.done(e.call("POST", "", params(newUser, "sendActivationMail", value))).UserID
		sent := false
		for _, c := range e.changes(before) {
			sent = sent || c.Type == storage.ActivationRequested && c.UserID == id
		}
		if sent != want || e.revision() != before+1 {
			t.Errorf("%s: a mail was asked for: %t, in %d revisions", value, sent, e.revision()-before)
		}
	}
}

func nameIsTaken(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.refused(e.call("POST", "", params(newUser, "name", "ANN")), http.StatusConflict, "name:duplicate")
	e.refused(e.call("PUT", "/1", "name=ann"), http.StatusConflict, "name:duplicate")
	e.refused(e.call("PUT", "/usernameUpdate", "id=1&username=ann"), http.StatusConflict, "username:duplicate")
	if e.revision() != before {
		t.Error("something changed")
	}
}

func allProblems(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("POST", "", "firstname=1&name=a&email=x&dateFormat=&groups=x&sendActivationMail=maybe&more=1"), 400,
		":unknown_parameter", "firstname:pattern", "lastname:required", "name:too_short", "email:pattern", "telephone_number:required",
		"dateFormat:required",
		"groups[0]:invalid", "sendActivationMail:invalid")
}

func updatesTheUser(t *testing.T) {
	e := newEnv(t)
	before := e.user(2)
	e.done(e.call("PUT", "/2", "firstname=Jan&lastname=Jansen&name=jan&email=jan%40acme.example&telephone=%2B31612345678&language=en&dateFormat=en_GB&groups=[2]"))
	got := e.user(2)
	equal(t, "names", got.Names, user.Names{First: "Jan", Last: "Jansen"})
	equal(t, "contact", got.Contact, user.Contact{Email: "jan@acme.example", Phone: "+31612345678", Language: "en",
		DateFormat: "en_GB"})
	if got.Identity.Login != "jan" || !got.Access.Groups.Equal(user.IDSetOf[user.GroupID](2)) {
		t.Errorf("%+v", got)
	}
	equal(t, "capacity", got.Capacity.MaxChats, before.Capacity.MaxChats)
	e.done(e.call("PUT", "/UID", "firstname=Me"))
	if e.user(1).Names.First != "Me" {
		t.Error("UID is the key's own user")
	}
	e.refused(e.call("PUT", "/99", "firstname=Jan"), http.StatusNotFound)
	e.refused(e.call("PUT", "/99999999999999999999", "firstname=Jan"), http.StatusNotFound)
	e.refused(e.call("PUT", "/0", "firstname=Jan"), http.StatusNotFound)
}

func emptyIsSubmitted(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("PUT", "/2", "firstname=&lastname=''&email=&telephone=&language=&dateFormat=&groups="))
	got := e.user(2)
	equal(t, "names", got.Names, user.Names{})
	equal(t, "contact", got.Contact, user.Contact{})
	if got.Access.Groups.Len() != 0 || got.Identity.Login != "ann" {
		t.Errorf("%+v", got)
	}
	e.refused(e.call("PUT", "/2", "name="), 400, "name:required")
	e = newEnv(t)
	e.done(e.inJSON("PUT", "/2", `{"firstname":"","lastname":null,"groups":[]}`))
	equal(t, "names", e.user(2).Names, user.Names{})
}

func namesAreComposed(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("PUT", "/2", "firstname=Jose%CC%81&lastname=Mu%CC%88ller"))
	equal(t, "names", e.user(2).Names, user.Names{First: "José", Last: "Müller"})
}

func absentIsNotChanged(t *testing.T) {
	e := newEnv(t)
	before := e.user(2)
	e.done(e.call("PUT", "/2", "lastname=Jansen"))
	want := before
	want.Names.Last = "Jansen"
	want.Version, want.Lifecycle.Updated = e.user(2).Version, e.user(2).Lifecycle.Updated
	want.ConfigVersion = e.user(2).ConfigVersion
	if got := e.user(2); !got.Equal(want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	rev := e.revision()
	e.done(e.call("PUT", "/2", ""))
	if e.revision() != rev {
		t.Error("a call without a property changed something")
	}
}

// renames checks usernameUpdate and its like.
func renames(path, name string, good []string, bad map[string]string, at func(user.User) string) func(*testing.T) {
	return func(t *testing.T) {
		field("PUT", path, "id=2", name, good, bad)(t)
		e := newEnv(t)
		e.done(e.call("PUT", path, "id=2&"+name+"="+good[0]))
		if got := at(e.user(2)); got != good[0] {
			t.Errorf("%q", got)
		}
		e.done(e.call("PUT", path, "id=UID&"+name+"="+good[1]))
		if got := at(e.user(1)); got != good[1] {
			t.Errorf("UID: %q", got)
		}
		needs("PUT", path, "id=2&"+name+"=text", "id", name)(t)
		e.refused(e.call("PUT", path, "id=99&"+name+"="+good[0]), http.StatusNotFound)
		e.refused(e.call("PUT", path, "id=-2&"+name+"="+good[0]), 400, "id:invalid")
	}
}

func renamesUsername(t *testing.T) {
	renames("/usernameUpdate", "username", []string{"jan.jansen-2", "text"}, badLogins,
		func(u user.User) string { return u.Identity.Login })(t)
}

func renamesFirst(t *testing.T) {
	renames("/firstnameUpdate", "firstname", goodNames, badNames, func(u user.User) string { return u.Names.First })(t)
}

func renamesLast(t *testing.T) {
	renames("/lastnameUpdate", "lastname", goodNames, badNames, func(u user.User) string { return u.Names.Last })(t)
}
