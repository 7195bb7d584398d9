package voximplant_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ca74b63c/roster/user"
)

// keys are made once: they cost a second.
var keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var pair [2]*rsa.PrivateKey
	for i := range pair {
		var err error
		if pair[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			panic(err)
		}
	}
	return pair
})

func publicPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{
		Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&keys()[0].PublicKey),
	}))
}

type token struct {
	method jwt.SigningMethod
	key    any
	kid    string
	claims jwt.MapClaims
	header map[string]any
}

func goodToken() token {
	return token{
		method: jwt.SigningMethodRS256, key: keys()[0], kid: "kid-1",
		claims: jwt.MapClaims{"iss": 1, "iat": now.Unix(), "exp": now.Add(64 * time.Second).Unix()},
	}
}

func (k token) sign(t *testing.T) string {
	t.Helper()
	j := jwt.NewWithClaims(k.method, k.claims)
	if k.kid != "" {
		j.Header["kid"] = k.kid
	}
	maps.Copy(j.Header, k.header)
	text, err := j.SignedString(k.key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (e *env) bearer(token string) reply {
	e.t.Helper()
	r := httptest.NewRequest("GET", "/platform_api/GetUsers?application_id=1", nil)
	r.Header.Set("Authorization", token)
	return e.send(r)
}

func tokenOfAServiceAccount(t *testing.T) {
	e := newEnv(t)
	e.ok(e.bearer("Bearer " + goodToken().sign(t)))
	withAccount := httptest.NewRequest("GET", "/platform_api/GetUsers?account_id=1&application_id=1", nil)
	withAccount.Header.Set("Authorization", "Bearer "+goodToken().sign(t))
	e.ok(e.send(withAccount))
}

// The account's roles are those that it has now, not those that it had when the token was made.
func rolesOfAServiceAccount(t *testing.T) {
	e := newEnv(t)
	calls := []string{
		"AddUser?" + newUser, "SetUserInfo?user_id=1&user_display_name=x", "TransferMoneyToUser?user_id=1&amount=1", "GetUsers?user_id=1",
		"DelUser?user_id=3",
	}
	text := goodToken().sign(t)
	do := func(call string) reply {
		r := httptest.NewRequest("GET", "/platform_api/"+call, nil)
		r.Header.Set("Authorization", "Bearer "+text)
		return e.send(r)
	}
	before := e.user(100).Access.Granted
	for _, role := range []user.Role{user.Accountant, user.CallHistory} {
		if _, err := e.host.SetRoles(t.Context(), 100, user.RolesOf(role)); err != nil {
			t.Fatal(err)
		}
		for _, call := range calls {
			e.refused(do(call), 104, "")
		}
	}
	if _, err := e.host.SetRoles(t.Context(), 100, before); err != nil {
		t.Fatal(err)
	}
	for _, call := range calls {
		e.ok(do(call))
	}
}

func tokenErrors(t *testing.T) {
	e := newEnv(t)
	for _, c := range []struct {
		name   string
		change func(*token)
		code   int
	}{
		{"another signature", func(k *token) { k.key = keys()[1] }, 100},
		{"an unknown key", func(k *token) { k.kid = "kid-2" }, 100},
		{"another account's number", func(k *token) { k.claims["iss"] = 2 }, 100},
		{"no account of that number", func(k *token) { k.claims["iss"] = 9 }, 100},
		{"no kid", func(k *token) { k.kid = "" }, 447},
		{"iss is no number", func(k *token) { k.claims["iss"] = "demo" }, 447},
		{"iss is a list", func(k *token) { k.claims["iss"] = []int{1} }, 447},
		{"another account's number as a text", func(k *token) { k.claims["iss"] = "2" }, 100},
		{"nbf in the future", func(k *token) { k.claims["nbf"] = now.Unix() + 6 }, 455},
		{"nbf beyond every time", func(k *token) { k.claims["nbf"] = 1e300 }, 447},
		{"nbf is no time", func(k *token) { k.claims["nbf"] = "soon" }, 447},
		{"iat beyond every time", func(k *token) { k.claims["iat"] = 1e300 }, 447},
		{"exp beyond every time", func(k *token) { k.claims["exp"] = 1e300 }, 447},
		{"exp before 1970", func(k *token) { k.claims["exp"] = -1 }, 447},
		{"exp is null", func(k *token) { k.claims["exp"] = nil }, 447},
		{"exp before iat", func(k *token) { k.claims["iat"] = now.Unix(); k.claims["exp"] = now.Unix() - 1 }, 456},
		{"crit", func(k *token) { k.header = map[string]any{"crit": []string{"b64"}, "b64": true} }, 447},
		{"an unknown crit", func(k *token) { k.header = map[string]any{"crit": []string{"x"}, "x": 1} }, 447},
		{"an empty crit", func(k *token) { k.header = map[string]any{"crit": []string{}} }, 447},
		{"kid is a number", func(k *token) { k.header = map[string]any{"kid": 1} }, 447},
		{"a key of its own in the header", func(k *token) {
			k.key = keys()[1]
			k.header = map[string]any{"jwk": map[string]any{"kty": "RSA", "e": "AQAB", "n": "AQAB"}, "jku": "https://evil.example/"}
		}, 100},
		{"no iss", func(k *token) { delete(k.claims, "iss") }, 447},
		{"no iat", func(k *token) { delete(k.claims, "iat") }, 447},
		{"no exp", func(k *token) { delete(k.claims, "exp") }, 447},
		{"signed with a shared secret", func(k *token) { k.method, k.key = jwt.SigningMethodHS256, []byte(publicPEM()) }, 447},
		{"not signed", func(k *token) { k.method, k.key = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType }, 447},
		{"RS512", func(k *token) { k.method = jwt.SigningMethodRS512 }, 447},
		{"lives longer than an hour", func(k *token) { k.claims["exp"] = now.Unix() + 3601 }, 454},
		{"issued in the future", func(k *token) { k.claims["iat"] = now.Unix() + 6; k.claims["exp"] = now.Unix() + 60 }, 455},
		{"expired", func(k *token) { k.claims["iat"] = now.Unix() - 60; k.claims["exp"] = now.Unix() }, 456},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := goodToken()
			c.change(&k)
			if got := e.bearer("Bearer " + k.sign(t)).Error.Code; got != c.code {
				t.Errorf("code %d, want %d", got, c.code)
			}
		})
	}
	for _, text := range []string{"Bearer", "Bearer x", "Bearer a.b.c", "Basic eA==", "Bearer " + string(make([]byte, 9000))} {
		e.refused(e.bearer(text), 447, "")
	}
	hour := goodToken()
	hour.claims["exp"] = now.Unix() + 3600
	e.ok(e.bearer("Bearer " + hour.sign(t)))
	for _, nbf := range []any{nil, now.Unix(), now.Unix() + 5, 0} {
		good := goodToken()
		good.claims["nbf"] = nbf
		e.ok(e.bearer("Bearer " + good.sign(t)))
	}
}

func tokenAndKeyTogether(t *testing.T) {
	e := newEnv(t)
	for query, code := range map[string]int{"api_key=key-owner&account_id=1": 458, "account_id=2": 100} {
		r := httptest.NewRequest("GET", "/platform_api/GetUsers?application_id=1&"+query, nil)
		r.Header.Set("Authorization", "Bearer "+goodToken().sign(t))
		if got := e.send(r).Error.Code; got != code {
			t.Errorf("%s: code %d, want %d", query, got, code)
		}
	}
}
