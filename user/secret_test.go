package user

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
)

// shows returns v as everything in the standard library shows it: by every verb of fmt that there
// could be, with every flag that changes what is printed, and by log and the encoders.
func shows(t *testing.T, v any) (printed []string) {
	for _, flag := range []string{"", "+", "#", "10", "-5.2", " ", "[1]"} {
		for verb := 'A'; verb <= 'z'; verb++ {
			printed = append(printed, fmt.Sprintf("%"+flag+string(verb), v), fmt.Sprintf("%"+flag+string(verb), reflect.ValueOf(v)))
		}
	}
	printed = append(printed, fmt.Sprint(v), fmt.Sprintln(v), fmt.Errorf("wrap %v", v).Error())
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(handler).Info("changed", "v", v, slog.Group("g", "v", v))
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	return append(printed, log.String(), string(b))
}

func TestASecretIsNeverPrinted(t *testing.T) {
	const hash, old = "$argon2id$hash-now", "$argon2id$hash-before"
	s := SecretOf(hash, noon, old)
	type document struct {
		Secret Secret
		Point  *Secret
	}
	type inner struct{ secret Secret }
	type holder struct { // a host's own struct, in which fmt asks no method
		Name   string
		Secret Secret
		Point  *Secret
		secret Secret
		point  *Secret
		any    any
		list   []Secret
		array  [1]Secret
		byName map[string]Secret
		inner  inner
		deep   *inner
	}
	h := holder{"a", s, &s, s, &s, s, []Secret{s}, [1]Secret{s}, map[string]Secret{"a": s}, inner{s}, &inner{s}}
	var printed []string
	for _, v := range []any{
		s, &s, h, &h, []Secret{s}, []*Secret{&s}, []holder{h}, map[string]Secret{"a": s}, map[string]*holder{"a": &h}, [1]Secret{s},
		inner{s}, &inner{s},
	} {
		printed = append(printed, shows(t, v)...)
	}
	b := must(xml.Marshal(document{s, &s}))
	printed = append(printed, string(b), s.String())
	for _, text := range printed {
		for _, part := range []string{hash, old, "argon2id", "hash-"} {
			if strings.Contains(text, part) || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", part)) {
				t.Errorf("printed %s", text)
			}
		}
	}
	for _, want := range []string{fmt.Sprint(s), fmt.Sprintf("%#v", s), s.String(), s.LogValue().String()} {
		if want != "redacted" {
			t.Errorf("%q, want redacted", want)
		}
	}
	if b, err := json.Marshal(s); err != nil || string(b) != `"redacted"` {
		t.Errorf("%s, %v", b, err)
	}
	var back struct{ Secret Secret }
	if err := json.Unmarshal([]byte(`{"Secret":"redacted"}`), &back); err == nil {
		t.Error("redacted reads as a secret")
	}
}

func TestSecretEqual(t *testing.T) {
	s := SecretOf("now", noon, "before")
	if !s.Equal(SecretOf("now", noon.In(noonZone), "before")) {
		t.Error("the same instant in another zone")
	}
	for _, other := range []Secret{
		SecretOf("now", noon.Add(time.Microsecond), "before"), SecretOf("then", noon, "before"), SecretOf("now", noon), {},
	} {
		if s.Equal(other) {
			t.Error("equal to another secret")
		}
	}
	if !(Secret{}).IsZero() || s.IsZero() || SecretOf("", noon, "a").IsZero() || !SecretOf("", noon).IsZero() {
		t.Error("IsZero")
	}
	if SecretOf("hash", time.Time{}).Hash() != "hash" || SecretOf("", noon).Changed() != noon || SecretOf("", time.Time{}, "a").Previous().Len() != 1 {
		t.Error("a part is forgotten")
	}
	if !SecretOf("", time.Time{}).Equal(Secret{}) || !(Secret{}).Equal(Secret{}) {
		t.Error("a secret of nothing is not the zero one")
	}
}

