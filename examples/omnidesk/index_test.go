package omnidesk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/user"
)

func (a answer) names() []string {
	list := []string{}
	for _, i := range a.Items {
		list = append(list, fmt.Sprint(i["name"]))
	}
	return list
}

func returnsAllTheUsers(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "", ""), "list")
	equal(t, "users", a.names(), []string{"boss", "ann", "cas", "dirk"})
	equal(t, "ann", pick(a.Items[1], "id", "firstname", "lastname", "email", "telephone", "language", "dateFormat",
		"groups", "active", "statusID", "statusLocked"), item{
		"id": 2.0, "firstname": "Ann", "lastname": "de Vries", "email": "ann@acme.example", "telephone": "+31201234567",
		"language": "nl", "dateFormat": "iso", "groups": []any{1.0, 7.0}, "active": true, "statusID": 3.0,
		"statusLocked": false,
	})
}

func pick(i item, names ...string) item {
	out := item{}
	for _, name := range names {
		out[name] = i[name]
	}
	return out
}

func queryFinds(t *testing.T) {
	e := newEnv(t)
	for query, want := range map[string][]string{
		"ann": {"ann"}, "ANN": {"ann"}, "de Vries": {"ann"}, "+31201234567": {"ann"}, "name@gmail.com": {"boss"},
		"acme": {"ann", "dirk"}, "zzz": {},
	} {
		a := e.ok(e.call("GET", "", "query="+url.QueryEscape(query)), "list")
		equal(t, query, a.names(), want)
		if *a.ItemTotal != len(want) {
			t.Errorf("%q: itemTotal %d", query, *a.ItemTotal)
		}
	}
}

func queryIsAPattern(t *testing.T) {
	field("GET", "", "", "query", []string{"", "Jan 1", "+31", "o'brien+x@y.nl"},
		map[string]string{"$$$": "pattern", "a@b": "pattern"})(t)
}

// Both sides of the hole: the letter takes these, and no profile of the adapter does.
func queryTakesUserNames(t *testing.T) {
	e := newEnv(t)
	for _, name := range []string{"jan.devries", "jan-2", "jan_2", "-jan", "jan+2"} {
		if name != "jan_2" && name != "jan+2" { // no user name of Omnidesk; another system's may be so
			e.done(e.call("PUT", "/usernameUpdate", "id=2&username="+name))
			a := e.ok(e.call("GET", "", "query="+name), "list")
			equal(t, name, a.names(), []string{name})
			continue
		}
		e.ok(e.call("GET", "", "query="+url.QueryEscape(name)), "list")
	}
}

func queryIsStrict(t *testing.T) {
	for _, strict := range []bool{false, true} {
		e := newEnvWith(t, omnidesk.Options{Strict: strict})
		for _, query := range []string{"a<script>", "<<<x@y.nl", "jan;drop", "a\nb"} {
			e.refused(e.call("GET", "", "query="+url.QueryEscape(query)), http.StatusBadRequest, "query:"+code(query))
		}
	}
}

func code(query string) string {
	if query == "a\nb" {
		return "control_character"
	}
	return "pattern"
}

func itemStart(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "", "itemStart=1&itemLimit=2"), "list")
	equal(t, "page", a.names(), []string{"ann", "cas"})
	if *a.ItemStart != 1 || *a.ItemLimit != 2 || *a.ItemTotal != 4 {
		t.Error(a.Text)
	}
	if a := e.ok(e.call("GET", "", ""), "list"); *a.ItemStart != 0 {
		t.Errorf("the default is 0: %s", a.Text)
	}
	if a := e.ok(e.call("GET", "", "itemStart=9"), "list"); len(a.Items) != 0 || *a.ItemTotal != 4 {
		t.Error(a.Text)
	}
	e.refused(e.call("GET", "", "itemStart=-1"), 400, "itemStart:out_of_range")
	e.refused(e.call("GET", "", "itemStart=9223372036854775807"), 400, "itemStart:out_of_range")
}

func itemLimitDefault(t *testing.T) {
	e := newEnv(t)
	for i := range 20 {
		u := user.User{Identity: user.Identity{Login: fmt.Sprintf("more%d", i)}}
		if _, err := e.host.Create(context.Background(), roster.CreateParams{User: u}); err != nil {
			t.Fatal(err)
		}
	}
	if a := e.ok(e.call("GET", "", ""), "list"); len(a.Items) != 15 || *a.ItemLimit != 15 || *a.ItemTotal != 24 {
		t.Errorf("%d of %d, limit %d", len(a.Items), *a.ItemTotal, *a.ItemLimit)
	}
}

func itemLimitMaximum(t *testing.T) {
	field("GET", "", "", "itemLimit", []string{"1", "999"},
		map[string]string{"1000": "out_of_range", "-1": "out_of_range", "x": "invalid"})(t)
}

func itemLimitZero(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "", "itemLimit=0&activeOnly=1"), "list")
	if len(a.Items) != 0 || *a.ItemTotal != 3 || *a.ItemLimit != 0 {
		t.Error(a.Text)
	}
	strict := newEnvWith(t, omnidesk.Options{Strict: true})
	strict.refused(strict.call("GET", "", "itemLimit=0"), 400, "itemLimit:out_of_range")
}

func activeOnly(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "", "activeOnly=true"), "list")
	equal(t, "active", a.names(), []string{"boss", "ann", "dirk"})
	if *a.ItemTotal != 3 {
		t.Error(a.Text)
	}
	if a := e.ok(e.call("GET", "", "activeOnly=false"), "list"); len(a.Items) != 4 {
		t.Errorf("false: %s", a.Text)
	}
}

