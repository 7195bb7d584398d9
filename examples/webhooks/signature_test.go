package webhooks_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/ca74b63c/roster/examples/webhooks"
)

// secretOf parses the text of a secret.
func secretOf(t *testing.T, text string) webhooks.Secret {
	t.Helper()
	s, err := webhooks.ParseSecret(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signed returns the headers of a request.
func signed(id string, at time.Time, body []byte, secrets ...webhooks.Secret) http.Header {
	h := http.Header{}
	h.Set(webhooks.HeaderID, id)
	h.Set(webhooks.HeaderTimestamp, fmt.Sprint(at.Unix()))
	h.Set(webhooks.HeaderSignature, webhooks.Sign(id, at, body, secrets...))
	return h
}

// TestSignatureOfTheSpecification compares with a signature that the tests of the specification's
// own libraries have.
func TestSignatureOfTheSpecification(t *testing.T) {
	got := webhooks.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`),
		secretOf(t, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestTheSpecificationsLibraryAgrees lets the specification's own Go library verify what this
// package signs, and the other way round.
func TestTheSpecificationsLibraryAgrees(t *testing.T) {
	for i := range 100 {
		key, body := make([]byte, 24+i%41), make([]byte, i*7)
		rand.Read(key)
		rand.Read(body)
		text := "whsec_" + base64.StdEncoding.EncodeToString(key)
		old, ours := webhooks.NewSecret(), secretOf(t, text)
		theirs, err := standard.NewWebhook(text)
		if err != nil {
			t.Fatal(err)
		}
		id, now := fmt.Sprint("chg_", i), time.Now()
		h := signed(id, now, body, old, ours) // while a secret is rotated
		if err := theirs.Verify(body, h); err != nil {
			t.Errorf("the library: %v", err)
		}
		if h.Set(webhooks.HeaderID, "chg_other"); theirs.Verify(body, h) == nil {
			t.Error("the library takes another id")
		}
		h.Set(webhooks.HeaderID, id)
		signature, err := theirs.Sign(id, now, body)
		if err != nil {
			t.Fatal(err)
		}
		h.Set(webhooks.HeaderSignature, signature)
		if err := webhooks.Verify(h, body, now, old, ours); err != nil {
			t.Error(err)
		}
	}
}

func TestVerify(t *testing.T) {
	secret, other, now, body := webhooks.NewSecret(), webhooks.NewSecret(), time.Now(), []byte(`{}`)
	verify := func(change func(h http.Header)) error {
		h := signed("chg_1", now, body, secret)
		change(h)
		return webhooks.Verify(h, body, now, other, webhooks.Secret{}, secret)
	}
	if err := verify(func(http.Header) {}); err != nil {
		t.Fatal(err)
	}
	good := webhooks.Sign("chg_1", now, body, secret)
	if err := verify(func(h http.Header) { h.Set(webhooks.HeaderSignature, "v1a,AAAA v2,!  "+good) }); err != nil {
		t.Errorf("unknown signatures beside a good one: %v", err)
	}
	for what, change := range map[string]func(h http.Header){
		"another id":         func(h http.Header) { h.Set(webhooks.HeaderID, "chg_2") },
		"no id":              func(h http.Header) { h.Del(webhooks.HeaderID) },
		"no time":            func(h http.Header) { h.Del(webhooks.HeaderTimestamp) },
		"another time":       func(h http.Header) { h.Set(webhooks.HeaderTimestamp, fmt.Sprint(now.Unix()+1)) },
		"a time in words":    func(h http.Header) { h.Set(webhooks.HeaderTimestamp, "noon") },
		"no signature":       func(h http.Header) { h.Del(webhooks.HeaderSignature) },
		"a broken signature": func(h http.Header) { h.Set(webhooks.HeaderSignature, good[:len(good)-4]) },
		"no version":         func(h http.Header) { h.Set(webhooks.HeaderSignature, strings.TrimPrefix(good, "v1,")) },
		"signed by a stranger": func(h http.Header) {
			h.Set(webhooks.HeaderSignature, webhooks.Sign("chg_1", now, body, webhooks.NewSecret()))
		},
		"signed by the empty secret": func(h http.Header) {
			h.Set(webhooks.HeaderSignature, webhooks.Sign("chg_1", now, body, webhooks.Secret{}))
		},
	} {
		if err := verify(change); !errors.Is(err, webhooks.ErrSignature) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, away := range []time.Duration{-webhooks.Tolerance - time.Second, webhooks.Tolerance + time.Second} {
		h := signed("chg_1", now.Add(away), body, secret)
		if err := webhooks.Verify(h, body, now, secret); !errors.Is(err, webhooks.ErrSignature) {
			t.Errorf("signed %s away: %v", away, err)
		}
	}
}

func TestSecrets(t *testing.T) {
	for _, text := range []string{
		"", "whsec_", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
		"whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 23)), "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 65)),
	} {
		if _, err := webhooks.ParseSecret(text); err != webhooks.ErrSecret { // which quotes nothing
			t.Errorf("%q: %v", text, err)
		}
	}
	s := webhooks.NewSecret()
	if again := secretOf(t, s.Reveal()); again.Reveal() != s.Reveal() || s.Reveal() == webhooks.NewSecret().Reveal() {
		t.Error("a secret does not come back from its text, or is no random one")
	}
	c := webhooks.Config{URL: "https://example.com", Secrets: []webhooks.Secret{s}}
	e, err := webhooks.New(c)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %q %x %+v %#v %+v %#v", s, s, s, s, s, s, c, c, e, e) + string(text)
	key := strings.TrimPrefix(s.Reveal(), "whsec_")
	raw, _ := base64.StdEncoding.DecodeString(key)
	for _, secret := range []string{key, string(raw), fmt.Sprintf("%x", raw), fmt.Sprintf("%v", raw), fmt.Sprintf("%#v", raw)} {
		if strings.Contains(all, secret) {
			t.Errorf("a secret is in %s", all)
		}
	}
}
