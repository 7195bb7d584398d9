package main

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// A flood of logins, each with a wrong password, from more connections than the server hashes for:
// each is answered within seconds, those that would wait for longer with 503 and when to try again.
func TestLoginFloodIsAnsweredInTime(t *testing.T) {
	connections, lasts, longest := 300, 3*time.Second, 8*time.Second
	if os.Getenv("CI") != "true" {
		connections, lasts = 100, time.Second
	}
	s := start(t, "-demo")
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	answers, worst := map[int]int{}, time.Duration(0)
	ask := func() {
		r, err := http.NewRequest("GET", s.url+"/api/v2/me", nil)
		if err != nil {
			t.Error(err)
			return
		}
		r.SetBasicAuth(demoAgentLogin, "wrong")
		begun := time.Now()
		resp, err := client.Do(r)
		if err != nil {
			t.Error(err)
			return
		}
		_ = resp.Body.Close()
		mu.Lock()
		defer mu.Unlock()
		answers[resp.StatusCode]++
		worst = max(worst, time.Since(begun))
		if resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
	}
	var all sync.WaitGroup
	end := time.Now().Add(lasts)
	for range connections {
		all.Go(func() {
			for time.Now().Before(end) {
				ask()
			}
		})
	}
	all.Wait()
	t.Logf("%d connections: %v, the longest wait is %s", connections, answers, worst)
	if worst > longest || len(answers) > 2 || answers[http.StatusUnauthorized] == 0 || answers[http.StatusServiceUnavailable] == 0 {
		t.Errorf("%v, the longest wait is %s", answers, worst)
	}
	if _, page := s.get("/"); !strings.Contains(page, demoAgentLogin) {
		t.Error("the page is not there after the flood")
	}
}
