package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"html"
)

var codes = regexp.MustCompile(`<td><code>(.*?)</code></td>`)

// linesOf are the lines of the page as it is now.
func linesOf(t *testing.T, h http.Handler) []string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1:8080/", nil))
	if w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	var lines []string
	for _, match := range codes.FindAllStringSubmatch(w.Body.String(), -1) {
		lines = append(lines, html.UnescapeString(match[1]))
	}
	return lines
}

// TestEveryLineWorks runs every line of the page, in its order, the page being loaded anew before
// each. It reads the lines as a shell would, so far as they need it.
func TestEveryLineWorks(t *testing.T) {
	a := newDemo(t)
	token := ""
	count := len(linesOf(t, a.handler))
	if count != 23+8+11+5+14 {
		t.Errorf("%d lines", count)
	}
	for i := range count {
		line := linesOf(t, a.handler)[i]
		r, keeps := read(t, line, token)
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r)
		if !worked(w) {
			t.Fatalf("%s\n%d %s", line, w.Code, w.Body)
		}
		if keeps {
			var answer struct{ Bearer string }
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Bearer == "" {
				t.Fatalf("%v: %s", err, w.Body)
			}
			token = answer.Bearer
		}
	}
	if token == "" {
		t.Error("no line keeps a token")
	}
}

// worked reports whether an answer is a success in its vendor's form.
func worked(w *httptest.ResponseRecorder) bool {
	body := w.Body.Bytes()
	return w.Code < 300 && !bytes.HasPrefix(body, []byte(`{"error"`)) && !bytes.HasPrefix(body, []byte(`{"status":"error"`)) &&
		(!bytes.Contains(body, []byte(`"statusCode"`)) || bytes.HasPrefix(body, []byte(`{"statusCode":0`)))
}

// read makes the request of a line.
func read(t *testing.T, line, token string) (r *http.Request, keeps bool) {
	t.Helper()
	text, keeps := strings.CutPrefix(line, tokenBegin)
	if keeps {
		text = strings.TrimSuffix(text, tokenEnd)
	}
	words := split(t, strings.ReplaceAll(text, "$TOKEN", token))
	if words[0] != "curl" {
		t.Fatal(line)
	}
	method, url, header := "GET", "", http.Header{}
	var body io.Reader
	login := ""
	for i := 1; i < len(words); i++ {
		switch word := words[i]; word {
		case "-sS":
		case "-X":
			i++
			method = words[i]
		case "-d":
			i++
			body = strings.NewReader(words[i])
			if method == "GET" {
				method = "POST"
			}
		case "-H":
			i++
			name, value, _ := strings.Cut(words[i], ": ")
			header.Set(name, value)
		case "-u":
			i++
			login = words[i]
		default:
			url = word
		}
	}
	r = httptest.NewRequest(method, url, body)
	if body != nil && header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header = header
	if login != "" {
		name, password, _ := strings.Cut(login, ":")
		r.SetBasicAuth(name, password)
	}
	return r, keeps
}

// split splits a line into words, of which single and double quotes make one.
func split(t *testing.T, line string) []string {
	t.Helper()
	var words []string
	var word strings.Builder
	var quoted rune
	for _, c := range line {
		switch {
		case quoted != 0 && c == quoted:
			quoted = 0
		case quoted == 0 && (c == '\'' || c == '"'):
			quoted = c
		case quoted == 0 && c == ' ':
			words = append(words, word.String())
			word.Reset()
		case quoted == 0 && strings.ContainsRune("$`;|&<>()*?!~#\\", c):
			t.Fatalf("a shell would not take %q as it is: %s", c, line)
		default:
			word.WriteRune(c)
		}
	}
	if quoted != 0 {
		t.Fatalf("an open quote: %s", line)
	}
	return append(words, word.String())
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{`a b`: `'a b'`, `it's $HOME`: `'it'\''s $HOME'`, ``: `''`} {
		if got := quote(text); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