func activeOnlyDefault(t *testing.T) {
	e := newEnv(t)
	if a := e.ok(e.call("GET", "", ""), "list"); !slices.Contains(a.names(), "cas") {
		t.Error("the default is false:", a.Text)
	}
}

func extended(t *testing.T) {
	e := newEnv(t)
	for _, query := range []string{"", "extended=true"} {
		got := e.ok(e.call("GET", "", query), "list").Items[1]
		equal(t, query, pick(got, "settings", "views", "statistics", "campaigns"), item{
			"settings": item{
				"maxChats": 2.0, "chatSoundNewMessage": true, "notifyOnTicketAssignment": true, "ticketIncognitoMode": true,
				"callsAutoAnswer": true,
			},
			"views": []any{1.0, 2.0},
			"statistics": []any{item{"statistic": "text", "statisticPrimaryOption": "", "statisticSecondaryOption": "",
				"watch": false}},
			"campaigns": []any{item{"campaign": "spring", "state": true}},
		})
	}
	for _, name := range []string{"settings", "views", "statistics", "campaigns"} {
		if boss := e.call("GET", "", "").Items[0]; boss[name] == nil {
			t.Errorf("of one who has none: %s is missing", name)
		}
		if _, ok := e.call("GET", "", "extended=false").Items[1][name]; ok {
			t.Errorf("extended=false: %s is there", name)
		}
	}
}

// A list shows of each user what the call about one user shows: views take USER_CUD.
func extendedViews(t *testing.T) {
	e := newEnv(t)
	e.refused(e.as("key-read", "GET", "/getUserViews", "userID=2"), http.StatusForbidden)
	for _, a := range e.ok(e.as("key-read", "GET", "", "extended=true"), "list").Items {
		if views, ok := a["views"].([]any); !ok || len(views) != 0 {
			t.Errorf("user %v: %v", a["id"], a["views"])
		}
	}
	equal(t, "with both permissions", e.ok(e.call("GET", "", ""), "list").Items[1]["views"], any([]any{1.0, 2.0}))
}

func listForm(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "", "query=zzz"), "list")
	equal(t, "an empty list", a.Text, `{"type":"list","itemStart":0,"itemTotal":0,"itemLimit":15,"items":[]}`)
}

func returnsAllTheSettings(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "/settings", "userID=2"), "item")
	equal(t, "settings", a.Item, item{
		"id": 2.0, "firstname": "Ann", "lastname": "de Vries", "name": "ann", "email": "ann@acme.example",
		"telephone": "+31201234567",
		"language":  "nl", "dateFormat": "iso", "groups": []any{1.0, 7.0}, "active": true, "statusID": 3.0,
		"statusLocked": false,
		"maxChats":     2.0, "chatSoundNewMessage": true, "notifyOnTicketAssignment": true, "ticketIncognitoMode": true,
		"callsAutoAnswer": true, "views": []any{1.0, 2.0},
		"statistics": []any{item{"statistic": "text", "statisticPrimaryOption": "", "statisticSecondaryOption": "",
			"watch": false}},
		"campaigns": []any{item{"campaign": "spring", "state": true}},
	})
}

func settingsOfOneself(t *testing.T) {
	e := newEnv(t)
	for _, query := range []string{"", "userID=UID"} {
		if a := e.ok(e.call("GET", "/settings", query), "item"); a.Item["name"] != "boss" {
			t.Error(query, a.Text)
		}
	}
	e.refused(e.call("GET", "/settings", "userID=99"), http.StatusNotFound)
}

func returnsTheSelectedViews(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "/getUserViews", "userID=2"), "list")
	equal(t, "views", a.Items, []item{{"id": 1.0, "name": "Open tickets"}, {"id": 2.0, "name": "My tickets"}})
	e.refused(e.call("GET", "/getUserViews", "userID=99"), http.StatusNotFound)
}

func viewsQuery(t *testing.T) {
	e := newEnv(t)
	for query, want := range map[string]int{"open": 1, "tickets": 2, "closed": 0, "": 2} {
		if a := e.ok(e.call("GET", "/getUserViews", "userID=2&query="+query), "list"); len(a.Items) != want ||
			*a.ItemTotal != want {
			t.Errorf("%q: %s", query, a.Text)
		}
	}
	field("GET", "/getUserViews", "userID=2", "query", []string{"", "Open-tickets_1 a"},
		map[string]string{"a.b": "pattern", "<b>": "pattern", "é": "pattern"})(t)
}

func viewsWindow(t *testing.T) {
	e := newEnv(t)
	a := e.ok(e.call("GET", "/getUserViews", "userID=2"), "list")
	if *a.ItemStart != 0 || *a.ItemLimit != 15 {
		t.Errorf("the defaults are 0 and 15: %s", a.Text)
	}
	a = e.ok(e.call("GET", "/getUserViews", "userID=2&itemStart=1&itemLimit=1"), "list")
	if len(a.Items) != 1 || a.Items[0]["id"] != 2.0 || *a.ItemTotal != 2 {
		t.Error(a.Text)
	}
	if a := e.ok(e.call("GET", "/getUserViews", "userID=2&itemStart=9"), "list"); len(a.Items) != 0 {
		t.Error(a.Text)
	}
	e.refused(e.call("GET", "/getUserViews", "userID=2&itemStart=-1&itemLimit=1000"), 400, "itemLimit:out_of_range",
		"itemStart:out_of_range")
}
