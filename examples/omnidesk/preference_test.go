package omnidesk_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/omnidesk"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func updatesTheSelectedViews(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("PUT", "/updateUserView", "userID=2&viewID=3&newValue=1"))
	e.done(e.call("PUT", "/updateUserView", "userID=2&viewID=1&newValue=0"))
	if got := e.user(2).Preferences.Views; !got.Equal(user.IDSetOf[user.ViewID](2, 3)) {
		t.Errorf("%v", got)
	}
	needs("PUT", "/updateUserView", "viewID=1&newValue=1", "viewID", "newValue")(t)
	field("PUT", "/updateUserView", "viewID=1&newValue=1", "viewID", []string{"3"},
		map[string]string{"9": "unknown", "0": "out_of_range", "-1": "out_of_range", "x": "invalid"})(t)
}

func unknownView(t *testing.T) {
	e := newEnv(t)
	e.refused(e.call("PUT", "/updateUserView", "userID=2&viewID=9&newValue=1"), http.StatusBadRequest, "viewID:unknown")
}

func updatesMaxChats(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("PUT", "/maxChats", "userID=2&maxChats=7"))
	if got := e.user(2).Capacity.MaxChats; got != 7 {
		t.Errorf("%d", got)
	}
	needs("PUT", "/maxChats", "maxChats=1", "maxChats")(t)
	field("PUT", "/maxChats", "maxChats=1", "maxChats", []string{"0", "1000000"}, map[string]string{
		"-1": "out_of_range", "1000001": "out_of_range", "1.5": "invalid", "9223372036854775808": "invalid", "": "invalid",
	})(t)
}

// aSwitch checks a call that sets one switch of a user.
func aSwitch(path string, at func(user.Preferences) bool) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		e.done(e.call("PUT", path, "userID=1&state=1"))
		if !at(e.user(1).Preferences) {
			t.Error("state=1 did not switch it on")
		}
		e.done(e.call("PUT", path, "userID=1&state=0"))
		if at(e.user(1).Preferences) {
			t.Error("state=0 did not switch it off")
		}
		if e.done(e.call("PUT", path, "state=1")); !at(e.user(1).Preferences) {
			t.Error("the key's own user is missing")
		}
		e.refused(e.call("PUT", path, "userID=99&state=1"), http.StatusNotFound)
		needs("PUT", path, "state=1", "state")(t)
		field("PUT", path, "state=1", "state", []string{"0", "1", "true", "FALSE"},
			map[string]string{"2": "invalid", "on": "invalid", "": "invalid"})(t)
	}
}

var switches = map[string]func(user.Preferences) bool{
	"/chatSoundNewMessage":      func(p user.Preferences) bool { return p.ChatSound },
	"/notifyOnTicketAssignment": func(p user.Preferences) bool { return p.NotifyAssignment },
	"/ticketIncognitoMode":      func(p user.Preferences) bool { return p.Incognito },
	"/callsAutoAnswer":          func(p user.Preferences) bool { return p.AutoAnswer },
}

func exampleSwitch(path string) func(*testing.T) {
	return theExample("PUT /api/v2/user"+path, func(e *env) {
		if !switches[path](e.user(1).Preferences) {
			e.t.Error("it is not on")
		}
	})
}

func setsCampaigns(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", "/userCampaignState", "userID=2&campaign=spring&state=0"))
	e.done(e.call("POST", "/userCampaignState", "userID=2&campaign=summer_2-a&state=1"))
	equal(t, "campaigns", e.user(2).Preferences.Campaigns.Slice(),
		[]user.Campaign{{Name: "spring"}, {Name: "summer_2-a", Active: true}})
	needs("POST", "/userCampaignState", "campaign=a&state=1", "campaign", "state")(t)
	field("POST", "/userCampaignState", "campaign=a&state=1", "state", []string{"0", "1"},
		map[string]string{"2": "invalid"})(t)
}

func campaignPattern(t *testing.T) {
	field("POST", "/userCampaignState", "campaign=a&state=1", "campaign", []string{"text", "A_b-9"}, map[string]string{
		"a b": "pattern", "é": "pattern", "": "required",
	})(t)
}

func campaignIsStrict(t *testing.T) {
	for _, strict := range []bool{false, true} {
		e := newEnvWith(t, omnidesk.Options{Strict: strict})
		for _, name := range []string{"a^b", "a`b", "a[b]", `a\b`} {
			e.refused(e.call("POST", "/userCampaignState", params("state=1", "campaign", name)), 400, "campaign:pattern")
		}
	}
}

func tooManyCampaigns(t *testing.T) {
	e := newEnv(t)
	list := make([]user.Campaign, user.MaxListed)
	for i := range list {
		list[i].Name = strings.Repeat("a", i/26+1) + string(rune('A'+i%26))
	}
	if _, err := e.host.Patch(context.Background(), 2, user.Patch{Campaigns: user.Set(user.ListOf(list...))}); err != nil {
		t.Fatal(err)
	}
	e.refused(e.call("POST", "/userCampaignState", "userID=2&campaign=more&state=1"), 400, "campaign:out_of_range")
}