// Voximplant 535, "Please choose a password that you have not used before": the policy says how
// many are remembered.
func TestASecretRemembersAsManyPasswordsAsThePolicySays(t *testing.T) {
	later := noon.Add(time.Hour)
	s := SecretOf("c", noon, "b", "a")
	for _, tt := range []struct {
		s           Secret
		remember    int
		last, after string
	}{
		{s, 0, "", "new"}, {s, -1, "", "new"}, {s, 1, "c", "new"}, {s, 2, "c b", "new c"}, {s, 3, "c b a", "new c b"},
		{s, 9, "c b a", "new c b a"}, {Secret{}, 9, "", "new"}, {SecretOf("", noon, "a"), 2, "a", "new a"},
	} {
		if got := strings.Join(tt.s.Last(tt.remember), " "); got != tt.last {
			t.Errorf("the last %d: %q, want %q", tt.remember, got, tt.last)
		}
		next := tt.s.Next("new", later, tt.remember)
		if got := strings.Join(append([]string{next.Hash()}, next.Previous().Slice()...), " "); got != tt.after {
			t.Errorf("remembering %d: %q, want %q", tt.remember, got, tt.after)
		}
		if !next.Changed().Equal(later) {
			t.Errorf("changed at %v", next.Changed())
		}
	}
	if got := s.Rehashed("d"); !got.Equal(SecretOf("d", noon, "b", "a")) {
		t.Error("another hash of the same password is a change of it")
	}
	s.Last(1)[0] = "x"
	if s.Hash() != "c" {
		t.Error("a list that was given out changes the secret")
	}
}

func TestCredentialsAfterAChangeOfPassword(t *testing.T) {
	must := Credentials{ChangeNextLogin: true}
	for name, tt := range map[string]struct{ got, want Credentials }{
		"their own":   {must.Renewed(true, noon, 5), Credentials{HasPassword: true, ChangedAt: noon, SignInStamp: 5}},
		"a reset":     {must.Renewed(false, noon, 5), Credentials{HasPassword: true, ChangedAt: noon, ChangeNextLogin: true, SignInStamp: 5}},
		"a first one": {Credentials{}.Renewed(false, noon, 5), Credentials{HasPassword: true, ChangedAt: noon, SignInStamp: 5}},
		"none":        {must.Renewed(false, noon, 5).Dropped(noon), Credentials{ChangedAt: noon}},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, tt.got, tt.want)
		}
	}
}

// LivePerson: "A User which is created as an API User doesn't have a password".
func TestAnAPIUserHasNoPassword(t *testing.T) {
	if !(User{}).MayHavePassword() || (User{Identity: Identity{APIUser: true}}).MayHavePassword() {
		t.Error("the wrong one may have a password")
	}
}

func TestHowManyPasswordsANewOneIsComparedWith(t *testing.T) {
	must, free := Credentials{HasPassword: true, ChangeNextLogin: true}, Credentials{HasPassword: true}
	for _, tt := range []struct {
		name     string
		c        Credentials
		own      bool
		remember int
		want     int
	}{
		{"a required change, none remembered", must, true, 0, 1},
		{"a required change, three remembered", must, true, 3, 3},
		{"a required change, a policy that is wrong", must, true, -1, 1},
		{"another actor's reset, none remembered", must, false, 0, 0},
		{"another actor's reset, two remembered", must, false, 2, 2},
		{"no change is required, none remembered", free, true, 0, 0},
		{"no change is required, two remembered", free, true, 2, 2},
	} {
		if got := tt.c.Compared(tt.own, tt.remember); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestCheckHash(t *testing.T) {
	for hash, ok := range map[string]bool{
		"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA": true, "x": true, strings.Repeat("x", MaxHash): true,
		"": false, "a\x00b": false, "a\xffb": false, strings.Repeat("x", MaxHash+1): false,
	} {
		if err := CheckHash(hash); ok != (err == nil) || err != nil && !errors.Is(err, ErrHash) {
			t.Errorf("%.50q: %v", hash, err)
		}
	}
}
