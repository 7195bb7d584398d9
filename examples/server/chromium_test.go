package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// needChromium returns the browser's program. Where it is not installed there is nothing to test,
// except where everything must be: with CI=true.
func needChromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("Chromium is not installed: %v", err)
	}
	return path
}

// TestPageInChromium looks at the page as people do. With -artifacts the screenshot stays.
func TestPageInChromium(t *testing.T) {
	program := needChromium(t)
	s := start(t, "-demo")
	b := browse(t, program, s.url+"/")
	b.until("the page is live", `document.getElementById('state').textContent === 'live'`)
	b.until("the feed has the past", `document.querySelectorAll('#feed li').length >= 11`)
	b.until("the users are there", `document.getElementById('users').textContent.includes('agent@demo.example')`)
	b.until("each vendor has lines", `['Omnidesk', 'Genesys', 'LivePerson', 'Voximplant'].every(
		(v) => document.querySelectorAll('#' + v + ' td code').length >= 5)`)

	// What others do turns up by itself, and stays text whatever it is.
	const hostile = `<img src=x onerror="document.title='taken'">&<b>`
	resp, err := http.Get(s.url + "/platform_api/SetUserInfo?account_id=1&api_key=demo-voximplant&user_id=2&user_display_name=" + url.QueryEscape(hostile))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	text, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	b.until("the change turns up first", `document.querySelector('#feed li').textContent.includes('user.updated')`)
	b.until("with what it changed", `document.querySelector('#feed li').textContent.includes(`+string(text)+`)`)
	b.until("the table follows", `document.getElementById('users').textContent.includes(`+string(text)+`)`)
	b.until("nothing of it is run", `document.title.startsWith('roster') && !document.querySelector('img')`)
	b.until("nothing is wider than the window", `document.documentElement.scrollWidth <= window.innerWidth`)
	if len(b.complaints) > 0 {
		t.Errorf("the browser complains: %s", b.complaints)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "page.png"), b.screenshot(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// browser is a Chromium with one page, driven by its DevTools protocol over a pipe.
type browser struct {
	testing.TB
	out        io.Writer
	messages   chan message
	session    string
	id         int
	complaints []string // of its console, and exceptions
}

// message is an answer or an event of the protocol.
type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

// browse starts the browser with a page at the URL. It ends with the test.
func browse(t *testing.T, program, url string) *browser {
	t.Helper()
	read, toBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromBrowser, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--window-size=1200,1600", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{read, write} // the protocol's 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = read.Close(), write.Close() // the browser has its own
	b := &browser{TB: t, out: toBrowser, messages: make(chan message, 1000)}
	go b.receive(fromBrowser)
	t.Cleanup(func() {
		b.call("Browser.close", nil, nil)
		_ = cmd.Wait()
		_, _ = toBrowser.Close(), fromBrowser.Close()
	})
	var target struct {
		ID string `json:"targetId"`
	}
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct {
		ID string `json:"sessionId"`
	}
	b.call("Target.attachToTarget", map[string]any{"targetId": target.ID, "flatten": true}, &session)
	b.session = session.ID
	b.call("Runtime.enable", nil, nil)
	b.call("Log.enable", nil, nil)
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	return b
}

// receive reads messages, each ended by NUL, until the browser has gone.
func (b *browser) receive(from io.Reader) {
	defer close(b.messages)
	var rest []byte
	for chunk := make([]byte, 1<<16); ; {
		n, err := from.Read(chunk)
		rest = append(rest, chunk[:n]...)
		for {
			text, after, ok := bytes.Cut(rest, []byte{0})
			if !ok {
				break
			}
			rest = after
			var m message
			if json.Unmarshal(text, &m) == nil {
				b.messages <- m
			}
		}
		if err != nil {
			return
		}
	}
}

// call sends a command and waits for its result.
func (b *browser) call(method string, params map[string]any, result any) {
	b.Helper()
	b.id++
	command := map[string]any{"id": b.id, "method": method}
	if params != nil {
		command["params"] = params
	}
	if b.session != "" && !strings.HasPrefix(method, "Browser.") {
		command["sessionId"] = b.session
	}
	text, err := json.Marshal(command)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := b.out.Write(append(text, 0)); err != nil {
		b.Fatal(err)
	}
	for late := time.After(time.Minute); ; {
		select {
		case m, ok := <-b.messages:
			switch {
			case !ok:
				b.Fatal("the browser has gone")
			case m.Method == "Runtime.exceptionThrown" || m.Method == "Log.entryAdded":
				b.complaints = append(b.complaints, string(m.Params))
			case m.ID == b.id && m.Error != nil:
				b.Fatalf("%s: %s", method, m.Error)
			case m.ID == b.id:
				if result != nil {
					if err := json.Unmarshal(m.Result, result); err != nil {
						b.Fatal(err)
					}
				}
				return
			}
		case <-late:
			b.Fatalf("%s: no answer", method)
		}
	}
}

// until waits for an expression of the page to be true.
func (b *browser) until(what, expression string) {
	b.Helper()
	var answer struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
	}
	for begun := time.Now(); time.Since(begun) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
		b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &answer)
		if answer.Result.Value == true {
			return
		}
	}
	b.Fatalf("%s: it is not so: %s is %v; %s", what, expression, answer.Result.Value, fmt.Sprint(b.complaints))
}

// screenshot returns the whole page as PNG.
func (b *browser) screenshot() []byte {
	b.Helper()
	var shot struct {
		Data string `json:"data"`
	}
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.Fatal(err)
	}
	return png
}
