package voximplant_test

import (
	"bufio"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// replay sends a request as a client writes it: header lines, an empty line, the body.
func (e *env) replay(lines, body string) reply {
	e.t.Helper()
	head := fmt.Sprintf("%sContent-Length: %d\r\n\r\n", strings.ReplaceAll(strings.TrimLeft(lines, "\n"), "\n", "\r\n"), len(body))
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head + body)))
	if err != nil {
		e.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		e.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return decode(e.t, w.Body.String())
}

// signed is a token of these very texts.
func signed(t *testing.T, header, claims string) string {
	t.Helper()
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, keys()[0], crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func clientForJava(t *testing.T) {
	e := newEnv(t)
	at := now.Unix()
	token := signed(t, `{"kid":"kid-1","alg":"RS256"}`, fmt.Sprintf(`{"iss":"1","iat":%d,"exp":%d}`, at-5, at+60))
	r := e.ok(e.replay(`
POST /platform_api/GetUsers HTTP/1.1
Authorization: Bearer `+token+`
Content-Type: application/x-www-form-urlencoded; charset=UTF-8
Host: api.voximplant.com
Connection: Keep-Alive
User-Agent: Apache-HttpClient/4.5.9 (Java/11.0.20)
Accept-Encoding: gzip,deflate
`, "account_id=1&application_id=1&with_skills=true"))
	if names(r.users) != "ann bob cas dan" {
		t.Errorf("%q", names(r.users))
	}
}

func clientForDotNet(t *testing.T) {
	e := newEnv(t)
	at := now.Unix()
	token := signed(t, `{"alg":"RS256","kid":"kid-1","typ":"JWT"}`, fmt.Sprintf(`{"nbf":%d,"exp":%d,"iat":%d,"iss":"1"}`, at, at+3600, at))
	const boundary = "0f9c7f6e-5f0c-4a39-9d35-6a4c0f6c1a11"
	var body strings.Builder
	for _, part := range [][2]string{{"user_id", "1"}, {"user_display_name", "Anna"}, {"cmd", "SetUserInfo"}} {
		body.WriteString("--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=" + part[0] + "\r\n\r\n" + part[1] + "\r\n")
	}
	body.WriteString("--" + boundary + "--\r\n")
	e.ok(e.replay(`
POST /platform_api/SetUserInfo HTTP/1.1
Host: api.voximplant.com
Authorization: Bearer `+token+`
Content-Type: multipart/form-data; boundary="`+boundary+`"
`, body.String()))
	if got := e.user(1).Names.Display; got != "Anna" {
		t.Error(got)
	}
}

func clientForGo114(t *testing.T) {
	e := newEnv(t)
	token := goodToken().sign(t)
	e.ok(e.replay(`
POST /platform_api/SetUserInfo HTTP/1.1
Host: api.voximplant.com
User-Agent: Go-http-client/1.1
Authorization: Bearer `+token+`
Accept-Encoding: gzip
`, "application_id=1&user_display_name=Anna&user_id=0&user_name=ann"))
	if got := e.user(1).Names.Display; got != "Anna" {
		t.Error(got)
	}
	e.refused(e.replay(`
POST /platform_api/SetUserInfo HTTP/1.1
Host: api.voximplant.com
Authorization: Bearer `+token+`
`, `{"user_id":1}`), 101, "")
}
