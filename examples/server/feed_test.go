package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// events is a change feed that is being read.
type events struct {
	*running
	lines *bufio.Scanner
	close func()
}

func (s *running) feed(last string) *events {
	s.Helper()
	r, err := http.NewRequest("GET", s.url+"/live/changes", nil)
	if err != nil {
		s.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	if resp.Header.Get("Content-Type") != "text/event-stream" {
		s.Fatalf("%s %s", resp.Status, resp.Header)
	}
	return &events{s, bufio.NewScanner(resp.Body), func() { _ = resp.Body.Close() }}
}

// next reads the next event, which must be of the type, and returns it with its id.
func (e *events) next(kind string) (id string, got event) {
	e.Helper()
	for e.lines.Scan() {
		line := e.lines.Text()
		if rest, ok := strings.CutPrefix(line, "id: "); ok {
			id = rest
		}
		if rest, ok := strings.CutPrefix(line, "data: "); ok {
			if err := json.Unmarshal([]byte(rest), &got); err != nil || got.Type != kind {
				e.Fatalf("%v: %s, want %s", err, rest, kind)
			}
			return id, got
		}
	}
	e.Fatal("the feed ended")
	return "", got
}

func TestFeedIsLiveAndGoesOn(t *testing.T) {
	s := start(t, "-demo")
	first := s.feed("")
	defer first.close()
	id, got := first.next("account.updated")
	for got.User != demoAgent {
		id, got = first.next(map[bool]string{true: "money.funded", false: "reference.updated"}[id == "1.0"])
		if id == "9.0" {
			first.next("user.created")
			id, got = first.next("user.created")
		}
	}
	if status, body := s.get("/platform_api/SetUserInfo?account_id=1&api_key=demo-voximplant&user_id=2&user_display_name=Alexandra&user_password=Another-Passw0rd1"); !strings.HasPrefix(body, `{"result":1`) {
		t.Fatalf("%d %s", status, body)
	}
	last, got := first.next("user.updated")
	if got.User != 2 || got.Actor != 1 || !strings.Contains(fmt.Sprint(got.Diff), "Alexandra") || strings.Contains(fmt.Sprint(got), "Passw0rd1") {
		t.Errorf("%+v", got)
	}
	again := s.feed(id) // a page that lost its connection
	defer again.close()
	if repeated, _ := again.next("user.updated"); repeated != last {
		t.Errorf("it went on with %s, want %s", repeated, last)
	}
	if _, body := s.get("/live/users"); !strings.Contains(body, "<td>Alexandra</td>") {
		t.Error(body)
	}
}