func refreshesTheTab(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.done(e.call("POST", "/refreshTab", "tabID=Tab_1"))
	list := e.changes(before)
	if len(list) != 1 || list[0].Type != storage.TabRefreshed || list[0].Detail != "Tab_1" || list[0].UserID != 1 {
		t.Errorf("%+v", list)
	}
	needs("POST", "/refreshTab", "tabID=a", "tabID")(t)
	field("POST", "/refreshTab", "", "tabID", []string{"text", "a_9"}, map[string]string{"a-b": "pattern", "a b": "pattern", "": "required"})(t)
}

func exampleRefreshTab(t *testing.T) {
	e := newEnv(t)
	before := e.revision()
	e.done(e.replay("POST /api/v2/user/refreshTab"))
	if list := e.changes(before); len(list) != 1 || list[0].Detail != "text" {
		t.Errorf("%+v", list)
	}
}

func kpi(e *env, id user.ID) []user.Statistic {
	return e.user(id).Preferences.Statistics.Slice()
}

func addsAStatistic(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", "/userStatistic", "userID=2&statistic=calls_open&statisticOption=today1&statisticSecondaryOption=all"))
	want := []user.Statistic{{Name: "text"}, {Name: "calls_open", Option: "today1", Secondary: "all"}}
	equal(t, "statistics", kpi(e, 2), want)
	e.done(e.call("POST", "/userStatistic", "userID=2&statistic=calls_open&statisticOption=today1&statisticSecondaryOption=all"))
	equal(t, "once more", kpi(e, 2), want)
	e.done(e.call("PUT", "/watch", "userID=2&statistic=text&watchToggle=watch"))
	e.done(e.call("POST", "/userStatistic", "userID=2&statistic=text"))
	want[0].Watched = true
	equal(t, "once more, watched", kpi(e, 2), want)
}

// kpiPatterns checks what tells which statistic a call is about.
func kpiPatterns(method, path, base, option string) func(*testing.T) {
	base += "&userID=2&statistic=text"
	return func(t *testing.T) {
		needs(method, path, base, "statistic")(t)
		field(method, path, base, "statistic", []string{"text"}, map[string]string{"a1": "pattern", "a-b": "pattern", "": "required"})(t)
		for _, name := range []string{option, "statisticSecondaryOption"} {
			field(method, path, base, name, []string{""}, map[string]string{"a b": "pattern", "a_b": "pattern", "é": "pattern"})(t)
		}
	}
}

// kpiIsUnknown checks that a call about a statistic that is not on the board finds nothing.
func kpiIsUnknown(method, path, base string) func(*testing.T) {
	return func(t *testing.T) {
		e := newEnv(t)
		before := e.revision()
		for _, query := range []string{"statistic=other", "statistic=text&statisticOption=other", "userID=4&statistic=text"} {
			e.refused(e.call(method, path, query+"&"+base), http.StatusNotFound)
		}
		if e.revision() != before {
			t.Error("something changed")
		}
	}
}

func bothOptions(t *testing.T) {
	for _, c := range []struct{ method, path, more string }{
		{"POST", "/userStatistic", ""}, {"DELETE", "/userStatistic", ""}, {"PUT", "/watch", "&watchToggle=watch"},
	} {
		for _, name := range []string{"statisticOption", "statisticPrimaryOption"} {
			e := newEnv(t)
			if _, err := e.host.AddStatistic(context.Background(), 2, user.Statistic{Name: "calls", Option: "x"}); err != nil {
				t.Fatal(err)
			}
			e.done(e.call(c.method, c.path, "userID=2&statistic=calls&"+name+"=x"+c.more))
			e.refused(e.call(c.method, c.path, "userID=2&statistic=calls&"+name+"=a_b"+c.more), 400, name+":pattern")
			e.refused(e.call(c.method, c.path, "userID=2&statistic=calls&statisticOption=x&statisticPrimaryOption=x"+c.more), 400,
				"statisticPrimaryOption:conflict")
		}
	}
}

func deletesAStatistic(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("POST", "/userStatistic", "userID=2&statistic=text&statisticOption=today"))
	e.done(e.call("DELETE", "/userStatistic", "userID=2&statistic=text"))
	equal(t, "statistics", kpi(e, 2), []user.Statistic{{Name: "text", Option: "today"}})
}

func watches(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("PUT", "/watch", "userID=2&statistic=text&watchToggle=watch"))
	equal(t, "watched", kpi(e, 2), []user.Statistic{{Name: "text", Watched: true}})
}

func unwatches(t *testing.T) {
	e := newEnv(t)
	e.done(e.call("PUT", "/watch", "userID=2&statistic=text&watchToggle=watch"))
	e.done(e.call("PUT", "/watch", "userID=2&statistic=text&watchToggle=unwatch"))
	equal(t, "unwatched", kpi(e, 2), []user.Statistic{{Name: "text"}})
	needs("PUT", "/watch", "statistic=text&watchToggle=watch", "watchToggle")(t)
	field("PUT", "/watch", "statistic=text", "watchToggle", []string{"watch", "unwatch"}, map[string]string{"on": "unknown", "Watch": "unknown", "watchers!": "unknown", "": "required"})(t)
}
